"""The information manager sees who read their agency's records and what its officers did, and no word of content."""

import html
import re
from datetime import timedelta

from models.audit import Act, AuditRow
from tests import cast
from tests.cast import file
from tests.web.building import Building, Visitor, absent

ROW = re.compile(r"<tr>\s*<td.*?</tr>", re.DOTALL)
TAGS = re.compile(r"<[^>]+>|\s+")
AFTER = re.compile(r'name="after" value="([^"]+)"')


def rows_of(text: str) -> list[str]:
    """Give the table's lines as they read."""
    return [re.sub(" +", " ", html.unescape(TAGS.sub(" ", row))).strip() for row in ROW.findall(text)]


async def lines(visitor: Visitor, path: str) -> list[str]:
    answer = await visitor.get(path)
    assert answer.status_code == 200, answer.text
    return rows_of(answer.text)


async def test_the_owner_knows_which_agency_read_its_record_and_the_readers_own_agency_who(building: Building) -> None:
    county, case = building.county, building.county.case.reference
    bob = await building.enter(county.bob)
    await bob.get(f"/cases/{case}")
    police, fair_work = await building.enter(county.alan), await building.enter(county.bob)
    (seen,) = await lines(police, f"/records?reference={case}")
    assert "FWA one officer opened" in seen
    assert "Bob" not in seen
    mine = [line for line in await lines(fair_work, f"/records/officers?reference={case}") if Act.OPENED in line]
    assert len(mine) == 1
    assert "FWA Bob" in mine[0]
    assert not await lines(fair_work, f"/records?reference={case}")  # it is not Fair Work's record


async def test_an_agency_sees_no_more_of_a_page_than_what_was_its_own(building: Building) -> None:
    county = building.county
    await (await building.enter(county.carol)).get("/cases")
    await (await building.enter(county.carol)).get(f"/reports/{county.assessment.reference}")
    answer = await (await building.enter(county.carl)).get("/records")
    assert county.assessment.reference in answer.text
    assert county.case.reference not in answer.text  # of the Police, on the same page as the assessment


async def test_the_duty_shows_a_kind_and_a_reference_and_never_a_title(building: Building) -> None:
    county = building.county
    await (await building.enter(county.dora)).get(f"/reports/{county.assessment.reference}")
    carl, carol = await building.enter(county.carl), await building.enter(county.carol)
    assert (await carl.get(f"/reports/{county.assessment.reference}")).status_code == 404
    text = (await carl.get(f"/records?reference={county.assessment.reference}")).text
    (line,) = rows_of(text)
    assert f"NHS one officer opened Report {county.assessment.reference}" in line
    assert "Assessment of needs" not in text
    assert (await carol.get("/records")).status_code == 404


async def test_what_was_refused_as_not_found_is_known_to_the_askers_agency_alone(building: Building) -> None:
    county, hidden = building.county, building.county.other_case.reference
    bob = await building.enter(county.bob)
    nothing = absent()
    for reference in (hidden, nothing):
        assert (await bob.get(f"/cases/{reference}")).status_code == 404
    assert not await lines(await building.enter(county.alan), f"/records?reference={hidden}")
    told = [(await lines(bob, f"/records/officers?reference={one}"))[-1] for one in (hidden, nothing)]
    assert told[0].replace(hidden, "") == told[1].replace(nothing, "")
    assert f"GET /cases/{hidden}" in told[0]


async def test_it_is_narrowed_down_by_officer_act_and_day(building: Building) -> None:
    county = building.county
    alan = await building.enter(county.alan)
    await (await building.enter(county.alice)).get(f"/profiles/{county.profile.reference}")
    await alan.get("/profiles")
    alice = f"officer={county.alice.reference}"
    assert [line for line in await lines(alan, f"/records?{alice}") if "Alan" in line] == []
    assert len(await lines(alan, f"/records?{alice}&act=opened")) == 1
    assert not await lines(alan, f"/records?{alice}&act=exported")
    today, tomorrow = cast.NOW.date(), cast.NOW.date() + timedelta(days=1)
    assert await lines(alan, f"/records?since={today - timedelta(days=1)}&until={tomorrow}&{alice}")
    assert not await lines(alan, f"/records?since={tomorrow + timedelta(days=1)}&{alice}")
    assert not await lines(
        alan, f"/records?officer={county.bob.reference}"
    )  # nobody of another agency can be asked for
    assert (await alan.get("/records?since=yesterday&act=junk&after=junk&reference=%27")).status_code == 200


async def test_long_lists_go_on_without_a_total_and_show_nothing_twice(building: Building) -> None:
    county, alan = building.county, await building.enter(building.county.alan)
    case = county.case.reference
    rows = [
        AuditRow(
            at=cast.NOW,
            act=Act.OPENED,
            officer_id=county.alice.id,
            agency_id=county.police.id,
            position=number,
            references=[case, county.visit.reference],
        )
        for number in range(120)
    ]
    await file(building.database, *rows)
    shown, path = 0, f"/records?reference={case}&act=opened"
    for expected in (50, 50, 20):
        text = (await alan.get(path)).text
        assert len(rows_of(text)) == expected
        assert ("50+" in text) == (expected == 50)
        assert "120" not in text
        shown += expected
        if found := AFTER.search(text):
            path = f"/records?reference={case}&act=opened&after={found[1]}"
    assert shown == 120


async def test_a_look_into_the_records_is_written_down(building: Building) -> None:
    alan, before = await building.enter(building.county.alan), len(await building.audited())
    await alan.get("/records")
    (row,) = (await building.audited())[before:]
    assert (row.act, row.officer_id, row.references) == (Act.AUDIT_READ, building.county.alan.id, [])
