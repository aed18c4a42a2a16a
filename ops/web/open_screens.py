"""An open screen behind a socket, a page's or a program's: joined, written to, and read, until either side ends it."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from starlette.websockets import WebSocket, WebSocketDisconnect

from live.frame_wire import FrameWire
from live.plain_wire import PlainWire
from live.screen import NOBODY_THERE, WATCHES, CloseCode, Screen, ScreenKind
from live.wire import EXTENSION, Link, Wire
from models.audit import Act
from models.sign_ins import SignIn
from ops.access.asker import Asker
from ops.audit.entries import entry, write_down
from ops.settings import Sink
from ops.topics import references_on
from ops.web.house import House, house_of
from ops.web.page_lines import PageLine, back_again, broke

HELLO_WITHIN = 10.0  # seconds for the first message; a socket that says nothing is none of ours
CLOSE_WITHIN = 5.0  # seconds for a close to leave; behind a client that does not read it never would


@dataclass(frozen=True, slots=True)
class View:
    """What a screen is about, past its door."""

    kind: ScreenKind
    topic: str
    reference: str
    group: str


class NoHelloError(Exception):
    """The first message is none of ours, or did not come."""


async def hello(websocket: WebSocket) -> object:
    """Read the first message. Raises NoHelloError for one that is no JSON, and for none in time."""
    try:
        async with asyncio.timeout(HELLO_WITHIN):
            message = await websocket.receive()
        if message["type"] == "websocket.disconnect":
            raise WebSocketDisconnect(message.get("code", 1000))
        said: object = json.loads(message.get("text") or "")
    except (ValueError, TimeoutError, RecursionError):
        raise NoHelloError from None
    return said


async def show_screen(
    websocket: WebSocket, asker: Asker, sign_in: UUID, view: View, cursor: str, line: PageLine | None = None
) -> None:
    """Let a screen hear what it may, from its cursor on, until either side ends it."""
    house = house_of(websocket)
    screen = _screen(websocket, asker, sign_in, view, cursor)
    await _noted(house, asker, Act.SCREEN_OPENED, view)
    await back_again(house, sign_in, line)
    broken = False
    try:
        async with _seen_here(house, asker, view):
            broken = await _live(websocket, house, screen, await _expires(house, sign_in))
    finally:
        house.tailer.leave(screen)
        await asyncio.shield(_noted(house, asker, Act.SCREEN_CLOSED, view))
    if broken:
        named = () if view.kind in WATCHES else (view.reference,)
        await broke(house, asker, sign_in, line, named, live=True)


async def listen_only(
    websocket: WebSocket, asker: Asker, sign_in: UUID, view: View, cursor: str, line: PageLine | None = None
) -> None:
    """Let a page hear what it lost. It is shown nothing that its own row does not list: a break alone is noted."""
    house = house_of(websocket)
    screen = _screen(websocket, asker, sign_in, view, cursor)
    await back_again(house, sign_in, line)
    broken = False
    try:
        broken = await _live(websocket, house, screen, await _expires(house, sign_in))
    finally:
        house.tailer.leave(screen)
    if broken:
        await broke(house, asker, sign_in, line, references_on(view.topic) or (), live=False)


def _screen(websocket: WebSocket, asker: Asker, sign_in: UUID, view: View, cursor: str) -> Screen:
    return Screen(
        officer=asker.officer,
        sign_in=sign_in,
        kind=view.kind,
        topic=view.topic,
        group=view.group,
        cursor=cursor,
        wire=_wire(websocket, house_of(websocket).settings.tallyboard_sink),
        root=view.reference,
    )


@asynccontextmanager
async def _seen_here(house: House, asker: Asker, view: View) -> AsyncIterator[None]:
    """Show a person as here; where nobody sits, nobody is here."""
    if view.kind in NOBODY_THERE:
        yield
    else:
        async with house.presence.here(asker.officer, view.topic):
            yield


async def _live(websocket: WebSocket, house: House, screen: Screen, expires_at: datetime) -> bool:
    """Join, then write until either side ends it; say whether the line broke, and the page may still be looked at."""
    house.tailer.join(screen)
    house.follower.wake()
    reader = asyncio.create_task(_read(websocket), name="reader")

    def on_idle() -> None:
        if screen.mailbox or screen.sums is None:  # a turn for nothing would be one for every message sent
            house.follower.wake()

    writer = asyncio.create_task(screen.wire.run(on_idle), name="writer")
    left = (expires_at - house.desk.clock.now()).total_seconds()
    try:
        done, _ = await asyncio.wait({reader, writer}, timeout=left, return_when=asyncio.FIRST_COMPLETED)
    finally:
        reader.cancel()
        writer.cancel()
        await asyncio.gather(reader, writer, return_exceptions=True)  # either may have failed with its socket
    code = next((task.result() for task in done if not task.cancelled() and task.exception() is None), None)
    cut = code is None and not screen.wire.idle
    if cut:
        screen.wire.abort()  # the sign-in has ended: what it still waits for must not be read
    with suppress(RuntimeError, WebSocketDisconnect, TimeoutError):
        async with asyncio.timeout(CLOSE_WITHIN):
            await websocket.close(_said(code))
    return cut or code in {CloseCode.BROKEN, CloseCode.MOVING}


def _said(code: int | None) -> int:
    """Give what a close says. One whose client has left is heard by nobody, and must be a code that may be sent."""
    if code is None:
        return CloseCode.SIGNED_OUT
    return code if code >= CloseCode.JUNK else CloseCode.MOVING


def _wire(websocket: WebSocket, sink: Sink) -> Wire:
    """Take the frame sink where it is chosen and the server offers a link; else the one that any server serves."""
    link: Link | None = websocket.scope.get("extensions", {}).get(EXTENSION)
    if link is not None and sink is Sink.FRAMES:
        return FrameWire(link)
    return PlainWire(websocket.send_text, link)


async def _read(websocket: WebSocket) -> int:
    """Hear that the client left, and how; a socket that only sends never would. All it says after its hello is junk."""
    message = await websocket.receive()
    return CloseCode.JUNK if message["type"] == "websocket.receive" else int(message["code"])


async def _expires(house: House, sign_in: UUID) -> datetime:
    async with house.desk.database.reading() as session:
        return (await session.get_one(SignIn, sign_in)).expires_at


async def _noted(house: House, asker: Asker, act: Act, view: View) -> None:
    await write_down(house.desk.database, entry(asker, act, [view.reference], at=house.desk.clock.now()))
