"""The decision log: read it, enter a decision, confirm an entry."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from models.base import new_reference
from ops.actions.decisions import NewDecision, confirm_decision, take_decision
from ops.actions.once import usable
from ops.screens.decision_log import read_decision_log
from ops.web.acts import answered, clock_time
from ops.web.forms import fields, kept, many
from ops.web.house import house_of
from ops.web.pages import done, page
from ops.web.signed_in import asker

TYPED = ("decided", "reason", "options", "taken_by", "at", "key", "about_nobody")


async def log(request: Request) -> Response:
    """Show the decision log."""
    return await _log(request, {}, {}, 200)


async def take(request: Request) -> Response:
    """Enter a decision."""
    typed: dict[str, Any] = kept(await fields(request), *TYPED)
    typed["told"] = await many(request, "told")
    reference, who = request.path_params["ref"], asker(request)

    async def act() -> None:
        new = NewDecision(
            operation=reference,
            decided=typed["decided"],
            reason=typed["reason"],
            options=typed["options"],
            key=typed["key"],
            taken_by=typed["taken_by"],
            at=clock_time(typed["at"], who.at, "at"),
            told=tuple(typed["told"]),
            about_nobody=bool(typed["about_nobody"]),
        )
        await take_decision(house_of(request).desk, who, new)

    return await answered(request, act(), _log, typed, f"/operations/{reference}/decisions")


async def confirm(request: Request) -> Response:
    """Confirm an entry."""
    await confirm_decision(house_of(request).desk, asker(request), request.path_params["ref"])
    return done(request)


async def _log(request: Request, typed: Mapping[str, Any], errors: Mapping[str, str], status: int) -> Response:
    house, reference = house_of(request), request.path_params["ref"]
    async with house.desk.database.reading() as session:
        cursor = await house.cursor(session, asker(request))
        found = await read_decision_log(session, asker(request), reference)
    key = typed.get("key", "")
    context = {"log": found, "form": typed, "errors": errors, "key": key if usable(key) else new_reference()}
    context |= {"cursor": cursor, "live_url": f"/operations/{reference}/live?kind=decisions"}
    shown, listed = [line.reference for line in found.decisions], [reference] if found.title else []
    return await page(
        request, "operation/decisions.html", context, nav="board", status=status, shown=shown, listed=listed
    )
