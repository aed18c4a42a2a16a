"""The engine's way into the cabinet: consistent moments out, disclosures in."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from sqlalchemy import func, select
from sqlmodel import col

from live.ports import Disclosure, Snapshot
from models.audit import Act, AuditRow
from models.database import Database, database_now
from models.journal import JournalEntry
from ops.clock import Clock
from ops.feed.epoch import epoch
from ops.feed.snapshot import Painter, SqlSnapshot
from ops.feed.workers import Registry


class SqlJournal:
    """Reads the journal in snapshots. Each one also tells the process what time it is at the database."""

    def __init__(self, database: Database, clock: Clock, painter: Painter, registry: Registry) -> None:
        """Take the cabinet, the clock to set, who draws, and this worker's place in the registry."""
        self._database = database
        self._clock = clock
        self._painter = painter
        self._registry = registry

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Snapshot]:
        async with self._database.reading() as session:
            head = (await session.execute(select(func.coalesce(func.max(col(JournalEntry.position)), 0)))).scalar_one()
            self._clock.set(await database_now(session))
            registered = await self._registry.stands(session)
            yield SqlSnapshot(session, self._painter, int(head), self._clock.now(), await epoch(session), registered)

    async def report(self, applied: int) -> bool:
        return await self._registry.report(applied)

    async def disclosed(self, disclosures: Sequence[Disclosure], position: int) -> None:
        async with self._database.writing() as session:
            session.add_all(
                AuditRow(
                    at=self._clock.now(),
                    act=Act.SHOWN_LIVE,
                    position=position,
                    references=list(disclosure.references),
                    officers=sorted(officer.hex for officer in disclosure.officers),
                )
                for disclosure in disclosures
            )
