"""The sites and the tasks of a plan."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from models.base import new_reference
from ops.actions.new_tasks import NewTask, make_task, revise_task
from ops.actions.once import usable
from ops.actions.sites import NewSite, add_site, reveal_site, set_window, withdraw_window
from ops.errors import Invalid
from ops.screens.plan_choices import SUGGESTED, agreements_to_cite
from ops.screens.plan_pages import read_planned_tasks, read_site_plans
from ops.screens.things import read_task_form
from ops.web.acts import answered, local_moment
from ops.web.forms import fields, kept, many
from ops.web.house import house_of
from ops.web.pages import page
from ops.web.signed_in import asker

SITE = ("code", "name", "address", "check_in_minutes", "x", "y", "coordinates")
REVEAL = ("site", "agency", "reveal_from", "reveal_until", "agreement")
WINDOW = ("window_site", "window_agency", "starts", "ends")
OF_REVEAL = {"ends": "reveal_until"}
OF_WINDOW = {"site": "window_site", "agency": "window_agency"}
TASK = ("title", "site", "agency", "due", "restricted", "about_nobody", "key", "agreement")


async def sites(request: Request) -> Response:
    """Show the sites, who sees them from when, and the visits planned there."""
    return await _sites(request, {}, {}, 200)


async def add(request: Request) -> Response:
    """Add a site."""
    typed, reference = kept(await fields(request), *SITE), request.path_params["ref"]

    async def act() -> None:
        numbers = {name: _number(typed[name], name) for name in ("check_in_minutes", "x", "y")}
        new = NewSite(typed["code"], typed["name"], typed["address"], coordinates=typed["coordinates"], **numbers)
        await add_site(house_of(request).desk, asker(request), reference, new)

    return await answered(request, act(), _sites, typed, f"/operations/{reference}/sites")


async def reveal(request: Request) -> Response:
    """Reveal a site to a detachment from an hour on."""
    typed, reference = kept(await fields(request), *REVEAL), request.path_params["ref"]

    async def act() -> None:
        starts, ends = (local_moment(typed[name], name) for name in ("reveal_from", "reveal_until"))
        what, who = (reference, typed["site"], typed["agency"]), asker(request)
        with named_as(OF_REVEAL):
            await reveal_site(house_of(request).desk, who, *what, starts, typed["agreement"], ends)

    return await answered(request, act(), _sites, typed, f"/operations/{reference}/sites")


async def visit(request: Request) -> Response:
    """Set a visit window."""
    typed, reference = kept(await fields(request), *WINDOW), request.path_params["ref"]

    async def act() -> None:
        hours = local_moment(typed["starts"], "starts"), local_moment(typed["ends"], "ends")
        site, agency, who = typed["window_site"], typed["window_agency"], asker(request)
        with named_as(OF_WINDOW):
            await set_window(house_of(request).desk, who, reference, site, agency, *hours)

    return await answered(request, act(), _sites, typed, f"/operations/{reference}/sites")


@contextmanager
def named_as(names: Mapping[str, str]) -> Iterator[None]:
    """Say a refusal beside the fields of one form: three share the page, and some have names of their own."""
    try:
        yield
    except Invalid as refusal:
        raise Invalid({names.get(name, name): words for name, words in refusal.messages.items()}) from None


async def withdraw(request: Request) -> Response:
    """Withdraw a visit."""
    visit, reference = (await fields(request)).get("visit", ""), request.path_params["ref"]
    act = withdraw_window(house_of(request).desk, asker(request), reference, visit)
    return await answered(request, act, _sites, {}, f"/operations/{reference}/sites")


async def tasks(request: Request) -> Response:
    """Show the tasks, and offer to make one."""
    return await _tasks(request, {}, {}, 200)


async def make(request: Request) -> Response:
    """Make a task."""
    typed: dict[str, Any] = kept(await fields(request), *TASK)
    typed["told"] = await many(request, "told")
    reference = request.path_params["ref"]

    async def act() -> None:
        new = NewTask(
            title=typed["title"],
            agency=typed["agency"],
            key=typed["key"],
            site=typed["site"],
            due=local_moment(typed["due"], "due"),
            restricted=bool(typed["restricted"]),
            told=tuple(typed["told"]),
            about_nobody=bool(typed["about_nobody"]),
            agreement=typed["agreement"],
        )
        await make_task(house_of(request).desk, asker(request), reference, new)

    return await answered(request, act(), _tasks, typed, f"/operations/{reference}/tasks")


async def edit(request: Request) -> Response:
    """Show the form of a task."""
    return await _edit(request, {}, {}, 200)


async def revise(request: Request) -> Response:
    """Change what a task says and when it is due."""
    typed, reference = kept(await fields(request), "title", "due"), request.path_params["ref"]

    async def act() -> None:
        due = local_moment(typed["due"], "due")
        await revise_task(house_of(request).desk, asker(request), reference, typed["title"], due)

    return await answered(request, act(), _edit, typed, f"/tasks/{reference}/edit")


async def _edit(request: Request, typed: Mapping[str, str], errors: Mapping[str, str], status: int) -> Response:
    async with house_of(request).desk.database.reading() as session:
        task, operation = await read_task_form(session, asker(request), request.path_params["ref"])
    context = {"task": task, "operation": operation, "form": typed, "errors": errors}
    shown, listed = [task.reference], [operation]
    return await page(request, "plan/task.html", context, nav="board", status=status, shown=shown, listed=listed)


def _number(typed: str, field: str) -> int:
    try:
        return int(typed.strip())
    except ValueError:
        raise Invalid({field: "Write a number."}) from None


async def _sites(request: Request, typed: Mapping[str, str], errors: Mapping[str, str], status: int) -> Response:
    async with house_of(request).desk.database.reading() as session:
        found = await read_site_plans(session, asker(request), request.path_params["ref"])
        agreements = await agreements_to_cite(session, asker(request)) if found.head.manages else ()
    context = {"head": found.head, "sites": found.sites, "lines": found.lines, "agreements": agreements}
    context |= {"form": typed, "errors": errors}
    shown, listed = [site.reference for site in found.sites], [found.head.reference]
    return await page(request, "plan/sites.html", context, nav="board", status=status, shown=shown, listed=listed)


async def _tasks(request: Request, typed: Mapping[str, Any], errors: Mapping[str, str], status: int) -> Response:
    async with house_of(request).desk.database.reading() as session:
        found = await read_planned_tasks(session, asker(request), request.path_params["ref"])
        agreements = await agreements_to_cite(session, asker(request)) if found.head.manages else ()
    key = typed.get("key", "")
    context = {"head": found.head, "tasks": found.tasks, "sites": found.sites, "lines": found.lines}
    context |= {"suggested": SUGGESTED, "agreements": agreements, "managed": found.managed}
    context |= {"form": typed, "errors": errors, "key": key if usable(key) else new_reference()}
    places = [site.reference for site in found.sites]
    listed = [found.head.reference, *(task.reference for task in found.tasks), *places]
    return await page(request, "plan/tasks.html", context, nav="board", status=status, listed=listed)
