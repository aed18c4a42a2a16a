"""Search: what is looked for comes as a body, for an address would keep a name in logs."""

from datetime import datetime

from starlette.requests import Request
from starlette.responses import Response

from models.audit import Act
from ops.api.answers import opened, sealed, shown
from ops.api.declared import sent
from ops.api.reading import read
from ops.api.shapes.search import Found, Hit, Sought
from ops.screens.search import After, search
from ops.screens.search import Sought as Look


async def find(request: Request) -> Response:
    """Show what was found of what the caller may see; written down, whatever it was."""
    wanted = sent(request, Sought)
    look = Look(wanted.words.strip(), wanted.kind or "", _after(opened(request, wanted.cursor)))
    results = await read(request, lambda session, who: search(session, who, look))
    more = sealed(request, f"{results.more.at.isoformat()} {results.more.reference}") if results.more else None
    found = Found(items=tuple(map(Hit.model_validate, results.hits)), next=more)
    return await shown(request, found, listed=results.listed, act=Act.SEARCHED)


def _after(place: str) -> After | None:
    at, _, reference = place.partition(" ")
    return After(datetime.fromisoformat(at), reference) if at else None
