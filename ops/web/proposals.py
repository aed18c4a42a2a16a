"""A case's manager decides whether an agency is let into the case."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ops.actions.admissions import accept_proposal, decline_proposal
from ops.errors import Invalid
from ops.screens.proposals import read_proposal
from ops.web.forms import fields, kept
from ops.web.house import house_of
from ops.web.pages import page
from ops.web.signed_in import asker
from ops.web.terms_form import TERMS, terms_of


async def show(request: Request) -> Response:
    """Show who proposes whom, and the terms to let them in on."""
    return await _page(request, {}, {})


async def accept(request: Request) -> Response:
    """Let the agency in; a refused form comes back with everything that was typed."""
    typed = kept(await fields(request), *TERMS)
    try:
        case = await accept_proposal(
            house_of(request).desk, asker(request), request.path_params["ref"], terms_of(typed)
        )
    except Invalid as refusal:
        return await _page(request, typed, refusal.messages, 422)
    return RedirectResponse(f"/cases/{case}/sharing", 303)


async def decline(request: Request) -> Response:
    """Leave the agency out."""
    await decline_proposal(house_of(request).desk, asker(request), request.path_params["ref"])
    return RedirectResponse("/watch", 303)


async def _page(request: Request, typed: Mapping[str, str], errors: Mapping[str, str], status: int = 200) -> Response:
    async with house_of(request).desk.database.reading() as session:
        shown = await read_proposal(session, asker(request), request.path_params["ref"])
    context = {"proposal": shown, "form": typed, "errors": errors}
    return await page(request, "case/proposal.html", context, nav="watch", status=status, listed=[shown.case])
