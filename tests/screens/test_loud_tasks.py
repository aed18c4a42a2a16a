"""A line says louder than its status that its holder needs help, is overdue, or that two agencies plan the work."""

from datetime import timedelta

from models.agencies import Officer
from models.base import new_reference
from models.database import Database
from models.operations import VisitWindow
from models.tasks import CheckIn
from ops.screens.board import board_of
from ops.screens.board_values import SiteCard
from ops.screens.on_operation import on_operation
from tests import cast
from tests.cast import HOUR, NOW, County, file, found_county
from tests.screens.test_silence import at_work, said_of


async def farm(database: Database, county: County, reader: Officer) -> SiteCard:
    asks = await cast.asker(database, reader)
    async with database.reading() as session:
        seen = await on_operation(session, asks, county.operation.reference)
        return next(site for site in (await board_of(session, asks, seen, ())).sites if site.code == "S1")


async def calls(database: Database, county: County, officer: Officer) -> None:
    await file(
        database,
        CheckIn(
            reference=new_reference(),
            operation_id=county.operation.id,
            site_id=county.farm.id,
            officer_id=officer.id,
            agency_id=officer.agency_id,
            kind="help",
            at=NOW,
            arrived_at=NOW,
        ),
    )


async def plans(database: Database, county: County) -> None:
    for agency, starts in ((county.police, NOW + HOUR), (county.council, NOW + 2 * HOUR)):
        ends = starts + 2 * HOUR
        await file(database, VisitWindow(site_id=county.farm.id, agency_id=agency.id, starts=starts, ends=ends))


async def test_what_a_caller_for_help_holds_needs_help_and_comes_first(database: Database) -> None:
    county = await found_county(database)
    await at_work(database, county, county.bob, county.knock)
    await calls(database, county, county.bob)
    shown = await farm(database, county, county.carol)
    assert [(one.reference, one.state) for one in shown.loud] == [(county.knock.reference, "help")]
    assert shown.tasks[0].reference == county.knock.reference
    assert shown.tasks[0].status == "move", "its own status stays what it was"


async def test_an_overdue_check_in_shows_on_what_the_officer_is_at(database: Database) -> None:
    county = await found_county(database)
    await at_work(database, county, county.bob, county.knock, "here")
    assert await said_of(database, county, county.alice) == {county.knock.reference: "late"}
    assert await said_of(database, county, county.alice, NOW - 31 * timedelta(minutes=1)) == {}


async def test_of_two_agencies_that_plan_the_same_hours_each_ones_open_tasks_and_peg_say_overlap(
    database: Database,
) -> None:
    county = await found_county(database)
    await plans(database, county)
    shown = await farm(database, county, county.alice)
    assert (county.knock.reference, "overlap") in {(one.reference, one.state) for one in shown.loud}
    assert {peg.agency.code for peg in shown.rail if peg.state == "overlap"} == {"POL", "CNC"}
    await at_work(database, county, county.alice, county.knock, "here")
    now = {one.reference: one.state for one in (await farm(database, county, county.alice)).loud}
    assert now[county.knock.reference] == "late", "whoever is there does not plan it any more"


async def test_nobody_reads_of_a_task_that_they_do_not_see(database: Database) -> None:
    county = await found_county(database)
    await at_work(database, county, county.alice, county.interview)
    await calls(database, county, county.alice)
    assert county.interview.reference in await said_of(database, county, county.alice)
    assert await said_of(database, county, county.carol) == {}
    assert await said_of(database, county, county.bob) == {}
