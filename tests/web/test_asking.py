"""Asking on the pages: the same bytes for right and wrong references, and a watch that hears at once."""

from datetime import timedelta

import httpx2
from sqlalchemy import delete, select

from models.agencies import Duty, OfficerDuty
from models.base import new_reference
from models.grants import AccessRequest, RequestStep
from tests import cast
from tests.web import petitions
from tests.web.building import Building, Visitor, steady


def form(**more: str) -> dict[str, str]:
    """Fill in the form that asks."""
    until = {"until": f"{cast.NOW + 5 * cast.DAY:%Y-%m-%d}"}
    return petitions.ASKED | until | {"level": "read"} | more


def said(answer: httpx2.Response, *references: str) -> tuple[int, dict[str, str], str]:
    """Give all of an answer but the moment, and the references that whoever asked typed or was given."""
    status, headers, text = steady(answer)
    for reference in references:
        text = text.replace(reference, "REFERENCE")
    return status, headers, text


async def typed(visitor: Visitor, reference: str) -> list[tuple[int, dict[str, str], str]]:
    """Ask by a reference, ask again, and look at what was sent; gives every answer."""
    answers = [await visitor.post("/requests/new", **form(reference=reference)) for _ in range(2)]
    answers.append(await visitor.get("/requests"))
    own = answers[2].text.split('<p><a href="/requests/')[1][:26]
    answers.append(await visitor.get(f"/requests/{own}"))
    answers.append(await visitor.post(f"/requests/{own}/reply", reply="Please"))
    answers.append(await visitor.post(f"/requests/{own}/approval", **form()))
    return [said(answer, reference, own) for answer in answers]


async def test_right_wrong_and_forbidden_references_are_answered_with_the_same_bytes(building: Building) -> None:
    county = building.county
    answers = []
    for reference in (county.visit.reference, new_reference(), county.farm.reference):
        oscar = await building.enter(county.oscar)
        answers.append(await typed(oscar, reference))
        async with building.database.writing() as session:  # who asks next has asked nothing yet
            await session.execute(delete(AccessRequest))
    assert [status for status, _, _ in answers[0]] == [303, 409, 200, 200, 409, 404]
    assert answers[0] == answers[1] == answers[2]


async def test_a_request_is_on_the_open_watch_of_the_lead_at_once_and_gone_when_decided(building: Building) -> None:
    county = building.county
    alice, dora = await building.enter(county.alice), await building.enter(county.dora)
    async with alice.socket("/watch/live") as watch:
        await watch.live()
        answer = await dora.post(f"/cases/{county.case.reference}/request", **form(reason="I take over, wagtail"))
        assert answer.status_code == 303
        await watch.until_heard("wagtail")
        page = (await alice.get("/watch")).text
        reference = page.split('class="btn btn--sm btn--main" href="/requests/')[1][:26]
        watch.heard.clear()
        given = petitions.APPROVED | {
            "who": f"officer:{county.dora.reference}",
            "until": f"{cast.NOW + 3 * cast.DAY:%Y-%m-%d}",
        }
        assert (await alice.post(f"/requests/{reference}/approval", **given)).status_code == 303
        await watch.until_heard("Nothing waits for your decision")
    assert (await dora.get(f"/cases/{county.case.reference}")).text.count("Orchard")


async def test_an_open_watch_without_the_duty_hears_nothing(building: Building) -> None:
    county = building.county
    alan, alice, dora = [await building.enter(officer) for officer in (county.alan, county.alice, county.dora)]
    async with alan.socket("/watch/live") as other, alice.socket("/watch/live") as watch:
        await watch.live()
        await other.until_heard('"do":"fill"')
        await dora.post(f"/cases/{county.case.reference}/request", **form(reason="I take over, wagtail"))
        await watch.until_heard("wagtail")
    assert "".join(other.heard).count('"do":"fill"') == 1  # what it was filled with when it came
    assert "wagtail" not in "".join(other.heard)


async def test_a_watch_tells_who_is_not_signed_in_nothing(building: Building) -> None:
    async with building.stranger.socket("/watch/live") as socket:
        assert (await socket.closed(), socket.heard) == (4401, [])


async def test_the_watch_counts_in_the_navigation_what_waits_and_every_page_asks_for_the_number(
    building: Building,
) -> None:
    county = building.county
    await petitions.request(building)
    alice, alan = await building.enter(county.alice), await building.enter(county.alan)
    assert '<span class="count" id="waiting">1</span>' in (await alice.get("/watch")).text
    assert 'id="waiting" hidden>0</span>' in (await alan.get("/watch")).text
    assert 'data-count="/waiting" hidden></span>' in (await alice.get("/cases")).text
    assert [(await one.get("/waiting")).text for one in (alice, alan)] == ["1", "0"]
    assert (await building.stranger.get("/waiting")).status_code == 303


async def test_the_number_names_nothing_so_nothing_is_written_down(building: Building) -> None:
    await petitions.request(building)
    alice = await building.enter(building.county.alice)
    before = len(await building.audited())
    assert (await alice.get("/waiting")).text == "1"
    assert len(await building.audited()) == before


async def test_a_refused_form_keeps_what_was_typed_and_changes_nothing(building: Building) -> None:
    county = building.county
    dora = await building.enter(county.dora)
    answer = await dora.post(f"/cases/{county.case.reference}/request", **form(reason="Kestrel", until="never"))
    assert (answer.status_code, "Kestrel" in answer.text) == (422, True)
    assert await building.count(AccessRequest) == 0
    alice, reference = await building.enter(county.alice), await petitions.request(building)
    answer = await alice.post(f"/requests/{reference}/approval", **petitions.APPROVED | {"who": "", "note": "Kestrel"})
    assert (answer.status_code, "Kestrel" in answer.text) == (422, True)
    assert await building.count(RequestStep) == 0


async def test_owner_level_and_gate_cannot_be_slipped_into_a_request(building: Building) -> None:
    county = building.county
    dora = await building.enter(county.dora)
    slipped = {
        "resource_id": county.visit.id.hex,
        "officer_id": county.alice.id.hex,
        "principal": "agency:x",
        "typed": "1",
    }
    await dora.post(f"/cases/{county.case.reference}/request", **form(**slipped))
    async with building.database.reading() as session:
        row = (await session.execute(select(AccessRequest))).scalar_one()
    assert (row.resource_id, row.officer_id, row.typed) == (county.case.id, county.dora.id, False)
    assert row.lapses_at - row.asked_at == timedelta(days=14)


async def test_what_a_lead_may_not_read_shows_no_title_on_its_request(building: Building) -> None:
    county = building.county
    carol, oscar = await building.enter(county.carol), await building.enter(county.oscar)
    await oscar.post("/requests/new", **form(reference=county.assessment.reference))
    page = (await carol.get("/watch")).text
    assert "Assessment of needs" in page
    await cast.file(
        building.database, OfficerDuty(officer_id=county.carl.id, duty=Duty.LEAD, starts=cast.NOW - cast.DAY)
    )
    page = (await (await building.enter(county.carl)).get("/watch")).text
    assert county.assessment.reference in page
    assert "Assessment of needs" not in page
