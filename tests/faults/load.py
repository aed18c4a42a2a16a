"""A working day: boards and a case file that stand open, posts, and access that is given and taken."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from tests.faults.ground import Ground
from tests.faults.pages import Page, kept_open
from tests.faults.posting import Posting, ended
from tests.faults.removals import Removals

WATCHING = ("asha", "ruth", "marta", "dan", "steve", "imran")
POSTS_A_SECOND = 4.0
REST = 0.3  # seconds between two removals


@dataclass
class Load:
    """What goes on while something breaks."""

    ground: Ground
    posting: Posting
    removals: Removals
    pages: list[Page]

    @asynccontextmanager
    async def going_on(self, posts_a_second: float = POSTS_A_SECOND) -> AsyncIterator[None]:
        """Post, give and take while the block runs; at its end everything that was begun has been answered."""
        enough = asyncio.Event()
        removing = asyncio.create_task(self._remove(enough))
        try:
            async with self.posting.at_rate(posts_a_second):
                yield
        except BaseException:
            await ended(removing)
            raise
        enough.set()
        await removing

    async def _remove(self, enough: asyncio.Event) -> None:
        while not enough.is_set():
            await self.removals.round()
            with suppress(TimeoutError):
                await asyncio.wait_for(enough.wait(), REST)


@asynccontextmanager
async def under_load(ground: Ground, names: Iterable[str] = WATCHING) -> AsyncIterator[Load]:
    """Open the pages, and make ready whoever acts."""
    posting, removals = await Posting.of(ground), await Removals.of(ground)
    async with kept_open(ground, names) as boards, kept_open(ground, ["imran"], removals.case) as files:
        yield Load(ground, posting, removals, [*boards, *files])
