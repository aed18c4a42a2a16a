"""A command of the API in one line: who may, what it takes, and the pages' own action, done once for each key."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from models.tokens import Scope
from ops.api.answers import done, made
from ops.api.arguments import Arguments, names_of_address, sent_values
from ops.api.declared import FORM, Call, declare, is_sent_as, key_of, version_of
from ops.api.once import once
from ops.api.problems import CHANGED, ProblemError
from ops.api.shapes.common import Made, Sent
from ops.errors import Changed
from ops.files.intake import TakenIn
from ops.transaction import Desk
from ops.web.forms import filing
from ops.web.house import house_of
from ops.web.policy import Policy
from ops.web.signed_in import asker

Action = Callable[..., Awaitable[object]]
KEY, FILES, VERSION = "key", "files", "based_on"  # what actions call them


def command(
    says: str,
    path: str,
    policy: Policy,
    scope: Scope,
    act: Action,
    takes: type[Sent] | None = None,
    *,
    makes: str = "",
    method: str = "POST",
) -> Route:
    """Declare a command. `makes`: the path of what it makes.

    The action's parameters are filled by name: `reference`, or the kind of thing that the door names, with the
    address; the others with what is sent, `key` with the Idempotency-Key, `based_on` with If-Match, `files` with what
    is sent up. Raises TypeError for an action that this cannot fill.
    """
    arguments = Arguments(act)
    names, sent, addressed = arguments.names, set(takes.model_fields if takes else ()), names_of_address(path, policy)
    arguments.must_fit(act, {*sent, *addressed, KEY, FILES, VERSION}, sent)
    call = Call(
        method,
        says,
        scope,
        Made if makes else None,
        201 if makes else 204,
        takes=takes,
        if_match=VERSION in names,
        uploads=FILES in names,
    )

    async def handle(request: Request) -> Response:
        async with _files(request) if FILES in names else _none() as files:
            values = {**sent_values(request), **dict.fromkeys(addressed, request.path_params.get("ref")), FILES: files}
            values |= {KEY: key_of(request)} if KEY in names else {}
            values |= {VERSION: version_of(request)} if VERSION in names else {}

            async def done_by(desk: Desk) -> object:
                reference = await act(desk, asker(request), **arguments.of(values))
                return reference if makes else None

            reference = await _once(request, done_by, files, keeps_its_key=KEY in names or method != "POST")
        return made(makes, reference or request.path_params["ref"]) if makes else done()

    return declare(path, _told_of_change(handle) if VERSION in names else handle, policy, call)


async def _once(
    request: Request, act: Callable[[Desk], Awaitable[object]], files: list[TakenIn], *, keeps_its_key: bool
) -> str:
    if keeps_its_key:
        found = await act(house_of(request).desk)
        return found if isinstance(found, str) else ""
    return await once(request, act, " ".join(f"{file.sha256} {file.name}" for file in files) if files else None)


def _told_of_change(handle: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    async def handled(request: Request) -> Response:
        try:
            return await handle(request)
        except Changed:
            raise ProblemError(CHANGED) from None

    return handled


@asynccontextmanager
async def _files(request: Request) -> AsyncIterator[list[TakenIn]]:
    """Take in what is sent up; a command that came as JSON brings no files."""
    if not is_sent_as(request, FORM):
        yield []
        return
    async with filing(request, FILES) as files:
        yield files


@asynccontextmanager
async def _none() -> AsyncIterator[list[TakenIn]]:
    yield []
