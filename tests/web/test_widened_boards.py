"""A report of an operation's case that went further is at once on the boards of those who can hold it, on no other."""

import re

from live.audience import Level
from models.agencies import Agency, Officer
from models.audit import Act
from models.base import new_id
from tests import cast
from tests.cast import grant
from tests.web.building import Building, Visitor

ALERT = "A report of theirs now includes"


async def share(building: Building) -> None:
    """Let the Police, whose case and operation it is, read the Council's assessment from the start."""
    await grant(
        building.database, building.county.assessment, building.county.squad, agreement=building.county.agreement
    )


async def widen(building: Building, giver: Visitor, to: Agency | None = None) -> None:
    """Let Fair Work read it too, or another agency."""
    county = building.county
    form = {
        "who": f"agency:{(to or county.fair_work).reference}",
        "level": "read",
        "necessity": "works on it",
        "purpose": "the visit",
        "basis": "Public task",
        "until": f"{cast.NOW + cast.DAY:%Y-%m-%d}",
        "confirm": "1",
    }
    assert (await giver.post(f"/reports/{county.assessment.reference}/sharing", **form)).status_code == 303


async def told_on_boards(building: Building) -> set[str]:
    """Name everyone whose board tells of it."""
    found = set()
    for name, officer in building.county.everyone().items():
        board = await board_of(building, officer)
        if ALERT in board:
            found.add(name)
            assert f"/reports/{building.county.assessment.reference}" in board
    return found


async def board_of(building: Building, officer: Officer) -> str:
    return (await (await building.enter(officer)).get(f"/operations/{building.county.operation.reference}")).text


async def test_an_open_board_of_the_cases_manager_tells_of_it_and_holds_it_in_one_tap(building: Building) -> None:
    await share(building)
    county, report = building.county, building.county.assessment.reference
    feed = f"/operations/{county.operation.reference}/live"
    alice, bob, carol = [await building.enter(one) for one in (county.alice, county.bob, county.carol)]
    async with (
        alice.socket(f"{feed}?kind=board") as commander,
        bob.socket(f"{feed}?kind=board") as newcomer,
        alice.socket(f"{feed}?kind=field") as phone,
    ):
        for socket in (commander, newcomer, phone):
            await socket.live()
        await widen(building, carol)
        await commander.until_heard(ALERT)
        assert f'action=\\"/reports/{report}/hold\\"' in "".join(commander.heard)
        commander.heard.clear()
        assert (await alice.post(f"/reports/{report}/hold", reason="Now includes Fair Work")).status_code == 303
        await commander.until_heard(f'"do":"retract","ref":"{report}"')
        await commander.until_heard("Nothing needs you")
        assert ALERT not in "".join((*newcomer.heard, *phone.heard))
        assert ALERT not in "".join(commander.heard)
    assert (await bob.get(f"/reports/{report}")).status_code == 404


async def test_a_board_tells_the_cases_managers_alone(building: Building) -> None:
    await share(building)
    await grant(building.database, building.county.assessment, building.county.nhs, Level.READ)
    await widen(building, await building.enter(building.county.carol))
    told = await told_on_boards(building)
    assert "alice" in told
    for name in told:
        assert building.county.everyone()[name].agency_id == building.county.police.id


async def test_one_officers_seen_takes_it_from_the_boards_of_their_agency_and_not_from_their_colleagues_watch(
    building: Building,
) -> None:
    await share(building)
    county = building.county
    await widen(building, await building.enter(county.carol))
    alice, alan = await building.enter(county.alice), await building.enter(county.alan)
    feed = f"/operations/{county.operation.reference}/live?kind=board"
    seen = re.search(r'action="(/widenings/\w{26}/seen)"', await board_of(building, county.alice))
    assert seen is not None
    async with alan.socket(feed) as colleague:
        await colleague.until_heard(ALERT)
        colleague.heard.clear()
        assert (await alice.post(seen[1])).status_code == 303
        await colleague.until_heard("Nothing needs you")
    assert await told_on_boards(building) == set()
    assert "now includes Fair Work" in (await alan.get("/watch")).text
    assert "now includes Fair Work" not in (await alice.get("/watch")).text


async def test_who_came_to_read_it_later_finds_nothing_of_before_on_the_board(building: Building) -> None:
    carol = await building.enter(building.county.carol)
    await widen(building, carol)
    await widen(building, carol, building.county.police)
    assert await told_on_boards(building) == set()


async def test_nobody_is_written_down_as_shown_a_report_on_a_phone_that_shows_none(building: Building) -> None:
    await share(building)
    county = building.county
    bob, carol = await building.enter(county.bob), await building.enter(county.carol)
    async with bob.socket(f"/operations/{county.operation.reference}/live?kind=field") as phone:
        await phone.live()
        await widen(building, carol)
        said = {"text": "All quiet, wagtail", "audience": "agency", "key": new_id().hex}
        assert (await bob.post(f"/operations/{county.operation.reference}/posts", **said)).status_code == 303
        await phone.until_heard("wagtail")
    shown = {one for row in await building.audited() if row.act == Act.SHOWN_LIVE for one in row.references}
    assert shown
    assert shown.isdisjoint({county.assessment.reference, county.case.reference})
