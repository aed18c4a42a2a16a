"""How a route of the API is declared: who may use it, what it takes and gives; the document is made of the same."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from pydantic import BaseModel, TypeAdapter, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from models.audit import Act
from models.tokens import Scope
from ops.access.asker import Asker
from ops.access.duties import must_hold
from ops.actions.once import LONGEST_KEY
from ops.api.callers import ASK_FOR_IT, admitted, caller_behind
from ops.api.problems import (
    NEEDS_KEY,
    NEEDS_VERSION,
    NO_TOKEN,
    NOT_FORM,
    NOT_JSON,
    REFUSALS,
    SCOPE,
    TOO_LARGE,
    UNREADABLE,
    ProblemError,
    misfit,
)
from ops.api.shapes.common import UNSPEAKABLE, Asked, Sent
from ops.errors import NotFound, Refusal
from ops.web.forms import fields
from ops.web.policy import Policy, Who
from ops.web.refusals import act_of, refused

Handler = Callable[[Request], Awaitable[Response]]
S = TypeVar("S", bound=Sent)
A = TypeVar("A", bound=Asked)
LARGEST_JSON = 256 * 1024  # bytes: a long report, and what stands around it
JSON = "application/json"
FORM = "multipart/form-data"
BODY = "body"  # the field of a form with files that holds the JSON
ANY_MEDIA = "*/*"


class Nothing(Asked):
    """A query of no words."""


@dataclass(frozen=True, slots=True)
class Call:
    """One thing that can be asked of the API. `gives`: the type of its answer, None for an empty one."""

    method: str
    says: str
    scope: Scope | None
    gives: Any = None  # any type that a TypeAdapter takes
    status: int = 200
    asks: type[Asked] = Nothing
    takes: type[Sent] | None = None
    versioned: bool = False  # its answer has an ETag
    live: bool = False  # the live feed goes on from its answer
    if_match: bool = False  # it changes the version that If-Match names
    media_type: str = JSON
    uploads: bool = False  # its body is a form with files, or may be one
    refusals: tuple[int, ...] = field(default=())


def declare(path: str, handler: Handler, policy: Policy, call: Call) -> Route:
    """Declare a route."""
    route = Route(path, _guarded(handler, policy, call), methods=[call.method])
    route.policy = policy  # type: ignore[attr-defined]  # ours, read back by policy_of
    route.call = call  # type: ignore[attr-defined]  # ours, read back by call_of
    return route


def call_of(route: BaseRoute) -> Call:
    """Give what a route was declared to do. Raises TypeError for one that says nothing."""
    call = getattr(route, "call", None)
    if not isinstance(call, Call):
        raise TypeError(f"{getattr(route, 'path', route)} does not say what it does")
    return call


def sent(request: Request, kind: type[S]) -> S:
    """Give the body that a route takes, as it was checked."""
    found = request.state.sent
    assert isinstance(found, kind)  # noqa: S101 - the route declares it
    return found


def asked(request: Request, kind: type[A]) -> A:
    """Give the query of a route, as it was checked."""
    found = request.state.asked
    assert isinstance(found, kind)  # noqa: S101 - the route declares it
    return found


def key_of(request: Request) -> str:
    """Give the command's own key."""
    return request.headers["idempotency-key"]


def version_of(request: Request) -> str:
    """Give the version that a change was made from."""
    return request.headers["if-match"].strip().removeprefix("W/").strip('"')


def _guarded(handler: Handler, policy: Policy, call: Call) -> Handler:
    async def guarded(request: Request) -> Response:
        if policy.who is Who.ANYONE:
            return await handler(request)
        caller = await admitted(request)
        request.state.caller, request.state.asker = caller, caller.asker
        request.state.behind = _asker_again
        try:
            await _prepare(request, policy, call)
            return await handler(request)
        except REFUSALS as refusal:
            await refused(request, caller.asker, request.method, _act(refusal))
            raise
        finally:
            await request.close()  # what was sent up lies in a temporary file until then

    return guarded


async def _prepare(request: Request, policy: Policy, call: Call) -> None:
    """Check all that needs no look at what was asked for, so that it answers the same whatever that is."""
    if call.scope is not None and call.scope not in request.state.caller.scopes:
        raise ProblemError(SCOPE)
    if policy.duties:
        must_hold(request.state.asker, *policy.duties)
    if UNSPEAKABLE in request.url.path:
        raise NotFound
    request.state.asked = _query(request, call.asks)
    if call.method == "POST" and not _usable(request.headers.get("idempotency-key", "")):
        raise ProblemError(NEEDS_KEY)
    if call.if_match and not request.headers.get("if-match", "").strip():
        raise ProblemError(NEEDS_VERSION)
    if call.uploads and call.takes is None and not is_sent_as(request, FORM):
        raise ProblemError(NOT_FORM)
    if call.takes is not None:
        request.state.sent = await _body(request, call.takes, with_files=call.uploads)
        await judge_again(request)


async def _asker_again(request: Request) -> Asker | None:
    """Give who sends a form, anew once it has all come."""
    caller = await caller_behind(request)
    return caller.asker if caller else None


async def judge_again(request: Request) -> None:
    """Judge the token anew: a body may take minutes, and access end meanwhile."""
    caller = await caller_behind(request)
    if caller is None:
        raise ProblemError(NO_TOKEN, ASK_FOR_IT)
    request.state.caller, request.state.asker = caller, caller.asker


def _usable(key: str) -> bool:
    return 0 < len(key) <= LONGEST_KEY and key.isascii() and key.isprintable() and not key.isspace()


def _act(refusal: Exception) -> Act:
    if isinstance(refusal, ProblemError):
        return Act.REFUSED_SCOPE if refusal.kind is SCOPE else Act.REFUSED_INVALID
    assert isinstance(refusal, Refusal | HTTPException)  # noqa: S101 - the third of REFUSALS is above
    return act_of(refusal)


def _query(request: Request, kind: type[Asked]) -> Asked:
    try:
        return kind.model_validate(dict(request.query_params))
    except ValidationError as error:
        raise misfit(error) from None


async def _raw(request: Request) -> bytes:
    """Read the body, no further than it may be long."""
    found = bytearray()
    async for piece in request.stream():
        found += piece
        if len(found) > LARGEST_JSON:
            raise ProblemError(TOO_LARGE)
    return bytes(found)


def is_sent_as(request: Request, media_type: str) -> bool:
    """Say whether a request's body is of this kind."""
    return request.headers.get("content-type", "").partition(";")[0].strip().lower() == media_type


async def _body(request: Request, kind: type[Sent], *, with_files: bool) -> BaseModel:
    """Read a body; one that may bring files can come as a form, with what JSON would say in its field BODY."""
    if with_files and is_sent_as(request, FORM):
        request.state.raw = (await fields(request)).get(BODY, "").encode()
    elif is_sent_as(request, JSON):
        request.state.raw = await _raw(request)
    else:
        raise ProblemError(NOT_JSON)
    try:
        found: BaseModel = TypeAdapter(kind).validate_json(request.state.raw)
    except ValidationError as error:
        if error.errors(include_url=False, include_input=False)[0]["type"] == "json_invalid":
            raise ProblemError(UNREADABLE) from None
        raise misfit(error) from None
    return found
