"""By radio: the page, what is entered there, and the author's word on it."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from models.base import new_reference
from ops.actions.once import usable
from ops.actions.radio import Heard, confirm_heard, enter_heard
from ops.screens.radio import read_radio
from ops.web.acts import answered, clock_time
from ops.web.forms import fields, kept
from ops.web.house import house_of
from ops.web.pages import done, page
from ops.web.signed_in import asker

TYPED = ("officer", "channel", "at", "place", "text", "status", "check_in", "key")


async def radio(request: Request) -> Response:
    """Show the page, for the officer that was chosen."""
    return await _radio(request, {"officer": request.query_params.get("for", "")}, {}, 200)


async def enter(request: Request) -> Response:
    """Enter what was heard."""
    typed, reference, who = kept(await fields(request), *TYPED), request.path_params["ref"], asker(request)
    kind, _, place = typed["place"].partition(":")

    async def act() -> None:
        heard = Heard(
            operation=reference,
            officer=typed["officer"],
            channel=typed["channel"],
            key=typed["key"],
            at=clock_time(typed["at"], who.at, "at"),
            task=place if kind == "task" else "",
            site=place if kind == "site" else "",
            text=typed["text"],
            status=typed["status"],
            check_in=typed["check_in"],
        )
        await enter_heard(house_of(request).desk, who, heard)

    return await answered(request, act(), _radio, typed, f"/operations/{reference}/radio")


async def confirm(request: Request) -> Response:
    """Confirm an entry that somebody made for me."""
    sent = await fields(request)
    await confirm_heard(house_of(request).desk, asker(request), request.path_params["ref"], sent.get("entry", ""))
    return done(request)


async def _radio(request: Request, typed: Mapping[str, str], errors: Mapping[str, str], status: int) -> Response:
    reference = request.path_params["ref"]
    async with house_of(request).desk.database.reading() as session:
        found = await read_radio(session, asker(request), reference, typed.get("officer", ""))
    key = typed.get("key", "")
    context = {"radio": found, "form": typed, "errors": errors, "key": key if usable(key) else new_reference()}
    listed = [reference, *(task.reference for task in found.tasks), *(site.reference for site in found.sites)]
    return await page(request, "operation/radio.html", context, nav="board", status=status, listed=listed)
