"""Who has command, taking it, acknowledging that somebody took it; and the word to begin."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from ops.actions.command import Taking, acknowledge_command, take_command
from ops.actions.strikes import strike
from ops.screens.command import read_command
from ops.web.acts import answered
from ops.web.forms import fields, kept
from ops.web.house import house_of
from ops.web.pages import done, page
from ops.web.signed_in import asker


async def command(request: Request) -> Response:
    """Show who has command, and who had."""
    return await _command(request, {}, {}, 200)


async def take(request: Request) -> Response:
    """Take command."""
    typed, reference = kept(await fields(request), "reason", "deputy"), request.path_params["ref"]
    act = take_command(house_of(request).desk, asker(request), reference, Taking(typed["reason"], typed["deputy"]))
    return await answered(request, act, _command, typed, f"/operations/{reference}/command")


async def acknowledge(request: Request) -> Response:
    """Acknowledge that somebody took it."""
    await acknowledge_command(house_of(request).desk, asker(request), request.path_params["ref"])
    return done(request)


async def begin(request: Request) -> Response:
    """Strike: the operation runs from now on."""
    await strike(house_of(request).desk, asker(request), request.path_params["ref"])
    return done(request)


async def _command(request: Request, typed: Mapping[str, str], errors: Mapping[str, str], status: int) -> Response:
    async with house_of(request).desk.database.reading() as session:
        found = await read_command(session, asker(request), request.path_params["ref"])
    context = {"command": found, "form": typed, "errors": errors}
    listed = [found.reference]
    return await page(request, "operation/command.html", context, nav="board", status=status, listed=listed)
