"""People met: recorded without a name, offered, accepted by the receiver; stand-down names whom nobody took over."""

from collections.abc import Sequence

import pytest
from sqlalchemy import delete, select
from sqlmodel import col

from live.audience import Level
from models.agencies import Agency, Officer
from models.base import new_id
from models.grants import Resource, RingFence
from models.people_met import Encounter, EncounterStep
from ops.actions.grants import revoke_access
from ops.actions.people_met import (
    NewEncounter,
    accept_person,
    decline_person,
    keep_person,
    meet_person,
    offer_person,
    person_left,
)
from ops.actions.ring_fences import raise_fence
from ops.actions.stand_downs import stand_down
from ops.errors import Conflict, Invalid, NotAllowed, NotFound
from ops.screens.people_met import PeopleMet, read_people_met
from ops.screens.stand_down import StandDown, read_stand_down
from tests import cast
from tests.actions.office import Office, words
from tests.cast import HOUR, NOW


async def met(office: Office, by: Officer, *told: Agency, key: str = "", confirm: bool = False) -> Resource:
    county = office.county
    new = NewEncounter(
        county.operation.reference,
        key=key or new_id().hex,
        site=county.farm.reference,
        told=tuple(one.reference for one in told),
        confirm=confirm,
    )
    return await office.resource(await meet_person(office.desk, await office.asks(by), new))


async def offered(office: Office, person: Resource, by: Officer, to: Agency, *, confirm: bool = False) -> None:
    await offer_person(office.desk, await office.asks(by), person.reference, to.reference, confirm=confirm)


async def people(office: Office, reader: Officer) -> PeopleMet:
    asks = await office.asks(reader)
    async with office.desk.database.reading() as session:
        return await read_people_met(session, asks, office.county.operation.reference)


async def standing_down(office: Office, reader: Officer) -> StandDown:
    asks = await office.asks(reader)
    async with office.desk.database.reading() as session:
        return await read_stand_down(session, asks, office.county.operation.reference)


async def steps(office: Office, person: Resource) -> Sequence[EncounterStep]:
    async with office.desk.database.reading() as session:
        rows = await session.execute(
            select(EncounterStep)
            .where(col(EncounterStep.encounter_id) == person.id)
            .order_by(col(EncounterStep.revision))
        )
        return list(rows.scalars())


async def test_whom_one_met_is_seen_by_ones_own_officers_here_and_by_who_is_told(office: Office) -> None:
    county = office.county
    person = await met(office, county.bob, county.police)
    assert await office.levels(person) == {"bob": Level.MANAGE, "alice": Level.READ, "alan": Level.READ}
    unseen = [line.reference for line in (await people(office, county.carol)).people]
    assert unseen == []
    lent = [one for one in await office.grants(person) if one.grantee_agency_id == county.police.id]
    assert {(one.agreement_id, one.ends) for one in lent} == {(county.agreement.id, NOW + 32 * HOUR)}


async def test_a_label_is_drawn_and_counts_nothing(office: Office) -> None:
    labels = []
    for _ in range(5):
        person = await met(office, office.county.bob)
        async with office.desk.database.reading() as session:
            labels.append((await session.get_one(Encounter, person.id)).label)
    assert len(set(labels)) == 5
    assert all(len(label) == len("Person K47") for label in labels)


async def test_the_same_form_twice_is_one_person(office: Office) -> None:
    county = office.county
    first, second = [await met(office, county.bob, key="one") for _ in range(2)]
    assert first.id == second.id


async def test_it_has_its_place_in_the_order_and_the_audit(office: Office) -> None:
    person = await met(office, office.county.bob)
    (fact,) = [one for one in await office.journal() if one.subject_id == person.id]
    ((step,),) = [await steps(office, person)]
    assert (fact.kind, fact.position) == ("PersonMet", step.position)
    assert ("person met", [person.reference]) in await office.audited()


async def test_an_offer_lets_the_receiver_see_them_and_who_accepts_has_them(office: Office) -> None:
    county = office.county
    person = await met(office, county.bob)
    await office.later()
    await offered(office, person, county.bob, county.council)
    assert await office.level(county.carol, person) == Level.READ
    (line,) = (await people(office, county.carol)).people
    assert (line.agency.code, line.offered_to and line.offered_to.code, line.accounted_for) == ("FWA", "CNC", False)
    await office.later()
    await accept_person(office.desk, await office.asks(county.carol), person.reference)
    (line,) = (await people(office, county.carol)).people
    assert (line.agency.code, line.officer, line.offered_to, line.accounted_for) == ("CNC", "Carol", None, True)
    assert [step.step for step in await steps(office, person)] == ["met", "offered", "accepted"]


async def test_what_an_offer_let_the_receiver_see_ends_when_they_do_not_take_over(office: Office) -> None:
    county = office.county
    person = await met(office, county.bob)
    await office.later()
    await offered(office, person, county.bob, county.council)
    await decline_person(office.desk, await office.asks(county.carol), person.reference)
    assert await office.level(county.carol, person) == Level.NONE
    await office.later()
    await offered(office, person, county.bob, county.council)
    await keep_person(office.desk, await office.asks(county.bob), person.reference)
    assert await office.level(county.carol, person) == Level.NONE
    assert [step.step for step in await steps(office, person)][-2:] == ["offered", "taken back"]


async def test_who_was_told_before_the_offer_stays_told(office: Office) -> None:
    county = office.county
    person = await met(office, county.bob, county.council)
    await office.later()
    await offered(office, person, county.bob, county.council)
    await decline_person(office.desk, await office.asks(county.carol), person.reference)
    assert await office.level(county.carol, person) == Level.READ


async def test_nobody_accepts_for_another_agency_nor_what_they_offered_themselves(office: Office) -> None:
    county = office.county
    person = await met(office, county.alice, county.fair_work)
    await offered(office, person, county.alice, county.police)
    for officer, refusal in ((county.alice, NotAllowed), (county.bob, NotAllowed), (county.carol, NotFound)):
        async with office.refusing(refusal):
            await accept_person(office.desk, await office.asks(officer), person.reference)
    await accept_person(office.desk, await office.asks(county.alan), person.reference)
    async with office.refusing(Conflict):
        await accept_person(office.desk, await office.asks(county.alan), person.reference)


async def test_only_who_has_them_offers_them_or_says_that_they_left(office: Office) -> None:
    county = office.county
    person = await met(office, county.bob, county.police)
    async with office.refusing(NotAllowed):
        await offered(office, person, county.alice, county.council)
    async with office.refusing(NotAllowed):
        await person_left(office.desk, await office.asks(county.alice), person.reference)
    await person_left(office.desk, await office.asks(county.bob), person.reference)
    async with office.refusing(Conflict):
        await offered(office, person, county.bob, county.council)
    (line,) = [one for one in (await people(office, county.alice)).people if one.reference == person.reference]
    assert (line.said, line.accounted_for) == ("Left", True)


async def test_nobody_behind_a_ring_fence_is_told_or_offered_anybody_and_no_fence_is_named(office: Office) -> None:
    county = office.county
    fence = RingFence(case_id=county.case.id, agency_id=county.council.id, name="never to them", raised_at=NOW)
    await cast.file(office.desk.database, fence)
    async with office.refusing(Invalid) as refused:
        await met(office, county.bob, county.council)
    assert "never to them" not in str(words(refused))
    person = await met(office, county.bob)
    async with office.refusing(Invalid) as refused:
        await offered(office, person, county.bob, county.council)
    assert list(words(refused)) == ["to"]
    assert county.council.id not in {one.agency.id for one in (await people(office, county.bob)).receivers}


async def test_a_ring_fence_that_is_raised_later_takes_them_away(office: Office) -> None:
    county = office.county
    person = await met(office, county.alice, county.fair_work)
    assert await office.level(county.bob, person) == Level.READ
    alice = await office.asks(county.alice)
    await raise_fence(office.desk, alice, county.case.reference, county.fair_work.reference, "Never to them")
    assert await office.level(county.bob, person) == Level.NONE


async def test_an_agency_that_enforces_is_told_only_on_a_second_word(office: Office) -> None:
    county = office.county
    async with office.desk.database.writing() as session:
        (await session.get_one(Agency, county.council.id)).enforcement = True
    async with office.refusing(Invalid) as refused:
        await met(office, county.bob, county.council)
    assert list(words(refused)) == ["confirm"]
    person = await met(office, county.bob, county.council, confirm=True)
    assert await office.level(county.carol, person) == Level.READ


async def test_what_was_told_is_taken_back_like_any_access(office: Office) -> None:
    county = office.county
    person = await met(office, county.bob, county.police)
    (lent,) = [one for one in await office.grants(person) if one.grantee_agency_id == county.police.id]
    await revoke_access(office.desk, await office.asks(county.bob), lent.reference, "no longer")
    assert await office.level(county.alice, person) == Level.NONE


@pytest.mark.parametrize("name", ["oscar", "dora", "olga"])
async def test_who_takes_no_part_records_nobody(office: Office, name: str) -> None:
    async with office.refusing(NotFound):
        await met(office, office.county.everyone()[name])


async def test_standing_down_names_whom_nobody_took_over_and_asks_about_each(office: Office) -> None:
    county = office.county
    safe, waiting = await met(office, county.bob, county.police), await met(office, county.bob, county.police)
    await offered(office, safe, county.bob, county.council)
    await accept_person(office.desk, await office.asks(county.carol), safe.reference)
    await offered(office, waiting, county.bob, county.council)
    page = await standing_down(office, county.alice)
    assert {one.reference for one in page.unaccounted} == {county.met.reference, waiting.reference}
    assert {one.title for one in page.unfinished} == {"Knock", "Interview 1", "Phone the desk"}
    alice = await office.asks(county.alice)
    async with office.refusing(Invalid) as refused:
        await stand_down(office.desk, alice, county.operation.reference, "Done.", county.open())
    assert list(words(refused)) == ["people"]
    async with office.refusing(Invalid) as refused:
        left = [county.met.reference, waiting.reference]
        await stand_down(office.desk, alice, county.operation.reference, "Done.", left)
    assert list(words(refused)) == ["tasks"]
    left = [*county.open(), waiting.reference]
    await stand_down(office.desk, alice, county.operation.reference, "Done.", left)
    assert {one.reference for one in (await standing_down(office, county.alice)).unaccounted} == set(
        left[:1] + left[-1:]
    )


async def test_whom_the_commander_does_not_see_neither_stops_them_nor_shows_in_any_way(office: Office) -> None:
    county = office.county
    await met(office, county.bob)
    with_them = await standing_down(office, county.alice)
    await stand_down(office.desk, await office.asks(county.alice), county.operation.reference, "Done.", county.open())
    async with office.desk.database.writing() as session:
        hidden = select(col(Encounter.id)).where(col(Encounter.id) != county.met.id)
        await session.execute(delete(EncounterStep).where(col(EncounterStep.encounter_id).in_(hidden)))
    without = await standing_down(office, county.alice)
    assert with_them.unaccounted == without.unaccounted


async def test_after_standing_down_nobody_is_met_anew_but_who_was_left_is_still_handed_over(office: Office) -> None:
    county = office.county
    person = await met(office, county.bob, county.police)
    left = [*county.open(), person.reference]
    await stand_down(office.desk, await office.asks(county.alice), county.operation.reference, "Done.", left)
    async with office.refusing(Conflict):
        await met(office, county.bob)
    await office.later()
    await offered(office, person, county.bob, county.council)
    await accept_person(office.desk, await office.asks(county.carol), person.reference)
    assert (await people(office, county.carol)).people[-1].accounted_for
