"""Planning an operation: its header, its own officers, its beginning."""

from collections.abc import Mapping
from typing import Any

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from models.base import new_reference
from ops.actions.once import usable
from ops.actions.operation_templates import TEMPLATES
from ops.actions.planning import Header, NewOperation, begin_operation, plan_operation, revise_operation
from ops.actions.sending import send_own_officers
from ops.errors import Invalid
from ops.screens.lists import my_operations
from ops.screens.plan_choices import managed_cases
from ops.screens.plan_pages import read_plan
from ops.web.acts import answered, based_on, local_moment
from ops.web.forms import fields, kept, many
from ops.web.house import house_of
from ops.web.pages import page
from ops.web.signed_in import asker

NEW = ("template", "title", "purpose", "case", "starts", "ends", "key")
HEADER = ("title", "purpose", "marking", "starts", "ends", "deputy", "loggist", "based_on")


async def operations(request: Request) -> Response:
    """List the operations that I may see, and offer to plan one."""
    return await _operations(request, {}, {}, 200)


async def new(request: Request) -> Response:
    """Plan an operation, and lead to its plan."""
    typed = kept(await fields(request), *NEW)
    try:
        header = _header({**typed, "marking": "", "deputy": "", "loggist": ""})
        form = NewOperation(typed["template"], header, typed["key"], typed["case"])
        reference = await plan_operation(house_of(request).desk, asker(request), form)
    except Invalid as refusal:
        return await _operations(request, typed, refusal.messages, 422)
    return RedirectResponse(f"/operations/{reference}/plan", 303)


async def plan(request: Request) -> Response:
    """Show the plan's header."""
    return await _plan(request, {}, {}, 200)


async def revise(request: Request) -> Response:
    """Revise the header."""
    typed, reference = kept(await fields(request), *HEADER), request.path_params["ref"]

    async def act() -> None:
        desk, who = house_of(request).desk, asker(request)
        await revise_operation(desk, who, reference, _header(typed), typed["based_on"])

    return await answered(request, act(), _plan, typed, f"/operations/{reference}/plan")


async def send(request: Request) -> Response:
    """Let officers of the owner's own agency join."""
    reference = request.path_params["ref"]
    officers = await many(request, "officers")
    act = send_own_officers(house_of(request).desk, asker(request), reference, officers)
    return await answered(request, act, _plan, {}, f"/operations/{reference}/plan")


async def begin(request: Request) -> Response:
    """Begin the operation, and lead to its board."""
    reference = request.path_params["ref"]
    act = begin_operation(house_of(request).desk, asker(request), reference)
    return await answered(request, act, _plan, {}, f"/operations/{reference}")


def _header(typed: Mapping[str, str]) -> Header:
    return Header(
        title=typed["title"],
        purpose=typed["purpose"],
        starts=local_moment(typed["starts"], "starts"),
        ends=local_moment(typed["ends"], "ends"),
        marking=typed["marking"],
        deputy=typed["deputy"],
        loggist=typed["loggist"],
    )


async def _operations(request: Request, typed: Mapping[str, str], errors: Mapping[str, str], status: int) -> Response:
    async with house_of(request).desk.database.reading() as session:
        found = await my_operations(session, asker(request))
        cases = await managed_cases(session, asker(request))
    key = typed.get("key", "")
    context: dict[str, Any] = {"operations": found, "cases": cases, "templates": list(TEMPLATES)}
    context |= {"form": typed, "errors": errors, "key": key if usable(key) else new_reference()}
    listed = [*(o.reference for o in found if not o.stub), *(case.reference for case in cases)]
    return await page(request, "operations.html", context, nav="board", status=status, listed=listed)


async def _plan(request: Request, typed: Mapping[str, str], errors: Mapping[str, str], status: int) -> Response:
    async with house_of(request).desk.database.reading() as session:
        found = await read_plan(session, asker(request), request.path_params["ref"])
    context = {"head": found.head, "officers": found.officers, "form": typed, "errors": errors}
    context["based_on"] = based_on(typed, found.head.version, status)
    shown = [found.head.reference]
    return await page(request, "plan/plan.html", context, nav="board", status=status, shown=shown)
