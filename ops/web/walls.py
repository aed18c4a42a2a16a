"""Walls: made, given their sites and ended by the operation's managers; and the screens themselves."""

from collections.abc import Mapping, Sequence

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ops.actions.walls import Code, end_wall, make_code, make_wall, pair_screen, show_sites
from ops.errors import Conflict, Invalid, NotFound
from ops.screens.wall import read_wall
from ops.screens.walls import read_walls
from ops.web.forms import fields, kept, many
from ops.web.house import house_of
from ops.web.pages import back, page
from ops.web.passkey_calls import address_of
from ops.web.sign_in_pages import TOO_OFTEN
from ops.web.signed_in import WALL_COOKIE, asker, keep_cookie

Words = Mapping[str, str]


async def walls(request: Request) -> Response:
    """List the walls of an operation."""
    return await _walls(request, {}, {}, 200)


async def make(request: Request) -> Response:
    """Make a wall, and show its code this once."""
    typed, sites = kept(await fields(request), "name"), await many(request, "sites")
    reference = request.path_params["ref"]
    try:
        made = await make_wall(house_of(request).desk, asker(request), reference, typed["name"], sites)
    except Invalid as refusal:
        return await _walls(request, typed, refusal.messages, 422, sites)
    except Conflict as refusal:
        return await _walls(request, typed, {"name": str(refusal)}, 409, sites)
    return await _code(request, made)


async def new_code(request: Request) -> Response:
    """Make a new code for a wall, and show it this once."""
    return await _code(request, await make_code(house_of(request).desk, asker(request), _ref(request)))


async def revise(request: Request) -> Response:
    """Show other sites on a wall."""
    await show_sites(house_of(request).desk, asker(request), _ref(request), await many(request, "sites"))
    return RedirectResponse(back(request), 303)


async def end(request: Request) -> Response:
    """End a wall and its screens."""
    await end_wall(house_of(request).desk, asker(request), _ref(request))
    return RedirectResponse(back(request), 303)


async def screen(request: Request) -> Response:
    """Show the wall that this screen was paired to; nobody sits before it, so it can do nothing."""
    house, account = house_of(request), asker(request)
    try:
        async with house.desk.database.reading() as session:
            cursor = await house.cursor(session, account)
            shown = await read_wall(session, account)
    except NotFound:
        return await _code_form(request, {}, {}, 404)
    context = {"wall": shown, "cursor": cursor, "live_url": "/wall/live"}
    disclosed = [
        *([shown.reference] if shown.title else []),
        *(site.reference for site in shown.sites),
        *(move.reference for move in shown.moves),
    ]
    return await page(request, "wall/wall.html", context, shown=disclosed)


async def code_form(request: Request) -> Response:
    """Ask a screen for its code."""
    return await _code_form(request, {}, {}, 200)


async def pair(request: Request) -> Response:
    """Pair this screen to the wall whose code was typed."""
    house, typed = house_of(request), kept(await fields(request), "code")
    if not await house.limits.allows_address(address_of(request)):
        return await _code_form(request, typed, {"code": TOO_OFTEN}, 429)
    try:
        secret, until = await pair_screen(house.desk, typed["code"], request.headers.get("user-agent", ""))
    except Invalid as refusal:
        return await _code_form(request, typed, refusal.messages, 422)
    answer = RedirectResponse("/wall", 303)
    keep_cookie(answer, WALL_COOKIE, secret, until - house.desk.clock.now())
    return answer


async def _code_form(request: Request, typed: Words, errors: Words, status: int) -> Response:
    return await page(request, "wall/code.html", {"form": typed, "errors": errors, "me": None}, status=status)


async def _code(request: Request, made: Code) -> Response:
    address = f"{house_of(request).settings.address()}/wall"
    return await page(request, "operation/wall_code.html", {"made": made, "address": address})


async def _walls(
    request: Request, typed: Words, errors: Words, status: int, chosen: Sequence[str] | None = None
) -> Response:
    async with house_of(request).desk.database.reading() as session:
        found = await read_walls(session, asker(request), _ref(request))
    context = {"walls": found, "form": typed, "errors": errors, "chosen": chosen}
    shown = [found.operation, *(site.reference for site in found.sites)]
    return await page(request, "operation/walls.html", context, nav="board", status=status, listed=shown)


def _ref(request: Request) -> str:
    return str(request.path_params["ref"])
