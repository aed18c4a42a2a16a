"""A report is held with one tap, and seen again once every grant has been decided about."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from ops.actions.holds import end_hold, hold
from ops.errors import Conflict, Invalid
from ops.screens.holding import read_hold
from ops.web.forms import fields
from ops.web.house import house_of
from ops.web.pages import done, page
from ops.web.signed_in import asker

ANSWER = "grant-"  # a form's name for the answer about one grant, before the grant's reference


async def show(request: Request) -> Response:
    """Show a report's hold, and what is to be decided before it ends."""
    return await _page(request, {}, {})


async def place(request: Request) -> Response:
    """Hold a report; who holds another agency's loses it, so the way leads to the case."""
    sent = await fields(request)
    case = await hold(house_of(request).desk, asker(request), request.path_params["ref"], sent.get("reason", ""))
    return done(request, f"/cases/{case}")


async def end(request: Request) -> Response:
    """End a hold with an answer about every grant; a refused form comes back with everything that was chosen."""
    sent, reference = await fields(request), request.path_params["ref"]
    answers = {name.removeprefix(ANSWER): value for name, value in sent.items() if name.startswith(ANSWER)}
    try:
        await end_hold(house_of(request).desk, asker(request), reference, answers, sent.get("why", ""))
    except Invalid as refusal:
        return await _page(request, sent, refusal.messages, 422)
    except Conflict as refusal:
        return await _page(request, sent, {"why": str(refusal)}, 409)
    return done(request, f"/reports/{reference}")


async def _page(request: Request, typed: Mapping[str, str], errors: Mapping[str, str], status: int = 200) -> Response:
    async with house_of(request).desk.database.reading() as session:
        shown = await read_hold(session, asker(request), request.path_params["ref"])
    context = {"hold": shown, "form": typed, "errors": errors}
    return await page(request, "case/hold.html", context, nav="cases", status=status, shown=[shown.reference])
