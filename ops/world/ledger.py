"""Gathers rows and facts in any order, and writes them as the one order in which they would have happened."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel, col

from live.event import Touch
from models.cabinet import METADATA
from models.journal import JournalEntry
from ops.transaction import Fact, take_journal_lock


@dataclass(frozen=True)
class _Happened:
    at: datetime
    fact: Fact
    touches: Touch
    subject: UUID
    topics: tuple[str, ...]
    actor: UUID | None
    stamps: tuple[tuple[SQLModel, str], ...]


@dataclass
class Ledger:
    """What will be written, all at once."""

    rows: list[SQLModel] = field(default_factory=list)
    _happened: list[_Happened] = field(default_factory=list)

    def file(self, *rows: SQLModel) -> None:
        """Keep rows; a row that another of the same table names is kept first."""
        self.rows.extend(rows)

    def record(
        self,
        at: datetime,
        fact: Fact,
        subject: UUID,
        topics: tuple[str, ...],
        actor: UUID | None,
        *stamped: SQLModel,
        touches: Touch = Touch.CONTENT,
        stamp: str = "position",
    ) -> None:
        """Note what happened when; `stamped` rows receive its place in the journal's order."""
        stamps = tuple((row, stamp) for row in stamped)
        self._happened.append(_Happened(at, fact, touches, subject, topics, actor, stamps))

    async def write(self, session: AsyncSession) -> int:
        """Append every fact in the order of time, then file the rows; gives the last position."""
        await take_journal_lock(session)
        head = (await session.execute(select(func.coalesce(func.max(col(JournalEntry.position)), 0)))).scalar_one()
        happened = sorted(self._happened, key=lambda one: one.at)
        for position, one in enumerate(happened, start=int(head) + 1):
            for row, stamp in one.stamps:
                setattr(row, stamp, position)
            self.rows.append(_entry(position, one))
        await self._file_by_table(session)
        return int(head) + len(happened)

    async def _file_by_table(self, session: AsyncSession) -> None:
        for table in METADATA.sorted_tables:  # what a row refers to is there before it
            session.add_all(row for row in self.rows if row.__tablename__ == table.name)
            await session.flush()


def _entry(position: int, happened: _Happened) -> JournalEntry:
    return JournalEntry(
        position=position,
        at=happened.at,
        kind=happened.fact,
        touches=happened.touches,
        subject_id=happened.subject,
        topics=list(happened.topics),
        actor_id=happened.actor,
    )
