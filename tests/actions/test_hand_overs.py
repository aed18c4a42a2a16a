"""A case passes to another agency whole, at one instant, with everything that hangs on it decided."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from live.audience import Level
from models.agencies import Agency, Officer
from models.agreements import Agreement, AgreementParty
from models.cases import Case
from models.grants import Resource, RingFence
from models.hand_overs import HandOver
from ops.actions.accepting import accept_hand_over, decline_hand_over
from ops.actions.hand_overs import LAPSES_AFTER, Offer, offer_hand_over, withdraw_offer
from ops.errors import Conflict, Invalid, NeedsConfirmation, NotAllowed, NotFound, Refusal
from tests.actions.office import Office, words
from tests.cast import DAY, NOW, TICK, file, hold

ASKED = "each was asked anew"


def offer_to(office: Office, **changed: object) -> Offer:
    usual = Offer(office.county.council.reference, "they lead on it now")
    return replace(usual, **changed)  # type: ignore[arg-type]  # the test names fields of Offer


READING = {
    "keeps_reading": True,
    "purpose": "Closing the investigation",
    "basis": "Public task",
    "necessity": "A trial is under way.",
    "until": NOW + 20 * DAY,
}


async def offered(office: Office, **changed: object) -> str:
    asks = await office.asks(office.county.alice)
    return await offer_hand_over(office.desk, asks, office.county.case.reference, offer_to(office, **changed))


async def accepted(office: Office, reference: str, officer: Officer | None = None) -> str:
    county = office.county
    asks = await office.asks_confirmed(officer or county.carol)
    return await accept_hand_over(office.desk, asks, reference, f"team:{county.mash.reference}", ASKED)


async def row(office: Office, reference: str) -> HandOver:
    async with office.desk.database.reading() as session:
        return (await session.execute(select(HandOver).where(col(HandOver.reference) == reference))).scalar_one()


async def test_the_new_agency_manages_it_and_the_old_one_keeps_only_its_reports(office: Office) -> None:
    county = office.county
    await accepted(office, await offered(office))
    assert await office.level(county.carol, county.case) is Level.MANAGE
    for officer in (county.alice, county.alan):
        assert await office.level(officer, county.case) is Level.NONE
        assert await office.level(officer, county.visit) is Level.MANAGE
    assert await office.level(county.carol, county.assessment) is Level.MANAGE
    owners = [(await office.resource(one.reference)).owner_agency_id for one in (county.case, county.visit)]
    assert owners == [county.council.id, county.police.id]


async def test_others_stay_under_an_agreement_that_the_new_owner_signed(office: Office) -> None:
    county = office.county
    await accepted(office, await offered(office))
    assert await office.level(county.bob, county.case) is Level.READ
    assert await office.level(county.bob, county.visit) is Level.READ


async def test_what_rests_on_an_agreement_without_the_new_owner_ends(office: Office) -> None:
    county = office.county
    other = Agreement(name="Two", starts=NOW - DAY)
    await file(office.desk.database, other)
    parties = (county.police.id, county.fair_work.id)
    await file(office.desk.database, *(AgreementParty(agreement_id=other.id, agency_id=one) for one in parties))
    async with office.desk.database.writing() as session:
        grant = await session.merge(county.grants["Fair Work on the case"])
        grant.agreement_id = other.id
    await accepted(office, await offered(office))
    assert await office.level(county.bob, county.case) is Level.NONE


async def test_who_managed_it_goes_on_reading_where_that_was_offered(office: Office) -> None:
    county = office.county
    await accepted(office, await offered(office, **READING))
    assert await office.level(county.alice, county.case) is Level.READ
    grant = next(g for g in await office.grants(county.case) if g.ends == NOW + 20 * DAY)
    assert (grant.level, grant.agreement_id, grant.purpose) == (
        Level.READ,
        county.agreement.id,
        "Closing the investigation",
    )
    office.desk.clock.set(NOW + 20 * DAY - TICK)
    assert await office.level(county.alice, county.case) is Level.READ
    office.desk.clock.set(NOW + 20 * DAY)
    assert await office.level(county.alice, county.case) is Level.NONE


async def test_it_keeps_who_when_from_whom_and_its_place_in_the_journal(office: Office) -> None:
    county, reference = office.county, await offered(office)
    await accepted(office, reference)
    kept, entry = await row(office, reference), (await office.journal())[-1]
    assert (kept.from_agency_id, kept.to_agency_id) == (county.police.id, county.council.id)
    assert (kept.decision, kept.decided_by, kept.statement) == ("accepted", county.carol.id, ASKED)
    assert (entry.kind, kept.position) == ("CaseHandedOver", entry.position)
    async with office.desk.database.reading() as session:
        case = await session.get_one(Case, county.case.id)
    assert (case.team_id, case.lead_id) == (county.mash.id, county.carol.id)


async def test_until_it_is_accepted_nothing_changes(office: Office) -> None:
    county = office.county
    before = {name: await office.levels(thing) for name, thing in county.everything().items()}
    reference = await offered(office)
    assert {name: await office.levels(thing) for name, thing in county.everything().items()} == before
    await decline_hand_over(office.desk, await office.asks(county.carol), reference)
    assert {name: await office.levels(thing) for name, thing in county.everything().items()} == before


@pytest.mark.parametrize("answer", ["accept", "decline", "withdraw"])
async def test_an_offer_is_decided_once(office: Office, answer: str) -> None:
    county, reference = office.county, await offered(office)
    carol, alice = await office.asks_confirmed(county.carol), await office.asks(county.alice)
    if answer == "withdraw":
        await withdraw_offer(office.desk, alice, county.case.reference)
    elif answer == "decline":
        await decline_hand_over(office.desk, carol, reference)
    else:
        await accepted(office, reference)
    async with office.refusing(Conflict):
        await accept_hand_over(office.desk, carol, reference, f"team:{county.mash.reference}", ASKED)
    async with office.refusing(Conflict):
        await decline_hand_over(office.desk, carol, reference)
    async with office.refusing(Conflict, NotFound):
        await withdraw_offer(office.desk, alice, county.case.reference)


async def test_withdrawn_and_accepted_at_once_one_of_them_holds(office: Office) -> None:
    county, reference = office.county, await offered(office)
    carol, alice = await office.asks_confirmed(county.carol), await office.asks(county.alice)
    answers = await asyncio.gather(
        accept_hand_over(office.desk, carol, reference, f"team:{county.mash.reference}", ASKED),
        withdraw_offer(office.desk, alice, county.case.reference),
        return_exceptions=True,
    )
    assert sum(isinstance(answer, Refusal) for answer in answers) == 1
    owner = (await office.resource(county.case.reference)).owner_agency_id
    assert ((await row(office, reference)).decision == "accepted") == (owner == county.council.id)


async def test_an_offer_lapses_to_the_instant(office: Office) -> None:
    county, reference = office.county, await offered(office)
    office.desk.clock.set(NOW + LAPSES_AFTER)
    carol = await office.asks_confirmed(county.carol)
    async with office.refusing(Conflict):
        await accept_hand_over(office.desk, carol, reference, f"team:{county.mash.reference}", ASKED)
    assert timedelta(days=14) == LAPSES_AFTER
    assert await offered(office)  # and it can be offered anew


async def test_only_a_manager_offers_and_withdraws(office: Office) -> None:
    county, case = office.county, office.county.case.reference
    for officer, kind in ((county.bob, NotAllowed), (county.dora, NotFound), (county.oscar, NotFound)):
        asks = await office.asks(officer)
        async with office.refusing(kind):
            await offer_hand_over(office.desk, asks, case, offer_to(office))
        async with office.refusing(kind):
            await withdraw_offer(office.desk, asks, case)


async def test_only_a_lead_of_the_new_agency_answers(office: Office) -> None:
    county, reference = office.county, await offered(office)
    for officer in (county.carl, county.alice, county.bob, county.olga):
        asks = await office.asks_confirmed(officer)
        async with office.refusing(NotFound):
            await accept_hand_over(office.desk, asks, reference, f"team:{county.mash.reference}", ASKED)
        async with office.refusing(NotFound):
            await decline_hand_over(office.desk, asks, reference)


async def test_taking_over_wants_a_fresh_confirmation(office: Office) -> None:
    county, reference = office.county, await offered(office)
    asks = await office.asks(county.carol)
    async with office.refusing(NeedsConfirmation):
        await accept_hand_over(office.desk, asks, reference, f"team:{county.mash.reference}", ASKED)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"reason": "x" * 401}, "reason"),
        ({"to": ""}, "to"),
        ({"to": "own"}, "to"),
        ({"to": "coastguard"}, "to"),
        ({**READING, "purpose": ""}, "purpose"),
        ({**READING, "basis": " "}, "basis"),
        ({**READING, "necessity": "x" * 401}, "necessity"),
        ({**READING, "until": None}, "until"),
        ({**READING, "until": NOW}, "until"),
        ({**READING, "until": NOW + 400 * DAY}, "until"),
    ],
)
async def test_an_offer_that_does_not_fit_is_not_made(office: Office, changed: dict[str, object], field: str) -> None:
    county = office.county
    names = {"own": county.police.reference, "coastguard": county.coastguard.reference}
    changed = changed | ({"to": names.get(str(changed["to"]), "")} if "to" in changed else {})
    asks = await office.asks(county.alice)
    async with office.refusing(Invalid) as refused:
        await offer_hand_over(office.desk, asks, county.case.reference, offer_to(office, **changed))
    assert list(words(refused)) == [field]


async def test_a_ring_fence_against_the_new_agency_names_itself(office: Office) -> None:
    county = office.county
    fence = RingFence(case_id=county.case.id, agency_id=county.council.id, name="never to the Council", raised_at=NOW)
    await file(office.desk.database, fence)
    asks = await office.asks(county.alice)
    async with office.refusing(Invalid) as refused:
        await offer_hand_over(office.desk, asks, county.case.reference, offer_to(office))
    assert "never to the Council" in words(refused)["to"]


async def test_what_was_possible_when_offered_is_judged_again_when_accepted(office: Office) -> None:
    county = office.county
    first = await offered(office, **READING)
    carol = await office.asks_confirmed(county.carol)
    mash = f"team:{county.mash.reference}"
    async with office.desk.database.writing() as session:
        await session.execute(update(Agreement).where(col(Agreement.id) == county.agreement.id).values(ends=NOW))
    async with office.refusing(Conflict):
        await accept_hand_over(office.desk, carol, first, mash, ASKED)


async def test_a_held_case_is_neither_offered_nor_taken_over(office: Office) -> None:
    county = office.county
    reference, carol = await offered(office), await office.asks_confirmed(county.carol)
    await hold(office.desk.database, county.case)
    async with office.refusing(Conflict):
        await accept_hand_over(office.desk, carol, reference, f"team:{county.mash.reference}", ASKED)
    alice = await office.asks(county.alice)
    async with office.refusing(Conflict):
        await offer_hand_over(office.desk, alice, county.case.reference, offer_to(office))


async def test_a_case_is_offered_to_one_agency_at_a_time(office: Office) -> None:
    await offered(office)
    asks = await office.asks(office.county.alice)
    async with office.refusing(Conflict):
        await offer_hand_over(office.desk, asks, office.county.case.reference, offer_to(office))


@pytest.mark.parametrize(("who", "statement"), [("", ASKED), ("own", " "), ("own", "x" * 401), ("police", ASKED)])
async def test_an_answer_that_does_not_fit_changes_nothing(office: Office, who: str, statement: str) -> None:
    county, reference = office.county, await offered(office)
    carol = await office.asks_confirmed(county.carol)
    named = {"own": f"team:{county.mash.reference}", "police": f"officer:{county.alice.reference}"}.get(who, who)
    async with office.refusing(Invalid):
        await accept_hand_over(office.desk, carol, reference, named, statement)


async def test_every_thing_keeps_exactly_one_owner(office: Office) -> None:
    county = office.county
    await accepted(office, await offered(office))
    async with office.desk.database.reading() as session:
        owners = {r.id: r.owner_agency_id for r in (await session.execute(select(Resource))).scalars()}
    moved = [name for name, thing in county.everything().items() if owners[thing.id] != thing.owner_agency_id]
    assert moved == ["case"]


async def test_nothing_is_taken_over_from_an_agency_that_takes_part_no_longer(office: Office) -> None:
    county, reference = office.county, await offered(office)
    async with office.desk.database.writing() as session:
        await session.execute(update(Agency).where(col(Agency.id) == county.police.id).values(standing="suspended"))
    with pytest.raises(Conflict):
        await accepted(office, reference)
    assert (await row(office, reference)).decision == ""


async def test_a_lead_suspended_while_waiting_for_the_lock_decides_nothing(office: Office) -> None:
    county, reference = office.county, await offered(office)
    asks, carol = await office.asks_confirmed(county.carol), county.carol
    async with office.desk.database.writing() as session:
        await session.execute(update(Officer).where(col(Officer.id) == carol.id).values(active=False))
    with pytest.raises(NotFound):
        await decline_hand_over(office.desk, asks, reference)
    asks = await office.asks(county.dora)
    async with office.desk.database.writing() as session:
        await session.execute(update(Officer).where(col(Officer.id) == county.dora.id).values(active=False))
    async with office.desk.work(asks, changes_access=True) as work:
        assert (work.asker.keys, work.asker.duties) == (frozenset(), frozenset())
