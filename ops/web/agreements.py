"""Information-sharing agreements: made, signed by each party, left."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from models.agreements import SORTS
from ops.actions.signing import (
    LONGEST_DAYS,
    NewAgreement,
    leave_agreement,
    make_agreement,
    sign_agreement,
)
from ops.errors import Invalid
from ops.screens.agreements import other_agencies, read_agreement, read_agreements
from ops.web.acts import answered, morning_of, night_of
from ops.web.forms import fields, kept, many
from ops.web.house import house_of
from ops.web.pages import page
from ops.web.signed_in import asker

TYPED = ("name", "purposes", "lawful_bases", "highest", "longest_days", "outside", "starts", "ends", "review")


async def agreements(request: Request) -> Response:
    """List my agency's agreements."""
    return await _list(request, {}, {}, 200)


async def make(request: Request) -> Response:
    """Make an agreement, for its parties to sign."""
    typed = kept(await fields(request), *TYPED)
    try:
        new = NewAgreement(
            name=typed["name"],
            parties=tuple(await many(request, "parties")),
            purposes=typed["purposes"],
            lawful_bases=typed["lawful_bases"],
            highest=typed["highest"],
            longest_days=typed["longest_days"],
            outside=typed["outside"],
            outside_sorts=tuple(await many(request, "outside_sorts")),
            starts=morning_of(typed["starts"], "starts"),
            ends=night_of(typed["ends"], "ends"),
            review_on=morning_of(typed["review"], "review"),
        )
        reference = await make_agreement(house_of(request).desk, asker(request), new)
    except Invalid as refusal:
        return await _list(request, typed, refusal.messages, 422)
    return RedirectResponse(f"/agreements/{reference}", 303)


async def agreement(request: Request) -> Response:
    """Show one agreement."""
    return await _one(request, {}, {}, 200)


async def sign(request: Request) -> Response:
    """Sign it for my agency."""
    reference = request.path_params["ref"]
    act = sign_agreement(house_of(request).desk, asker(request), reference)
    return await answered(request, act, _one, {}, f"/agreements/{reference}")


async def leave(request: Request) -> Response:
    """Take my agency out of it."""
    reference = request.path_params["ref"]
    act = leave_agreement(house_of(request).desk, asker(request), reference)
    return await answered(request, act, _one, {}, f"/agreements/{reference}")


async def _list(request: Request, typed: Mapping[str, str], errors: Mapping[str, str], status: int) -> Response:
    ticked = {
        "parties": set(await many(request, "parties")) if typed else set[str](),
        "sorts": set(await many(request, "outside_sorts")) if typed else set(SORTS),
    }
    async with house_of(request).desk.database.reading() as session:
        found = await read_agreements(session, asker(request))
        others = await other_agencies(session, asker(request))
    context = {
        "agreements": found,
        "others": others,
        "sorts": SORTS,
        "ticked": ticked,
        "longest": LONGEST_DAYS,
        "form": typed,
        "errors": errors,
    }
    return await page(request, "agency/agreements.html", context, nav="agency", status=status)


async def _one(request: Request, typed: Mapping[str, str], errors: Mapping[str, str], status: int) -> Response:
    async with house_of(request).desk.database.reading() as session:
        found = await read_agreement(session, asker(request), request.path_params["ref"])
    context = {"agreement": found, "form": typed, "errors": errors}
    return await page(request, "agency/agreement.html", context, nav="agency", status=status)
