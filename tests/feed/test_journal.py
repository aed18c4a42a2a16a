"""Whether what a turn decided still holds when it looks at the journal once more."""

from pathlib import Path

import pytest

from live.event import Touch
from models.base import new_id
from models.database import Database
from models.journal import JournalEntry
from ops.feed.journal import SqlJournal
from ops.feed.workers import Registry
from ops.web.fragments import Painter
from ops.web.templates import Templates
from tests.cast import NOW, HandClock


def journal_of(database: Database, clock: HandClock) -> tuple[SqlJournal, Registry]:
    registry = Registry(database, clock)
    return SqlJournal(database, clock, Painter(Templates(partnership="", demo=False)), registry), registry


async def registered(database: Database, clock: HandClock) -> tuple[SqlJournal, Registry]:
    """Give a worker's journal, once it has looked at the database's clock and is known to whoever revokes."""
    journal, registry = journal_of(database, clock)
    async with journal.snapshot():
        await registry.report(0)
    return journal, registry


async def happen(database: Database, position: int, touches: Touch) -> None:
    async with database.writing() as session:
        session.add(JournalEntry(position=position, at=NOW, kind="test", subject_id=new_id(), touches=touches))


async def test_what_was_decided_holds_while_only_content_changes(database: Database, clock: HandClock) -> None:
    journal, _ = await registered(database, clock)
    await happen(database, 1, Touch.ACCESS)
    async with journal.snapshot() as snapshot:
        assert await journal.still_holds(snapshot.head, snapshot.epoch)
        await happen(database, 2, Touch.CONTENT)
        assert await journal.still_holds(snapshot.head, snapshot.epoch)
        assert not await journal.still_holds(snapshot.head, b"another history.")


@pytest.mark.parametrize("touches", [Touch.ACCESS, Touch.OFFICER, Touch.SIGN_IN])
async def test_it_holds_no_longer_once_access_changes(database: Database, clock: HandClock, touches: Touch) -> None:
    journal, _ = await registered(database, clock)
    async with journal.snapshot() as snapshot:
        assert await journal.still_holds(snapshot.head, snapshot.epoch)
        await happen(database, 1, touches)
        assert not await journal.still_holds(snapshot.head, snapshot.epoch)


async def test_it_holds_no_longer_where_nobody_waits_for_this_worker(database: Database, clock: HandClock) -> None:
    journal, registry = await registered(database, clock)
    async with journal.snapshot() as snapshot:
        await registry.retire()
        assert not await journal.still_holds(snapshot.head, snapshot.epoch)


async def test_nothing_is_known_while_the_database_is_away(clock: HandClock, tmp_path: Path) -> None:
    journal, _ = journal_of(Database(f"sqlite:///{tmp_path / 'nowhere' / 'cabinet.db'}"), clock)
    assert not await journal.still_holds(0, b"the first epoch.")
