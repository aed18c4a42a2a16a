"""Every route and every socket says who may use it; one that does not keeps the application from starting."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route, WebSocketRoute
from starlette.websockets import WebSocket

from live.audience import Level
from models.agencies import Duty
from ops.access.duties import must_hold
from ops.errors import Refusal
from ops.web.house import house_of
from ops.web.refusals import act_for, act_of, refused
from ops.web.signed_in import asker_behind, enrolling_behind, wall_behind

STRANGERS_BODY = 64 * 1024  # bytes that anyone may send us: an e-mail and a password need far less

Handler = Callable[[Request], Awaitable[Response]]
SocketHandler = Callable[[WebSocket], Awaitable[None]]


class Who(StrEnum):
    """Who gets as far as the handler."""

    ANYONE = "anyone"
    SIGNED_IN = "signed in"
    ENROLLING = "signed in, perhaps without the second factor that is asked for"
    WALL = "a screen that was paired to a wall, with nobody before it"


@dataclass(frozen=True, slots=True)
class Policy:
    """Who may use a route: for one to a resource, which kind and the least level there; for one of a duty, which."""

    who: Who
    kind: str = ""
    least: Level = Level.NONE
    duties: tuple[Duty, ...] = ()


ANYONE = Policy(Who.ANYONE)
SIGNED_IN = Policy(Who.SIGNED_IN)
ENROLLING = Policy(Who.ENROLLING)
WALL = Policy(Who.WALL)
BEHIND = {Who.ENROLLING: enrolling_behind, Who.WALL: wall_behind}


def door(kind: str, least: Level) -> Policy:
    """Admit officers with at least this level on the resource that the address names."""
    return Policy(Who.SIGNED_IN, kind, least)


def duty(*duties: Duty) -> Policy:
    """Admit officers who hold one of these duties; for everyone else the page is not there."""
    return Policy(Who.SIGNED_IN, duties=duties)


def get(path: str, handler: Handler, policy: Policy) -> Route:
    """Declare a page."""
    return _route(path, handler, policy, "GET")


def post(path: str, handler: Handler, policy: Policy) -> Route:
    """Declare a command."""
    return _route(path, handler, policy, "POST")


def socket(path: str, handler: SocketHandler, policy: Policy) -> WebSocketRoute:
    """Declare a live feed; its handler judges the sign-in itself, because a socket is closed, not redirected."""
    route = WebSocketRoute(path, handler)
    route.policy = policy  # type: ignore[attr-defined]  # ours, read back by policy_of
    return route


def policy_of(route: BaseRoute) -> Policy:
    """Give the declared policy. Raises TypeError for a route without one."""
    policy = getattr(route, "policy", None)
    if not isinstance(policy, Policy):
        raise TypeError(f"{getattr(route, 'path', route)} declares no policy")
    return policy


def refuse_undeclared(routes: list[BaseRoute]) -> None:
    """Keep the application from starting with a route that nobody thought about; static files are public."""
    for route in routes:
        if not isinstance(route, Mount):
            policy_of(route)


def _route(path: str, handler: Handler, policy: Policy, method: str) -> Route:
    limit = STRANGERS_BODY if policy.who is Who.ANYONE else None
    route = Route(path, _guarded(handler, policy), methods=[method], max_body_size=limit)
    route.policy = policy  # type: ignore[attr-defined]  # ours, read back by policy_of
    return route


def _guarded(handler: Handler, policy: Policy) -> Handler:
    @wraps(handler)
    async def guarded(request: Request) -> Response:
        request.state.came_whole = await _came_whole(request)
        request.state.behind = BEHIND.get(policy.who, asker_behind)
        request.state.place = house_of(request).tailer.place  # before anything is read: what is lost later is heard
        request.state.asker = await request.state.behind(request)
        if policy.who is Who.WALL and request.state.asker is None:
            return RedirectResponse("/wall/code", 303)
        if policy.who is not Who.ANYONE and request.state.asker is None:
            return await _to_sign_in(request)
        asker = request.state.asker  # whoever is signed out meanwhile is still the one who asked
        try:
            if policy.duties:
                must_hold(request.state.asker, *policy.duties)
            answer = await handler(request)
        except (Refusal, HTTPException) as refusal:
            await refused(request, asker, request.method, act_of(refusal))
            raise
        finally:
            await request.close()  # what was sent up lies in a temporary file until then
        if (act := act_for(answer.status_code)) is not None:
            await refused(request, asker, request.method, act)
        return answer

    return guarded


async def _came_whole(request: Request) -> bool:
    """Wait for a short form before asking who sends it, so that it need not be asked again when it has come."""
    length = request.headers.get("content-length", "")
    if not length.isdecimal() or int(length) > STRANGERS_BODY:
        return False
    await request.body()
    return True


async def _to_sign_in(request: Request) -> Response:
    if await enrolling_behind(request) is not None:
        return RedirectResponse("/sign-ins", 303)  # signed in, and kept where a second factor is added
    if request.method != "GET":
        return RedirectResponse("/sign-in", 303)
    path = request.url.path
    return RedirectResponse("/sign-in" if path == "/" else f"/sign-in?next={path}", 303)
