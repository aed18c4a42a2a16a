"""A case's ring-fences: raised after a preview, lifted with a reason; a report taken out of them and put back."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from live.audience import Level
from ops.access.doors import find
from ops.actions.ring_fences import lift_fence, put_back, raise_fence, take_out
from ops.errors import Invalid
from ops.screens.ring_fences import FencePreview, preview_fence, read_fences
from ops.web.forms import fields, kept
from ops.web.house import house_of
from ops.web.pages import done, page
from ops.web.reports import refused_report
from ops.web.signed_in import asker

TYPED = ("agency", "name")


async def show(request: Request) -> Response:
    """Show the ring-fences of a case."""
    return await _page(request, {}, {})


async def preview(request: Request) -> Response:
    """Show what raising a ring-fence would revoke; nothing is revoked yet."""
    typed = kept(await fields(request), *TYPED)
    try:
        async with house_of(request).desk.database.reading() as session:
            shown = await preview_fence(session, asker(request), request.path_params["ref"], **typed)
    except Invalid as refusal:
        return await _page(request, typed, refusal.messages, 422)
    return await _page(request, typed, {}, shown=shown)


async def raise_one(request: Request) -> Response:
    """Raise a ring-fence; a refused form comes back with everything that was typed."""
    typed, reference = kept(await fields(request), *TYPED), request.path_params["ref"]
    try:
        await raise_fence(house_of(request).desk, asker(request), reference, **typed)
    except Invalid as refusal:
        return await _page(request, typed, refusal.messages, 422)
    return done(request, f"/cases/{reference}/fences")


async def lift(request: Request) -> Response:
    """Lift a ring-fence."""
    sent = await fields(request)
    case = await lift_fence(house_of(request).desk, asker(request), request.path_params["ref"], sent.get("why", ""))
    return done(request, f"/cases/{case}/fences")


async def out(request: Request) -> Response:
    """Take a report out of the ring-fences; a refused form comes back on the report's page."""
    reference, typed = request.path_params["ref"], kept(await fields(request), "unfenced_why")
    try:
        await take_out(house_of(request).desk, asker(request), reference, typed["unfenced_why"])
    except Invalid as refusal:
        return await refused_report(request, refusal.messages, typed)
    return done(request, f"/reports/{reference}")


async def inside(request: Request) -> Response:
    """Put a report back inside the ring-fences."""
    reference = request.path_params["ref"]
    await put_back(house_of(request).desk, asker(request), reference)
    return done(request, f"/reports/{reference}")


async def _page(
    request: Request,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
    status: int = 200,
    shown: FencePreview | None = None,
) -> Response:
    reference = request.path_params["ref"]
    async with house_of(request).desk.database.reading() as session:
        if request.method == "POST":
            await find(session, asker(request), reference, "case", Level.MANAGE)
        fences = await read_fences(session, asker(request), reference)
    context = {"fences": fences, "preview": shown, "form": typed, "errors": errors}
    disclosed = [reference, *(one.thing for one in shown.stands)] if shown else [reference]
    return await page(request, "case/fences.html", context, nav="cases", status=status, shown=disclosed)
