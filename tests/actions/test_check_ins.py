"""A call for help is one call however often it is sent, stands until its caller is safe, and is seen by its readers."""

import pytest

from live.audience import Level
from models.agencies import Officer
from models.base import new_reference
from models.grants import Resource
from models.tasks import CheckIn, Claim
from ops.actions.check_ins import see_call
from ops.actions.tasks import CLAIM_LEASE
from ops.errors import Invalid, NotFound
from tests.actions.office import Office, words
from tests.cast import NOW, file, grant, revoke


async def holds(office: Office, officer: Officer, task: Resource) -> None:
    until = NOW + CLAIM_LEASE
    held = Claim(task_id=task.id, officer_id=officer.id, agency_id=officer.agency_id, at=NOW, lease_until=until)
    await file(office.desk.database, held)


async def called(office: Office, site: Resource | None) -> CheckIn:
    county = office.county
    call = CheckIn(
        reference=new_reference(),
        operation_id=county.operation.id,
        site_id=site.id if site else None,
        officer_id=county.bob.id,
        agency_id=county.fair_work.id,
        kind="help",
        at=NOW,
        arrived_at=NOW,
    )
    await file(office.desk.database, call)
    return call


async def test_a_call_that_is_sent_twice_is_one_call(office: Office) -> None:
    for _ in range(2):
        await office.say(office.county.bob, "help", key="one tap")
    assert len(await office.check_ins("help")) == 1
    assert await office.told() == [("CheckedIn", "content")]


async def test_two_calls_are_two_with_a_key_each_or_none(office: Office) -> None:
    for key in ("one", "two", "", ""):
        await office.say(office.county.bob, "help", key=key)
    assert len(await office.check_ins("help")) == 4


async def test_the_same_key_with_other_words_is_refused(office: Office) -> None:
    await office.say(office.county.bob, "safe", "one", key="key")
    async with office.refusing(Invalid) as refused:
        await office.say(office.county.bob, "safe", "two", key="key")
    assert list(words(refused)) == ["key"]


async def test_ok_now_takes_every_open_call_back_each_where_it_was_made(office: Office) -> None:
    county = office.county
    await office.say(county.bob, "help")
    await holds(office, county.bob, county.knock)
    await office.say(county.bob, "help")
    await office.say(county.bob, "ok now", "he left")
    calls, answers = await office.check_ins("help"), await office.check_ins("ok now")
    assert [call.site_id for call in calls] == [None, county.farm.id]
    assert [(a.answers_id, a.site_id, a.note) for a in answers] == [(c.id, c.site_id, "he left") for c in calls]
    told = (await office.journal())[-2:]
    assert [entry.subject_id for entry in told] == [county.operation.id, county.farm.id]
    assert [answer.position for answer in answers] == [entry.position for entry in told]


async def test_ok_now_is_said_once(office: Office) -> None:
    for kind in ("help", "ok now", "ok now"):
        await office.say(office.county.bob, kind)
    assert len(await office.check_ins("ok now")) == 1


async def test_who_never_called_has_nothing_to_take_back_and_nobody_takes_anothers_call_back(office: Office) -> None:
    await office.say(office.county.bob, "help")
    async with office.refusing(Invalid):
        await office.say(office.county.alice, "ok now")


async def test_a_call_is_seen_by_who_reads_its_place(office: Office) -> None:
    county, call = office.county, await called(office, office.county.farm)
    await see_call(office.desk, await office.asks(county.carol), call.reference)
    (seen,) = await office.check_ins("seen")
    assert (seen.answers_id, seen.site_id, seen.officer_id) == (call.id, county.farm.id, county.carol.id)


async def test_what_is_no_call_for_help_cannot_be_acknowledged(office: Office) -> None:
    await office.say(office.county.bob, "safe")
    (safe,) = await office.check_ins("safe")
    async with office.refusing(NotFound):
        await see_call(office.desk, await office.asks(office.county.alice), safe.reference)


@pytest.mark.parametrize("hidden", ["the farm", "the operation", "all of it"])
async def test_a_hidden_call_takes_as_many_statements_as_none_at_all(office: Office, hidden: str) -> None:
    county = office.county
    call = await called(office, None if hidden == "the operation" else county.farm)
    await grant(office.desk.database, county.operation, county.oscar, Level.DISCOVER, agreement=county.agreement)
    if hidden == "the farm":
        await revoke(office.desk.database, county.grants["the Council on the farm"])
    asks, asked = await office.asks(county.carol if hidden == "the farm" else county.oscar), []
    for reference in (call.reference, new_reference()):
        with office.statements() as seen:
            async with office.refusing(NotFound):
                await see_call(office.desk, asks, reference)
        asked.append(seen)
    assert asked[0] == asked[1]
