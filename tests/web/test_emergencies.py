"""Emergency access on the pages: the same bytes for wrong and closed, told live, gone at the end of the hour."""

import httpx2

from models.base import new_reference
from models.grants import RingFence
from models.sign_ins import Factor
from tests import cast
from tests.cast import file
from tests.web.building import Building, Visitor, steady

WHY = "He may harm himself, wagtail"


def said(answer: httpx2.Response, reference: str) -> tuple[int, dict[str, str], str]:
    """Give all of an answer but the moment and the reference that was typed."""
    status, headers, text = steady(answer)
    return status, headers, text.replace(reference, "REFERENCE")


async def broken(visitor: Visitor, reference: str) -> httpx2.Response:
    """Break the glass with the form."""
    return await visitor.post("/emergency-access", reference=reference, reason=WHY)


async def test_wrong_and_closed_references_are_answered_with_the_same_bytes(building: Building) -> None:
    county = building.county
    fence = RingFence(case_id=county.case.id, agency_id=county.council.id, name="no Council", raised_at=cast.NOW)
    await file(building.database, fence)
    carol, answers = await building.enter(county.carol), []
    for reference in (county.visit.reference, new_reference(), county.interview.reference):
        answer = await broken(carol, reference)
        assert WHY in answer.text  # what was typed comes back
        answers.append(said(answer, reference))
    assert answers[0][0] == 422
    assert answers[0] == answers[1] == answers[2]


async def test_everyone_concerned_hears_of_it_at_once_and_the_case_shows_it_to_its_managers(building: Building) -> None:
    county, case = building.county, f"/cases/{building.county.case.reference}"
    alice, bob, carol = [await building.enter(one) for one in (county.alice, county.bob, county.carol)]
    async with (
        alice.socket("/watch/live") as watch,
        alice.socket(f"{case}/live") as managers,
        bob.socket(f"{case}/live") as readers,
        carol.socket(f"{case}/live") as own,
    ):
        for socket in (watch, managers, readers, own):
            await socket.live()
        answer = await broken(carol, county.visit.reference)
        assert answer.status_code == 303
        await own.until_heard("Visit to the farm")
        await watch.until_heard("wagtail")
        await managers.until_heard("wagtail")
    assert "wagtail" not in "".join(readers.heard)
    page = (await alice.get(f"/reports/{county.visit.reference}")).text
    assert "wagtail" in page
    assert "wagtail" not in (await bob.get(f"/reports/{county.visit.reference}")).text
    assert (await carol.get(f"/reports/{county.visit.reference}")).status_code == 200


async def test_a_password_alone_does_not_break_the_glass(building: Building) -> None:
    county = building.county
    carol = await building.enter(county.carol, by=Factor.PASSWORD)
    for reference in (county.visit.reference, new_reference()):
        answer = await broken(carol, reference)
        assert (answer.status_code, "confirm" in answer.text.lower()) == (403, True)
    assert (await carol.get(f"/reports/{county.visit.reference}")).status_code == 404


async def test_a_review_that_finds_no_reason_takes_it_back_from_the_open_page(building: Building) -> None:
    county, case = building.county, f"/cases/{building.county.case.reference}"
    alice, carol = await building.enter(county.alice), await building.enter(county.carol)
    glass = (await broken(carol, county.visit.reference)).headers["location"]
    async with carol.socket(f"{case}/live") as own:
        await own.live()
        empty = await alice.post(f"{glass}/review", justified="no", words="")
        assert empty.status_code == 422
        assert (await alice.post(f"{glass}/review", justified="no", words="You could ask")).status_code == 303
        await own.until_heard(f'"do":"retract","ref":"{county.visit.reference}"')
    assert (await alice.post(f"{glass}/review", justified="yes", words="After all")).status_code == 409
    assert (await carol.get("/emergency-access")).status_code == 404  # the duty has ended


async def test_the_way_in_is_shown_to_whom_it_is_open(building: Building) -> None:
    county = building.county
    for officer, there in ((county.carol, True), (county.alice, False)):
        page = (await (await building.enter(officer)).get("/requests/new")).text
        assert ("/emergency-access" in page) == there
