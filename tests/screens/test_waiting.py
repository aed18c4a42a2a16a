"""The number beside the watch: counted in one statement for who has nothing to decide."""

from models.agencies import Officer
from models.database import Database
from models.grants import Hold
from ops.screens.to_decide import to_decide
from tests.asked import statements
from tests.cast import NOW, asker, file, found_county


async def counted(database: Database, officer: Officer) -> tuple[int, int]:
    """Give how much waits, and how many statements it took to know."""
    who = await asker(database, officer, NOW)
    async with database.reading() as session:
        with statements(session) as asked:
            found = await to_decide(session, who)
    return len(found), len(asked)


async def test_nothing_to_decide_costs_one_statement_whoever_asks(database: Database) -> None:
    county = await found_county(database)
    assert {await counted(database, officer) for officer in county.everyone().values()} == {(0, 1)}


async def test_what_waits_in_another_agency_costs_nobody_a_statement(database: Database) -> None:
    county = await found_county(database)
    await file(database, Hold(resource_id=county.visit.id, officer_id=county.alice.id, at=NOW))
    assert (await counted(database, county.alice))[0] == 1
    others = (county.bob, county.carol, county.carl, county.dora, county.oscar, county.olga)
    assert {await counted(database, officer) for officer in others} == {(0, 1)}
