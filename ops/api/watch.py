"""What waits for the caller's decision, and what they watch."""

from starlette.requests import Request
from starlette.responses import Response

from ops.api.answers import shown
from ops.api.watch_state import read_watch
from ops.api.watch_state import watch as given
from ops.web.house import house_of
from ops.web.signed_in import asker


async def watch(request: Request) -> Response:
    """Show it, and where the live feed goes on."""
    house = house_of(request)
    async with house.desk.database.reading() as session:
        cursor = await house.cursor(session, asker(request))
        found = await read_watch(session, asker(request))
    disclosed = [reference for one in found.decide for reference in one.shown]
    listed = [row.reference for row in found.cases if not row.stub]  # of a stub nothing was seen
    listed += [row.reference for row in found.operations if not row.stub]
    return await shown(request, given(found), shown=disclosed, listed=listed, cursor=cursor)
