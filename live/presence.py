"""Who has a page open, told to the table on change only; a reload or a deploy does not flap."""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Protocol
from uuid import UUID

from live.faults import told

log = logging.getLogger(__name__)

LEAVE_AFTER = 5.0  # seconds: a reload is back sooner, and nobody saw them go
BEAT_EVERY = 15.0  # seconds between a worker's signs of life


class PresenceTable(Protocol):
    """Where all workers keep who is here."""

    async def arrive(self, officer: UUID, topic: str) -> None:
        """Note that an officer has a page of the topic open on this worker."""
        ...

    async def depart(self, officer: UUID, topic: str) -> None:
        """Note that the last such page is gone."""
        ...

    async def beat(self) -> None:
        """Say that this worker lives."""
        ...


class Presence:
    """One worker's open pages, counted per officer and topic."""

    def __init__(self, table: PresenceTable) -> None:
        """Take the shared table."""
        self._table = table
        self._open: Counter[tuple[UUID, str]] = Counter()
        self._leaving: dict[tuple[UUID, str], asyncio.Task[None]] = {}

    @asynccontextmanager
    async def here(self, officer: UUID, topic: str) -> AsyncIterator[None]:
        """Show an officer as present while the block runs."""
        await self.arrive(officer, topic)
        try:
            yield
        finally:
            self.depart(officer, topic)

    async def arrive(self, officer: UUID, topic: str) -> None:
        """Count a page in; tell the table about the first one."""
        here = (officer, topic)
        self._open[here] += 1
        if (leaving := self._leaving.pop(here, None)) is not None:
            leaving.cancel()
        elif self._open[here] == 1:
            try:
                await self._table.arrive(officer, topic)
            except BaseException:
                del self._open[here]  # not in the table, so the next page must tell it
                raise

    def depart(self, officer: UUID, topic: str) -> None:
        """Count a page out; tell the table a little later, unless the officer comes back."""
        here = (officer, topic)
        self._open[here] -= 1
        if self._open[here] <= 0:
            del self._open[here]
            self._leaving[here] = asyncio.create_task(self._leave(here))

    async def beat_for_ever(self) -> None:
        """Keep this worker's officers present until cancelled."""
        while True:
            with self._logged():
                await asyncio.shield(self._table.beat())  # half a write, cancelled, keeps SQLite locked for seconds
            await asyncio.sleep(BEAT_EVERY)

    @contextmanager
    def _logged(self) -> Iterator[None]:
        try:
            yield
        except Exception as fault:  # noqa: BLE001 - nothing may stop the beats
            log.error("a worker's beat failed; the next one tries again: %s", told(fault))  # noqa: TRY400 - the words stay out

    async def close(self) -> None:
        """Cancel what still waits; the worker's missing beat clears its officers."""
        for leaving in self._leaving.values():
            leaving.cancel()
        await asyncio.gather(*self._leaving.values(), return_exceptions=True)

    async def _leave(self, here: tuple[UUID, str]) -> None:
        while True:
            await asyncio.sleep(LEAVE_AFTER)  # whoever comes back meanwhile cancels this: they are in the table still
            leaving = self._leaving.pop(here, None)
            if await self._departed(here) or leaving is None or here in self._open:
                return
            self._leaving[here] = leaving

    async def _departed(self, here: tuple[UUID, str]) -> bool:
        try:
            await asyncio.shield(self._table.depart(*here))
        except Exception as fault:  # noqa: BLE001 - whoever has gone must not stay there for ever
            log.error("a departure was not told; it is tried again: %s", told(fault))  # noqa: TRY400 - the words stay out
            return False
        return True
