"""What the API shows, in one line each: the pages' own screen, its representation, and what the audit is told of it."""

from collections.abc import Awaitable, Callable, Collection
from typing import Any

from pydantic import TypeAdapter
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from live.audience import Level
from models.audit import Act
from models.tokens import Scope
from ops.api.answers import part, place, shown
from ops.api.arguments import Arguments, names_of_address, sent_values
from ops.api.declared import Call, Nothing, asked, declare
from ops.api.reading import read
from ops.api.shapes.common import Asked, AskedPage, Page, Sent
from ops.web.policy import SIGNED_IN, Policy

Screen = Callable[..., Awaitable[Any]]
Names = Callable[[Any], Collection[str]]


class Over:
    """Several values read as one: the first that has a name gives it."""

    def __init__(self, *parts: object) -> None:
        """Take the values."""
        self._parts = parts

    def __getattr__(self, name: str) -> object:
        """Give what the first of them has."""
        for one in self._parts:
            if hasattr(one, name):
                return getattr(one, name)
        raise AttributeError(name)


def nothing(_: object) -> Collection[str]:
    """Say that no thing of the cabinet is shown."""
    return ()


def screen(
    says: str,
    path: str,
    policy: Policy,
    screen: Screen,
    shape: Any,  # noqa: ANN401 - any type that a TypeAdapter takes
    *,
    scope: Scope | None = Scope.READ,
    asks: type[Asked] = Nothing,
    takes: type[Sent] | None = None,
    view: Callable[[Any], object] = lambda found: found,
    shown_by: Names = nothing,
    listed_by: Names = nothing,
    version_of: Callable[[Any], str] | None = None,
    act: Act | None = None,
) -> Route:
    """Declare a screen; one that takes a body, such as a preview, changes nothing either.

    Its parameters are filled as a command's are. `shown_by` and `listed_by`: the references of which it shows content,
    or a line, for the audit. `view`: makes what the representation is read from.
    """
    arguments, addressed, method = Arguments(screen), names_of_address(path, policy), "POST" if takes else "GET"
    sent = {*asks.model_fields, *(takes.model_fields if takes else ())}
    arguments.must_fit(screen, {*sent, *addressed}, sent)
    adapter: TypeAdapter[Any] = TypeAdapter(shape)
    call = Call(method, says, scope, shape, asks=asks, takes=takes, versioned=version_of is not None)

    async def handle(request: Request) -> Response:
        values = {**sent_values(request), **dict.fromkeys(addressed, request.path_params.get("ref"))}
        found = await read(request, lambda session, who: screen(session, who, **arguments.of(values)))
        given = adapter.validate_python(_items(view(found)), from_attributes=True)
        version = version_of(found) if version_of else ""
        return await shown(request, given, shown=shown_by(found), listed=listed_by(found), act=act, version=version)

    return declare(path, handle, policy, call)


def listing(
    says: str,
    path: str,
    screen: Screen,
    page: type[Page[Any]],
    *,
    policy: Policy = SIGNED_IN,
    name: Callable[[Any], str] = lambda row: row.reference,
    shown_by: Names = nothing,
    listed_by: Names = nothing,
) -> Route:
    """Declare a list that comes page by page. `screen`: reads the rows `after` a place, `most` at once.

    `name`: names a row's place. `shown_by`, `listed_by`: what a page of rows shows, for the audit.
    """
    arguments, addressed = Arguments(screen), names_of_address(path, policy)
    arguments.must_fit(screen, {*addressed, "after", "most"}, ())
    call = Call("GET", says, Scope.READ, page, asks=AskedPage)
    adapter: TypeAdapter[Any] = TypeAdapter(page.model_fields["items"].annotation.__args__[0])  # type: ignore[union-attr]  # a tuple's

    async def handle(request: Request) -> Response:
        wanted = asked(request, AskedPage)
        values = dict.fromkeys(addressed, request.path_params.get("ref"))
        values |= {"after": place(request, wanted), "most": wanted.limit + 1}
        rows = await read(request, lambda session, who: screen(session, who, **arguments.of(values)))
        given = part(request, wanted, rows, lambda row: adapter.validate_python(row, from_attributes=True), name)
        kept = rows[: wanted.limit]
        box = [request.path_params["ref"]] if policy.least >= Level.READ else []  # whoever reads in it, reads of it
        return await shown(request, given, shown=shown_by(kept), listed=[*box, *listed_by(kept)])

    return declare(path, handle, policy, call)


def _items(found: object) -> object:
    """Make a list of all there is a page without a next one."""
    return {"items": tuple(found)} if isinstance(found, list) else found
