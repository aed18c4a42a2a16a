"""Emergency access: breaking the glass, its review, and which reports may be opened that way."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ops.actions.emergencies import break_glass
from ops.actions.emergency_marks import mark_for_emergency
from ops.actions.emergency_reviews import review
from ops.errors import Conflict, Invalid, NotAllowed, NotFound
from ops.screens.emergency_page import EmergencyPage, read_breaking_glass, read_emergency
from ops.web.forms import fields, kept
from ops.web.house import house_of
from ops.web.pages import page
from ops.web.signed_in import asker

NOTHING = "Nothing was opened. The reference may be wrong, or it may not be opened this way. Call its owner's desk."


async def form(request: Request) -> Response:
    """Show what breaking the glass means, and the form."""
    return await _form(request, {"reference": request.query_params.get("for", "")}, {})


async def take(request: Request) -> Response:
    """Break the glass, and lead to its record. Wrong and forbidden references get the same answer."""
    typed = kept(await fields(request), "reference", "reason")
    try:
        made = await break_glass(house_of(request).desk, asker(request), typed["reference"], typed["reason"])
    except Invalid as refusal:
        return await _form(request, typed, refusal.messages, 422)
    except NotFound:
        return await _form(request, typed, {"reference": NOTHING}, 422)
    except (Conflict, NotAllowed) as refusal:
        return await _form(request, typed, {"reference": str(refusal)}, 409)
    return RedirectResponse(f"/emergency-access/{made}", 303)


async def show(request: Request) -> Response:
    """Show a broken glass to everyone concerned."""
    return await _show(request, {}, {})


async def judge(request: Request) -> Response:
    """Review a broken glass."""
    reference, typed = request.path_params["ref"], kept(await fields(request), "justified", "words")
    try:
        await review(house_of(request).desk, asker(request), reference, typed["justified"], typed["words"])
    except Invalid as refusal:
        return await _show(request, typed, refusal.messages, 422)
    except Conflict as refusal:
        return await _show(request, typed, {"words": str(refusal)}, 409)
    return RedirectResponse(f"/emergency-access/{reference}", 303)


async def mark(request: Request) -> Response:
    """Say whether a report may be opened in an emergency."""
    sent, reference = await fields(request), request.path_params["ref"]
    allowed, why = sent.get("allowed") == "yes", sent.get("why", "")
    await mark_for_emergency(house_of(request).desk, asker(request), reference, allowed=allowed, why=why)
    return RedirectResponse(f"/reports/{reference}", 303)


async def _form(request: Request, typed: Mapping[str, str], errors: Mapping[str, str], status: int = 200) -> Response:
    async with house_of(request).desk.database.reading() as session:
        breaking = await read_breaking_glass(session, asker(request))
    context = {"breaking": breaking, "form": typed, "errors": errors}
    shown = [reference for one in breaking.earlier for reference in _seen(one)]
    return await page(request, "emergency/break.html", context, nav="cases", status=status, shown=shown)


async def _show(request: Request, typed: Mapping[str, str], errors: Mapping[str, str], status: int = 200) -> Response:
    async with house_of(request).desk.database.reading() as session:
        shown = await read_emergency(session, asker(request), request.path_params["ref"])
    context = {"emergency": shown, "form": typed, "errors": errors}
    return await page(request, "emergency/emergency.html", context, nav="watch", status=status, shown=_seen(shown))


def _seen(shown: EmergencyPage) -> list[str]:
    return [shown.thing.reference] if shown.thing is not None and shown.thing.title else []
