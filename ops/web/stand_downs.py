"""Standing an operation down, and keeping on what would end with it."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from ops.actions.keeping import Keep, keep_access
from ops.actions.stand_downs import stand_down
from ops.screens.ending import read_ending
from ops.screens.stand_down import read_stand_down
from ops.web.acts import answered, night_of
from ops.web.forms import fields, kept, many
from ops.web.house import house_of
from ops.web.pages import page
from ops.web.signed_in import asker


async def consequence(request: Request) -> Response:
    """Show what standing down does."""
    return await _consequence(request, {}, {}, 200)


async def stand(request: Request) -> Response:
    """Stand the operation down."""
    typed: dict[str, Any] = kept(await fields(request), "why")
    typed["left_open"] = await many(request, "left_open")
    reference, left_open = request.path_params["ref"], " ".join(typed["left_open"]).split()
    act = stand_down(house_of(request).desk, asker(request), reference, typed["why"], left_open)
    return await answered(request, act, _consequence, typed, f"/operations/{reference}/stand-down")


async def ending(request: Request) -> Response:
    """Show what ends with the operation."""
    return await _ending(request, {}, {}, 200)


async def keep(request: Request) -> Response:
    """Keep the chosen ones on."""
    typed: dict[str, Any] = kept(await fields(request), "why", "until")
    typed["chosen"] = await many(request, "chosen")
    reference = request.path_params["ref"]

    async def act() -> None:
        kept_on = Keep(typed["chosen"], typed["why"], night_of(typed["until"], "until"))
        await keep_access(house_of(request).desk, asker(request), reference, kept_on)

    return await answered(request, act(), _ending, typed, f"/operations/{reference}/ending")


async def _consequence(request: Request, typed: Mapping[str, Any], errors: Mapping[str, str], status: int) -> Response:
    async with house_of(request).desk.database.reading() as session:
        found = await read_stand_down(session, asker(request), request.path_params["ref"])
    context = {"stand": found, "form": typed, "errors": errors}
    listed = [found.reference, *found.left_open]
    return await page(request, "operation/stand_down.html", context, nav="board", status=status, listed=listed)


async def _ending(request: Request, typed: Mapping[str, Any], errors: Mapping[str, str], status: int) -> Response:
    async with house_of(request).desk.database.reading() as session:
        found = await read_ending(session, asker(request), request.path_params["ref"])
    context = {"ending": found, "form": typed, "errors": errors}
    return await page(request, "operation/ending.html", context, nav="watch", status=status, listed=found.references)
