"""The live feed of programs: one socket follows one thing, through its door, under the rule of the pages' feed."""

from pydantic import TypeAdapter, ValidationError
from starlette.websockets import WebSocket, WebSocketDisconnect

from live.audience import Level
from live.screen import CloseCode, ScreenKind
from models.agencies import Agency
from models.audit import Act
from models.tokens import Scope
from ops.access.doors import find
from ops.actions.tokens import Caller
from ops.api.callers import admitted, caller_behind
from ops.api.problems import TOO_MANY, ProblemError
from ops.api.shapes.frames import JoinCase, JoinOperation, JoinWatch
from ops.errors import NotFound
from ops.topics import agency_topic, case_topic, operation_topic
from ops.web.house import House, house_of
from ops.web.open_screens import NoHelloError, View, hello, show_screen
from ops.web.passkey_calls import address_of
from ops.web.refusals import refused
from ops.web.sockets import TooManySocketsError

_JOIN: TypeAdapter[JoinOperation | JoinCase | JoinWatch] = TypeAdapter(JoinOperation | JoinCase | JoinWatch)


async def feed(websocket: WebSocket) -> None:
    """Serve one program's socket."""
    await websocket.accept()  # accepted first: a client hears the reason of a close, never that of a refusal
    house = house_of(websocket)
    try:
        with house.sockets.of_address(address_of(websocket)):
            async with house.sockets.coming_in:
                caller = await admitted(websocket)
            with house.sockets.of_officer(caller.asker.officer):
                await _let_in(websocket, house, caller)
    except TooManySocketsError:
        await websocket.close(CloseCode.TOO_MANY)
    except ProblemError as refusal:
        await websocket.close(CloseCode.TOO_MANY if refusal.kind is TOO_MANY else CloseCode.SIGNED_OUT)


async def _let_in(websocket: WebSocket, house: House, caller: Caller) -> None:
    try:
        join = _JOIN.validate_python(await hello(websocket))
        async with house.sockets.coming_in:
            now = await caller_behind(websocket)  # judged again: access may have ended while nothing was said
            view = await _through_the_door(house, now, join) if now else None
    except NotFound:
        await refused(websocket, caller.asker, "LIVE", Act.REFUSED_NOT_FOUND)
        await websocket.close(CloseCode.WITHDRAWN)
    except (NoHelloError, ValidationError):
        await websocket.close(CloseCode.JUNK)
    except WebSocketDisconnect:
        return
    else:
        if now is None or view is None or now.asker.sign_in is None:
            await websocket.close(CloseCode.SIGNED_OUT)
        else:
            await show_screen(websocket, now.asker, now.asker.sign_in, view, join.cursor)


async def _through_the_door(house: House, caller: Caller, join: JoinOperation | JoinCase | JoinWatch) -> View:
    """Find what is to be followed. To a token that was not made to read, nothing is there."""
    if Scope.READ not in caller.scopes:
        raise NotFound
    asker = caller.asker
    async with house.desk.database.reading() as session:
        match join:
            case JoinOperation(operation=reference):
                await find(session, asker, reference, "operation", Level.DISCOVER)
                return View(ScreenKind.OPERATION_FEED, operation_topic(reference), reference, asker.agency.hex)
            case JoinCase(case=reference):
                await find(session, asker, reference, "case", Level.DISCOVER)
                return View(ScreenKind.CASE_FEED, case_topic(reference), reference, asker.officer.hex)
            case JoinWatch():
                agency = await session.get_one(Agency, asker.agency)
                topic = agency_topic(agency.reference)
                return View(ScreenKind.WATCH_FEED, topic, agency.reference, asker.officer.hex)
