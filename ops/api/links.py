"""Links of cases: made and taken away; where they lead stands in the case files."""

from starlette.requests import Request
from starlette.responses import Response

from ops.actions.links import link_cases, remove_link
from ops.api.answers import done, made
from ops.api.declared import sent
from ops.api.once import once
from ops.api.shapes.cases import NewLink
from ops.web.house import house_of
from ops.web.signed_in import asker


async def link(request: Request) -> Response:
    """Link a case with another."""
    new, reference = sent(request, NewLink), request.path_params["ref"]
    found = await once(request, lambda desk: link_cases(desk, asker(request), reference, new.other, new.reason))
    return made("/links", found)


async def unlink(request: Request) -> Response:
    """Take a link away."""
    await remove_link(house_of(request).desk, asker(request), request.path_params["ref"])
    return done()
