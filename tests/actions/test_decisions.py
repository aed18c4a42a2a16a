"""The decision log: entered by who commands, told to whom it concerns, confirmed by the loggist, edited by nobody."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col

from live.audience import Level
from models.agencies import Agency, Officer
from models.base import new_id
from models.grants import Resource, RingFence
from models.operations import Decision, DecisionConfirmation
from ops.actions.decisions import NewDecision, confirm_decision, take_decision
from ops.actions.stand_downs import stand_down
from ops.errors import Conflict, Invalid, NotAllowed, NotFound
from ops.screens.decision_log import read_decision_log
from ops.screens.decision_values import DecisionLog
from tests import cast
from tests.actions.office import Office, words
from tests.cast import DAY, HOUR, NOW


async def decided(office: Office, by: Officer, told: Sequence[Agency] = (), **fields: object) -> Resource:
    usual = NewDecision(
        office.county.operation.reference,
        decided="Go in by the gate",
        reason="The road is watched",
        options="By the road",
        key=new_id().hex,
        told=tuple(agency.reference for agency in told),
    )
    new = replace(usual, **fields)  # type: ignore[arg-type]  # the test names fields of NewDecision
    return await office.resource(await take_decision(office.desk, await office.asks(by), new))


async def log(office: Office, reader: Officer) -> DecisionLog:
    asks = await office.asks(reader)
    async with office.desk.database.reading() as session:
        return await read_decision_log(session, asks, office.county.operation.reference)


async def entry(office: Office, resource: Resource) -> Decision:
    async with office.desk.database.reading() as session:
        return await session.get_one(Decision, resource.id)


async def test_a_decision_is_read_by_ones_own_officers_and_by_who_is_told(office: Office) -> None:
    county = office.county
    made = await decided(office, county.alice, [county.fair_work])
    assert await office.levels(made) == {"alice": Level.MANAGE, "alan": Level.MANAGE, "bob": Level.READ}
    assert (await log(office, county.bob)).decisions[0].decided == "Go in by the gate"
    assert [line.reference for line in (await log(office, county.carol)).decisions] == []
    (lent,) = [grant for grant in await office.grants(made) if grant.grantee_agency_id == county.fair_work.id]
    assert (lent.agreement_id, lent.ends) == (county.agreement.id, NOW + 32 * HOUR)


async def test_it_has_its_place_in_the_order_and_the_audit(office: Office) -> None:
    made = await decided(office, office.county.alice)
    row = await entry(office, made)
    (fact,) = [one for one in await office.journal() if one.subject_id == made.id]
    assert (fact.kind, fact.position, row.position) == ("DecisionTaken", row.position, fact.position)
    assert fact.topics == [f"decisions:{office.county.operation.reference}"]
    assert ("decision taken", [made.reference]) in await office.audited()


@pytest.mark.parametrize(("name", "refusal"), [("bob", NotAllowed), ("carol", NotAllowed), ("oscar", NotFound)])
async def test_only_who_manages_the_operation_enters_decisions(
    office: Office, name: str, refusal: type[NotAllowed | NotFound]
) -> None:
    async with office.refusing(refusal):
        await decided(office, office.county.everyone()[name])


@pytest.mark.parametrize("field", ["decided", "reason", "options"])
async def test_what_why_and_what_else_are_all_asked_for(office: Office, field: str) -> None:
    for said in (" \n", "x" * 2001):
        async with office.refusing(Invalid) as refused:
            await decided(office, office.county.alice, (), **{field: said})
        assert list(words(refused)) == [field]


async def test_nobody_is_told_who_takes_no_part(office: Office) -> None:
    county = office.county
    for agency in (county.nhs, county.coastguard):
        async with office.refusing(Invalid) as refused:
            await decided(office, county.alice, [agency])
        assert list(words(refused)) == ["told"]


async def test_a_fenced_agency_is_told_only_what_is_about_no_individual(office: Office) -> None:
    county = office.county
    fence = RingFence(
        case_id=county.case.id, agency_id=county.fair_work.id, name="kept out", raised_by=county.alice.id, raised_at=NOW
    )
    await cast.file(office.desk.database, fence)
    async with office.refusing(Invalid) as refused:
        await decided(office, county.alice, [county.fair_work, county.council])
    assert "Fair Work" in words(refused)["about_nobody"]
    made = await decided(office, county.alice, [county.fair_work], about_nobody=True)
    assert (await office.levels(made))["bob"] == Level.READ


async def test_the_same_form_again_is_one_entry(office: Office) -> None:
    alice = office.county.alice
    first, again = [await decided(office, alice, key="one") for _ in range(2)]
    assert first.reference == again.reference
    async with office.refusing(Invalid):
        await decided(office, alice, key="one", reason="Another one")


async def test_the_loggist_confirms_once_and_nobody_else_may(office: Office) -> None:
    county = office.county
    made = await decided(office, county.alice, [county.fair_work])
    for officer in (county.alice, county.bob):
        async with office.refusing(NotAllowed):
            await confirm_decision(office.desk, await office.asks(officer), made.reference)
    async with office.refusing(NotFound):
        await confirm_decision(office.desk, await office.asks(county.carol), made.reference)
    await confirm_decision(office.desk, await office.asks(county.alan), made.reference)
    async with office.refusing(Conflict):
        await confirm_decision(office.desk, await office.asks(county.alan), made.reference)
    (line,) = [one for one in (await log(office, county.bob)).decisions if one.reference == made.reference]
    assert (line.confirmed_by, line.confirms, line.revision) == ("Alan", "", 1)
    async with office.desk.database.reading() as session:
        rows = await session.execute(
            select(DecisionConfirmation).where(col(DecisionConfirmation.decision_id) == made.id)
        )
        assert rows.scalar_one().position is not None


async def test_what_the_loggist_wrote_down_is_confirmed_by_who_took_it(office: Office) -> None:
    county = office.county
    made = await decided(office, county.alan, taken_by=county.alice.reference, at=NOW - timedelta(minutes=9))
    row = await entry(office, made)
    assert (row.officer_id, row.entered_by, row.at) == (county.alice.id, county.alan.id, NOW - timedelta(minutes=9))
    (line,) = [one for one in (await log(office, county.alice)).decisions if one.reference == made.reference]
    assert (line.taken_by, line.entered_by, line.late, line.confirms) == ("Alice", "Alan", True, county.alice.reference)
    async with office.refusing(NotAllowed):
        await confirm_decision(office.desk, await office.asks(county.alan), made.reference)
    await confirm_decision(office.desk, await office.asks(county.alice), made.reference)


async def test_a_decision_is_the_commanders_the_deputys_or_ones_own(office: Office) -> None:
    async with office.refusing(Invalid) as refused:
        await decided(office, office.county.alice, taken_by=office.county.bob.reference)
    assert list(words(refused)) == ["taken_by"]


async def test_after_standing_down_the_log_is_closed_and_what_was_lent_ends_a_day_later(office: Office) -> None:
    county = office.county
    made = await decided(office, county.alice, [county.fair_work])
    await stand_down(
        office.desk, await office.asks(county.alice), county.operation.reference, "All done.", county.open()
    )
    async with office.refusing(Conflict):
        await decided(office, county.alice)
    office.desk.clock.set(NOW + DAY)
    assert "bob" not in await office.levels(made)
