"""By radio as pages and feeds: entered by the loggist, on every board as the author's, confirmed on their phone."""

from models.base import new_id
from tests.web.building import Building


async def test_from_the_loggists_page_to_the_board_and_the_authors_word(building: Building) -> None:
    county = building.county
    path = f"/operations/{county.operation.reference}"
    loggist, bob, carol = [await building.enter(one) for one in (county.alan, county.bob, county.carol)]
    assert "Bob says" in (await loggist.get(f"{path}/radio?for={county.bob.reference}")).text
    async with (
        carol.socket(f"{path}/live?kind=board") as board,
        bob.socket(f"{path}/live?kind=field") as phone,
    ):
        for socket in (board, phone):
            await socket.live()
        form = {"officer": county.bob.reference, "channel": "radio", "place": f"site:{county.farm.reference}"}
        answer = await loggist.post(f"{path}/radio", **form, text="At the gate", key=new_id().hex)
        assert answer.status_code == 303
        await board.until_heard("by radio, entered by Alan, not confirmed yet")
        await phone.until_heard("Entered for you")
        entry = (await bob.get(f"{path}/mine")).text.partition('name="entry" value="')[2].partition('"')[0]
        assert (await bob.post(f"{path}/radio/confirmation", entry=entry)).status_code == 303
        await board.until(lambda: "entered by Alan</p>" in "".join(board.heard))
    page = (await bob.get(path)).text
    assert ("Bob · by radio, entered by Alan" in page, "not confirmed yet" in page) == (True, False)


async def test_a_refused_entry_keeps_what_was_typed_and_others_have_no_page(small: Building) -> None:
    county = small.county
    path = f"/operations/{county.operation.reference}/radio"
    form = {"officer": county.bob.reference, "channel": "radio", "at": "25:00", "text": "At the <gate>", "key": "one"}
    answer = await (await small.enter(county.alan)).post(path, **form)
    assert (answer.status_code, "At the &lt;gate&gt;</textarea>" in answer.text) == (422, True)
    assert 'value="25:00"' in answer.text
    for officer, status in ((county.bob, 403), (county.oscar, 404)):
        assert (await (await small.enter(officer)).get(path)).status_code == status
