"""Every route as every member of the cast: the oracle says who gets in."""

import re
from collections.abc import AsyncIterator, Callable
from itertools import product
from typing import Any

import httpx2
import pytest
from sqlalchemy.ext.asyncio import AsyncSession
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route, WebSocketRoute

from live.audience import Level
from live.screen import CloseCode
from models.grants import Resource
from ops.access import doors
from ops.access.asker import Asker
from ops.access.audiences import audience_of
from ops.access.doors import Found
from ops.app import create_app
from ops.errors import NotFound
from ops.settings import Settings
from ops.web.policy import Who, policy_of
from ops.web.routes import routes
from tests.web.building import Building, absent, steady
from tests.web.duties import DUTIES
from tests.web.facts import facts_of
from tests.web.walks import (
    FORMS,
    Ask,
    asked_of,
    asks_for,
    commands,
    declared,
    form_for,
    holds,
    one_of_each_kind,
    pages,
    sockets,
    verdict,
    widen,
)


def named(route: Route | WebSocketRoute) -> str:
    return route.path


CLOSED = [route for route in (*pages(), *commands()) if policy_of(route).who is not Who.ANYONE]


def to_nothing(found: list[Route]) -> list[Route]:
    return [route for route in found if "{" not in route.path]


def of_a_duty(found: list[Route]) -> list[Route]:
    return [route for route in found if policy_of(route).duties]


def to_one_thing(found: list[Route]) -> list[Route]:
    return [route for route in found if "{" in route.path]


async def undeclared(_: Request) -> Response:
    return PlainTextResponse("nobody thought about who may see this")


def test_an_application_with_an_undeclared_route_does_not_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ops.web.routes.get", lambda path, handler, policy: Route(path, undeclared))
    with pytest.raises(TypeError, match="declares no policy"):
        create_app(Settings())


def test_every_route_declares_who_may_use_it() -> None:
    assert len(declared()) > 20
    assert {policy_of(route).who for route in declared()} == set(Who)


def test_only_static_files_are_mounted_past_the_policies() -> None:
    assert [route.path for route in routes() if isinstance(route, Mount)] == ["/static"]


def test_the_walk_knows_a_form_for_every_command() -> None:
    assert {route.path for route in commands()} == set(FORMS)


def test_addresses_name_one_thing_and_only_by_its_reference() -> None:
    for route in declared():
        assert isinstance(route, Route | WebSocketRoute)
        assert set(re.findall(r"{([^}]*)}", route.path)) <= {"ref"}, route.path


async def walk(building: Building, route: Route) -> set[str]:
    """Ask for everything as everyone; gives which verdicts there were."""
    county, outcomes = await widen(building), set()
    facts = await facts_of(building.database)
    for name, officer in county.everyone().items():
        visitor = await building.enter(officer)
        nothing = steady(await visitor.get(route.path.format(ref=absent())))
        assert nothing[0] == 404
        for ask in await asks_for(route, building, officer, facts):
            answer = await visitor.get(route.path.format(ref=ask.reference))
            expected = verdict(asked_of(route), ask.level)
            assert holds(expected, answer.status_code, answer.text), (name, ask, answer.status_code)
            assert expected != "hidden" or steady(answer) == nothing
            outcomes.add(expected)
    return outcomes


@pytest.mark.parametrize("route", to_one_thing(pages()), ids=named)
async def test_a_page_opens_to_whom_the_oracle_lets_in_and_to_nobody_else(small: Building, route: Route) -> None:
    assert await walk(small, route) >= {"hidden", "open"}


async def test_the_walk_finds_a_door_left_open(small: Building, monkeypatch: pytest.MonkeyPatch) -> None:
    async def open_to_all(session: AsyncSession, asker: Asker, resource: Resource | None, least: Level) -> Found:
        if resource is None:
            raise NotFound
        return Found(resource, Level.MANAGE, await audience_of(session, resource.id))

    monkeypatch.setattr(doors, "_judge", open_to_all)
    profile = next(route for route in pages() if route.path == "/profiles/{ref}")
    with pytest.raises(AssertionError, match="level=0"):
        await walk(small, profile)


@pytest.mark.parametrize("route", one_of_each_kind(to_one_thing(pages())), ids=named)
async def test_postgresql_opens_the_same_pages(large: Building, route: Route) -> None:
    assert await walk(large, route) >= {"hidden", "open"}


Answers = AsyncIterator[tuple[tuple[str, Ask], str, httpx2.Response, tuple[object, ...]]]


async def everyone_posts(building: Building, route: Route, form_of: Callable[[], dict[str, Any]]) -> Answers:
    """Let everyone command everything; gives who and what, what the oracle expects, the answer, and that to nothing."""
    county = await widen(building)
    for name, officer in county.everyone().items():
        visitor, facts = await building.enter(officer), await facts_of(building.database)
        nothing = await visitor.post(route.path.format(ref=absent()), **form_of())
        for ask in await asks_for(route, building, officer, facts):
            answer = await visitor.post(route.path.format(ref=ask.reference), **form_of())
            yield (name, ask), verdict(asked_of(route), ask.level), answer, steady(nothing)
            if answer.status_code < 400:  # what was obeyed may have ended this very sign-in
                visitor = await building.enter(officer)


@pytest.mark.parametrize("route", to_one_thing(commands()), ids=named)
async def test_a_command_obeys_whom_the_oracle_lets_and_nobody_else(small: Building, route: Route) -> None:
    outcomes = set()
    async for who, expected, answer, nothing in everyone_posts(small, route, lambda: form_for(route, small)):
        assert holds(expected, answer.status_code, answer.text), (who, answer.status_code, answer.text)
        assert nothing[0] == 404
        assert expected != "hidden" or steady(answer) == nothing
        outcomes.add(expected)
    assert {"hidden", "open"} <= outcomes


@pytest.mark.parametrize("route", to_one_thing(commands()), ids=named)
async def test_an_empty_form_breaks_nothing_and_tells_nothing(small: Building, route: Route) -> None:
    async for who, expected, answer, nothing in everyone_posts(small, route, dict):
        assert answer.status_code < 500, (who, answer.text)
        assert expected != "hidden" or steady(answer) == nothing


@pytest.mark.parametrize("route", [route for route in sockets() if "{" in route.path], ids=named)
async def test_a_feed_opens_to_whom_the_oracle_lets_in_and_to_nobody_else(
    building: Building, route: WebSocketRoute
) -> None:
    county, outcomes = await widen(building), set()
    facts = await facts_of(building.database)
    for name, officer in county.everyone().items():
        visitor = await building.enter(officer)
        async with visitor.socket(route.path.format(ref=absent())) as nothing:
            assert await nothing.closed() == CloseCode.WITHDRAWN
        for ask in await asks_for(route, building, officer, facts):
            async with visitor.socket(route.path.format(ref=ask.reference)) as socket:
                expected = verdict(asked_of(route), ask.level)
                if expected == "hidden":
                    assert (await socket.closed(), socket.heard) == (CloseCode.WITHDRAWN, []), name
                else:
                    await socket.live()
                outcomes.add(expected)
    assert outcomes == {"hidden", "open"}


@pytest.mark.parametrize("route", sockets(), ids=named)
async def test_a_feed_hears_that_nobody_is_signed_in_before_anything_else(
    small: Building, route: WebSocketRoute
) -> None:
    for thing in small.county.everything().values():
        async with small.stranger.socket(route.path.format(ref=thing.reference)) as socket:
            assert (await socket.closed(), socket.heard) == (CloseCode.SIGNED_OUT, [])


async def test_who_is_not_signed_in_gets_the_sign_in_page_whatever_they_ask_for(small: Building) -> None:
    references = (absent(), small.county.operation.reference, small.county.visit.reference)
    for route, reference in product(CLOSED, references):
        path = route.path.format(ref=reference)
        answer = await small.stranger.ask("GET" if "GET" in (route.methods or ()) else "POST", path)
        assert answer.status_code == 303
        doors = {"/wall/code"} if policy_of(route).who is Who.WALL else {"/sign-in", f"/sign-in?next={path}"}
        assert answer.headers["location"] in doors


async def test_a_page_of_ones_own_opens_to_everyone_and_one_of_a_duty_to_who_holds_it(building: Building) -> None:
    for name, officer in building.county.everyone().items():
        visitor = await building.enter(officer)
        for route in [route for route in pages() if "{" not in route.path]:
            answer = await visitor.get(route.path)
            open_to = not policy_of(route).duties or not DUTIES[name].isdisjoint(policy_of(route).duties)
            assert answer.status_code in ({200, 303} if open_to else {404}), (name, answer.text)


@pytest.mark.parametrize("route", to_nothing(of_a_duty(commands())), ids=named)
async def test_a_command_of_a_duty_is_not_there_for_who_does_not_hold_it(small: Building, route: Route) -> None:
    outcomes = set()
    for name, officer in small.county.everyone().items():
        visitor = await small.enter(officer)
        answer = await visitor.post(route.path, **form_for(route, small))
        holds_it = not DUTIES[name].isdisjoint(policy_of(route).duties)
        assert (answer.status_code != 404) == holds_it, (name, answer.text)
        outcomes.add(holds_it)
    assert outcomes == {True, False}
