"""Visits that overlap at a site, compared."""

from starlette.requests import Request
from starlette.responses import Response

from ops.screens.visits import read_visits
from ops.web.house import house_of
from ops.web.pages import page
from ops.web.signed_in import asker


async def visits(request: Request) -> Response:
    """Show them side by side."""
    async with house_of(request).desk.database.reading() as session:
        found = await read_visits(session, asker(request), request.path_params["ref"])
    return await page(request, "operation/visits.html", {"visits": found}, nav="board", listed=found.listed)
