"""Asking for access: from a stub, by a typed reference, and what became of it."""

from collections.abc import Mapping
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ops.actions.requests import Wanted, ask, ask_by_reference
from ops.errors import Conflict, Invalid
from ops.screens.asking import read_asking, read_asking_by_reference
from ops.screens.request_page import sent_requests
from ops.web.forms import fields, kept
from ops.web.house import house_of
from ops.web.pages import page
from ops.web.signed_in import asker
from ops.web.terms_form import end_of

TYPED = ("reference", "reason", "purpose", "level", "until", "whom")


class AskingPages(NamedTuple):
    """The pages on which one kind of thing is asked for."""

    kind: str

    async def form(self, request: Request) -> Response:
        """Show the form."""
        return await self._page(request, {}, {})

    async def send(self, request: Request) -> Response:
        """Send the request; a refused form comes back with everything that was typed."""
        typed = kept(await fields(request), *TYPED)
        try:
            wanted = _wanted(typed)
            await ask(house_of(request).desk, asker(request), self.kind, request.path_params["ref"], wanted)
        except Invalid as refusal:
            return await self._page(request, typed, refusal.messages, 422)
        except Conflict as refusal:
            return await self._page(request, typed, {"reason": str(refusal)}, 409)
        return RedirectResponse("/requests", 303)

    async def _page(
        self, request: Request, typed: Mapping[str, str], errors: Mapping[str, str], status: int = 200
    ) -> Response:
        async with house_of(request).desk.database.reading() as session:
            asking = await read_asking(session, asker(request), self.kind, request.path_params["ref"])
        shown = [asking.thing.reference] if asking.thing and asking.thing.title else []
        context = {"asking": asking, "form": typed, "errors": errors}
        return await page(request, "requests/ask.html", context, nav="cases", status=status, listed=shown)


of_case = AskingPages("case")
of_report = AskingPages("report")
of_operation = AskingPages("operation")
of_profile = AskingPages("profile")


async def by_reference(request: Request) -> Response:
    """Show the form that asks by a typed reference."""
    return await _by_reference(request, {}, {})


async def send_by_reference(request: Request) -> Response:
    """Send a request by a typed reference: the same answer whatever it names."""
    typed = kept(await fields(request), *TYPED)
    try:
        await ask_by_reference(house_of(request).desk, asker(request), typed["reference"], _wanted(typed))
    except Invalid as refusal:
        return await _by_reference(request, typed, refusal.messages, 422)
    except Conflict as refusal:
        return await _by_reference(request, typed, {"reference": str(refusal)}, 409)
    return RedirectResponse("/requests", 303)


async def sent(request: Request) -> Response:
    """List what I asked for, and what became of it."""
    async with house_of(request).desk.database.reading() as session:
        found = await sent_requests(session, asker(request))
    shown = [one.thing.reference for one in found if one.thing and one.thing.title]
    return await page(request, "requests/sent.html", {"requests": found}, nav="watch", listed=shown)


async def _by_reference(
    request: Request, typed: Mapping[str, str], errors: Mapping[str, str], status: int = 200
) -> Response:
    async with house_of(request).desk.database.reading() as session:
        asking = await read_asking_by_reference(session, asker(request))
    context = {"asking": asking, "form": typed, "errors": errors}
    return await page(request, "requests/ask.html", context, nav="watch", status=status)


def _wanted(typed: Mapping[str, str]) -> Wanted:
    return Wanted(
        reason=typed["reason"],
        purpose=typed["purpose"],
        level=typed["level"],
        until=end_of(typed["until"].strip()),
        whom=typed["whom"] or "me",
    )
