"""Lists of grants say the same of each, and cost as many statements for many as for one."""

from models.database import Database
from models.grants import Grant, Resource
from ops.screens.grant_lines import given_lines
from tests.asked import statements
from tests.cast import NOW, asker, file, found_county, new_grant


async def test_a_line_says_on_what_to_whom_and_how_many_they_are(database: Database) -> None:
    county = await found_county(database)
    grant = county.grants["MASH on the case"]
    who = await asker(database, county.alice, NOW)
    async with database.reading() as session:
        line = (await given_lines(session, who, [(grant, county.case)]))[grant.id]
    assert (line.kind, line.title, line.agency.name, line.part, line.people) == (
        "case",
        "Orchard",
        "Council",
        "MASH",
        1,
    )


async def test_many_lines_cost_as_many_statements_as_one(database: Database) -> None:
    county = await found_county(database)
    things = (county.case, county.other_case, county.case, county.other_case)
    found: list[tuple[Grant, Resource]] = [(new_grant(thing, county.mash), thing) for thing in things]
    await file(database, *(grant for grant, _ in found))
    who = await asker(database, county.alice, NOW)
    costs = []
    for some in (found[:1], found):
        async with database.reading() as session:
            with statements(session) as asked:
                await given_lines(session, who, some)
        costs.append(len(asked))
    assert costs[0] == costs[1]
