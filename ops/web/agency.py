"""The pages of an agency's administrator: its teams, officers, duties, accounts, and what nobody manages."""

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import Response

from ops.actions.appointments import appoint_manager
from ops.actions.duties import GIVEN_BY_AGENCIES, end_duty, give_duty
from ops.actions.officers import (
    add_officer,
    deactivate_account,
    make_account,
    officer_leaves,
    officer_version,
    reinstate_officer,
    revise_officer,
    suspend_officer,
)
from ops.actions.teams import close_team, join_team, leave_team, make_team, revise_team, team_version
from ops.screens.own_agency import read_officer, read_own_agency, read_team, read_unmanaged
from ops.web.acts import answered, based_on, morning_of, night_of
from ops.web.forms import fields, kept
from ops.web.house import house_of
from ops.web.pages import page
from ops.web.signed_in import asker

Words = Mapping[str, str]


async def home(request: Request) -> Response:
    """Show the agency."""
    return await _home(request, {}, {}, 200)


async def new_team(request: Request) -> Response:
    """Make a team."""
    typed = kept(await fields(request), "name", "listed", "form")
    act = make_team(house_of(request).desk, asker(request), typed["name"], listed=bool(typed["listed"]))
    return await answered(request, act, _home, typed, "/agency")


async def new_officer(request: Request) -> Response:
    """Add an officer."""
    typed = kept(await fields(request), "name", "mobile", "form")
    act = add_officer(house_of(request).desk, asker(request), typed["name"], typed["mobile"])
    return await answered(request, act, _home, typed, "/agency")


async def new_account(request: Request) -> Response:
    """Make an account."""
    typed = kept(await fields(request), "name", "form")
    act = make_account(house_of(request).desk, asker(request), typed["name"])
    return await answered(request, act, _home, typed, "/agency")


async def end_account(request: Request) -> Response:
    """End an account."""
    act = deactivate_account(house_of(request).desk, asker(request), request.path_params["ref"])
    return await answered(request, act, _home, {}, "/agency")


async def team(request: Request) -> Response:
    """Show one team."""
    return await _team(request, {}, {}, 200)


async def revise(request: Request) -> Response:
    """Rename a team, list or unlist it."""
    typed, reference = kept(await fields(request), "name", "listed", "based_on"), request.path_params["ref"]
    desk, who, listed = house_of(request).desk, asker(request), bool(typed["listed"])
    act = revise_team(desk, who, reference, typed["name"], listed=listed, based_on=typed["based_on"])
    return await answered(request, act, _team, typed, f"/agency/teams/{reference}")


async def close(request: Request) -> Response:
    """Close a team."""
    reference = request.path_params["ref"]
    act = close_team(house_of(request).desk, asker(request), reference)
    return await answered(request, act, _team, {}, f"/agency/teams/{reference}")


async def officer(request: Request) -> Response:
    """Show one officer."""
    return await _officer(request, {}, {}, 200)


async def revise_one(request: Request) -> Response:
    """Change an officer's name or mobile."""
    typed, reference = kept(await fields(request), "name", "mobile", "based_on"), request.path_params["ref"]
    act = revise_officer(house_of(request).desk, asker(request), reference, **typed)
    return await answered(request, act, _officer, typed, f"/agency/officers/{reference}")


async def join(request: Request) -> Response:
    """Put an officer into a team."""
    typed, reference = kept(await fields(request), "team", "from", "until"), request.path_params["ref"]

    async def act() -> None:
        starts, ends = morning_of(typed["from"], "from"), night_of(typed["until"], "until")
        await join_team(house_of(request).desk, asker(request), reference, typed["team"], starts, ends)

    return await answered(request, act(), _officer, typed, f"/agency/officers/{reference}")


async def quit_team(request: Request) -> Response:
    """Take an officer out of a team, now or at the end of a day."""
    typed, reference = kept(await fields(request), "team", "last"), request.path_params["ref"]

    async def act() -> None:
        ends = night_of(typed["last"], "last")
        await leave_team(house_of(request).desk, asker(request), reference, typed["team"], ends)

    return await answered(request, act(), _officer, typed, f"/agency/officers/{reference}")


async def give(request: Request) -> Response:
    """Give an officer a duty."""
    typed, reference = kept(await fields(request), "duty"), request.path_params["ref"]
    act = give_duty(house_of(request).desk, asker(request), reference, typed["duty"])
    return await answered(request, act, _officer, typed, f"/agency/officers/{reference}")


async def take(request: Request) -> Response:
    """End an officer's duty."""
    typed, reference = kept(await fields(request), "duty"), request.path_params["ref"]
    act = end_duty(house_of(request).desk, asker(request), reference, typed["duty"])
    return await answered(request, act, _officer, {}, f"/agency/officers/{reference}")


async def suspend(request: Request) -> Response:
    """Suspend an officer."""
    reference = request.path_params["ref"]
    act = suspend_officer(house_of(request).desk, asker(request), reference)
    return await answered(request, act, _officer, {}, f"/agency/officers/{reference}")


async def reinstate(request: Request) -> Response:
    """Reinstate an officer."""
    reference = request.path_params["ref"]
    act = reinstate_officer(house_of(request).desk, asker(request), reference)
    return await answered(request, act, _officer, {}, f"/agency/officers/{reference}")


async def depart(request: Request) -> Response:
    """Record that an officer left."""
    reference = request.path_params["ref"]
    act = officer_leaves(house_of(request).desk, asker(request), reference)
    return await answered(request, act, _officer, {}, f"/agency/officers/{reference}")


async def without_manager(request: Request) -> Response:
    """List what nobody manages."""
    return await _without_manager(request, {}, {}, 200)


async def appoint(request: Request) -> Response:
    """Appoint a manager."""
    typed = kept(await fields(request), "who")
    act = appoint_manager(house_of(request).desk, asker(request), request.path_params["ref"], typed["who"])
    return await answered(request, act, _without_manager, typed, "/agency/unmanaged")


async def _home(request: Request, typed: Words, errors: Words, status: int) -> Response:
    async with house_of(request).desk.database.reading() as session:
        agency = await read_own_agency(session, asker(request))
    context = {"agency": agency, "form": typed, "errors": errors}
    return await page(request, "agency/agency.html", context, nav="agency", status=status)


async def _team(request: Request, typed: Words, errors: Words, status: int) -> Response:
    async with house_of(request).desk.database.reading() as session:
        found = await read_team(session, asker(request), request.path_params["ref"])
    context = {"team": found.team, "members": found.members, "form": typed, "errors": errors}
    context["based_on"] = based_on(typed, team_version(found.team), status)
    return await page(request, "agency/team.html", context, nav="agency", status=status)


async def _officer(request: Request, typed: Words, errors: Words, status: int) -> Response:
    async with house_of(request).desk.database.reading() as session:
        found = await read_officer(session, asker(request), request.path_params["ref"])
        agency = await read_own_agency(session, asker(request))
    context = {
        "officer": found,
        "teams": [one for one in agency.teams if not one.closed_at],
        "duties": GIVEN_BY_AGENCIES,
        "based_on": based_on(typed, officer_version(found), status),
        "form": typed,
        "errors": errors,
    }
    return await page(request, "agency/officer.html", context, nav="agency", status=status)


async def _without_manager(request: Request, typed: Words, errors: Words, status: int) -> Response:
    async with house_of(request).desk.database.reading() as session:
        things = await read_unmanaged(session, asker(request))
        agency = await read_own_agency(session, asker(request))
    context = {"things": things, "agency": agency, "form": typed, "errors": errors}
    return await page(request, "agency/unmanaged.html", context, nav="agency", status=status)
