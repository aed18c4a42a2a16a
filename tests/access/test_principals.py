"""Keys, from both ends: which an officer holds at an instant, who holds a key, and when that changes by itself."""

from datetime import datetime

import pytest
from sqlalchemy import update
from sqlmodel import SQLModel, col

from models.agencies import Account, Agency, Duty, Officer, OfficerDuty, Standing, TeamMembership
from models.base import new_id
from models.database import Database
from models.operations import Detachment, DetachmentMember
from ops.access.holders import holders
from ops.access.principals import (
    account_key,
    agency_among,
    agency_key,
    detachment_key,
    keys_ever,
    keys_of,
    keys_within,
    officer_key,
    officers_now,
    team_key,
)
from tests.cast import DAY, HOUR, NOW, TICK, County, detachment, file, found_county

BEGINS, ENDS = NOW + HOUR, NOW + DAY


async def in_team(database: Database, county: County, officer: Officer) -> str:
    """Put an officer into the squad from BEGINS until ENDS; gives the key."""
    await file(database, TeamMembership(team_id=county.squad.id, officer_id=officer.id, starts=BEGINS, ends=ENDS))
    return team_key(county.squad.id)


async def on_operation(database: Database, county: County, officer: Officer, agency: Agency) -> str:
    """Put an officer on an agency's detachment from BEGINS until ENDS; gives the key."""
    group = await detachment(database, county.operation, agency)
    row = DetachmentMember(
        detachment_id=group.id,
        operation_id=county.operation.id,
        agency_id=agency.id,
        officer_id=officer.id,
        starts=BEGINS,
        ends=ENDS,
    )
    await file(database, row)
    return detachment_key(county.operation.id, agency.id)


async def newcomer(database: Database, agency: Agency) -> Officer:
    officer = Officer(agency_id=agency.id, name="Nora")
    await file(database, officer)
    return officer


async def held(database: Database, officer: Officer, at: datetime) -> frozenset[str]:
    """Give an officer's keys, found from the officer and, the same ones, from the keys."""
    async with database.reading() as session:
        keys = (await keys_of(session, [officer.id], at))[officer.id].held
        every = keys | await keys_ever(session, [officer.id])
        found = await holders(session, every, at)
        assert {key for key in every if officer.id in found.get(key, ())} == keys
        return keys


async def changes(database: Database, officer: Officer, at: datetime) -> datetime | None:
    async with database.reading() as session:
        return (await keys_of(session, [officer.id], at))[officer.id].until


@pytest.mark.parametrize("way", ["team", "detachment"])
async def test_a_key_is_held_from_its_first_instant_until_its_last(database: Database, way: str) -> None:
    county = await found_county(database)
    nora = await newcomer(database, county.police)
    joins = in_team(database, county, nora) if way == "team" else on_operation(database, county, nora, county.police)
    own, key = {agency_key(county.police.id), officer_key(nora.id)}, await joins
    for at, holds in ((BEGINS - TICK, False), (BEGINS, True), (ENDS - TICK, True), (ENDS, False)):
        assert await held(database, nora, at) == own | ({key} if holds else set()), at
    moments = (BEGINS - TICK, BEGINS, ENDS - TICK, ENDS)
    assert [await changes(database, nora, at) for at in moments] == [BEGINS, ENDS, ENDS, None]


async def test_a_detachment_that_left_gives_no_key_from_that_instant(database: Database) -> None:
    county, left = await found_county(database), NOW + 2 * HOUR
    nora = await newcomer(database, county.police)
    key = await on_operation(database, county, nora, county.police)
    async with database.writing() as session:
        group = await detachment(database, county.operation, county.police)
        await session.execute(update(Detachment).where(col(Detachment.id) == group.id).values(left_at=left))
    assert [key in await held(database, nora, at) for at in (left - TICK, left)] == [True, False]
    assert await changes(database, nora, BEGINS) == left


async def test_a_team_and_a_detachment_of_another_agency_give_no_key(database: Database) -> None:
    county = await found_county(database)
    nora = await newcomer(database, county.nhs)
    keys = {await in_team(database, county, nora), await on_operation(database, county, nora, county.police)}
    assert await held(database, nora, BEGINS) == {agency_key(county.nhs.id), officer_key(nora.id)}
    async with database.reading() as session:
        found = await holders(session, keys, BEGINS)
        assert all(nora.id not in officers for officers in found.values())
        assert keys.isdisjoint(await keys_ever(session, [nora.id]))


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (Officer, {"active": False}),
        *((Agency, {"standing": one}) for one in Standing if one is not Standing.ACTIVE),
    ],
)
async def test_who_is_not_active_holds_nothing_and_is_remembered(
    database: Database, table: type[SQLModel], values: dict[str, object]
) -> None:
    county = await found_county(database)
    nora = await newcomer(database, county.police)
    key = await in_team(database, county, nora)
    async with database.reading() as session:
        before = await keys_ever(session, [nora.id])
    async with database.writing() as session:
        await session.execute(update(table).values(values))
    async with database.reading() as session:
        assert await keys_of(session, [nora.id], BEGINS) == {}
        assert await holders(session, before, BEGINS) == {}
        assert await keys_within(session, county.police.id, BEGINS) == frozenset()
        assert await keys_ever(session, [nora.id]) == before
    assert before == {agency_key(county.police.id), officer_key(nora.id), key}


async def test_keys_ever_are_those_of_the_ones_who_are_asked_about(database: Database) -> None:
    county = await found_county(database)
    async with database.reading() as session:
        alice, bob = [await keys_ever(session, [one.id]) for one in (county.alice, county.bob)]
        assert await keys_ever(session, [county.alice.id, county.bob.id]) == alice | bob
    assert alice.isdisjoint(bob)
    assert {officer_key(county.alice.id), team_key(county.squad.id)} < alice
    assert detachment_key(county.operation.id, county.police.id) in alice


async def test_keys_within_an_agency_are_those_of_its_officers_together(database: Database) -> None:
    county = await found_county(database)
    async with database.reading() as session:
        within = await keys_within(session, county.police.id, NOW)
        found = await keys_of(session, [county.alice.id, county.alan.id], NOW)
    assert within == found[county.alice.id].held | found[county.alan.id].held


async def test_holders_are_asked_for_by_name_and_nobody_else_is_given(database: Database) -> None:
    county = await found_county(database)
    group = detachment_key(county.operation.id, county.police.id)
    asked = {
        agency_key(county.nhs.id),
        officer_key(county.bob.id),
        team_key(county.squad.id),
        group,
        "account:" + "0" * 32,
    }
    async with database.reading() as session:
        found = await holders(session, asked, NOW)
        alone = await holders(session, {officer_key(county.alice.id)}, NOW)
    assert found.keys() == asked - {"account:" + "0" * 32}
    assert found[agency_key(county.nhs.id)] == {county.dora.id}
    assert found[officer_key(county.bob.id)] == {county.bob.id}
    assert found[group] == {county.alice.id, county.alan.id}
    assert alone == {officer_key(county.alice.id): {county.alice.id}}


async def program(database: Database, agency: Agency) -> tuple[Account, Officer]:
    """File a program of an agency, and who acts under its name."""
    account = Account(agency_id=agency.id, name="Wall")
    await file(database, account)
    acts = Officer(agency_id=agency.id, name="Wall", account_id=account.id)
    await file(database, acts)
    return account, acts


async def test_a_program_holds_its_own_key_and_no_other(database: Database) -> None:
    county = await found_county(database)
    account, acts = await program(database, county.police)
    assert await held(database, acts, NOW) == {account_key(account.id)}
    async with database.reading() as session:
        assert await keys_ever(session, [acts.id]) == {account_key(account.id)}
        assert account_key(account.id) not in await keys_ever(session, [county.alice.id])
        assert (await keys_of(session, [county.alice.id], NOW)).keys() == {county.alice.id}


@pytest.mark.parametrize(
    ("table", "values"),
    [(Account, {"active": False}), (Agency, {"standing": Standing.SUSPENDED})],
)
async def test_an_ended_program_and_one_of_an_agency_without_standing_hold_nothing(
    database: Database, table: type[SQLModel], values: dict[str, object]
) -> None:
    county = await found_county(database)
    _, acts = await program(database, county.police)
    async with database.writing() as session:
        await session.execute(update(table).values(values))
    async with database.reading() as session:
        assert await keys_of(session, [acts.id], NOW) == {}


async def test_of_two_programs_the_one_of_an_active_agency_holds_its_key(database: Database) -> None:
    county = await found_county(database)
    (_, ours), (_, theirs) = [await program(database, agency) for agency in (county.police, county.nhs)]
    async with database.writing() as session:
        closed = update(Agency).where(col(Agency.id) == county.nhs.id).values(standing=Standing.CLOSED)
        await session.execute(closed)
    async with database.reading() as session:
        assert (await keys_of(session, [ours.id, theirs.id], NOW)).keys() == {ours.id}


async def test_a_duty_is_held_from_its_first_instant_until_its_last_by_who_was_given_it(database: Database) -> None:
    county = await found_county(database)
    nora = await newcomer(database, county.police)
    await file(database, OfficerDuty(officer_id=nora.id, duty=Duty.EMERGENCY, starts=BEGINS, ends=ENDS))
    for at, holds in ((BEGINS - TICK, False), (BEGINS, True), (ENDS - TICK, True), (ENDS, False)):
        async with database.reading() as session:
            found = await officers_now(session, [nora.id, county.alan.id], at)
        assert found[nora.id].duties == ({Duty.EMERGENCY} if holds else set()), at
        assert found[county.alan.id].duties == {Duty.ADMINISTRATOR, Duty.INFORMATION_MANAGER}


def test_an_agency_is_read_from_its_own_key_alone() -> None:
    agency, team = new_id(), new_id()
    assert agency_among({team_key(team), agency_key(agency), officer_key(team)}) == agency
    assert agency_among({team_key(team), account_key(agency)}) is None
    assert agency_among(()) is None
