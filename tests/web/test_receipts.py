"""A receipt tells who opened a thing from who only saw a line of it, and counts nobody else's reading."""

import re

from sqlalchemy import update

from models.base import new_id
from models.journal import Clearance, Worker
from tests import cast
from tests.cast import file
from tests.web.building import Building, Visitor


async def receipt(visitor: Visitor, grant: str) -> str:
    answer = await visitor.get(f"/grants/{grant}/remove")
    assert answer.status_code == 200
    return answer.text


async def test_a_line_in_a_list_is_told_apart_from_an_opened_case(building: Building) -> None:
    county = building.county
    alice, bob = await building.enter(county.alice), await building.enter(county.bob)
    grant = county.grants["Fair Work on the case"].reference
    assert "It has not been opened there" in await receipt(alice, grant)
    await bob.get("/cases")
    told = await receipt(alice, grant)
    assert "It has not been opened there" in told
    assert "1 person has seen a line of it in a list, and no more." in told
    await bob.get(f"/cases/{county.case.reference}")
    told = await receipt(alice, grant)
    assert "1 person of them has seen it, last on" in told
    assert "a line of it" not in told


async def test_a_download_counts_and_other_peoples_reading_does_not(building: Building) -> None:
    county = building.county
    alice, bob = await building.enter(county.alice), await building.enter(county.bob)
    grant = county.grants["Fair Work on the visit"].reference
    await (await building.enter(county.alan)).get(f"/reports/{county.visit.reference}")
    assert "It has not been opened there" in await receipt(alice, grant)
    await bob.get(f"/attachments/{county.visit_photo.reference}")
    assert "<b>1 download</b>" in await receipt(alice, grant)


async def test_a_receipt_claims_no_more_than_the_servers_confirmed(small: Building) -> None:
    county, alice = small.county, await small.enter(small.county.alice)
    await file(small.database, Worker(id=new_id(), started_at=cast.NOW, beat_at=cast.NOW, applied=0))  # it is silent
    grant = county.grants["Fair Work on the visit"].reference
    assert (await alice.post(f"/grants/{grant}/remove", why="")).status_code == 303
    told = await receipt(alice, grant)
    assert re.search(r"A server did not answer: after \d\.\d seconds it could send nothing more\.", told)
    assert "have closed it" not in told


async def test_a_receipt_of_an_answer_that_was_cut_off_claims_nothing(small: Building) -> None:
    county, alice = small.county, await small.enter(small.county.alice)
    grant = county.grants["Fair Work on the visit"].reference
    await alice.post(f"/grants/{grant}/remove", why="")
    assert "every server confirmed" in await receipt(alice, grant)
    async with small.database.writing() as session:
        await session.execute(update(Clearance).values(first=0, last=0))
    told = await receipt(alice, grant)
    assert "Removed" in told
    assert "server" not in told
