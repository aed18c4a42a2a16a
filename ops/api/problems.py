"""Refusals as RFC 9457 problem details: what was wrong in fixed words, never a word of content."""

from collections.abc import Mapping, Sequence
from typing import Annotated, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ops.errors import Conflict, Invalid, NeedsConfirmation, NotAllowed, NotFound, Refusal
from ops.web.errors import http_refusal as page_refusal
from ops.web.house import House
from ops.web.middleware import PROGRAMS
from ops.web.not_now import RETRY_SECONDS, KeptBody

MEDIA_TYPE = "application/problem+json"
ABOUT = "urn:tallyboard:problem:"
UNNAMED = "body"


class FieldProblem(BaseModel):
    """What was wrong with one field."""

    field: str
    message: str


class Problem(BaseModel):
    """RFC 9457. `type` is fixed for each kind of refusal; `errors` stands with `invalid` alone."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"type": f"{ABOUT}not-found", "title": "There is nothing here that you can see.", "status": 404}
            ]
        }
    )

    type: Annotated[str, Field(examples=[f"{ABOUT}not-found"])]
    title: str
    status: int
    detail: str | None = None
    errors: list[FieldProblem] | None = None


class Kind(NamedTuple):
    """A kind of refusal."""

    name: str
    status: int
    title: str


NOT_FOUND = Kind("not-found", 404, "There is nothing here that you can see.")
NOT_ALLOWED = Kind("not-allowed", 403, "You can see this, but you may not do this to it.")
NEEDS_PERSON = Kind("needs-a-person", 403, "Only a person who confirms who they are can do this, on its page.")
SCOPE = Kind("scope", 403, "This token was not made for this.")
CONFLICT = Kind("conflict", 409, "Somebody else was first.")
CHANGED = Kind("changed", 412, "It has changed since the version that If-Match names. Fetch it again.")
NEEDS_VERSION = Kind("needs-version", 428, "Say with If-Match which version you change: the ETag that you were given.")
INVALID = Kind("invalid", 422, "What was sent does not fit.")
UNREADABLE = Kind("unreadable", 400, "This request could not be read.")
NEEDS_KEY = Kind("needs-key", 400, "Send an Idempotency-Key: 1 to 80 visible letters, new for each command.")
NO_TOKEN = Kind("no-token", 401, "Send a token that works: Authorization: Bearer tally_...")
TOO_MANY = Kind("too-many", 429, "Too many requests. Wait, then go on.")
NOT_NOW = Kind("not-now", 503, "Nothing may be shown just now. Try again.")
FAULT = Kind("fault", 500, "Something went wrong on our side.")
TOO_LARGE = Kind("too-large", 413, "This is larger than may be sent.")
NOT_FORM = Kind("media-type", 415, "Send multipart/form-data with the files in the field `files`.")
NOT_JSON = Kind("media-type", 415, "Send application/json.")
_BY_STATUS = {
    404: NOT_FOUND,
    405: Kind("method", 405, "This cannot be done here."),
    413: TOO_LARGE,
    415: NOT_JSON,
}
KINDS = (
    *(NOT_FOUND, NOT_ALLOWED, NEEDS_PERSON, SCOPE, CONFLICT, CHANGED, NEEDS_VERSION, INVALID, UNREADABLE, NEEDS_KEY),
    *(NO_TOKEN, TOO_MANY, NOT_NOW, FAULT, *_BY_STATUS.values()),
)


class ProblemError(Exception):
    """A refusal that only programs meet."""

    def __init__(self, kind: Kind, headers: Mapping[str, str] | None = None) -> None:
        """Take what it is called."""
        super().__init__(kind.name)
        self.kind = kind
        self.headers = dict(headers or {})


def problem(
    kind: Kind,
    detail: str | None = None,
    errors: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Answer with a problem."""
    fields = [FieldProblem(field=name, message=message) for name, message in errors.items()] if errors else None
    found = Problem(type=f"{ABOUT}{kind.name}", title=kind.title, status=kind.status, detail=detail, errors=fields)
    return Response(found.model_dump_json(exclude_none=True), kind.status, dict(headers or {}), MEDIA_TYPE)


async def refusal(_: Request, refused: Exception) -> Response:
    """Answer what an action or a screen refused. The same for absent and forbidden."""
    match refused:
        case Invalid():
            return problem(INVALID, errors=refused.messages)
        case NotAllowed():
            return problem(NOT_ALLOWED, str(refused) or None)
        case Conflict():
            return problem(CONFLICT, str(refused) or None)
        case NeedsConfirmation():
            return problem(NEEDS_PERSON)
        case ProblemError():
            return problem(refused.kind, headers=refused.headers)
        case _:
            return problem(NOT_FOUND)


async def http_refusal(_: Request, refused: Exception) -> Response:
    """Answer what Starlette refuses: an unknown address, a wrong method, a body too large."""
    status = refused.status_code if isinstance(refused, HTTPException) else NOT_FOUND.status
    headers = refused.headers if isinstance(refused, HTTPException) else None
    return problem(_BY_STATUS.get(status, UNREADABLE), headers=headers)


async def http_refusal_for_all(request: Request, refused: Exception) -> Response:
    """Answer as a problem below the API, which a path with a line break never enters; elsewhere as a page."""
    below = request.scope["path"].startswith(PROGRAMS)
    return await (http_refusal if below else page_refusal)(request, refused)


async def sorry(_: Request, reference: str) -> Response:
    """Answer a fault of ours: only its reference, under which the log tells."""
    return problem(FAULT, f"Reference {reference}.")


async def not_now(request: Request, _house: House, _kept: KeptBody) -> Response:
    """Say that nothing may be shown just now."""
    return await away(request)


async def away(_: Request) -> Response:
    """Say the same when the database goes away in the middle."""
    return problem(NOT_NOW, headers={"retry-after": str(RETRY_SECONDS)})


def misfit(error: ValidationError) -> Invalid:
    """Say of each field what did not fit, without what was sent."""
    found: dict[str, str] = {}
    for one in error.errors(include_url=False, include_input=False, include_context=False):
        found.setdefault(_path(one["loc"]) or UNNAMED, one["msg"])
    return Invalid(found)


def _path(loc: Sequence[int | str]) -> str:
    return ".".join(str(part) for part in loc)


HANDLERS = {
    NotFound: refusal,
    NotAllowed: refusal,
    Conflict: refusal,
    NeedsConfirmation: refusal,
    Invalid: refusal,
    ProblemError: refusal,
    HTTPException: http_refusal,
}
REFUSALS = (Refusal, ProblemError, HTTPException)
