"""A list orders what one reads by what one reads of it, and the rest by nothing that is hidden."""

from dataclasses import replace
from datetime import timedelta

from sqlalchemy import update
from sqlmodel import col

from live.audience import Level
from models.cases import Case
from models.database import Database
from models.grants import Resource
from models.operations import Operation
from ops.screens.lists import my_cases, my_operations
from ops.transaction import new_resource
from tests import cast
from tests.cast import DAY, HOUR, NOW, County, file, found_county, grant

MANY = 6


async def one_more(database: Database, county: County, starts: timedelta) -> Resource:
    made = new_resource("operation", county.police.id)
    await file(database, made)
    at = NOW + starts
    row = Operation(id=made.id, title="Tide", commander_id=county.alice.id, starts=at, ends=at + HOUR)
    await file(database, row)
    return made


async def listed(database: Database, county: County) -> list[str]:
    async with database.reading() as session:
        return [row.reference for row in await my_operations(session, await cast.asker(database, county.oscar))]


async def test_stubs_come_last_in_an_order_of_their_references(database: Database) -> None:
    county = await found_county(database)
    made = [await one_more(database, county, day * DAY) for day in range(MANY)]
    for place, operation in enumerate(made):
        level = Level.READ if place < 2 else Level.DISCOVER
        await grant(database, operation, county.oscar, level, agreement=county.agreement)
    stubs = sorted(operation.reference for operation in made[2:])
    assert await listed(database, county) == [made[1].reference, made[0].reference, *stubs]


async def test_a_stubs_hidden_date_moves_it_nowhere(database: Database) -> None:
    county, orders = await found_county(database), []
    made = [await one_more(database, county, day * DAY) for day in range(MANY)]
    for operation in made:
        await grant(database, operation, county.oscar, Level.DISCOVER, agreement=county.agreement)
    for starts in (NOW - 9 * DAY, NOW + 9 * DAY):
        async with database.writing() as session:
            await session.execute(update(Operation).where(col(Operation.id) == made[2].id).values(starts=starts))
        orders.append(await listed(database, county))
    assert orders[0] == orders[1] == sorted(orders[0])


async def test_cases_are_listed_by_title_and_stubs_by_reference(database: Database) -> None:
    county = await found_county(database)
    for title in ("amber", "Beacon", "Cutter", "delta"):
        made = new_resource("case", county.police.id)
        await file(database, made)
        theme = "Modern slavery"
        await file(database, Case(id=made.id, title=title, theme=theme, lead_id=county.alice.id, opened_at=NOW))
        level = Level.READ if title in {"amber", "Beacon"} else Level.DISCOVER
        await grant(database, made, county.dora, level, agreement=county.agreement)
    async with database.reading() as session:
        found = await my_cases(session, await cast.asker(database, county.dora))
    assert [row.title for row in found] == ["amber", "Beacon", "", "", ""]
    assert [row.reference for row in found[2:]] == sorted(row.reference for row in found if row.stub)


async def test_through_anothers_eyes_a_list_shows_what_both_know_and_whole_what_both_read(database: Database) -> None:
    county = await found_county(database)
    alice, bob, dora, oscar = [
        await cast.asker(database, one) for one in (county.alice, county.bob, county.dora, county.oscar)
    ]
    async with database.reading() as session:
        for who, beside, titles in (
            (alice, bob, ["Orchard"]),  # he was not given the other case
            (bob, alice, ["Orchard"]),
            (alice, dora, [""]),  # she knows of it, and may not read it
            (dora, alice, [""]),
            (alice, oscar, []),
        ):
            found = await my_cases(session, replace(who, beside=beside.keys))
            assert [row.title for row in found] == titles
