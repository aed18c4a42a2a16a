"""The live feed: one socket, one screen; it reads nothing but the resume cursor and writes what the engine decides."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from starlette.websockets import WebSocket, WebSocketDisconnect

from live.audience import Level
from live.frame_wire import FrameWire
from live.plain_wire import PlainWire
from live.screen import CloseCode, Screen, ScreenKind
from live.wire import EXTENSION, Link, Wire
from models.agencies import Agency
from models.audit import Act
from models.sign_ins import SignIn
from ops.access.asker import Asker
from ops.access.doors import find
from ops.audit.entries import entry, write_down
from ops.errors import NotFound
from ops.settings import Sink
from ops.topics import agency_topic, case_topic, decisions_topic, operation_topic
from ops.web.house import House, house_of
from ops.web.passkey_calls import address_of
from ops.web.refusals import refused
from ops.web.signed_in import asker_behind
from ops.web.sockets import TooManySocketsError

HELLO_WITHIN = 10.0  # seconds for the first message; a socket that says nothing is no page of ours
OF_OPERATIONS = {
    ScreenKind.BOARD: operation_topic,
    ScreenKind.FIELD: operation_topic,
    ScreenKind.DECISIONS: decisions_topic,
}
CLOSE_WITHIN = 5.0  # seconds for a close to leave; behind a client that does not read it never would


@dataclass(frozen=True, slots=True)
class _Page:
    kind: ScreenKind
    topic: str
    reference: str
    group: str


async def operation_feed(websocket: WebSocket) -> None:
    """Serve a page of one operation; a board, unless it says otherwise."""
    asked = websocket.query_params.get("kind", "")
    await _serve(websocket, ScreenKind(asked) if asked in OF_OPERATIONS else ScreenKind.BOARD)


async def case_feed(websocket: WebSocket) -> None:
    """Serve a case file."""
    await _serve(websocket, ScreenKind.CASE)


async def watch_feed(websocket: WebSocket) -> None:
    """Serve a watch: one officer's own, on the topic of their agency."""
    await _serve(websocket, ScreenKind.WATCH)


async def _serve(websocket: WebSocket, kind: ScreenKind) -> None:
    await websocket.accept()  # accepted first: a browser hears the reason of a close, never that of a refusal
    house = house_of(websocket)
    try:
        with house.sockets.of_address(address_of(websocket)):
            async with house.sockets.coming_in:
                asker = await asker_behind(websocket)
            if asker is None or asker.sign_in is None:
                await websocket.close(CloseCode.SIGNED_OUT)
                return
            with house.sockets.of_officer(asker.officer):
                await _let_in(websocket, house, asker, asker.sign_in, kind)
    except TooManySocketsError:
        await websocket.close(CloseCode.TOO_MANY)


async def _let_in(websocket: WebSocket, house: House, asker: Asker, sign_in: UUID, kind: ScreenKind) -> None:
    try:
        async with house.sockets.coming_in:
            page = await _page(house, asker, kind, websocket.path_params.get("ref", ""))
        cursor = await _hello(websocket)
    except NotFound:
        await refused(websocket, asker, "LIVE", Act.REFUSED_NOT_FOUND)
        await websocket.close(CloseCode.WITHDRAWN)
        return
    except (ValueError, KeyError, TimeoutError):
        await websocket.close(CloseCode.JUNK)
        return
    except WebSocketDisconnect:
        return
    screen = Screen(
        officer=asker.officer,
        sign_in=sign_in,
        kind=page.kind,
        topic=page.topic,
        group=page.group,
        cursor=cursor,
        wire=_wire(websocket, house.settings.tallyboard_sink),
        root=page.reference,
    )
    await _noted(house, asker, Act.SCREEN_OPENED, page)
    try:
        async with house.presence.here(asker.officer, page.topic):
            await _live(websocket, house, screen, await _expires(house, sign_in))
    finally:
        house.tailer.leave(screen)
        await asyncio.shield(_noted(house, asker, Act.SCREEN_CLOSED, page))


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


async def _hello(websocket: WebSocket) -> str:
    """Read the first message: {"do": "resume", "cursor": "..."}. Raises ValueError or KeyError for anything else."""
    hello = await asyncio.wait_for(websocket.receive_json(), HELLO_WITHIN)
    if not isinstance(hello, dict) or hello.get("do") != "resume" or not isinstance(hello["cursor"], str):
        raise ValueError("the first message must resume")
    return str(hello["cursor"])


async def _page(house: House, asker: Asker, kind: ScreenKind, reference: str) -> _Page:
    case = kind is ScreenKind.CASE
    async with house.desk.database.reading() as session:
        if kind is ScreenKind.WATCH:
            agency = await session.get_one(Agency, asker.agency)
            return _Page(kind, agency_topic(agency.reference), agency.reference, asker.officer.hex)
        await find(session, asker, reference, "case" if case else "operation", Level.DISCOVER)
    topic = OF_OPERATIONS.get(kind, case_topic)(reference)
    group = asker.agency if kind is ScreenKind.BOARD else asker.officer  # a case's links and people differ by officer
    return _Page(kind, topic, reference, group.hex)


async def _expires(house: House, sign_in: UUID) -> datetime:
    async with house.desk.database.reading() as session:
        return (await session.get_one(SignIn, sign_in)).expires_at


async def _noted(house: House, asker: Asker, act: Act, page: _Page) -> None:
    await write_down(house.desk.database, entry(asker, act, [page.reference], at=house.desk.clock.now()))
