"""The briefing of an operation, and who is ready for it."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from ops.actions.briefings import HEADINGS, acknowledge_briefing, publish_briefing, save_briefing
from ops.feed.workers import present_on
from ops.screens.briefing import read_briefing
from ops.screens.plan import read_head
from ops.screens.readiness import read_readiness
from ops.topics import operation_topic
from ops.web.acts import answered
from ops.web.forms import fields, kept
from ops.web.house import house_of
from ops.web.pages import page
from ops.web.signed_in import asker


async def briefing(request: Request) -> Response:
    """Show the briefing."""
    return await _briefing(request, {}, {}, 200)


async def save(request: Request) -> Response:
    """Keep the draft."""
    typed, reference = kept(await fields(request), *HEADINGS), request.path_params["ref"]
    act = save_briefing(house_of(request).desk, asker(request), reference, typed)
    return await answered(request, act, _briefing, typed, f"/operations/{reference}/briefing")


async def publish(request: Request) -> Response:
    """Publish the next version."""
    typed, reference = kept(await fields(request), *HEADINGS), request.path_params["ref"]
    act = publish_briefing(house_of(request).desk, asker(request), reference, typed)
    return await answered(request, act, _briefing, typed, f"/operations/{reference}/briefing")


async def acknowledge(request: Request) -> Response:
    """Acknowledge the newest version."""
    number, reference = (await fields(request)).get("number", ""), request.path_params["ref"]
    act = acknowledge_briefing(house_of(request).desk, asker(request), reference, number)
    return await answered(request, act, _briefing, {}, f"/operations/{reference}/briefing")


async def readiness(request: Request) -> Response:
    """Show who is ready."""
    topic = operation_topic(request.path_params["ref"])
    async with house_of(request).desk.database.reading() as session:
        head = await read_head(session, asker(request), request.path_params["ref"])
        present = (await present_on(session, [topic], asker(request).at)).get(topic, frozenset())
        found = await read_readiness(session, asker(request), head, present)
    context = {"head": head, "ready": found}
    return await page(request, "plan/readiness.html", context, nav="board", listed=[head.reference])


async def _briefing(request: Request, typed: Mapping[str, str], errors: Mapping[str, str], status: int) -> Response:
    async with house_of(request).desk.database.reading() as session:
        head = await read_head(session, asker(request), request.path_params["ref"])
        found = await read_briefing(session, asker(request), head)
    context = {"head": head, "briefing": found, "headings": HEADINGS, "form": typed, "errors": errors}
    shown = [head.reference]
    return await page(request, "plan/briefing.html", context, nav="board", status=status, shown=shown)
