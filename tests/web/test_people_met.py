"""People met as pages and feeds: who is told hears of them at once, and nobody else reads a byte, a gap or a number."""

import re

from live.audience import Level
from models.base import new_id
from tests.cast import grant
from tests.web.building import Building, Visitor

LABEL = re.compile(r"Person [A-Z]\d\d")


async def met(visitor: Visitor, path: str, **fields: str) -> tuple[str, str]:
    """Record somebody; gives their reference and their label."""
    before = set(re.findall(r'id="encounter-(\w{26})"', (await visitor.get(f"{path}/people-met")).text))
    assert (await visitor.post(f"{path}/people-met", key=new_id().hex, **fields)).status_code == 303
    page = (await visitor.get(f"{path}/people-met")).text
    (new,) = set(re.findall(r'id="encounter-(\w{26})"', page)) - before
    label = LABEL.search(page.partition(f'id="encounter-{new}"')[2])
    assert label
    return new, label[0]


async def test_somebody_met_comes_to_who_is_told_and_to_no_other_page(building: Building) -> None:
    county = building.county
    path = f"/operations/{county.operation.reference}"
    bob, alice, carol = [await building.enter(one) for one in (county.bob, county.alice, county.carol)]
    async with (
        alice.socket(f"{path}/live?kind=people") as told,
        alice.socket(f"{path}/live?kind=board") as board,
        carol.socket(f"{path}/live?kind=people") as untold,
        carol.socket(f"{path}/live?kind=board") as untold_board,
        carol.socket(f"{path}/live?kind=field") as untold_phone,
    ):
        for socket in (told, board, untold, untold_board, untold_phone):
            await socket.live()
        person, label = await met(bob, path, site=county.farm.reference, told=county.police.reference)
        await told.until_heard(label)
        await board.until_heard(label)
        for socket in (untold, untold_board, untold_phone):
            await socket.until_heard('"beat"')
            heard = "".join(socket.heard)
            assert label not in heard
            assert person not in heard
    for page in (path, f"{path}/people-met", f"{path}/mine", f"{path}/timeline?show=everything", f"{path}/report"):
        shown = (await carol.get(page)).text
        assert label not in shown, page
        assert person not in shown, page
    for page in (f"/encounters/{person}", f"/encounters/{person}/sharing", f"/encounters/{person}/why"):
        assert (await carol.get(page)).status_code == 404


async def test_an_offer_comes_to_the_receiver_and_goes_from_their_screens_when_it_is_taken_back(
    building: Building,
) -> None:
    county = building.county
    path = f"/operations/{county.operation.reference}"
    bob, carol = await building.enter(county.bob), await building.enter(county.carol)
    person, label = await met(bob, path)
    async with (
        carol.socket(f"{path}/live?kind=people") as page,
        carol.socket(f"{path}/live?kind=board") as board,
        carol.socket(f"{path}/live?kind=field") as phone,
    ):
        for socket in (page, board, phone):
            await socket.live()
        assert (await bob.post(f"/encounters/{person}/offer", to=county.council.reference)).status_code == 303
        for socket in (page, board, phone):
            await socket.until_heard(label)
        assert (await bob.post(f"/encounters/{person}/withdrawal")).status_code == 303
        for socket in (page, board):
            await socket.until_heard(f'"do":"retract","ref":"{person}"')
        assert (await carol.get(f"/encounters/{person}")).status_code == 404
        assert (await carol.post(f"/encounters/{person}/acceptance")).status_code == 404


async def test_who_accepts_has_them_on_every_screen_that_may_see_it(building: Building) -> None:
    county = building.county
    path = f"/operations/{county.operation.reference}"
    bob, alice, carol = [await building.enter(one) for one in (county.bob, county.alice, county.carol)]
    person, _ = await met(bob, path, told=county.police.reference)
    await bob.post(f"/encounters/{person}/offer", to=county.council.reference)
    async with alice.socket(f"{path}/live?kind=board") as board:
        await board.live()
        assert (await carol.post(f"/encounters/{person}/acceptance")).status_code == 303
        await board.until_heard("Taken over")
    assert (await bob.post(f"/encounters/{person}/acceptance")).status_code == 409
    assert (await alice.post(f"/encounters/{person}/departure")).status_code == 403
    assert "Carol" in (await alice.get(f"{path}/people-met")).text


async def test_it_is_refused_with_everything_typed_and_asks_twice_about_who_enforces(small: Building) -> None:
    county = small.county
    path = f"/operations/{county.operation.reference}/people-met"
    bob = await small.enter(county.bob)
    answer = await bob.post(path, key="one", at="noon", site=county.farm.reference, told=county.council.reference)
    assert (answer.status_code, "Write a time of day" in answer.text) == (422, True)
    assert f'value="{county.council.reference}" checked' in answer.text
    assert f'value="{county.farm.reference}" selected' in answer.text


async def test_who_may_see_nobody_is_told_of_nobody_and_of_no_number(small: Building) -> None:
    county = small.county
    path = f"/operations/{county.operation.reference}"
    bob, carol = await small.enter(county.bob), await small.enter(county.carol)

    async def everything() -> list[str]:
        pages = [path, f"{path}/people-met", f"{path}/mine", f"{path}/timeline", f"{path}/report"]
        texts = [(await carol.get(page)).text for page in pages]
        times = r'data-now="[^"]*"|data-cursor="[^"]*"|name="key" value="[\w-]+"|datetime="[^"]*"|\d\d:\d\d'
        return [re.sub(times, "", text) for text in texts]

    before = await everything()
    for _ in range(3):
        await met(bob, path, site=county.farm.reference)
    assert await everything() == before


async def test_standing_down_names_only_whom_its_reader_may_see_and_others_hear_of_their_own(small: Building) -> None:
    county = small.county
    path = f"/operations/{county.operation.reference}"
    bob, alice = await small.enter(county.bob), await small.enter(county.alice)
    person, label = await met(bob, path, told=county.police.reference)
    hidden, unseen = await met(bob, path)
    page = (await alice.get(f"{path}/stand-down")).text
    assert (label in page, unseen in page, hidden in page) == (True, False, False)
    refused = await alice.post(f"{path}/stand-down", why="all done", left_open=" ".join(county.open()))
    assert (refused.status_code, "Nobody has taken these people over" in refused.text) == (422, True)
    left = " ".join([*county.open(), person])
    assert (await alice.post(f"{path}/stand-down", why="all done", left_open=left)).status_code == 303
    assert label in (await alice.get(f"{path}/stand-down")).text
    assert "Not accounted for" in (await alice.get(path)).text
    assert unseen in (await bob.get(path)).text
    assert "Not accounted for" not in (await (await small.enter(county.carol)).get(path)).text


async def test_who_only_knows_of_the_operation_sees_the_one_whom_they_are_told_of(small: Building) -> None:
    county = small.county
    await grant(small.database, county.operation, county.power, Level.DISCOVER, agreement=county.agreement)
    await grant(small.database, county.met, county.power, Level.READ, agreement=county.agreement)
    oscar = await small.enter(county.oscar)
    page = (await oscar.get(f"/operations/{county.operation.reference}/people-met")).text
    assert ("Person Q77" in page, "Orchard day" in page, "I met somebody" in page) == (True, False, False)


async def test_what_came_of_it_is_counted_by_who_is_told_and_by_nobody_else(building: Building) -> None:
    county = building.county
    path = f"/operations/{county.operation.reference}"
    bob, alice, carol = [await building.enter(one) for one in (county.bob, county.alice, county.carol)]

    async def counted(visitor: Visitor) -> str:
        page = (await visitor.get(path)).text
        found = re.search(r'data-mark="safeguarded">(\d+)', page)
        assert found
        return found[1]

    async with alice.socket(f"{path}/live?kind=board") as told, carol.socket(f"{path}/live?kind=board") as untold:
        for socket in (told, untold):
            await socket.live()
        form = {"kind": "safeguarded", "site": county.farm.reference, "told": county.police.reference, "key": "one"}
        for _ in range(2):
            assert (await bob.post(f"{path}/outcomes", **form)).status_code == 303
        await told.until_heard('data-mark=\\"safeguarded\\">1')
        await untold.until_heard('"beat"')
        assert 'data-mark=\\"safeguarded\\">1' not in "".join(untold.heard)
    assert [await counted(one) for one in (bob, alice, carol)] == ["1", "1", "0"]
    assert (await bob.post(f"{path}/outcomes", kind="hugged", key="two")).status_code == 422
