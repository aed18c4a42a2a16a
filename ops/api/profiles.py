"""Individuals whose profile the caller may read."""

from starlette.requests import Request
from starlette.responses import Response

from ops.api.answers import part, place, shown
from ops.api.declared import asked
from ops.api.reading import read
from ops.api.shapes.common import AskedPage
from ops.api.shapes.profiles import NamingReport, Profile, ProfileLine
from ops.screens.lists import profiles_after
from ops.screens.profile_page import read_profile


async def profiles(request: Request) -> Response:
    """List them."""
    wanted = asked(request, AskedPage)
    after = place(request, wanted)
    rows = await read(request, lambda session, who: profiles_after(session, who, after, wanted.limit + 1))
    page = part(request, wanted, rows, ProfileLine.model_validate, lambda row: row.reference)
    return await shown(request, page, listed=[line.reference for line in page.items])


async def profile(request: Request) -> Response:
    """Show one."""
    found = await read(request, lambda session, who: read_profile(session, who, request.path_params["ref"]))
    fields = {name: getattr(found.row, name) for name in ProfileLine.model_fields if name != "projection"}
    listed = [report.reference for report in found.reports]
    return await shown(
        request,
        Profile(**fields, reports=tuple(map(NamingReport.model_validate, found.reports))),
        shown=[found.row.reference],
        listed=listed,
    )
