"""Who can see this: the sharing page of a thing, giving access after a preview, taking it back with a receipt."""

from collections.abc import Mapping
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ops.actions.grants import Given, give_access, revoke_access
from ops.errors import Conflict, Invalid
from ops.screens.giving import read_giving
from ops.screens.receipts import read_receipt
from ops.screens.share_preview import Preview, preview
from ops.screens.sharing import read_sharing
from ops.web.forms import fields, kept
from ops.web.house import house_of
from ops.web.pages import page
from ops.web.signed_in import asker
from ops.web.terms_form import TERMS, terms_of

TYPED = ("who", "person", *TERMS)


class SharingPages(NamedTuple):
    """The sharing pages of one kind of thing."""

    kind: str

    async def show(self, request: Request) -> Response:
        """Show who can see it."""
        return await self._page(request, {}, {})

    async def preview(self, request: Request) -> Response:
        """Show what giving access would change; nothing is given yet."""
        sent = await fields(request)
        typed = kept({**sent, "who": sent.get("nearest") or sent.get("who", "")}, *TYPED)
        try:
            async with house_of(request).desk.database.reading() as session:
                shown = await preview(session, asker(request), self.kind, request.path_params["ref"], _given(typed))
        except Invalid as refusal:
            return await self._page(request, typed, refusal.messages, 422)
        return await self._page(request, typed, {}, shown=shown)

    async def give(self, request: Request) -> Response:
        """Give access; a refused form comes back with everything that was typed."""
        typed, reference = kept(await fields(request), *TYPED), request.path_params["ref"]
        try:
            await give_access(house_of(request).desk, asker(request), self.kind, reference, _given(typed))
        except Invalid as refusal:
            return await self._page(request, typed, refusal.messages, 422)
        except Conflict as refusal:
            return await self._page(request, typed, {"level": str(refusal)}, 409)
        return RedirectResponse(f"/{self.kind}s/{reference}/sharing", 303)

    async def _page(
        self,
        request: Request,
        typed: Mapping[str, str],
        errors: Mapping[str, str],
        status: int = 200,
        shown: Preview | None = None,
    ) -> Response:
        reference = request.path_params["ref"]
        async with house_of(request).desk.database.reading() as session:
            sharing = await read_sharing(session, asker(request), self.kind, reference)
            asked = request.method == "POST" or sharing.may_give
            giving = await read_giving(session, asker(request), self.kind, reference) if asked else None
        context = {"sharing": sharing, "giving": giving, "form": typed, "errors": errors, "preview": shown}
        listed = {*sharing.shown, *(giving.operations if giving else ())}
        return await page(request, "share/sharing.html", context, nav="cases", status=status, listed=listed)


of_case = SharingPages("case")
of_report = SharingPages("report")
of_profile = SharingPages("profile")
of_operation = SharingPages("operation")
of_encounter = SharingPages("encounter")


async def removal(request: Request) -> Response:
    """Show what removing a grant would close; once it is removed, the receipt."""
    return await _receipt(request, {})


async def remove(request: Request) -> Response:
    """Remove a grant, and lead to the receipt."""
    reference, sent = request.path_params["ref"], await fields(request)
    try:
        await revoke_access(house_of(request).desk, asker(request), reference, sent.get("why", ""))
    except Invalid as refusal:
        return await _receipt(request, refusal.messages, 422)
    except Conflict as refusal:
        return await _receipt(request, {"why": str(refusal)}, 409)
    return RedirectResponse(f"/grants/{reference}/remove", 303)


async def _receipt(request: Request, errors: Mapping[str, str], status: int = 200) -> Response:
    async with house_of(request).desk.database.reading() as session:
        receipt = await read_receipt(session, asker(request), request.path_params["ref"])
    context = {"receipt": receipt, "errors": errors}
    return await page(request, "share/remove.html", context, nav="cases", status=status, listed=[receipt.thing])


def _given(typed: Mapping[str, str]) -> Given:
    """Read to whom and on what terms; a person's e-mail goes before what is chosen in the list."""
    return Given(typed["person"].strip() or typed["who"], terms_of(typed))
