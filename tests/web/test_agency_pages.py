"""The pages of an agency's administrator: forms that keep what was typed, and screens that hear of it at once."""

import pytest

from live.screen import CloseCode
from models.agencies import Officer
from tests.cast import file
from tests.web.building import Building


async def test_a_suspended_officers_open_screen_closes_and_their_sign_in_ends(building: Building) -> None:
    county = building.county
    alan, alice = await building.enter(county.alan), await building.enter(county.alice)
    async with alice.socket(f"/cases/{county.case.reference}/live") as screen:
        await screen.live()
        assert (await alan.post(f"/agency/officers/{county.alice.reference}/suspension")).status_code == 303
        assert await screen.closed() == CloseCode.SIGNED_OUT
    assert (await alan.post(f"/agency/officers/{county.alice.reference}/reinstatement")).status_code == 303
    assert (await alice.get("/cases")).status_code == 303  # the old sign-in stays ended


async def test_who_leaves_a_team_loses_what_it_was_given_while_they_look(building: Building) -> None:
    county = building.county
    alan, alice = await building.enter(county.alan), await building.enter(county.alice)
    async with alice.socket(f"/cases/{county.case.reference}/live") as screen:
        await screen.live()
        path = f"/agency/officers/{county.alice.reference}/teams/leave"
        assert (await alan.post(path, team=county.squad.reference)).status_code == 303
        await screen.until_heard('"retract"')
    assert (await alice.get(f"/cases/{county.case.reference}")).status_code == 404


@pytest.mark.parametrize(
    ("path", "form", "field"),
    [
        ("/agency/officers", {"name": " ", "mobile": "heron & 7"}, "name"),
        ("/agency/officers", {"name": "heron & 7", "mobile": "0" * 41}, "mobile"),
    ],
)
async def test_a_refused_form_comes_back_with_what_was_typed(
    small: Building, path: str, form: dict[str, str], field: str
) -> None:
    before = await small.count(Officer)
    answer = await (await small.enter(small.county.alan)).post(path, **form)
    assert (answer.status_code, f'href="#{field}"' in answer.text) == (422, True)
    assert "heron &amp; 7" in answer.text
    assert await small.count(Officer) == before


async def test_a_date_that_is_none_is_said_beside_its_field(small: Building) -> None:
    nora = Officer(agency_id=small.county.police.id, name="Nora")
    await file(small.database, nora)
    alan = await small.enter(small.county.alan)
    for field, words in (("from", "soon"), ("until", "2026-02-30"), ("until", "9999-12-31")):
        path = f"/agency/officers/{nora.reference}/teams"
        answer = await alan.post(path, team=small.county.squad.reference, **{field: words})
        assert (answer.status_code, f'href="#{field}"' in answer.text) == (422, True), words


async def test_an_act_that_would_leave_things_to_nobody_says_how_many_and_not_which(small: Building) -> None:
    county = small.county
    carl = await small.enter(county.carl)
    answer = await carl.post(f"/agency/teams/{county.mash.reference}/closure")
    assert (answer.status_code, "1 thing of your agency" in answer.text) == (409, True)
    assert county.assessment.reference not in answer.text


async def test_things_without_a_manager_show_no_title(small: Building) -> None:
    county = small.county
    carl = await small.enter(county.carl)
    await carl.post(f"/agency/officers/{county.carol.reference}/suspension")
    page = (await carl.get("/agency/unmanaged")).text
    assert county.assessment.reference in page
    assert "Assessment of needs" not in page
    assert "1 thing has nobody to manage it" in (await carl.get("/agency")).text
