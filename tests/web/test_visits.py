"""Visits at the same hours are compared by whoever sees the site: hours, work and desk, nothing else of either side."""

from datetime import timedelta

from models.agencies import Officer
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


async def test_a_colleague_is_called_by_their_number_and_others_through_their_desk(small: Building) -> None:
    county = small.county
    async with small.database.writing() as session:
        for officer in (county.alan, county.bob):
            (await session.get_one(Officer, officer.id)).mobile = "07700 900 142"
    path, alice = f"/operations/{county.operation.reference}/radio?for=", await small.enter(county.alice)
    assert 'href="tel:07700900142"' in (await alice.get(path + county.alan.reference)).text
    page = (await alice.get(path + county.bob.reference)).text
    assert "07700" not in page
    assert f"Reach them through {county.fair_work.name}: {county.fair_work.desk}" in page


async def test_who_sees_the_site_and_no_longer_the_operation_compares_them_all_the_same(small: Building) -> None:
    path, county = await clash(small), small.county
    operation, alan = county.operation.reference, await small.enter(county.alan)
    await cast.revoke(small.database, county.grants["the owner on the operation"])
    assert (await alan.get(f"/operations/{operation}")).status_code == 404
    answer = await alan.get(path)
    assert answer.status_code == 200
    assert f"Ask: {county.council.desk}" in answer.text
    assert operation not in answer.text
    assert operation not in (await small.audited())[-1].references
