"""Answers: a representation with its audit row written first; a page of a list; what a command made."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import TypeVar

from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import Response

from models.audit import Act
from ops.api.shapes.common import BASE, AskedPage, Made, Page
from ops.errors import Invalid
from ops.web.house import house_of
from ops.web.pages import disclose
from ops.web.signed_in import asker

JSON = "application/json"
LIVE_CURSOR = "live-cursor"
R = TypeVar("R")
S = TypeVar("S", bound=BaseModel)


async def shown(
    request: Request,
    found: BaseModel,
    *,
    shown: Collection[str] = (),
    listed: Collection[str] = (),
    act: Act | None = None,
    version: str = "",
    cursor: str = "",
) -> Response:
    """Answer with a representation, and write to the audit what it discloses before the first byte leaves.

    `cursor`: where the live feed goes on from the moment that was read.
    """
    if shown or listed or act:
        await disclose(house_of(request), asker(request), act or (Act.OPENED if shown else Act.LISTED), shown, listed)
    headers = {"etag": f'"{version}"'} if version else {}
    return answer(found, headers=headers | ({LIVE_CURSOR: cursor} if cursor else {}))


def answer(found: BaseModel, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Answer with a representation that discloses nothing of the cabinet."""
    return Response(found.model_dump_json(), status, headers, JSON)


def made(path: str, reference: str) -> Response:
    """Say what a command made, and where it is."""
    where = f"{BASE}{path}/{reference}"
    return answer(Made(reference=reference, self=where), 201, {"location": where})


def done() -> Response:
    """Say that a command was done."""
    return Response(status_code=204)


def place(request: Request, wanted: AskedPage) -> str:
    """Give after which reference a page begins. Raises Invalid for a cursor that was not given to this caller."""
    return opened(request, wanted.cursor)


def part(
    request: Request, wanted: AskedPage, rows: Sequence[R], shape: Callable[[R], S], name: Callable[[R], str]
) -> Page[S]:
    """Make a page of rows, of which one more was read than is wanted: it says whether there are more."""
    kept, more = rows[: wanted.limit], len(rows) > wanted.limit
    cursor = sealed(request, name(kept[-1])) if more else None
    return Page(items=tuple(shape(row) for row in kept), next=cursor)


def sealed(request: Request, last: str) -> str:
    """Seal the place where a page of this list ended, for this caller."""
    return house_of(request).sealer.seal_words(f"{_list_of(request)} {last}", asker(request).officer)


def opened(request: Request, cursor: str) -> str:
    """Open the place that a cursor holds; empty for the beginning. Raises Invalid for one of another list or caller."""
    if not cursor:
        return ""
    words = house_of(request).sealer.open_words(cursor, asker(request).officer)
    kind, _, last = (words or "").partition(" ")
    if kind != _list_of(request):
        raise Invalid({"cursor": "This is no cursor of this list, or not yours. Begin without one."})
    return last


def _list_of(request: Request) -> str:
    return request.url.path.removeprefix(BASE)
