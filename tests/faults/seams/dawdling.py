"""Imported before the server: every turn works on a snapshot that is up to two seconds old by the time it decides."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from live.ports import Snapshot
from ops.feed.journal import SqlJournal

LONGEST = 2.0  # seconds

_snapshot = SqlJournal.snapshot


@asynccontextmanager
async def _late(self: SqlJournal) -> AsyncIterator[Snapshot]:
    async with _snapshot(self) as found:
        await asyncio.sleep(random.uniform(0, LONGEST))
        yield found


SqlJournal.snapshot = _late  # type: ignore[method-assign]
