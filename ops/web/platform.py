"""The platform operator's page: health, sizes, and which agencies take part."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from models.agencies import Kind, Standing
from ops.actions.agencies import NewAgency, invite_first, make_agency, move_agency
from ops.errors import Conflict, Invalid
from ops.screens.platform import read_platform
from ops.web.acts import answered
from ops.web.forms import fields, kept
from ops.web.house import house_of
from ops.web.invitation_pages import show_link
from ops.web.pages import page
from ops.web.signed_in import asker


async def home(request: Request) -> Response:
    """Show the platform."""
    return await _home(request, {}, {}, 200)


async def new_agency(request: Request) -> Response:
    """Make an agency."""
    typed = kept(await fields(request), "letters", "name", "kind", "desk", "administrator", "email", "enforcement")
    new = NewAgency(
        typed["letters"],
        typed["name"],
        typed["kind"],
        typed["desk"],
        typed["administrator"],
        typed["email"],
        enforcement=bool(typed["enforcement"]),
    )
    try:
        made = await make_agency(house_of(request).desk, asker(request), new)
    except Invalid as refusal:
        return await _home(request, typed, refusal.messages, 422)
    return await show_link(request, made, "/platform")


async def invite(request: Request) -> Response:
    """Make a link for the administrator of an agency that nobody has entered yet."""
    try:
        made = await invite_first(house_of(request).desk, asker(request), request.path_params["ref"])
    except Conflict as refusal:
        return await _home(request, {}, {"form": str(refusal)}, 409)
    return await show_link(request, made, "/platform")


async def suspend(request: Request) -> Response:
    """Suspend an agency."""
    return await _move(request, Standing.SUSPENDED)


async def reopen(request: Request) -> Response:
    """Let a suspended agency take part again."""
    return await _move(request, Standing.ACTIVE)


async def close(request: Request) -> Response:
    """Close an agency for good."""
    return await _move(request, Standing.CLOSED)


async def _move(request: Request, standing: Standing) -> Response:
    act = move_agency(house_of(request).desk, asker(request), request.path_params["ref"], standing)
    return await answered(request, act, _home, {}, "/platform")


async def _home(request: Request, typed: Mapping[str, str], errors: Mapping[str, str], status: int) -> Response:
    house = house_of(request)
    async with house.desk.database.reading() as session:
        platform = await read_platform(session, asker(request), house.tailer.applied)
    context = {"platform": platform, "kinds": list(Kind), "form": typed, "errors": errors}
    return await page(request, "platform/platform.html", context, nav="platform", status=status)
