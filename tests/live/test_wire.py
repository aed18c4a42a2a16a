import asyncio
import json
import math
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from live import frame_wire, plain_wire
from live.frame_wire import FrameWire
from live.frames import Frame, resync, retract, stale
from live.lease import Lease
from live.plain_wire import PlainWire
from live.wire import COME_BACK, Wire
from ops.settings import Sink
from tests.live.stage import Browser, PaperLink, Stage, breathe, clause, unframed, until


class Line:
    """A wire with a browser at its end; both sinks over one kind of server."""

    def __init__(self, sink: Sink) -> None:
        self.browser = Browser()
        lease = Lease()
        lease.renew(math.inf)
        self.link = PaperLink(self.browser, lease)
        self.wire: Wire = FrameWire(self.link) if sink is Sink.FRAMES else PlainWire(self._send, self.link)
        self.idled = 0
        self.running = asyncio.create_task(self.wire.run(self._idle))

    def heard(self) -> list[str]:
        return [frame["do"] for frame in self.browser.frames]

    async def _send(self, message: str) -> None:
        self.link.write([Frame(message[1:-1]).message])

    def _idle(self) -> None:
        self.idled += 1


@pytest_asyncio.fixture
async def line(sink: Sink) -> AsyncIterator[Line]:
    made = Line(sink)
    yield made
    made.running.cancel()
    await asyncio.gather(made.running, return_exceptions=True)


async def test_the_frames_of_one_turn_travel_in_one_write(line: Line) -> None:
    line.wire.put([retract("a"), retract("b")])
    line.wire.put([resync()])
    await breathe()
    assert line.heard() == ["retract", "retract", "resync"]
    assert line.link.writes == 1


async def test_a_wire_is_busy_while_its_client_does_not_read(line: Line) -> None:
    line.browser.reads.clear()
    line.wire.put([retract("a")])
    await breathe()
    busy = not line.wire.idle
    line.browser.reads.set()
    await breathe()
    assert (busy, line.wire.idle) == (True, True)


async def test_it_says_when_it_is_idle_again(line: Line) -> None:
    line.browser.reads.clear()
    line.wire.put([retract("a")])
    await breathe()
    assert line.idled == 0
    line.browser.reads.set()
    await breathe()
    assert line.idled == 1


async def test_putting_nothing_sends_nothing(line: Line) -> None:
    line.wire.put([])
    await breathe()
    assert (line.browser.raw, line.link.writes, line.idled) == ([], 0, 0)


async def test_a_wire_that_was_closed_sends_nothing_and_gives_the_code(line: Line) -> None:
    line.wire.put([retract("a")])
    line.wire.close(4401)
    line.wire.put([retract("b")])
    assert await line.running == 4401
    assert (line.browser.raw, line.link.cut) == ([], False)


async def test_last_words_leave_before_the_code_is_given(line: Line) -> None:
    line.wire.put([retract("a")])
    line.wire.finish(4403)
    line.wire.put([retract("b")])
    assert await line.running == 4403
    assert line.heard() == ["retract"]


async def test_a_close_does_not_wait_for_a_client_that_does_not_read(line: Line) -> None:
    line.browser.reads.clear()
    line.wire.put([retract("a")])
    await breathe()
    line.wire.close(4401)
    await line.running
    line.browser.reads.set()
    await breathe()
    assert (line.link.cut, line.browser.raw) == (True, [])


async def test_a_wire_that_was_cut_ends_at_once_and_nothing_more_leaves(line: Line) -> None:
    line.browser.reads.clear()
    line.wire.put([retract("a")])
    await breathe()
    line.wire.put([retract("b")])
    line.wire.abort()
    assert await line.running == 1012
    line.browser.reads.set()
    line.wire.put([retract("c")])
    await breathe()
    assert (line.link.cut, line.browser.raw) == (True, [])


async def test_what_was_put_in_the_turn_of_a_cut_never_leaves(line: Line) -> None:
    line.wire.put([retract("a")])
    line.wire.abort()
    await line.running
    await breathe()
    assert line.browser.raw == []


async def test_without_a_link_a_cut_ends_the_message_that_is_under_way() -> None:
    browser = Browser()
    browser.reads.clear()
    wire = PlainWire(browser.take)
    running = asyncio.create_task(wire.run(lambda: None))
    wire.put([retract("a")])
    await breathe()
    wire.abort()
    assert await running == 1012
    browser.reads.set()
    await breathe()
    assert browser.raw == []


async def test_a_broken_socket_ends_the_run_and_leaves_the_wire_idle() -> None:
    async def broken(_: str) -> None:
        await asyncio.sleep(0)
        raise ConnectionError

    wire = PlainWire(broken)
    wire.put([retract("a")])
    (outcome,) = await asyncio.gather(wire.run(lambda: None), return_exceptions=True)
    assert isinstance(outcome, ConnectionError)
    assert wire.idle


async def test_a_client_that_never_reads_its_last_words_is_cut(line: Line, monkeypatch: pytest.MonkeyPatch) -> None:
    for sink in (frame_wire, plain_wire):
        monkeypatch.setattr(sink, "FINISH_WITHIN", 0.01)
    line.browser.reads.clear()
    line.wire.put([retract("a")])
    await breathe()
    line.wire.finish(1012)
    await until(line.running.done, "the end")
    assert (line.running.result(), line.link.cut) == (1012, True)


def test_a_message_has_the_same_bytes_for_every_socket() -> None:
    frame = retract("a")
    assert frame.message is frame.message


@pytest.mark.parametrize("size", [10, 125, 126, 127, 65_535, 65_536, 70_000])
def test_a_message_of_any_length_is_one_whole_text_frame(size: int) -> None:
    frame = Frame(json.dumps("é" + "x" * size))
    assert json.loads(unframed(frame.message)) == ["é" + "x" * size]


async def test_what_holds_no_content_is_told_at_once(line: Line) -> None:
    line.wire.tell(stale())
    await breathe()
    assert line.heard() == ["stale"]


async def test_a_closed_wire_tells_nothing(line: Line) -> None:
    line.wire.close(COME_BACK)
    line.wire.tell(stale())
    await breathe()
    assert line.heard() == []


async def test_what_was_handed_over_before_the_lease_ended_waits_for_it_and_cuts_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(frame_wire, "LOOK_AGAIN", 0.001)
    line = Line(Sink.FRAMES)
    line.wire.put([retract("a")])
    line.link.lease.end()  # the process was stopped just here
    line.wire.tell(stale())
    await breathe()
    assert (line.heard(), line.link.cut) == (["stale"], False)
    assert (line.wire.idle, line.wire.stuck) == (False, False)
    line.link.lease.renew(math.inf)
    await until(lambda: line.heard() == ["stale", "retract"])
    assert (line.wire.idle, line.idled) == (True, 1)
    line.running.cancel()


async def test_who_lost_something_meanwhile_never_hears_what_was_kept_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frame_wire, "LOOK_AGAIN", 0.001)
    stage = Stage(Sink.FRAMES)
    stage.journal.make("note", clause("bob"), clause("eve"))
    bob, eve = [await stage.open(name, name) for name in ("bob", "eve")]
    for seat in (bob, eve):
        seat.screen.wire.put([Frame('{"do":"show","ref":"note","parts":[{"id":"note-full","html":"words"}]}')])
    stage.lease.end()  # the process was stopped just here
    await breathe()
    stage.journal.take("note", "bob")
    await stage.turn()
    await until(lambda: eve.browser.saw("words"))
    assert await bob.running == COME_BACK
    assert not bob.browser.saw("words")
    eve.running.cancel()
