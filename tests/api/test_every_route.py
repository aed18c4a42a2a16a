"""Every route of the API as every member of the cast: the oracle that judges the pages says who gets in."""

import re
from collections.abc import Mapping, Sequence

import pytest
from sqlalchemy import select
from sqlmodel import col
from starlette.routing import Route

from live.audience import Level
from models.agencies import Officer
from models.tokens import Scope
from ops.access.principals import account_key
from ops.api import routes as url_map
from ops.api.application import create_api
from ops.api.declared import call_of
from ops.web.policy import Who, policy_of
from tests.api.programs import Program, account_of, nobody, program_of, script_of
from tests.api.walks import BODIES, asks_of, commands, declared, named, readings, send, wants
from tests.cast import file, new_grant
from tests.web.building import Building, absent, steady
from tests.web.duties import DUTIES
from tests.web.facts import facts_of
from tests.web.walks import holds, verdict, widen

CLOSED = [route for route in declared() if policy_of(route).who is not Who.ANYONE]


def to_one_thing(found: list[Route]) -> list[Route]:
    return [route for route in found if "{" in route.path]


def test_an_api_with_a_route_that_declares_nothing_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(url_map, "declare", lambda path, handler, policy, call: Route(path, handler))
    with pytest.raises(TypeError, match="declares no policy"):
        create_api()


def test_every_route_says_who_may_use_it_and_for_what_a_token_must_be_made() -> None:
    assert {policy_of(route).who for route in declared()} == {Who.ANYONE, Who.SIGNED_IN}
    unscoped = {route.path for route in declared() if call_of(route).scope is None}
    assert unscoped == {"/openapi.json", "/me"}
    assert {Scope.READ} <= {call_of(route).scope for route in readings()} <= {None, Scope.READ, *Scope}
    assert {route.path for route in commands() if call_of(route).scope is Scope.READ} == {"/search"}  # changes nothing


def test_whatever_is_edited_has_a_version_that_an_edit_must_name() -> None:
    shown = {route.path: call_of(route) for route in readings()}
    edits = [route for route in commands() if call_of(route).method == "PUT"]
    assert len(edits) > 4
    for route in edits:
        assert (call_of(route).if_match, shown[route.path].versioned) == (True, True), route.path


def test_the_walk_knows_a_body_for_every_command() -> None:
    assert {(call_of(route).method, route.path) for route in commands()} == set(BODIES)


def test_addresses_name_one_thing_and_only_by_its_reference() -> None:
    for route in declared():
        assert set(re.findall(r"{([^}]*)}", route.path)) <= {"ref"}, route.path


GIVEN = (("case", Level.DISCOVER), ("visit", Level.READ), ("operation", Level.CONTRIBUTE), ("farm", Level.READ))
KINDS = sorted({policy_of(route).kind for route in to_one_thing(CLOSED)})


def about(kind: str) -> list[Route]:
    """Give the routes to one kind of thing; those that show first, for the others change what there is."""
    found = [route for route in to_one_thing(CLOSED) if policy_of(route).kind == kind]
    return sorted(found, key=lambda route: call_of(route).method)


async def walk(building: Building, route: Route, programs: Mapping[str, Program]) -> set[str]:
    """Ask for everything as everyone; gives which verdicts there were."""
    outcomes = set()
    for name, officer in building.county.everyone().items():
        nothing = steady(await send(building, programs[name], route, absent()))
        assert nothing[0] == 404, (named(route), nothing)
        for ask in await asks_of(route, building, officer, await facts_of(building.database)):
            answer = await send(building, programs[name], route, ask.reference)
            expected, said = verdict(wants(route), ask.level), (named(route), name, ask, answer.text)
            assert holds(expected, answer.status_code, answer.text), (answer.status_code, *said)
            assert expected != "hidden" or steady(answer) == nothing, said
            outcomes.add(expected)
    return outcomes


async def walk_all(building: Building, routes: Sequence[Route]) -> None:
    """Walk some routes in one building."""
    everyone = (await widen(building)).everyone()
    programs = {name: await script_of(building, officer) for name, officer in everyone.items()}
    for route in routes:
        assert await walk(building, route, programs) >= {"hidden", "open"}, named(route)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_route_opens_to_whom_the_oracle_lets_in_and_to_nobody_else(small: Building, kind: str) -> None:
    await walk_all(small, about(kind))


async def test_postgresql_opens_the_same(large: Building) -> None:
    await walk_all(large, [about(kind)[-1] for kind in KINDS])


async def test_an_account_is_let_in_by_its_own_grants_and_by_nothing_of_its_agencys(small: Building) -> None:
    county, outcomes = await widen(small), set[str]()
    account = await account_of(small, county.police)
    for thing, level in GIVEN:
        row = new_grant(getattr(county, thing), county.police, level)
        row.principal = account_key(account.id)
        await file(small.database, row)
    program, facts = await program_of(small, account), await facts_of(small.database)
    async with small.database.reading() as session:
        acts = (await session.execute(select(Officer).where(col(Officer.account_id) == account.id))).scalar_one()
    for kind in filter(None, KINDS):
        for route in about(kind):
            nothing = steady(await send(small, program, route, absent()))
            for ask in await asks_of(route, small, acts, facts):
                answer = await send(small, program, route, ask.reference)
                expected, said = verdict(wants(route), ask.level), (named(route), ask, answer.text)
                if nothing[0] == 422:  # no program does this to anything: refused before it was looked for
                    assert steady(answer) == nothing, said
                    continue
                assert holds(expected, answer.status_code, answer.text), (answer.status_code, *said)
                assert expected != "hidden" or steady(answer) == nothing, said
                outcomes.add(expected)
    assert outcomes == {"hidden", "refused", "open"}


async def test_nothing_is_said_to_who_has_no_token(small: Building) -> None:
    for route in CLOSED:
        for reference in (absent(), small.county.case.reference) if "{" in route.path else ("",):
            answer = await nobody(small).ask(call_of(route).method, route.path.format(ref=reference))
            assert answer.status_code in {401, 429}, route.path
            assert answer.headers["content-type"] == "application/problem+json"


async def test_a_command_with_an_empty_body_breaks_nothing_and_tells_nothing(small: Building) -> None:
    county = await widen(small)
    facts = await facts_of(small.database)
    for officer in (county.alice, county.dora, county.oscar):
        program = await script_of(small, officer)
        for route in to_one_thing(commands()):
            nothing = steady(await send(small, program, route, absent(), {}))
            for ask in await asks_of(route, small, officer, facts):
                answer = await send(small, program, route, ask.reference, {})
                assert answer.status_code < 500, (route.path, answer.text)
                if verdict(wants(route), ask.level) == "hidden":
                    assert steady(answer) == nothing


async def test_what_is_ones_own_opens_to_everyone_and_what_is_of_a_duty_to_who_holds_it(small: Building) -> None:
    for name, officer in small.county.everyone().items():
        program = await script_of(small, officer)
        for route in [route for route in readings() if "{" not in route.path]:
            answer = await program.get(route.path)
            open_to = not policy_of(route).duties or not DUTIES[name].isdisjoint(policy_of(route).duties)
            assert answer.status_code == (200 if open_to else 404), (name, route.path, answer.text)
