"""Command and the alerts' acts as pages: what is pressed on one board is gone from every board."""

from datetime import UTC, datetime

from models.operations import VisitWindow
from tests.cast import HOUR, file
from tests.web.building import Building


async def test_visits_that_do_not_clash_leave_every_board(small: Building) -> None:
    county, now = small.county, datetime.now(UTC)
    path = f"/operations/{county.operation.reference}"
    windows = [
        VisitWindow(site_id=county.farm.id, agency_id=agency.id, starts=now, ends=now + HOUR)
        for agency in (county.fair_work, county.council)
    ]
    await file(small.database, *windows)
    alice, bob = [await small.enter(one) for one in (county.alice, county.bob)]
    assert "both plan a visit" in (await bob.get(path)).text
    async with bob.socket(f"{path}/live?kind=board") as board:
        await board.live()
        answer = await alice.post(f"/sites/{county.farm.reference}/settlement")
        assert answer.status_code == 303
        await board.until_heard("Nothing needs you")
    assert "both plan a visit" not in (await bob.get(path)).text


async def test_command_is_taken_on_its_page_and_acknowledged_on_the_board(small: Building) -> None:
    county = small.county
    path = f"/operations/{county.operation.reference}"
    alan, alice, bob = [await small.enter(one) for one in (county.alan, county.alice, county.bob)]
    assert (await alan.post(f"{path}/command", reason=" ")).status_code == 422
    async with bob.socket(f"{path}/live?kind=board") as board:
        await board.live()
        assert (await alan.post(f"{path}/command", reason="She is on the phone")).status_code == 303
        await board.until_heard("Alan took command from Alice: She is on the phone")
    page = (await alice.get(f"{path}/command")).text
    act = page.partition('action="/commands/')[2].partition('"')[0]
    assert (await bob.post(f"/commands/{act}")).status_code == 403
    assert (await alice.post(f"/commands/{act}")).status_code == 303
    assert "took command" not in (await bob.get(path)).text
    assert "Take command" not in (await bob.get(f"{path}/command")).text
