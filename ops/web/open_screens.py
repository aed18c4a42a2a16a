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
from live.screen import FOR_PROGRAMS, CloseCode, Screen, ScreenKind
from live.wire import EXTENSION, Link, Wire
from models.audit import Act
from models.sign_ins import SignIn
from ops.access.asker import Asker
from ops.audit.entries import entry, write_down
from ops.settings import Sink
from ops.web.house import House, house_of

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


async def show_screen(websocket: WebSocket, asker: Asker, sign_in: UUID, view: View, cursor: str) -> None:
    """Let a screen hear what it may, from its cursor on, until either side ends it."""
    house = house_of(websocket)
    screen = _screen(websocket, asker, sign_in, view, cursor)
    await _noted(house, asker, Act.SCREEN_OPENED, view)
    try:
        async with _seen_here(house, asker, view):
            await _live(websocket, house, screen, await _expires(house, sign_in))
    finally:
        house.tailer.leave(screen)
        await asyncio.shield(_noted(house, asker, Act.SCREEN_CLOSED, view))


async def listen_only(websocket: WebSocket, asker: Asker, sign_in: UUID, view: View, cursor: str) -> None:
    """Let a page hear what it lost. It is shown nothing that its own row does not list, so nothing is written down."""
    house = house_of(websocket)
    screen = _screen(websocket, asker, sign_in, view, cursor)
    try:
        await _live(websocket, house, screen, await _expires(house, sign_in))
    finally:
        house.tailer.leave(screen)


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
    """Show a person as here; a program that runs day and night says nothing about anybody's whereabouts."""
    if view.kind in FOR_PROGRAMS:
        yield
    else:
        async with house.presence.here(asker.officer, view.topic):
            yield


async def _live(websocket: WebSocket, house: House, screen: Screen, expires_at: datetime) -> None:
    """Join, then write until either side ends it."""
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
    if code is None and not screen.wire.idle:
        screen.wire.abort()  # the sign-in has ended: what it still waits for must not be read
    with suppress(RuntimeError, WebSocketDisconnect, TimeoutError):
        async with asyncio.timeout(CLOSE_WITHIN):
            await websocket.close(code if code is not None else CloseCode.SIGNED_OUT)


def _wire(websocket: WebSocket, sink: Sink) -> Wire:
    """Take the frame sink where it is chosen and the server offers a link; else the one that any server serves."""
    link: Link | None = websocket.scope.get("extensions", {}).get(EXTENSION)
    if link is not None and sink is Sink.FRAMES:
        return FrameWire(link)
    return PlainWire(websocket.send_text, link)


async def _read(websocket: WebSocket) -> int:
    """Hear that the client left; a socket that only sends never would. Anything it says after its hello is junk."""
    message = await websocket.receive()
    return CloseCode.JUNK if message["type"] == "websocket.receive" else CloseCode.MOVING


async def _expires(house: House, sign_in: UUID) -> datetime:
    async with house.desk.database.reading() as session:
        return (await session.get_one(SignIn, sign_in)).expires_at


async def _noted(house: House, asker: Asker, act: Act, view: View) -> None:
    await write_down(house.desk.database, entry(asker, act, [view.reference], at=house.desk.clock.now()))
