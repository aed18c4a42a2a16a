"""The live feed of pages: one socket, one screen; of the page it reads nothing but the resume cursor."""

from collections.abc import Mapping
from uuid import UUID

from starlette.websockets import WebSocket, WebSocketDisconnect

from live.audience import Level
from live.screen import CloseCode, ScreenKind
from models.agencies import Agency
from models.audit import Act
from ops.access.asker import Asker
from ops.access.doors import find
from ops.errors import NotFound
from ops.screens.wall import read_wall_of
from ops.topics import agency_topic, case_topic, debrief_topic, decisions_topic, operation_topic, page_topic
from ops.web.house import House, house_of
from ops.web.open_screens import NoHelloError, View, hello, listen_only, show_screen
from ops.web.page_feed import MOST_SHOWN
from ops.web.page_lines import line_of
from ops.web.passkey_calls import address_of
from ops.web.refusals import refused
from ops.web.signed_in import asker_behind, wall_behind
from ops.web.sockets import TooManySocketsError

OF_OPERATIONS = {
    ScreenKind.BOARD: operation_topic,
    ScreenKind.FIELD: operation_topic,
    ScreenKind.DECISIONS: decisions_topic,
    ScreenKind.DEBRIEF: debrief_topic,
    ScreenKind.PEOPLE: operation_topic,
    ScreenKind.READINESS: operation_topic,
}


async def operation_feed(websocket: WebSocket) -> None:
    """Serve a page of one operation; a board, unless it says otherwise."""
    asked = websocket.query_params.get("kind", "")
    await _serve(websocket, ScreenKind(asked) if asked in OF_OPERATIONS else ScreenKind.BOARD)


async def wall_feed(websocket: WebSocket) -> None:
    """Serve a wall: the one that the screen was paired to."""
    await _serve(websocket, ScreenKind.WALL)


async def case_feed(websocket: WebSocket) -> None:
    """Serve a case file."""
    await _serve(websocket, ScreenKind.CASE)


async def watch_feed(websocket: WebSocket) -> None:
    """Serve a watch: one officer's own, on the topic of their agency."""
    await _serve(websocket, ScreenKind.WATCH)


async def page_feed(websocket: WebSocket) -> None:
    """Serve any other page: it says what it shows, and hears when that may be shown to its officer no longer."""
    await _serve(websocket, ScreenKind.PAGE)


async def _serve(websocket: WebSocket, kind: ScreenKind) -> None:
    await websocket.accept()  # accepted first: a browser hears the reason of a close, never that of a refusal
    house = house_of(websocket)
    try:
        with house.sockets.of_address(address_of(websocket)):
            async with house.sockets.coming_in:
                asker = await (wall_behind if kind is ScreenKind.WALL else asker_behind)(websocket)
            if asker is None or asker.sign_in is None:
                await websocket.close(CloseCode.SIGNED_OUT)
                return
            with house.sockets.of_officer(asker.officer):
                await _let_in(websocket, house, asker, asker.sign_in, kind)
    except TooManySocketsError:
        await websocket.close(CloseCode.TOO_MANY)


async def _let_in(websocket: WebSocket, house: House, asker: Asker, sign_in: UUID, kind: ScreenKind) -> None:
    if kind is ScreenKind.PAGE:
        await _listen(websocket, asker, sign_in)
        return
    try:
        async with house.sockets.coming_in:
            page = await _page(house, asker, kind, websocket.path_params.get("ref", ""))
        said = await _resume(websocket)
    except NotFound:
        await refused(websocket, asker, "LIVE", Act.REFUSED_NOT_FOUND)
        await websocket.close(CloseCode.WITHDRAWN)
        return
    except NoHelloError:
        await websocket.close(CloseCode.JUNK)
        return
    except WebSocketDisconnect:
        return
    await show_screen(websocket, asker, sign_in, page, str(said["cursor"]), line_of(house, asker, said))


async def _listen(websocket: WebSocket, asker: Asker, sign_in: UUID) -> None:
    """Let a page hear. Whoever names what they may not see hears nothing of it."""
    try:
        said, topic = await _shows(websocket)
    except NoHelloError:
        await websocket.close(CloseCode.JUNK)
        return
    except WebSocketDisconnect:
        return
    view, line = View(ScreenKind.PAGE, topic, "", asker.officer.hex), line_of(house_of(websocket), asker, said)
    await listen_only(websocket, asker, sign_in, view, str(said["cursor"]), line)


async def _shows(websocket: WebSocket) -> tuple[Mapping[str, object], str]:
    """Read the first message of a page, and the topic of what it shows. Raises NoHelloError for anything else."""
    match said := await _resume(websocket):
        case {"shows": [*shows]} if len(shows) <= MOST_SHOWN:
            return said, page_topic(str(one) for one in shows)
        case _:
            raise NoHelloError


async def _resume(websocket: WebSocket) -> Mapping[str, object]:
    """Read the first message: {"do": "resume", "cursor": "...", ...}. Raises NoHelloError for anything else."""
    said = await hello(websocket)
    if not isinstance(said, dict) or said.get("do") != "resume" or not isinstance(said.get("cursor"), str):
        raise NoHelloError
    return said


async def _page(house: House, asker: Asker, kind: ScreenKind, reference: str) -> View:
    case = kind is ScreenKind.CASE
    async with house.desk.database.reading() as session:
        if kind is ScreenKind.WATCH:
            agency = await session.get_one(Agency, asker.agency)
            return View(kind, agency_topic(agency.reference), agency.reference, asker.officer.hex)
        if kind is ScreenKind.WALL:
            reference = await read_wall_of(session, asker)
            await find(session, asker, reference, "operation", Level.DISCOVER)
            return View(kind, operation_topic(reference), reference, asker.officer.hex)
        await find(session, asker, reference, "case" if case else "operation", Level.DISCOVER)
    topic = OF_OPERATIONS.get(kind, case_topic)(reference)
    group = asker.agency if kind is ScreenKind.BOARD else asker.officer  # a case's links and people differ by officer
    return View(kind, topic, reference, group.hex)
