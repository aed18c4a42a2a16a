"""What a screen asks of the database: a list of hundreds must not cost a statement a line."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event
from sqlalchemy.ext.asyncio import AsyncSession


@contextmanager
def statements(session: AsyncSession) -> Iterator[list[str]]:
    """Note what is asked of the database."""
    asked: list[str] = []

    def note(*told: object) -> None:
        if str(told[2]).startswith("SELECT"):  # SQLite begins with a BEGIN of its own
            asked.append(str(told[2]))

    engine = session.sync_session.get_bind()
    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)
