"""The briefing of an operation, and who is ready for it."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from ops.actions.briefings import HEADINGS, Words, acknowledge_briefing, publish_briefing, save_briefing
from ops.screens.plan_pages import read_briefing_page, read_who_is_ready
from ops.web.acts import CONFLICT, answered, based_on
from ops.web.forms import fields, kept
from ops.web.house import house_of
from ops.web.pages import page
from ops.web.signed_in import asker

EDIT = (*HEADINGS, "based_on")


async def briefing(request: Request) -> Response:
    """Show the briefing."""
    return await _briefing(request, {}, {}, 200)


async def save(request: Request) -> Response:
    """Keep the draft."""
    typed, reference = kept(await fields(request), *EDIT), request.path_params["ref"]
    act = save_briefing(house_of(request).desk, asker(request), reference, _words(typed), typed["based_on"])
    return await answered(request, act, _briefing, typed, f"/operations/{reference}/briefing")


async def publish(request: Request) -> Response:
    """Publish the next version."""
    typed, reference = kept(await fields(request), *EDIT), request.path_params["ref"]
    act = publish_briefing(house_of(request).desk, asker(request), reference, _words(typed), typed["based_on"])
    return await answered(request, act, _briefing, typed, f"/operations/{reference}/briefing")


async def acknowledge(request: Request) -> Response:
    """Acknowledge the newest version."""
    number, reference = (await fields(request)).get("number", ""), request.path_params["ref"]
    act = acknowledge_briefing(house_of(request).desk, asker(request), reference, number)
    return await answered(request, act, _briefing, {}, f"/operations/{reference}/briefing")


async def readiness(request: Request) -> Response:
    """Show who is ready."""
    house, reference = house_of(request), request.path_params["ref"]
    async with house.desk.database.reading() as session:
        cursor = await house.cursor(session, asker(request))
        found = await read_who_is_ready(session, asker(request), reference)
    context = {"head": found.head, "ready": found.ready, "cursor": cursor}
    context["live_url"] = f"/operations/{reference}/live?kind=readiness"
    return await page(request, "plan/readiness.html", context, nav="board", listed=[found.head.reference])


def _words(typed: Mapping[str, str]) -> Words:
    return Words(**{heading: typed[heading] for heading in HEADINGS})


async def _briefing(request: Request, typed: Mapping[str, str], errors: Mapping[str, str], status: int) -> Response:
    async with house_of(request).desk.database.reading() as session:
        found = await read_briefing_page(session, asker(request), request.path_params["ref"])
    context = {"head": found.head, "briefing": found.briefing, "headings": HEADINGS, "form": typed, "errors": errors}
    context["based_on"] = based_on(typed, found.briefing.version, status)
    context["theirs"] = bool(typed) and status == CONFLICT
    shown = [found.head.reference]
    return await page(request, "plan/briefing.html", context, nav="board", status=status, shown=shown)
