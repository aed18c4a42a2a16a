"""A receipt tells who opened a thing from who only saw a line of it, and counts nobody else's reading."""

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
