"""Several doors at once, and the same doors anew at the end of an act, answer as one door does."""

from dataclasses import replace

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.agencies import Agency, Standing
from models.base import new_reference
from models.database import Database
from models.grants import Resource
from ops.access.asker import Asker
from ops.access.audiences import known
from ops.access.doors import Found, Wanted, find, find_all, judge_again, standings_again
from ops.errors import NotAllowed, NotFound, Refusal
from tests.cast import County, asker, found_county, revoke

Answer = Found | type[Refusal]


def wanted(thing: Resource, least: Level) -> Wanted:
    return Wanted(thing.reference, thing.kind, least)


async def one_door(session: AsyncSession, asks: Asker, one: Wanted) -> Answer:
    try:
        return await find(session, asks, one.reference, one.kind, one.least)
    except Refusal as refused:
        return type(refused)


async def together(session: AsyncSession, asks: Asker, every: list[Wanted]) -> list[Found] | type[Refusal]:
    try:
        return await find_all(session, asks, every)
    except Refusal as refused:
        return type(refused)


async def suspend(database: Database, agency: Agency) -> None:
    async with database.writing() as session:
        suspended = update(Agency).where(col(Agency.id) == agency.id).values(standing=Standing.SUSPENDED)
        await session.execute(suspended)


@pytest.mark.parametrize("suspended", [False, True])
async def test_two_doors_at_once_open_exactly_where_each_alone_does(database: Database, suspended: bool) -> None:
    county = await found_county(database)
    askers = [await asker(database, officer) for officer in (county.alice, county.bob, county.carol, county.oscar)]
    if suspended:
        await suspend(database, county.council)  # it owns the assessment, and no other of these
    things = [wanted(one, least) for one in (county.case, county.assessment, county.visit) for least in list(Level)[1:]]
    things += [Wanted(new_reference(), "case"), Wanted(county.case.reference, "report")]
    async with database.reading() as session:
        for asks in askers:
            alone = {one: await one_door(session, asks, one) for one in things}
            for one in things:
                for other in things[::3]:
                    answers = [alone[one], alone[other]]
                    refused = next((answer for answer in answers if isinstance(answer, type)), None)
                    assert await together(session, asks, [one, other]) == (refused or answers)


async def test_a_door_among_several_asks_for_reading_unless_it_is_told_otherwise(database: Database) -> None:
    county = await found_county(database)
    dora = await asker(database, county.dora)  # she knows of the case, and may not read it
    async with database.reading() as session:
        assert await together(session, dora, [Wanted(county.case.reference, "case")]) is NotFound


async def again(database: Database, asks: Asker, *passed: tuple[Resource, Level]) -> type[Refusal] | None:
    """Judge anew what an asker went through doors to; gives the refusal, if any."""
    async with database.reading() as session:
        try:
            await judge_again(session, [(asks, passed)])
            await standings_again(session, passed)
        except Refusal as refused:
            return type(refused)
    return None


async def parties(database: Database) -> tuple[County, Asker, Asker]:
    county = await found_county(database)
    return county, await asker(database, county.bob), await asker(database, county.carol)


async def test_what_was_lost_meanwhile_is_refused_and_what_was_kept_is_not(database: Database) -> None:
    county, bob, carol = await parties(database)
    both = (county.case, Level.READ), (county.visit, Level.READ)
    assert await again(database, bob, *both) is None
    assert await again(database, bob, (county.case, Level.CONTRIBUTE)) is NotAllowed
    await revoke(database, county.grants["Fair Work on the visit"])
    assert await again(database, bob, *both) is NotFound
    assert await again(database, bob, both[0]) is None
    assert await again(database, replace(carol, keys=frozenset()), (county.case, Level.CONTRIBUTE)) is NotFound


async def test_what_is_changed_must_be_of_an_agency_that_still_takes_part_and_what_is_read_need_not(
    database: Database,
) -> None:
    county, _, carol = await parties(database)
    changes, reads = (county.assessment, Level.CONTRIBUTE), (county.assessment, Level.READ)
    assert await again(database, carol, changes, (county.case, Level.CONTRIBUTE)) is None
    await suspend(database, county.council)
    assert await again(database, carol, changes, (county.case, Level.CONTRIBUTE)) is NotAllowed
    assert await again(database, carol, reads, (county.case, Level.CONTRIBUTE)) is None
    assert await again(database, carol, reads) is None
    assert await again(database, carol) is None


async def test_an_audience_depends_on_the_things_own_grants_and_on_those_of_its_box(database: Database) -> None:
    county = await found_county(database)
    expected = {
        "case": {county.case.id},
        "visit": {county.visit.id, county.case.id},
        "knock": {county.farm.id, county.operation.id},
        "loose": {county.operation.id},
        "post_photo": {county.farm.id, county.operation.id},
    }
    things = county.everything()
    async with database.reading() as session:
        facts = await known(session, [things[name].id for name in expected])
    assert {name: facts[things[name].id].roots for name in expected} == expected
