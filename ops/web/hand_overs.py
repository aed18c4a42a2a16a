"""Handing a case over: offered on the case, answered by the other agency's lead."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ops.actions.accepting import accept_hand_over, decline_hand_over
from ops.actions.hand_overs import Offer, offer_hand_over, withdraw_offer
from ops.errors import Conflict, Invalid
from ops.screens.hand_overs import read_offered, read_offering
from ops.web.acts import answered, night_of
from ops.web.forms import fields, kept
from ops.web.house import house_of
from ops.web.pages import page
from ops.web.signed_in import asker

TYPED = ("to", "reason", "keeps", "purpose", "basis", "necessity", "until")


async def offering(request: Request) -> Response:
    """Show the page on which a case is offered."""
    return await _offering(request, {}, {}, 200)


async def offer(request: Request) -> Response:
    """Offer the case."""
    typed, reference = kept(await fields(request), *TYPED), request.path_params["ref"]

    async def act() -> None:
        sent = Offer(
            to=typed["to"],
            reason=typed["reason"],
            keeps_reading=bool(typed["keeps"]),
            purpose=typed["purpose"],
            basis=typed["basis"],
            necessity=typed["necessity"],
            until=night_of(typed["until"], "until"),
        )
        await offer_hand_over(house_of(request).desk, asker(request), reference, sent)

    return await answered(request, act(), _offering, typed, f"/cases/{reference}/hand-over")


async def withdraw(request: Request) -> Response:
    """Withdraw the offer."""
    reference = request.path_params["ref"]
    act = withdraw_offer(house_of(request).desk, asker(request), reference)
    return await answered(request, act, _offering, {}, f"/cases/{reference}/hand-over")


async def offered(request: Request) -> Response:
    """Show an offer to the lead who answers it."""
    return await _offered(request, {}, {}, 200)


async def accept(request: Request) -> Response:
    """Take the case over, and lead to it."""
    typed, reference = kept(await fields(request), "who", "statement"), request.path_params["ref"]
    desk = house_of(request).desk
    try:
        case = await accept_hand_over(desk, asker(request), reference, typed["who"], typed["statement"])
    except Invalid as refusal:
        return await _offered(request, typed, refusal.messages, 422)
    except Conflict as refusal:
        return await _offered(request, typed, {"form": str(refusal)}, 409)
    return RedirectResponse(f"/cases/{case}", 303)


async def decline(request: Request) -> Response:
    """Decline it."""
    reference = request.path_params["ref"]
    act = decline_hand_over(house_of(request).desk, asker(request), reference)
    return await answered(request, act, _offered, {}, f"/hand-overs/{reference}")


async def _offering(request: Request, typed: Mapping[str, str], errors: Mapping[str, str], status: int) -> Response:
    reference = request.path_params["ref"]
    async with house_of(request).desk.database.reading() as session:
        found = await read_offering(session, asker(request), reference)
    context = {"offering": found, "form": typed, "errors": errors}
    return await page(request, "case/hand_over.html", context, nav="cases", status=status, listed=[reference])


async def _offered(request: Request, typed: Mapping[str, str], errors: Mapping[str, str], status: int) -> Response:
    async with house_of(request).desk.database.reading() as session:
        found = await read_offered(session, asker(request), request.path_params["ref"])
    context = {"offered": found, "form": typed, "errors": errors}
    return await page(request, "case/offered.html", context, nav="watch", status=status)
