"""The live feed of programs: what a page hears, a program hears, in the API's own words, and not a byte more."""

import json
from contextlib import AsyncExitStack
from typing import Any

import pytest

from live.audience import Level
from live.screen import CloseCode
from models.tokens import Scope
from ops.access.principals import account_key
from ops.actions.tokens import revoke_own_token
from ops.web import open_screens
from tests.api.feeds import LIVE, Followed, following, line
from tests.api.programs import account_of, nobody, program_of, script_of
from tests.cast import asker, file, new_grant
from tests.web.building import Building, Socket, absent
from tests.web.facts import facts_of
from tests.web.walks import oracle, widen

POST = {"text": "Gates open, heron", "audience": "site"}


async def until_same(followed: Followed) -> None:
    """Wait until what a program holds is what it would read again; sums follow within about a second."""
    fresh: dict[str, Any] = {}
    for _ in range(100):
        fresh = await followed.fresh()
        if followed.holds() == fresh:
            return
        await followed.socket.breathe()
    held = followed.holds()
    pytest.fail(str([(name, held.get(name), fresh.get(name)) for name in fresh if held.get(name) != fresh[name]]))


async def test_a_post_reaches_every_program_that_may_see_it_as_the_api_serves_it(building: Building) -> None:
    county = building.county
    alice, bob = await script_of(building, county.alice), await script_of(building, county.bob)
    async with following(bob, "operation", county.operation.reference) as followed:
        post = {**POST, "site": county.farm.reference}
        made = await alice.post(f"/operations/{county.operation.reference}/posts", post)
        assert made.status_code == 201, made.text
        await followed.socket.until_heard("heron")
        (shown,) = followed.shown(made.json()["reference"])
        assert shown == (await bob.get(made.headers["location"])).json()
        await until_same(followed)


async def test_a_program_of_an_account_hears_what_the_account_was_given_and_no_more(building: Building) -> None:
    county = building.county
    account = await account_of(building, county.power)
    program, alice = await program_of(building, account), await script_of(building, county.alice)
    for thing in (county.operation, county.farm):
        grant = new_grant(thing, county.power, Level.READ, agreement=county.agreement)
        grant.principal = account_key(account.id)
        await file(building.database, grant)
    async with following(program, "operation", county.operation.reference) as followed:
        path = f"/operations/{county.operation.reference}/posts"
        for place, words in (("yard", "kestrel"), ("farm", "heron")):
            site = getattr(county, place).reference
            made = await alice.post(path, {"text": words, "audience": "site", "site": site})
            assert made.status_code == 201, made.text
        await followed.socket.until_heard("heron")
        assert "kestrel" not in followed.everything
        await until_same(followed)
        assert followed.holds()["figures"]["sites"] == 1


async def test_what_is_taken_away_is_taken_back_and_nothing_of_it_follows(building: Building) -> None:
    county = building.county
    alice, bob = await building.enter(county.alice), await script_of(building, county.bob)
    async with following(bob, "case", county.case.reference) as followed:
        assert county.visit.reference in followed.holds()["reports"]
        grant = county.grants["Fair Work on the visit"].reference
        assert (await alice.post(f"/grants/{grant}/remove", why="a mistake")).status_code == 303
        await followed.socket.until(lambda: any(frame["do"] == "retract" for frame in followed.frames))
        heard = len(followed.socket.heard)
        version = {"title": "Seen", "text": "kestrel", "version": "1"}
        await alice.post(f"/reports/{county.visit.reference}/versions", **version)
        await until_same(followed)
        assert "kestrel" not in "".join(followed.socket.heard[heard:])
        assert county.visit.reference not in followed.holds()["reports"]


async def test_a_watch_is_followed_too(building: Building) -> None:
    county = building.county
    carol, alice = await script_of(building, county.carol), await building.enter(county.alice)
    async with following(carol, "watch") as followed:
        await until_same(followed)
        assert [case["title"] for case in followed.holds()["cases"]] == ["Orchard"]
        reference = county.grants["MASH on the case"].reference
        assert (await alice.post(f"/grants/{reference}/remove", why="a mistake")).status_code == 303
        await until_same(followed)
        assert followed.holds()["cases"] == []


async def test_a_feed_opens_to_whom_the_oracle_lets_in_and_to_nobody_else(building: Building) -> None:
    county, outcomes = await widen(building), set()
    facts = await facts_of(building.database)
    things = [thing for thing in county.everything().values() if thing.kind in {"operation", "case"}]
    for name, officer in county.everyone().items():
        program = await script_of(building, officer)
        for kind in ("operation", "case"):
            async with line(program, {"do": "join", kind: absent(), "cursor": ""}) as nothing:
                assert (await nothing.closed(), nothing.heard) == (CloseCode.WITHDRAWN, [])
        for thing in things:
            async with line(program, {"do": "join", thing.kind: thing.reference, "cursor": ""}) as socket:
                open_to = oracle(facts, officer.id, thing) >= Level.DISCOVER
                code = await socket.closed()
                assert code == (CloseCode.TOO_OLD if open_to else CloseCode.WITHDRAWN), (name, thing.kind)
                assert bool(socket.heard) == open_to
                outcomes.add(open_to)
    assert outcomes == {True, False}


async def test_a_thing_of_another_kind_is_not_there(small: Building) -> None:
    county, alice = small.county, await script_of(small, small.county.alice)
    for kind, thing in (("operation", county.case), ("case", county.operation), ("case", county.visit)):
        async with line(alice, {"do": "join", kind: thing.reference, "cursor": ""}) as socket:
            assert await socket.closed() == CloseCode.WITHDRAWN


async def test_without_a_token_that_works_nothing_is_said(small: Building) -> None:
    county = small.county
    join = {"do": "join", "operation": county.operation.reference, "cursor": ""}
    async with line(nobody(small), join) as socket:
        assert (await socket.closed(), socket.heard) == (CloseCode.SIGNED_OUT, [])
    visitor = await small.enter(county.alice)
    async with visitor.socket(LIVE, cursor=None) as cookie:
        cookie.say(json.dumps(join))
        assert (await cookie.closed(), cookie.heard) == (CloseCode.SIGNED_OUT, [])
    for scopes in ([Scope.CONTRIBUTE], []):
        async with line(await script_of(small, county.alice, scopes), join) as unfit:
            assert (await unfit.closed(), unfit.heard) == (CloseCode.WITHDRAWN, [])


async def test_a_token_that_ends_closes_its_sockets_and_no_other(small: Building) -> None:
    county = small.county
    ours, others = await script_of(small, county.bob), await script_of(small, county.bob)
    async with (
        following(ours, "operation", county.operation.reference) as ended,
        following(others, "operation", county.operation.reference) as stays,
    ):
        await revoke_own_token(small.app.state.house.desk, await asker(small.database, county.bob), ours.token)
        assert await ended.socket.closed() == CloseCode.SIGNED_OUT
        assert stays.socket.code is None


async def test_a_program_that_lost_the_operation_is_closed(building: Building) -> None:
    county = building.county
    bob = await script_of(building, county.bob)
    alice = await building.enter(county.alice)
    async with following(bob, "case", county.case.reference) as followed:
        for name in ("Fair Work on the visit", "Fair Work on the case"):
            await alice.post(f"/grants/{county.grants[name].reference}/remove", why="a mistake")
        assert await followed.socket.closed() == CloseCode.WITHDRAWN


async def test_a_cursor_is_its_own_holders_and_of_no_list(small: Building) -> None:
    county = small.county
    alice, bob = await script_of(small, county.alice), await script_of(small, county.bob)
    path = f"/operations/{county.operation.reference}"
    foreign = (await alice.get(path)).headers["live-cursor"]
    of_a_list = (await bob.get("/agencies?limit=1")).json()["next"]
    for cursor in (foreign, of_a_list, "junk", "é", "A" * 60_000):
        async with line(bob, {"do": "join", "operation": county.operation.reference, "cursor": cursor}) as socket:
            assert await socket.closed() == CloseCode.TOO_OLD
            assert [frame["do"] for message in socket.heard for frame in json.loads(message)] == ["resync"]


async def test_who_was_away_hears_what_it_missed_and_nothing_twice(building: Building) -> None:
    county = building.county
    alice, bob = await script_of(building, county.alice), await script_of(building, county.bob)
    path, reference = f"/operations/{county.operation.reference}", county.operation.reference
    cursor = (await bob.get(path)).headers["live-cursor"]
    assert (await alice.post(f"{path}/posts", {**POST, "site": county.farm.reference})).status_code == 201
    async with line(bob, {"do": "join", "operation": reference, "cursor": cursor}) as socket:
        await socket.until_heard("heron")
        assert sum("heron" in json.dumps(frame) for frame in Followed(bob, path, {}, socket).frames) == 1


async def test_a_program_holds_so_many_sockets_and_is_never_shown_as_here(
    small: Building, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(small.app.state.house.sockets, "_per_officer", 2)
    bob, reference = await script_of(small, small.county.bob), small.county.operation.reference
    async with AsyncExitStack() as stack:
        for _ in range(2):
            await stack.enter_async_context(following(bob, "operation", reference))
        async with line(bob, {"do": "join", "operation": reference, "cursor": ""}) as one_too_many:
            assert await one_too_many.closed() == CloseCode.TOO_MANY
        assert (await bob.get(f"/operations/{reference}")).json()["present"] == []
    assert small.app.state.house.sockets.open == 0


async def test_a_program_that_says_nothing_or_goes_on_talking_is_closed(
    small: Building, monkeypatch: pytest.MonkeyPatch
) -> None:
    bob = await script_of(small, small.county.bob)
    async with following(bob, "operation", small.county.operation.reference) as followed:
        followed.socket.say("more")
        assert await followed.socket.closed() == CloseCode.JUNK
    monkeypatch.setattr(open_screens, "HELLO_WITHIN", 0.01)
    async with line(bob) as silent:
        assert await silent.closed() == CloseCode.JUNK
    assert isinstance(silent, Socket)
