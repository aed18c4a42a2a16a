"""What is sent twice happens once; what two want at once, one gets."""

import asyncio
from typing import Any

from sqlalchemy import select
from sqlmodel import col

from models.attachments import Attachment
from models.journal import JournalEntry
from models.tasks import CheckIn, Claim, Post
from tests.web.building import Building, Visitor
from tests.web.conftest import Two
from tests.web.pictures import JPEG


async def post(building: Building, visitor: Visitor, **changed: str) -> Any:
    form = {"text": "Arrived.", "audience": "site", "key": "one", "site": building.county.farm.reference}
    photo = [("photos", ("barn.jpg", JPEG, "image/jpeg"))]
    path = f"/operations/{building.county.operation.reference}/posts"
    return await visitor.post(path, files=photo, **(form | changed))


async def test_the_same_form_sent_again_makes_one_post_and_gives_one_answer(building: Building) -> None:
    bob, before = await building.enter(building.county.bob), await building.count(Post)
    first, second = await post(building, bob), await post(building, bob)
    assert [a.status_code for a in (first, second)] == [303, 303]
    assert first.headers["location"] == second.headers["location"]
    assert await building.count(Post) == before + 1


async def test_the_files_of_a_form_sent_again_are_kept_once(small: Building) -> None:
    bob = await small.enter(small.county.bob)
    await post(small, bob)
    once = small.stored()
    await post(small, bob)
    assert sorted(small.stored()) == sorted(once)
    assert len(once) == 3


async def test_the_same_form_at_both_processes_at_once_makes_one_post(two: Two) -> None:
    here, county = two.here, two.here.county
    before = await here.count(Post), await here.count(Attachment), await here.count(JournalEntry)
    visitors = [await building.enter(county.bob) for building in two * 4]
    for audience in ("site", "agency"):
        answers = await asyncio.gather(*(post(here, bob, audience=audience, key=audience) for bob in visitors))
        assert [answer.status_code for answer in answers] == [303] * 8, answers[-1].text
    assert await here.count(Post) == before[0] + 2
    assert await here.count(Attachment) == before[1] + 2
    assert await here.count(JournalEntry) == before[2] + 2
    assert len(here.stored()) == 6


async def test_of_two_who_claim_at_once_one_holds_the_task_and_the_other_is_told_who(two: Two) -> None:
    county, path = two.here.county, f"/tasks/{two.here.county.knock.reference}/claim"
    alice, bob = await two.here.enter(county.alice), await two.there.enter(county.bob)
    answers = await asyncio.gather(alice.post(path), bob.post(path))
    won, lost = sorted(zip(answers, (county.alice, county.bob), strict=True), key=lambda a: a[0].status_code)
    assert [won[0].status_code, lost[0].status_code] == [303, 409]
    assert f"Already with {won[1].name}" in lost[0].text
    async with two.here.database.reading() as session:
        holders = (await session.execute(select(col(Claim.officer_id)))).scalars().all()
    assert holders == [won[1].id]


async def test_a_claim_on_a_task_that_one_holds_is_no_second_one(small: Building) -> None:
    alice, path = await small.enter(small.county.alice), f"/tasks/{small.county.knock.reference}/claim"
    assert [(await alice.post(path)).status_code for _ in range(2)] == [303, 303]
    assert await small.count(Claim) == 1


async def test_of_many_statuses_at_once_every_one_is_kept_in_an_order(two: Two) -> None:
    county, path = two.here.county, f"/tasks/{two.here.county.knock.reference}/status"
    visitors = [await building.enter(county.alice) for building in two * 3]
    answers = await asyncio.gather(*(alice.post(path, status="here") for alice in visitors))
    assert [answer.status_code for answer in answers] == [303] * 6


async def test_a_call_for_help_that_a_page_insists_on_is_one_call(two: Two) -> None:
    here, county, path = two.here, two.here.county, f"/operations/{two.here.county.operation.reference}/check-ins"
    visitors = [await building.enter(county.bob) for building in two * 3]
    answers = await asyncio.gather(*(bob.post(path, kind="help", key="one tap") for bob in visitors))
    assert [answer.status_code for answer in answers] == [303] * 6
    assert await here.count(CheckIn) == 1
