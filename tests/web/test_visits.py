"""Visits at the same hours are compared by whoever sees the site: hours, work and desk, nothing else of either side."""

from datetime import timedelta

from models.operations import VisitWindow
from tests import cast
from tests.cast import HOUR, file
from tests.web.building import Building


async def clash(building: Building) -> str:
    county = building.county
    for agency, starts in ((county.police, cast.NOW), (county.council, cast.NOW + HOUR)):
        ends = starts + 2 * HOUR + timedelta(minutes=7)
        await file(
            building.database, VisitWindow(site_id=county.farm.id, agency_id=agency.id, starts=starts, ends=ends)
        )
    return f"/sites/{county.farm.reference}/visits"


async def test_both_sides_read_who_comes_when_for_what_and_whom_to_ask(small: Building) -> None:
    path, county = await clash(small), small.county
    for officer in (county.alice, county.bob, county.carol):
        page = (await (await small.enter(officer)).get(path)).text
        assert f"Ask: {county.police.desk}" in page
        assert "Knock" in page
        assert "Interview 1" not in page or officer is county.alice


async def test_who_manages_the_site_settles_it_there_and_nobody_else_is_offered_to(small: Building) -> None:
    path, county = await clash(small), small.county
    alice, bob = await small.enter(county.alice), await small.enter(county.bob)
    assert "Not a clash" not in (await bob.get(path)).text
    assert "Not a clash" in (await alice.get(path)).text
    assert (await alice.post(f"/sites/{county.farm.reference}/settlement")).status_code == 303
    assert "Nobody plans to be here" in (await alice.get(path)).text


async def test_the_number_of_an_officer_is_for_who_keeps_the_operations_record(small: Building) -> None:
    county = small.county
    async with small.database.writing() as session:
        officer = await session.get_one(type(county.bob), county.bob.id)
        officer.mobile = "07700 900 142"
    path = f"/operations/{county.operation.reference}/radio?for={county.bob.reference}"
    assert 'href="tel:07700900142"' in (await (await small.enter(county.alice)).get(path)).text
    for other in (county.carol, county.bob):
        assert "07700" not in (await (await small.enter(other)).get(path)).text
