"""The engine's way into the cabinet: consistent moments out, disclosures in."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from live.event import Touch
from live.ports import Disclosure, Snapshot
from models.audit import Act, AuditRow
from models.base import new_id, table_of
from models.database import Database, database_now
from models.journal import JournalEntry
from ops.clock import Clock
from ops.feed.epoch import epoch as epoch_of
from ops.feed.kept_holders import KeptHolders
from ops.feed.snapshot import Painter, SqlSnapshot
from ops.feed.workers import Registry

_ENTRY = table_of(JournalEntry).c
_HEAD = select(func.coalesce(func.max(_ENTRY.position), 0))


class SqlJournal:
    """Reads the journal in snapshots. Each one also tells the process what time it is at the database."""

    def __init__(self, database: Database, clock: Clock, painter: Painter, registry: Registry) -> None:
        """Take the cabinet, the clock to set, who draws, and this worker's place in the registry."""
        self._database = database
        self._clock = clock
        self._painter = painter
        self._registry = registry
        self._holders = KeptHolders()

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Snapshot]:
        async with self._database.reading() as session:
            head = (await session.execute(_HEAD)).scalar_one()
            self._clock.set(await database_now(session))
            registered = await self._registry.stands(session)
            now, of = self._clock.now(), await epoch_of(session)
            yield SqlSnapshot(session, self._painter, int(head), now, of, registered, self._holders)

    async def still_holds(self, head: int, epoch: bytes) -> bool:
        later = select(_ENTRY.position).where(_ENTRY.position > head, _ENTRY.touches != Touch.CONTENT).limit(1)
        try:
            async with self._database.reading() as session:
                if (await session.execute(later)).first() is not None or await epoch_of(session) != epoch:
                    return False
                return await self._registry.stands(session)
        except (SQLAlchemyError, OSError, TimeoutError):
            return False  # it went away: nothing is known

    async def report(self, applied: int) -> bool:
        return await self._registry.report(applied)

    async def disclosed(self, disclosures: Sequence[Disclosure], position: int) -> None:
        async with self._database.writing() as session:
            session.add_all(
                AuditRow(
                    id=new_id(),
                    at=self._clock.now(),
                    act=Act.SHOWN_LIVE,
                    position=position,
                    references=list(disclosure.references),
                    listed=[],
                    officers=sorted([officer.hex for officer in disclosure.officers]),
                )
                for disclosure in disclosures
            )
