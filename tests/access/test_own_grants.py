"""When an asker's own access next changes by itself: the next moment of a standing grant or of what it cites."""

from datetime import datetime

import pytest

from models.agencies import Officer
from models.agreements import Agreement
from models.database import Database
from ops.access.own_grants import next_turn
from tests.cast import DAY, HOUR, NOW, TICK, asker, file, found_county, grant, revoke

SOON, LATER, LATEST = NOW + HOUR, NOW + 2 * HOUR, NOW + 3 * HOUR


async def turn(database: Database, officer: Officer, at: datetime = NOW) -> datetime | None:
    who = await asker(database, officer, at)
    async with database.reading() as session:
        return await next_turn(session, who)


async def test_who_holds_no_grant_with_a_moment_to_come_waits_for_none(database: Database) -> None:
    county = await found_county(database)
    assert [await turn(database, officer) for officer in (county.oscar, county.olga)] == [None, None]


@pytest.mark.parametrize("way", ["starts", "ends"])
async def test_the_next_moment_of_several_grants_is_the_soonest_to_come_and_ones_own(
    database: Database, way: str
) -> None:
    county = await found_county(database)
    for moment in (LATER, SOON, LATEST):
        starts, ends = (moment, None) if way == "starts" else (NOW - DAY, moment)
        await grant(database, county.case, county.oscar, starts=starts, ends=ends)
    moments = [await turn(database, county.oscar, at) for at in (NOW, SOON - TICK, SOON, LATEST)]
    assert moments == [SOON, SOON, LATER, None]
    assert await turn(database, county.olga) is None


async def test_a_beginning_comes_before_a_later_end(database: Database) -> None:
    county = await found_county(database)
    await grant(database, county.case, county.power, starts=SOON, ends=LATER)
    assert [await turn(database, county.oscar, at) for at in (NOW, SOON, LATER)] == [SOON, LATER, None]


async def test_a_grant_that_was_revoked_has_no_moment_to_come(database: Database) -> None:
    county = await found_county(database)
    await revoke(database, await grant(database, county.case, county.oscar, ends=SOON))
    assert await turn(database, county.oscar) is None


async def test_the_bounds_of_the_agreement_that_a_grant_cites_count_and_no_others(database: Database) -> None:
    county = await found_county(database)
    cited = Agreement(name="Cited", starts=SOON, ends=LATER)
    await file(database, cited, Agreement(name="Not cited", starts=NOW + TICK, ends=NOW + 2 * TICK))
    await grant(database, county.case, county.oscar, ends=NOW + DAY, agreement=cited)
    assert [await turn(database, county.oscar, at) for at in (NOW, SOON, LATER)] == [SOON, LATER, NOW + DAY]
