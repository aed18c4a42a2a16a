"""Who manages a profile decides whether the readers of a report that names it may open it too."""

from collections.abc import Collection, Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ops.actions.namings import keep_profile, share_profile
from ops.errors import Invalid
from ops.screens.namings import read_naming
from ops.web.forms import fields, kept, many
from ops.web.house import house_of
from ops.web.pages import page
from ops.web.signed_in import asker
from ops.web.terms_form import TERMS, terms_of


async def show(request: Request) -> Response:
    """Show who reads the report and cannot open the profile, and the terms to let them."""
    return await _page(request, {}, {}, None)


async def share(request: Request) -> Response:
    """Let them read it; a refused form comes back with everything that was typed."""
    typed, chosen = kept(await fields(request), *TERMS), await many(request, "shared_with")
    try:
        profile = await share_profile(
            house_of(request).desk, asker(request), request.path_params["ref"], chosen, terms_of(typed)
        )
    except Invalid as refusal:
        return await _page(request, typed, refusal.messages, chosen, 422)
    return RedirectResponse(f"/profiles/{profile}/sharing", 303)


async def keep(request: Request) -> Response:
    """Share it with none of them."""
    await keep_profile(house_of(request).desk, asker(request), request.path_params["ref"])
    return RedirectResponse("/watch", 303)


async def _page(
    request: Request,
    typed: Mapping[str, str],
    errors: Mapping[str, str],
    chosen: Collection[str] | None,
    status: int = 200,
) -> Response:
    async with house_of(request).desk.database.reading() as session:
        shown = await read_naming(session, asker(request), request.path_params["ref"])
    context = {"naming": shown, "form": typed, "errors": errors, "chosen": chosen}
    listed = [shown.profile, shown.report]
    return await page(request, "case/naming.html", context, nav="watch", status=status, listed=listed)
