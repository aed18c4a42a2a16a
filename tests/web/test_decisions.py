"""The decision log as pages and feeds: everyone who may read it hears an entry at once, nobody else hears anything."""

from models.base import new_id
from tests.web.building import Building

WORDS = {"decided": "Go in by the gate", "reason": "The road is watched", "options": "By the road"}


async def test_an_entry_comes_to_who_is_told_and_to_no_other_page(building: Building) -> None:
    county = building.county
    path = f"/operations/{county.operation.reference}"
    alice, bob, carol = [await building.enter(one) for one in (county.alice, county.bob, county.carol)]
    async with (
        bob.socket(f"{path}/live?kind=decisions") as told,
        carol.socket(f"{path}/live?kind=decisions") as untold,
        bob.socket(f"{path}/live?kind=board") as board,
    ):
        for socket in (told, untold, board):
            await socket.live()
        form = {**WORDS, "key": new_id().hex, "told": county.fair_work.reference}
        assert (await alice.post(f"{path}/decisions", **form)).status_code == 303
        await told.until_heard("Go in by the gate")
        loggist = await building.enter(county.alan)
        page = (await loggist.get(f"{path}/decisions")).text
        entry = page.partition("Go in by the gate")[0].rpartition('id="decision-')[2].partition('"')[0]
        assert (await loggist.post(f"/decisions/{entry}/confirmation")).status_code == 303
        await told.until_heard("by Alan")
        for socket in (untold, board):
            await socket.until_heard('"beat"')
            assert "Go in by the gate" not in "".join(socket.heard)
            assert entry not in "".join(socket.heard)
    assert "Go in by the gate" not in (await carol.get(f"{path}/decisions")).text


async def test_a_refused_entry_comes_back_with_everything_that_was_typed(small: Building) -> None:
    county = small.county
    path = f"/operations/{county.operation.reference}/decisions"
    alice = await small.enter(county.alice)
    form = {**WORDS, "reason": " ", "at": "8.30", "key": "one", "told": county.fair_work.reference}
    answer = await alice.post(path, **form)
    assert (answer.status_code, "Write a time of day" in answer.text) == (422, True)
    answer = await alice.post(path, **(form | {"at": "08:30"}))
    assert (answer.status_code, "Write why." in answer.text) == (422, True)
    assert "Go in by the gate</textarea>" in answer.text
    assert f'value="{county.fair_work.reference}" checked' in answer.text
    assert 'value="08:30"' in answer.text


async def test_who_cannot_decide_sees_no_form(small: Building) -> None:
    county = small.county
    path = f"/operations/{county.operation.reference}/decisions"
    page = (await (await small.enter(county.bob)).get(path)).text
    assert ("Wait for the van" in page, "Enter a decision" in page) == (True, False)
    page = (await (await small.enter(county.carol)).get(path)).text
    assert ("Wait for the van" in page, "No decision that you may read yet" in page) == (False, True)
