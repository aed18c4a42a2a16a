import asyncio
import json
from collections.abc import AsyncIterator

import pytest_asyncio

from live.frames import resync, retract
from live.wire import Wire
from tests.live.stage import Browser, breathe


class Line:
    """A wire with a browser at its end."""

    def __init__(self) -> None:
        self.browser = Browser()
        self.wire = Wire(self.browser.take)
        self.idled = 0
        self.running = asyncio.create_task(self.wire.run(self._idle))

    def _idle(self) -> None:
        self.idled += 1


@pytest_asyncio.fixture
async def line() -> AsyncIterator[Line]:
    made = Line()
    yield made
    made.running.cancel()
    await asyncio.gather(made.running, return_exceptions=True)


async def test_the_frames_of_one_turn_travel_as_one_message(line: Line) -> None:
    line.wire.put([retract("a"), retract("b")])
    line.wire.put([resync()])
    await breathe()
    assert [[frame["do"] for frame in json.loads(raw)] for raw in line.browser.raw] == [
        ["retract", "retract", "resync"]
    ]


async def test_a_wire_is_busy_while_its_client_does_not_read(line: Line) -> None:
    line.browser.reads.clear()
    line.wire.put([retract("a")])
    await breathe()
    busy = not line.wire.idle
    line.browser.reads.set()
    await breathe()
    assert (busy, line.wire.idle) == (True, True)


async def test_it_says_when_it_is_idle_again(line: Line) -> None:
    line.wire.put([retract("a")])
    await breathe()
    line.wire.put([retract("b")])
    await breathe()
    assert line.idled == 2


async def test_putting_nothing_sends_nothing(line: Line) -> None:
    line.wire.put([])
    await breathe()
    assert (line.browser.raw, line.idled) == ([], 0)


async def test_a_wire_that_was_closed_sends_nothing_and_gives_the_code(line: Line) -> None:
    line.wire.put([retract("a")])
    line.wire.close(4401)
    line.wire.put([retract("b")])
    assert await line.running == 4401
    assert line.browser.raw == []


async def test_a_broken_socket_ends_the_run_and_leaves_the_wire_idle() -> None:
    async def broken(_: str) -> None:
        await asyncio.sleep(0)
        raise ConnectionError

    wire = Wire(broken)
    wire.put([retract("a")])
    (outcome,) = await asyncio.gather(wire.run(lambda: None), return_exceptions=True)
    assert isinstance(outcome, ConnectionError)
    assert wire.idle
