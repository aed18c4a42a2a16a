"""A report that is held leaves every screen but its own agency's, at once, and waits there for a decision."""

import re

from live.audience import Level
from tests.cast import grant
from tests.web.building import Building


async def share(building: Building) -> None:
    """Let the Police, whose case it is, read the Council's assessment beside Dora."""
    county = building.county
    await grant(building.database, county.assessment, county.squad, agreement=county.agreement)
    await grant(building.database, county.assessment, county.dora, Level.READ, agreement=county.agreement)


async def test_who_holds_it_and_every_other_reader_lose_it_live_and_its_agency_keeps_it(building: Building) -> None:
    await share(building)
    county, case = building.county, f"/cases/{building.county.case.reference}"
    report = county.assessment.reference
    alice, carol, bob = [await building.enter(one) for one in (county.alice, county.carol, county.bob)]
    async with (
        alice.socket(f"{case}/live") as holder,
        carol.socket(f"{case}/live") as author,
        bob.socket(f"{case}/live") as outsider,
    ):
        for socket in (holder, author, outsider):
            await socket.live()
        answer = await alice.post(f"/reports/{report}/hold")
        assert (answer.status_code, answer.headers["location"]) == (303, case)
        await holder.until_heard(f'"do":"retract","ref":"{report}"')
        await author.until_heard("Held: only Council sees it")
        assert report not in "".join(outsider.heard)
        assert f'"retract","ref":"{report}"' not in "".join(author.heard)
    for gone in (alice, await building.enter(county.dora)):
        assert (await gone.get(f"/reports/{report}")).status_code == 404
        assert report not in (await gone.get(case)).text
    assert (await carol.get(f"/reports/{report}")).status_code == 200


async def test_its_agency_finds_it_among_what_waits_for_a_decision_and_nobody_else_does(small: Building) -> None:
    await share(small)
    county, report = small.county, small.county.assessment.reference
    await (await small.enter(county.alice)).post(f"/reports/{report}/hold", reason="sent to the wrong desk")
    for name, officer in county.everyone().items():
        watch = (await (await small.enter(officer)).get("/watch")).text
        assert ("sent to the wrong desk" in watch) == (f"/reports/{report}/hold" in watch) == (name == "carol")


async def test_the_page_lists_every_grant_and_ends_the_hold_with_an_answer_for_each(small: Building) -> None:
    await share(small)
    county, path = small.county, f"/reports/{small.county.assessment.reference}"
    await (await small.enter(county.alice)).post(f"{path}/hold")
    carol = await small.enter(county.carol)
    asked = set(re.findall(r'name="(grant-\w{26})"', (await carol.get(f"{path}/hold")).text))
    assert len(asked) == 3  # the county's own to Dora, and the two given here
    unanswered = await carol.post(f"{path}/hold/end", why="looked at", **{min(asked): "keep"})
    assert (unanswered.status_code, unanswered.text.count(" checked")) == (422, 1)
    assert 'value="looked at"' in unanswered.text
    ended = await carol.post(f"{path}/hold/end", why="looked at", **dict.fromkeys(asked, "keep"))
    assert (ended.status_code, ended.headers["location"]) == (303, path)
    assert (await (await small.enter(county.alice)).get(path)).status_code == 200
    again = await carol.post(f"{path}/hold/end", why="looked at")
    assert (again.status_code, "not held any more" in again.text) == (409, True)


async def test_the_button_is_shown_where_it_would_be_obeyed(small: Building) -> None:
    county, case = small.county, f"/cases/{small.county.case.reference}"
    for officer, manages in ((county.alice, True), (county.carol, False), (county.bob, False)):
        assert ("data-manages" in (await (await small.enter(officer)).get(case)).text) == manages
    page = f"/reports/{county.visit.reference}"
    assert "/hold" in (await (await small.enter(county.alice)).get(page)).text
    assert "/hold" not in (await (await small.enter(county.bob)).get(page)).text
