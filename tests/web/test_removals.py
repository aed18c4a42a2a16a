"""Taking back from one place: the page says what would close, the act closes it, the receipt stays."""

from tests.web.building import Building


async def test_the_page_says_what_would_close_and_then_what_was_seen(building: Building) -> None:
    county = building.county
    alice, bob = await building.enter(county.alice), await building.enter(county.bob)
    await bob.get(f"/reports/{county.visit.reference}")
    case = f"within=case:{county.case.reference}"
    page = (await alice.get(f"/removals?{case}&who=agency:{county.fair_work.reference}")).text
    assert "Remove 2 grants?" in page
    assert "opened by 1" in page
    form = {
        "within": f"case:{county.case.reference}",
        "who": f"agency:{county.fair_work.reference}",
        "why": "by mistake",
    }
    async with bob.socket(f"/cases/{county.case.reference}/live") as screen:
        await screen.live()
        assert (await alice.post("/removals", **form)).status_code == 303
        await screen.closed()
    receipt = (await alice.get(f"/removals?{case}")).text
    assert receipt.count("by mistake") == 2
    assert receipt.count("Open screens have closed it: every server confirmed within") == 2
    assert "opened by 1" in receipt
    assert (await alice.post("/removals", **form)).status_code == 409


async def test_a_refusal_keeps_what_was_typed(small: Building) -> None:
    county = small.county
    alice = await small.enter(county.alice)
    case = f"case:{county.case.reference}"
    answer = await alice.post("/removals", within=case, who="outside", why="heron & 7" * 60)
    assert (answer.status_code, "heron &amp; 7" in answer.text, 'href="#why"' in answer.text) == (422, True, True)
    assert (await alice.get(f"/removals?within={case}&who=nobody")).status_code == 422
    assert (await alice.post("/removals", within="case:x", who="outside")).status_code == 404
    assert (await (await small.enter(county.oscar)).get(f"/removals?within={case}")).status_code == 404
