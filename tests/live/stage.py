"""A theatre for the engine: a journal kept in memory, browsers that can stop reading, and time moved by hand."""

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from websockets.frames import Frame, Opcode
from websockets.streams import StreamReader

from live.answers import Answers
from live.cursor import CursorSealer, Place
from live.frame_wire import FrameWire
from live.hub import Hub
from live.lease import Lease
from live.plain_wire import PlainWire
from live.screen import CloseCode, Screen, ScreenKind
from live.standing import Standing
from live.tailer import Tailer
from live.wire import Wire
from ops.settings import Sink
from tests.live.paper import BOARD as BOARD
from tests.live.paper import EPOCH as EPOCH
from tests.live.paper import PaperJournal
from tests.live.paper import clause as clause
from tests.live.paper import named as named

AS_FEED = {
    ScreenKind.BOARD: ScreenKind.OPERATION_FEED,
    ScreenKind.CASE: ScreenKind.CASE_FEED,
    ScreenKind.WATCH: ScreenKind.WATCH_FEED,
}
PATIENCE = 30.0  # seconds that a test waits for what must come


async def until(condition: Callable[[], Any], what: str = "it") -> None:
    """Wait until a condition holds; never a fixed time."""
    try:
        async with asyncio.timeout(PATIENCE):
            while not condition():
                await asyncio.sleep(0.001)
    except TimeoutError:
        raise AssertionError(f"{what} did not happen") from None


async def breathe() -> None:
    """Let every task that can go on without the outside world do so."""
    for _ in range(50):
        await asyncio.sleep(0)


class Browser:
    """The other end of a socket: applies frames as the page's script does, and can stop reading."""

    def __init__(self) -> None:
        self.raw: list[str] = []
        self.frames: list[dict[str, Any]] = []
        self.page: dict[str, dict[str, str]] = {}  # reference -> element id -> what it shows
        self.sums: dict[str, str] = {}
        self.cursor = ""
        self.reads = asyncio.Event()
        self.reads.set()

    async def take(self, message: str) -> None:
        await self.reads.wait()
        self.hear(message)

    def hear(self, message: str) -> None:
        self.raw.append(message)
        for frame in json.loads(message):
            self.frames.append(frame)
            self._apply(frame)

    def done(self, what: str) -> list[dict[str, Any]]:
        """Give every frame of one kind that came."""
        return [frame for frame in self.frames if frame["do"] == what]

    def filled(self) -> list[dict[str, str]]:
        """Give the sums that came, frame by frame: each by its name."""
        pages = [{part["id"]: part["html"] for part in frame["parts"]} for frame in self.done("fill")]
        return [*pages, *(frame["sums"] for frame in self.done("sums"))]

    def forget(self) -> None:
        """Forget what came until now; the page stays as it is."""
        self.raw.clear()
        self.frames.clear()

    def saw(self, words: str) -> bool:
        """Say whether these words ever came over the socket."""
        return any(words in message for message in self.raw)

    def _apply(self, frame: dict[str, Any]) -> None:
        match frame["do"]:
            case "show" if "is" in frame:
                self.page.setdefault(frame["ref"], {}).update(frame["is"])
            case "show":
                self.page.setdefault(frame["ref"], {}).update({part["id"]: part["html"] for part in frame["parts"]})
            case "retract":
                self.page.pop(frame["ref"], None)
            case "fill":
                self.sums.update({part["id"]: part["html"] for part in frame["parts"]})
            case "sums":
                self.sums.update(frame["sums"])
            case "beat":
                self.cursor = frame["cursor"]


class PaperLink:
    """A server's link to a browser: what it does not read waits in a buffer, as in a socket's, and needs the lease."""

    def __init__(self, browser: Browser, lease: Lease) -> None:
        self.browser = browser
        self.lease = lease
        self.writes = 0
        self.cut = False
        self._buffer: list[bytes] = []
        self._emptied: Callable[[], None] = lambda: None
        self._draining: asyncio.Task[None] | None = None

    @property
    def empty(self) -> bool:
        return not self._buffer

    @property
    def silent(self) -> bool:
        return not self.lease.holds()

    def write(self, messages: Sequence[bytes]) -> None:
        if not self.lease.holds():
            self.abort()
        self._write(messages)

    def _write(self, messages: Sequence[bytes]) -> None:
        if self.cut:
            return
        self.writes += 1
        self._buffer.extend(messages)
        if self.browser.reads.is_set():
            self._read()
        elif self._draining is None:
            self._draining = asyncio.create_task(self._drain())

    def tell(self, message: bytes) -> None:
        self._write([message])

    def abort(self) -> None:
        self.cut = True
        self._buffer.clear()

    def when_empty(self, call: Callable[[], None]) -> None:
        self._emptied = call

    def _read(self) -> None:
        while self._buffer:
            self.browser.hear(unframed(self._buffer.pop(0)))

    async def _drain(self) -> None:
        await self.browser.reads.wait()
        self._draining = None
        if not self.cut:
            self._read()
            self._emptied()


def unframed(message: bytes) -> str:
    """Read a server's message with the websockets library: one whole text frame and nothing else."""
    reader = StreamReader()
    reader.feed_data(message)
    parsing = Frame.parse(reader.read_exact, mask=False)
    try:
        next(parsing)
    except StopIteration as parsed:
        frame: Frame = parsed.value
        assert (frame.opcode, frame.fin, bytes(reader.buffer)) == (Opcode.TEXT, True, b"")
        return bytes(frame.data).decode()
    raise AssertionError("the message is not whole")


def wire_to(browser: Browser, sink: Sink, lease: Lease) -> Wire:
    """Lead a wire of either sink to a browser."""
    return FrameWire(PaperLink(browser, lease)) if sink is Sink.FRAMES else PlainWire(browser.take)


@dataclass
class Seat:
    """One open page: the engine's side and the browser's."""

    screen: Screen
    browser: Browser
    running: asyncio.Task[int]


class Stage:
    """The engine with its journal, and everyone who has a page open."""

    def __init__(self, sink: Sink = Sink.PLAIN, *, programs: bool = False) -> None:
        self.sink = sink
        self.programs = programs  # who opens a page here opens a program's feed of the same
        self.journal = PaperJournal()
        self.hub = Hub()
        self.sealer = CursorSealer(b"k" * 32)
        self.lease, self.answers = Lease(), Answers()
        self.tailer = Tailer(self.journal, self.hub, self.sealer, Standing(self.journal, self.lease, self.answers))
        self.seats: list[Seat] = []
        self.names: dict[UUID, str] = {}

    async def open(
        self, officer: str, *keys: str, topic: str = BOARD, kind: ScreenKind = ScreenKind.BOARD, group: str = ""
    ) -> Seat:
        """Let an officer open a page that shows everything up to now; it is live after this."""
        seat = self.knock(officer, *keys, topic=topic, kind=kind, group=group)
        await self.turn()
        seat.browser.forget()
        return seat

    def knock(
        self,
        officer: str,
        *keys: str,
        topic: str = BOARD,
        kind: ScreenKind = ScreenKind.BOARD,
        group: str = "",
        cursor: str | None = None,
    ) -> Seat:
        """Let an officer's page ask to join at the next turn."""
        self.names[named(officer)] = officer
        if keys:
            self.journal.enrol(officer, *keys)
        browser = Browser()
        wire = wire_to(browser, self.sink, self.lease)
        given = self.sealer.seal(self.place(), named(officer)) if cursor is None else cursor
        kind = AS_FEED.get(kind, kind) if self.programs else kind
        screen = Screen(named(officer), named(f"sign-in of {officer}"), kind, topic, group, given, wire)
        self.tailer.join(screen)
        seat = Seat(screen, browser, asyncio.create_task(wire.run(lambda: None)))
        self.seats.append(seat)
        return seat

    async def begun_again(self, seat: Seat) -> Seat:
        """Go on as one does who was told to begin again: a page hears on, a program's line ended and it joins anew."""
        if not self.programs:
            return seat
        assert await seat.running == CloseCode.TOO_OLD
        self.tailer.leave(seat.screen)
        return self.knock(self.names[seat.screen.officer])

    def place(self) -> Place:
        """Give the head of the journal as a page that is rendered now would have it."""
        script = self.journal.script
        return Place(script.epoch, len(script.events), script.now)

    async def turn(self) -> None:
        """Take one turn, and let every browser that reads have what it was sent."""
        await self.tailer.turn()
        await breathe()

    async def strike(self) -> None:
        """Close everything."""
        for seat in self.seats:
            seat.running.cancel()
        await asyncio.gather(*(seat.running for seat in self.seats), return_exceptions=True)
