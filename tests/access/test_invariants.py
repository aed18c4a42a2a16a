"""The invariants of the access rule that need no screen, each as a test; numbers as in the issues."""

import random
from collections.abc import AsyncIterator
from datetime import datetime

import pytest
import pytest_asyncio
from sqlalchemy import update
from sqlmodel import col

from live.audience import Level
from models.agencies import Agency, Duty, Officer, OfficerDuty, Standing
from models.base import new_id
from models.cases import CaseLink
from models.database import Database
from models.grants import Grant
from models.profiles import Naming
from ops.access.audiences import known
from ops.access.principals import keys_of
from tests.access.judge import judge, keys_by_holder, listed_levels
from tests.cast import HOUR, NOW, TICK, County, asker, file, found_county, grant, hold, revoke
from tests.worlds import INSTANTS, World, file_world, grant_row, make_world, random_grant

ROUNDS = 15  # random grants thrown at one world

Levels = dict[tuple[str, str], int]


async def levels(database: Database, county: County, at: datetime = NOW) -> Levels:
    """Give every officer's level on everything in the county; what is not seen is 0."""
    found: Levels = {}
    for name, officer in county.everyone().items():
        asks = await asker(database, officer, at)
        async with database.reading() as session:
            listed = await listed_levels(session, asks)
        found |= {(name, thing): listed.get(row.id, 0) for thing, row in county.everything().items()}
    return found


async def world_levels(database: Database, world: World) -> Levels:
    """Give every officer's level on everything in a random world; I17 says that any rendering will do."""
    officers = {world.id(name): name for name in world.facts["officers"]}
    things = {world.id(name): name for name in world.facts["resources"]}
    async with database.reading() as session:
        keys = await keys_of(session, officers, NOW)
        facts = await known(session, things)
    admissions = {things[key]: fact.audience.at(NOW) for key, fact in facts.items()}
    held = {name: keys[key].held if key in keys else frozenset() for key, name in officers.items()}
    return {(who, thing): int(a.level(held[who])) for who in held for thing, a in admissions.items()}


def changed(before: Levels, after: Levels) -> Levels:
    """Give what is another level now."""
    return {cell: level for cell, level in after.items() if level != before[cell]}


@pytest_asyncio.fixture
async def county(database: Database) -> County:
    return await found_county(database)


@pytest_asyncio.fixture
async def world(database: Database, seed: int) -> AsyncIterator[World]:
    made = make_world(random.Random(seed))
    await file_world(database, made)
    print(f"--seed={seed}")
    yield made


async def test_i1_who_was_granted_nothing_sees_nothing(database: Database, county: County) -> None:
    seen = await levels(database, county)
    assert not any(level for (name, _), level in seen.items() if name in {"oscar", "olga"})


async def test_i1_without_a_grant_not_even_the_owner_sees_anything(database: Database, county: County) -> None:
    for row in county.grants.values():
        await revoke(database, row)
    assert not any((await levels(database, county)).values())


async def test_i2_adding_a_grant_never_lowers_and_revoking_never_raises(
    database: Database, world: World, seed: int
) -> None:
    dice = random.Random(seed)
    before = await world_levels(database, world)
    for _ in range(ROUNDS):
        row = grant_row(world, random_grant(dice, world.facts) | {"revoked": False})
        await file(database, row)
        after = await world_levels(database, world)
        assert all(after[cell] >= level for cell, level in before.items()), f"--seed={seed}"
        await revoke(database, row)
        assert await world_levels(database, world) == before, f"--seed={seed}"


async def test_i2_revoking_what_stood_never_raises_a_level(database: Database, world: World, seed: int) -> None:
    dice = random.Random(seed)
    before = await world_levels(database, world)
    for name in dice.sample(list(world.facts["grants"]), ROUNDS):
        async with database.writing() as session:
            fact = world.facts["grants"][name]
            await session.execute(
                update(Grant)
                .where(
                    col(Grant.resource_id) == world.id(fact["on"]), col(Grant.principal) == world.principal(fact["to"])
                )
                .values(revoked_at=NOW)
            )
        after = await world_levels(database, world)
        assert all(after[cell] <= level for cell, level in before.items()), f"--seed={seed}"
        before = after


async def test_i3_officers_with_the_same_keys_see_the_same(database: Database, county: County) -> None:
    twin = Officer(agency_id=county.power.id, name="Otto")
    await file(database, twin)
    await grant(database, county.case, county.power)
    oscar, otto = await asker(database, county.oscar), await asker(database, twin)
    async with database.reading() as session:
        assert await listed_levels(session, oscar) == await listed_levels(session, otto) != {}


async def test_i3_a_grant_on_one_thing_changes_only_what_that_thing_decides(
    database: Database, world: World, seed: int
) -> None:
    dice = random.Random(seed)
    before = await world_levels(database, world)
    for _ in range(ROUNDS):
        fact = random_grant(dice, world.facts) | {"revoked": False}
        row = grant_row(world, fact)
        await file(database, row)
        decided = {n for n, thing in world.facts["resources"].items() if fact["on"] in {thing["acl"], thing["gate"]}}
        moved = changed(before, await world_levels(database, world))
        assert {thing for _, thing in moved} <= decided, f"--seed={seed}: {fact}"
        await revoke(database, row)


async def test_i4_who_is_not_admitted_to_the_case_sees_no_report_of_it_nor_its_photos(
    database: Database, county: County
) -> None:
    for item in (county.visit, county.assessment):
        await grant(database, item, county.power)
    seen = await levels(database, county)
    assert [seen["oscar", thing] for thing in ("visit", "visit_photo", "assessment")] == [0, 0, 0]
    await grant(database, county.case, county.power, Level.DISCOVER)
    seen = await levels(database, county)
    assert [seen["oscar", thing] for thing in ("visit", "visit_photo", "assessment")] == [2, 2, 2]


async def test_i5_authors_keep_their_own_when_the_case_shuts_them_out(database: Database, county: County) -> None:
    await revoke(database, county.grants["MASH on the case"])
    seen = await levels(database, county)
    assert (seen["carol", "case"], seen["carol", "assessment"]) == (Level.NONE, Level.MANAGE)
    await hold(database, county.case)
    assert (await levels(database, county))["carol", "assessment"] == Level.MANAGE


async def test_i6_a_report_grant_changes_neither_the_case_nor_a_sibling(database: Database, county: County) -> None:
    before = await levels(database, county)
    await grant(database, county.assessment, county.fair_work, Level.CONTRIBUTE)
    moved = changed(before, await levels(database, county))
    assert moved == {("bob", "assessment"): Level.CONTRIBUTE}


async def test_i7_a_case_grant_changes_no_report(database: Database, county: County) -> None:
    before = await levels(database, county)
    await grant(database, county.case, county.power, Level.CONTRIBUTE)
    assert changed(before, await levels(database, county)) == {("oscar", "case"): Level.CONTRIBUTE}


async def test_i7_an_operation_grant_shows_no_site_and_no_restricted_task(database: Database, county: County) -> None:
    before = await levels(database, county)
    await grant(database, county.operation, county.nhs)
    moved = changed(before, await levels(database, county))
    assert moved == {("dora", "operation"): Level.READ, ("dora", "loose"): Level.READ}


async def test_i8_an_attachment_is_seen_by_exactly_those_who_see_its_parent(database: Database, world: World) -> None:
    seen = await world_levels(database, world)
    files = [name for name, thing in world.facts["resources"].items() if thing["kind"] == "attachment"]
    assert files
    for officer in world.facts["officers"]:
        for name in files:
            assert seen[officer, name] == seen[officer, name.removesuffix(" file")]


async def test_i9_links_operations_and_mentions_change_nothing(database: Database, county: County) -> None:
    before = await levels(database, county)
    link = CaseLink(from_id=county.other_case.id, to_id=county.case.id, agency_id=county.police.id, at=NOW)
    await file(database, link)
    await file(database, Naming(profile_id=county.profile.id, resource_id=county.arrived.id, at=NOW))
    assert changed(before, await levels(database, county)) == {}


async def test_i10_only_officers_of_the_owner_ever_manage(database: Database, world: World) -> None:
    for (officer, thing), level in (await world_levels(database, world)).items():
        if level == Level.MANAGE:
            assert world.facts["officers"][officer]["agency"] == world.facts["resources"][thing]["owner"]


async def test_i10_a_manage_grant_to_another_agency_lets_it_contribute(database: Database, county: County) -> None:
    await grant(database, county.case, county.power, Level.MANAGE)
    assert (await levels(database, county))["oscar", "case"] == Level.CONTRIBUTE


async def test_i11_a_grant_to_an_agency_changes_only_what_its_own_officers_see(
    database: Database, world: World, seed: int
) -> None:
    dice = random.Random(seed)
    before = await world_levels(database, world)
    for _ in range(ROUNDS):
        fact = random_grant(dice, world.facts) | {"revoked": False}
        row = grant_row(world, fact)
        await file(database, row)
        for officer, _ in changed(before, await world_levels(database, world)):
            assert world.facts["officers"][officer]["agency"] == fact["agency"], f"--seed={seed}: {fact}"
        await revoke(database, row)


async def test_i12_no_duty_shows_anything(database: Database, county: County) -> None:
    before = await levels(database, county)
    for officer in county.everyone().values():
        await file(database, *(OfficerDuty(officer_id=officer.id, duty=duty, starts=NOW - HOUR) for duty in Duty))
    assert await levels(database, county) == before


@pytest.mark.parametrize("standing", [Standing.SUSPENDED, Standing.LEAVING, Standing.CLOSED])
async def test_i13_officers_of_an_agency_that_is_not_active_see_nothing(
    database: Database, county: County, standing: Standing
) -> None:
    before = await levels(database, county)
    async with database.writing() as session:
        await session.execute(update(Agency).where(col(Agency.id) == county.police.id).values(standing=standing))
    after = await levels(database, county)
    assert not any(level for (name, _), level in after.items() if name in {"alice", "alan"})
    assert not any(name not in {"alice", "alan"} for name, _ in changed(before, after))


async def test_i13_an_inactive_officer_sees_nothing_and_colleagues_see_on(database: Database, county: County) -> None:
    before = await levels(database, county)
    async with database.writing() as session:
        await session.execute(update(Officer).where(col(Officer.id) == county.alice.id).values(active=False))
    moved = changed(before, await levels(database, county))
    assert {name for name, _ in moved} == {"alice"}
    assert not any(moved.values())


async def test_i14_a_grant_begins_and_ends_exactly_when_it_says(database: Database, county: County) -> None:
    await grant(database, county.case, county.power, starts=NOW, ends=NOW + HOUR)
    instants = (NOW - TICK, NOW, NOW + HOUR - TICK, NOW + HOUR)
    seen = [(await levels(database, county, at))["oscar", "case"] for at in instants]
    assert seen == [0, Level.READ, Level.READ, 0]


async def test_i14_an_agreement_that_lapses_ends_its_grants_exactly_then(database: Database, county: County) -> None:
    ends = county.agreement.ends
    assert ends is not None
    seen = [(await levels(database, county, at))["bob", "case"] for at in (ends - TICK, ends)]
    assert seen == [Level.READ, 0]


async def test_i14_an_agreement_carries_its_grants_from_the_very_instant_it_begins(
    database: Database, county: County
) -> None:
    begins = NOW + HOUR
    async with database.writing() as session:
        county.agreement.starts = begins
        await session.merge(county.agreement)
    seen = [(await levels(database, county, at))["bob", "case"] for at in (begins - TICK, begins)]
    assert seen == [0, Level.READ]


async def test_i17_list_check_audience_and_who_can_see_are_one(database: Database, world: World, seed: int) -> None:
    verdict = await judge(database, world, INSTANTS[2:3])
    assert verdict.judged > 0
    assert not verdict.differences, f"--seed={seed}: {verdict.differences[:10]}"


async def test_the_keys_of_nobody_are_held_by_nobody(database: Database, county: County) -> None:
    async with database.reading() as session:
        assert await keys_by_holder(session, {}, NOW) == {}
    assert (await asker(database, Officer(id=new_id(), agency_id=county.police.id, name="Nobody"))).keys == frozenset()
