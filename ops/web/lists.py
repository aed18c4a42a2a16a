"""Plain lists for now: the watchlist and the individuals; and the style that marks what is one's own."""

from starlette.requests import Request
from starlette.responses import Response

from models.agencies import Officer
from ops.actions.factors import factors_of
from ops.screens.lines import agency_tags
from ops.screens.lists import my_profiles
from ops.screens.profile_page import read_profile
from ops.screens.to_decide import to_decide
from ops.screens.watch import read_watch
from ops.web.house import house_of
from ops.web.pages import page
from ops.web.signed_in import asker


async def watch(request: Request) -> Response:
    """List what waits for my decision, and what my agency is on."""
    house = house_of(request)
    async with house.desk.database.reading() as session:
        cursor = await house.cursor(session, asker(request))
        found = await read_watch(session, asker(request))
        bare = bool(asker(request).duties) and not (await factors_of(session, asker(request).officer)).second
    context = {"cases": found.cases, "operations": found.operations, "decide": found.decide, "cursor": cursor}
    context |= {"waiting": len(found.decide), "needs_second_factor": bare, "live_url": "/watch/live"}
    return await page(request, "watch.html", context, nav="watch", shown=found.shown, listed=found.listed)


async def waiting(request: Request) -> Response:
    """Give the number of what waits for my decision: every page asks for it once it is there, and waits for nothing."""
    async with house_of(request).desk.database.reading() as session:
        decide = await to_decide(session, asker(request))
    return Response(str(len(decide)), media_type="text/plain")


async def profiles(request: Request) -> Response:
    """List the individuals whose profile I may read."""
    async with house_of(request).desk.database.reading() as session:
        found = await my_profiles(session, asker(request))
    return await page(
        request, "profiles.html", {"profiles": found}, nav="people", listed=[row.reference for row in found]
    )


async def profile(request: Request) -> Response:
    """Show one individual: the minimal record, and the reports naming them that I may read."""
    async with house_of(request).desk.database.reading() as session:
        found = await read_profile(session, asker(request), request.path_params["ref"])
    context = {"profile": found.row, "reports": found.reports}
    listed = [report.reference for report in found.reports]
    return await page(request, "profile.html", context, nav="people", shown=[found.row.reference], listed=listed)


async def mine_css(request: Request) -> Response:
    """Mark what my agency may take: fragments are the same for everyone, so a style tells mine from theirs."""
    async with house_of(request).desk.database.reading() as session:
        own = (await agency_tags(session))[asker(request).agency]
        me = await session.get_one(Officer, asker(request).officer)
    mine = (
        f'[data-owner="{own.reference}"] .mine, [data-may~="{own.code}"] .mine, [data-confirms~="{me.reference}"] .mine'
    )
    acts = f'[data-confirms~="{me.reference}"] .acts.mine'
    return Response(f"{mine} {{ display: revert; }}\n{acts} {{ display: flex; }}\n", media_type="text/css")
