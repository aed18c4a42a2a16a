"""Command of an operation is taken at once, with a reason, and acknowledged by who had it."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy import select

from models.agencies import Officer
from models.operations import CommandTaken, Operation, VisitWindow
from ops.actions.check_ins import see_call
from ops.actions.command import Taking, acknowledge_command, take_command
from ops.actions.overlaps import settle_overlap
from ops.actions.tasks import claim_task, move_task
from ops.errors import Conflict, Invalid, NotAllowed, NotFound
from ops.screens.board import next_change, read_board
from ops.screens.board_values import Alert
from ops.screens.my_day import UnseenCall, read_my_day
from ops.screens.on_operation import on_operation
from tests import cast
from tests.actions.office import Office, words
from tests.cast import HOUR, NOW

SECOND = timedelta(seconds=1)


async def take(office: Office, officer: Officer, reason: str = "She is on the phone.", deputy: str = "") -> None:
    operation = office.county.operation.reference
    await take_command(office.desk, await office.asks(officer), operation, Taking(reason, deputy))


async def alerts(office: Office, officer: Officer) -> Sequence[Alert]:
    asks = await office.asks(officer)
    async with office.desk.database.reading() as session:
        return (await read_board(session, asks, office.county.operation.reference, ())).alerts


async def changes_at(office: Office, officer: Officer) -> object:
    asks = await office.asks(officer)
    async with office.desk.database.reading() as session:
        return next_change(await on_operation(session, asks, office.county.operation.reference))


async def unseen(office: Office, officer: Officer) -> tuple[UnseenCall, ...]:
    asks = await office.asks(officer)
    async with office.desk.database.reading() as session:
        return (await read_my_day(session, asks, office.county.operation.reference)).unseen


async def taken(office: Office) -> tuple[Operation, CommandTaken]:
    async with office.desk.database.reading() as session:
        operation = await session.get_one(Operation, office.county.operation.id)
        return operation, (await session.execute(select(CommandTaken))).scalar_one()


async def test_command_is_taken_at_once_told_on_every_board_and_acknowledged_by_who_had_it(office: Office) -> None:
    county = office.county
    await take(office, county.alan, deputy=county.alice.reference)
    operation, row = await taken(office)
    assert (operation.commander_id, operation.deputy_id) == (county.alan.id, county.alice.id)
    assert (row.from_id, row.to_id, row.at, row.reason) == (
        county.alice.id,
        county.alan.id,
        NOW,
        "She is on the phone.",
    )
    (told,) = await alerts(office, county.bob)
    assert (told.title, told.acts_for) == ("Command changed", county.alice.reference)
    assert told.text == "Alan took command from Alice: She is on the phone."
    async with office.refusing(NotAllowed):
        await acknowledge_command(office.desk, await office.asks(county.alan), row.reference)
    async with office.refusing(NotFound):
        await acknowledge_command(office.desk, await office.asks(county.olga), row.reference)
    await acknowledge_command(office.desk, await office.asks(county.alice), row.reference)
    async with office.refusing(Conflict):
        await acknowledge_command(office.desk, await office.asks(county.alice), row.reference)
    assert await alerts(office, county.bob) == ()
    facts = [(one.kind, one.position) for one in await office.journal() if one.kind.startswith("Command")]
    _, row = await taken(office)
    assert facts == [("CommandTaken", row.position), ("CommandAcknowledged", row.acknowledged_position)]


async def test_taking_command_shows_nobody_more(office: Office) -> None:
    county = office.county
    before = {name: await office.levels(thing) for name, thing in county.everything().items()}
    await take(office, county.alan)
    assert {name: await office.levels(thing) for name, thing in county.everything().items()} == before


@pytest.mark.parametrize("name", ["bob", "carol", "oscar"])
async def test_nobody_else_takes_it_and_nobody_takes_it_twice(office: Office, name: str) -> None:
    county = office.county
    async with office.refusing(NotAllowed, NotFound):
        await take(office, county.everyone()[name])
    async with office.refusing(Conflict):
        await take(office, county.alice)


async def test_a_reason_is_asked_for_and_the_deputy_is_ones_own(office: Office) -> None:
    county = office.county
    for reason in (" ", "x" * 401):
        async with office.refusing(Invalid) as refused:
            await take(office, county.alan, reason)
        assert list(words(refused)) == ["reason"]
    for deputy in (county.bob, county.alan, county.olga):
        async with office.refusing(Invalid) as refused:
            await take(office, county.alan, deputy=deputy.reference)
        assert list(words(refused)) == ["deputy"]


async def test_a_call_that_nobody_sees_goes_to_the_deputy_and_then_to_everyone_at_the_site(office: Office) -> None:
    county = office.county
    await take(office, county.alan, deputy=county.alice.reference)  # now Alan commands, Alice is the deputy
    await claim_task(office.desk, await office.asks(county.bob), county.knock.reference)
    await office.say(county.bob, "help", "Locked in")
    for after, told, deputys in ((29, "commander", 0), (30, "deputy", 1), (59, "deputy", 1), (60, "everyone", 1)):
        office.desk.clock.set(NOW + after * SECOND)
        call = next(one for one in await alerts(office, county.carol) if one.state == "help")
        assert call.to == told
        assert len(await unseen(office, county.alice)) == deputys
        assert len(await unseen(office, county.alan)) == 1
        assert await unseen(office, county.bob) == ()
    (reference,) = [one.reference for one in await office.check_ins("help")]
    await see_call(office.desk, await office.asks(county.alice), reference)
    call = next(one for one in await alerts(office, county.carol) if one.state == "help")
    assert (call.to, call.told, "Seen by Alice." in call.text) == ("", "", True)
    assert await unseen(office, county.alan) == ()


async def test_a_call_at_ones_own_site_comes_to_ones_phone_after_a_minute_and_no_other_does(office: Office) -> None:
    county = office.county
    await claim_task(office.desk, await office.asks(county.alan), county.knock.reference)
    await office.say(county.alan, "help")
    office.desk.clock.set(NOW + 60 * SECOND)
    assert await unseen(office, county.bob) == ()  # he holds nothing there
    assert len(await unseen(office, county.alice)) == 1  # the commander's from the beginning


async def test_a_board_looks_again_when_a_call_goes_on(office: Office) -> None:
    await office.say(office.county.bob, "help")
    assert await changes_at(office, office.county.alice) == NOW + 30 * SECOND
    office.desk.clock.set(NOW + 30 * SECOND)
    assert await changes_at(office, office.county.alice) == NOW + 60 * SECOND


async def test_visits_that_overlap_are_settled_by_who_manages_the_site(office: Office) -> None:
    county = office.county
    windows = [
        VisitWindow(site_id=county.farm.id, agency_id=agency.id, starts=NOW, ends=NOW + HOUR)
        for agency in (county.fair_work, county.council)
    ]
    await cast.file(office.desk.database, *windows)
    assert [one.act_label for one in await alerts(office, county.alice)] == ["Not a clash"]
    for officer, refusal in ((county.bob, NotAllowed), (county.oscar, NotFound)):
        async with office.refusing(refusal):
            await settle_overlap(office.desk, await office.asks(officer), county.farm.reference)
    await settle_overlap(office.desk, await office.asks(county.alice), county.farm.reference)
    assert await alerts(office, county.alice) == ()
    async with office.refusing(Conflict):
        await settle_overlap(office.desk, await office.asks(county.alice), county.farm.reference)


async def test_who_is_overdue_can_be_checked_by_who_keeps_the_log_alone(office: Office) -> None:
    county = office.county
    await claim_task(office.desk, await office.asks(county.bob), county.knock.reference)
    await move_task(office.desk, await office.asks(county.bob), county.knock.reference, "here", None)
    office.desk.clock.set(NOW + HOUR)
    (late,) = [one for one in await alerts(office, county.carol) if one.state == "late"]
    assert set(late.acts_for.split()) == {county.alan.reference, county.alice.reference}
    assert dict(late.fields)["officer"] == county.bob.reference
