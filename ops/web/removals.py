"""Taking access back from one place, after a look at what it closes; the receipt stays for a day."""

from collections.abc import Mapping
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from ops.actions.revocations import Scope, revoke_all
from ops.errors import Invalid
from ops.screens.removals import read_removals
from ops.web.acts import answered
from ops.web.forms import fields, kept
from ops.web.house import house_of
from ops.web.pages import page
from ops.web.signed_in import asker


async def removals(request: Request) -> Response:
    """Show who has access, and what would close for whom is chosen."""
    asked = {name: request.query_params.get(name, "") for name in ("within", "who")}
    return await _page(request, asked, {}, 200)


async def remove(request: Request) -> Response:
    """Take it back."""
    typed = kept(await fields(request), "within", "who", "why")
    scope = Scope(typed["within"], typed["who"])
    act = revoke_all(house_of(request).desk, asker(request), scope, typed["why"])
    where = f"/removals?{urlencode({'within': scope.within})}"
    return await answered(request, act, _page, typed, where)


async def _page(request: Request, typed: Mapping[str, str], errors: Mapping[str, str], status: int) -> Response:
    within, who = typed.get("within", ""), typed.get("who", "")
    async with house_of(request).desk.database.reading() as session:
        try:
            found = await read_removals(session, asker(request), Scope(within, who))
        except Invalid as refusal:
            found = await read_removals(session, asker(request), Scope(within, ""))
            errors, status = {**refusal.messages, **errors}, 422
    context = {"removals": found, "form": typed, "errors": errors}
    return await page(request, "share/removals.html", context, nav="cases", status=status, listed=found.references)
