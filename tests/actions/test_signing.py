"""An agreement is in force once all have signed, limits what is given, and takes its grants with it when it ends."""

from dataclasses import replace

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from live.audience import Level
from models.agencies import Agency, Kind
from models.agreements import SORTS, Agreement, AgreementParty
from models.grants import Resource
from ops.actions.signing import NewAgreement, leave_agreement, make_agreement, sign_agreement
from ops.errors import Conflict, Invalid, NeedsConfirmation, NotFound
from tests.actions.office import Office, words
from tests.cast import DAY, HOUR, NOW, TICK, file, new_grant

HARBOUR = NewAgreement(
    name="Harbour",
    parties=(),
    purposes="Care",
    lawful_bases="Public task",
    highest="contribute",
    longest_days="30",
    outside="read",
    outside_sorts=("case", "visit report"),
    review_on=NOW + 90 * DAY,
)


async def made(office: Office, **changed: object) -> str:
    """Make an agreement of the Council with Fair Work."""
    new = replace(HARBOUR, parties=(office.county.fair_work.reference,))
    asks = await office.asks(office.county.carl)
    return await make_agreement(office.desk, asks, replace(new, **changed))  # type: ignore[arg-type]  # fields of it


async def signed(office: Office, reference: str) -> None:
    """Let both sign."""
    for officer in (office.county.bob, office.county.carol):
        await sign_agreement(office.desk, await office.asks(officer), reference)


async def row(office: Office, reference: str) -> Agreement:
    async with office.desk.database.reading() as session:
        return (await session.execute(select(Agreement).where(col(Agreement.reference) == reference))).scalar_one()


async def only_harbour(office: Office) -> None:
    """Let the county's own agreement lapse, so that another one must carry what is given."""
    async with office.desk.database.writing() as session:
        await session.execute(update(Agreement).where(col(Agreement.id) == office.county.agreement.id).values(ends=NOW))


async def test_it_carries_nothing_until_the_last_party_has_signed(office: Office) -> None:
    county = office.county
    await only_harbour(office)
    reference = await made(office)
    await sign_agreement(office.desk, await office.asks(county.bob), reference)
    async with office.refusing(Invalid) as refused:
        await office.give(county.carol, county.assessment, f"agency:{county.fair_work.reference}")
    assert list(words(refused)) == ["agreement"]
    await sign_agreement(office.desk, await office.asks(county.carol), reference)
    assert await office.give(county.carol, county.assessment, f"agency:{county.fair_work.reference}")


async def test_a_later_beginning_is_kept_to_the_instant(office: Office) -> None:
    reference = await made(office, starts=NOW + DAY, ends=NOW + 2 * DAY)
    await signed(office, reference)
    agreement = await row(office, reference)
    assert (agreement.starts, agreement.ends) == (NOW + DAY, NOW + 2 * DAY)


async def test_what_rests_on_it_ends_with_it_to_the_instant_and_no_job_runs(office: Office) -> None:
    county, desk = office.county, office.desk
    reference = await made(office, ends=NOW + HOUR)
    await signed(office, reference)
    thing = county.profile
    agreement = await row(office, reference)
    await file(desk.database, new_grant(thing, county.fair_work, ends=NOW + DAY, agreement=agreement))
    for moment, expected in ((NOW + HOUR - TICK, Level.READ), (NOW + HOUR, Level.NONE)):
        desk.clock.set(moment)
        assert await office.level(county.bob, thing) is expected


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": " "}, "name"),
        ({"purposes": ""}, "purposes"),
        ({"lawful_bases": "x" * 1001}, "lawful_bases"),
        ({"highest": "manage"}, "highest"),
        ({"outside": "everything"}, "outside"),
        ({"outside_sorts": ("secrets",)}, "outside_sorts"),
        ({"longest_days": "0"}, "longest_days"),
        ({"longest_days": "367"}, "longest_days"),
        ({"longest_days": "²"}, "longest_days"),
        ({"ends": NOW}, "ends"),
        ({"starts": NOW + 2 * DAY, "ends": NOW + DAY}, "ends"),
        ({"review_on": None}, "review"),
        ({"review_on": NOW}, "review"),
        ({"parties": ()}, "parties"),
        ({"parties": ("a" * 26,)}, "parties"),
    ],
)
async def test_what_does_not_fit_is_not_made(office: Office, changed: dict[str, object], field: str) -> None:
    new = replace(HARBOUR, parties=(office.county.fair_work.reference,))
    asks = await office.asks(office.county.carl)
    async with office.refusing(Invalid) as refused:
        await make_agreement(office.desk, asks, replace(new, **changed))  # type: ignore[arg-type]  # fields of it
    assert list(words(refused)) == [field]


async def test_who_is_no_party_or_has_no_duty_finds_nothing(office: Office) -> None:
    county, reference = office.county, await made(office)
    for officer in (county.alice, county.alan, county.carl, county.oscar, county.olga):
        if officer is county.carl:
            continue  # information manager of a party
        asks = await office.asks_confirmed(officer)
        async with office.refusing(NotFound):
            await sign_agreement(office.desk, asks, reference)
        async with office.refusing(NotFound):
            await leave_agreement(office.desk, asks, reference)
    for officer in (county.alice, county.carol, county.olga):
        asks = await office.asks(officer)
        async with office.refusing(NotFound):
            await make_agreement(office.desk, asks, replace(HARBOUR, parties=(county.nhs.reference,)))


async def test_nobody_signs_twice_nor_what_was_to_end_before(office: Office) -> None:
    county = office.county
    reference = await made(office, ends=NOW + HOUR)
    await sign_agreement(office.desk, await office.asks(county.bob), reference)
    async with office.refusing(Conflict):
        await sign_agreement(office.desk, await office.asks(county.bob), reference)
    office.desk.clock.set(NOW + HOUR)
    async with office.refusing(Conflict):
        await sign_agreement(office.desk, await office.asks(county.carol), reference)


async def test_an_agreement_from_before_is_signed_already(office: Office) -> None:
    async with office.refusing(Conflict):
        await sign_agreement(office.desk, await office.asks(office.county.alice), office.county.agreement.reference)


async def test_leaving_takes_back_what_the_agency_gave_and_was_given_and_nothing_else(office: Office) -> None:
    county = office.county
    asks = await office.asks_confirmed(county.carol)
    await leave_agreement(office.desk, asks, county.agreement.reference)
    assert await office.level(county.dora, county.assessment) is Level.NONE
    assert await office.level(county.carol, county.case) is Level.NONE
    assert await office.level(county.carol, county.assessment) is Level.MANAGE
    assert await office.level(county.bob, county.visit) is Level.READ
    assert (await row(office, county.agreement.reference)).ended_at is None
    async with office.refusing(Invalid):
        await office.give(county.alice, county.visit, f"team:{county.mash.reference}")


async def test_when_one_party_is_left_the_agreement_ends(office: Office) -> None:
    reference = await made(office)
    await signed(office, reference)
    await leave_agreement(office.desk, await office.asks_confirmed(office.county.bob), reference)
    agreement = await row(office, reference)
    assert (agreement.ended_at, agreement.ends) == (NOW, NOW)


async def test_nobody_leaves_twice_or_without_a_fresh_confirmation(office: Office) -> None:
    county, reference = office.county, office.county.agreement.reference
    asks = await office.asks(county.dora)
    async with office.refusing(NeedsConfirmation):
        await leave_agreement(office.desk, asks, reference)
    confirmed = await office.asks_confirmed(county.dora)
    await leave_agreement(office.desk, confirmed, reference)
    async with office.refusing(Conflict):
        await leave_agreement(office.desk, confirmed, reference)


async def outside(office: Office, **limits: object) -> None:
    """Make Fair Work a voluntary agency, and limit what such may be given under the county's agreement."""
    async with office.desk.database.writing() as session:
        (await session.get_one(Agency, office.county.fair_work.id)).kind = Kind.VOLUNTARY
        agreement = await session.get_one(Agreement, office.county.agreement.id)
        for name, value in limits.items():
            setattr(agreement, name, value)


async def test_an_agency_that_is_not_statutory_gets_no_more_than_the_agreement_says(office: Office) -> None:
    county = office.county
    await outside(office, outside_level=int(Level.READ), outside_sorts=["case", "visit report"])
    fair_work = f"agency:{county.fair_work.reference}"
    async with office.refusing(Invalid) as refused:
        await office.give(county.alice, county.visit, fair_work, level="contribute")
    assert list(words(refused)) == ["level"]
    async with office.refusing(Invalid) as refused:
        await office.give(county.alice, county.profile, fair_work)
    assert list(words(refused)) == ["who"]
    assert await office.give(county.alice, county.visit, fair_work)


async def test_a_statutory_agency_is_not_held_to_what_others_are(office: Office) -> None:
    county = office.county
    async with office.desk.database.writing() as session:
        (await session.get_one(Agreement, county.agreement.id)).outside_sorts = []
    assert await office.give(county.alice, county.profile, f"agency:{county.fair_work.reference}", level="contribute")


async def test_a_report_is_held_to_its_own_kind(office: Office) -> None:
    county = office.county
    await outside(office, outside_sorts=[sort for sort in SORTS if sort != "visit report"])
    async with office.refusing(Invalid):
        await office.give(county.alice, county.visit, f"agency:{county.fair_work.reference}")


async def test_the_parties_are_whom_it_was_made_with(office: Office) -> None:
    reference = await made(office)
    async with office.desk.database.reading() as session:
        rows = await session.execute(
            select(col(AgreementParty.agency_id))
            .join(Agreement, col(Agreement.id) == col(AgreementParty.agreement_id))
            .where(col(Agreement.reference) == reference)
        )
    assert set(rows.scalars()) == {office.county.council.id, office.county.fair_work.id}


async def test_everything_that_was_taken_back_is_told_to_open_screens(office: Office) -> None:
    county = office.county
    await leave_agreement(office.desk, await office.asks_confirmed(county.carol), county.agreement.reference)
    things: dict[object, Resource] = {thing.id: thing for thing in county.everything().values()}
    told = {things[entry.subject_id].kind for entry in await office.journal() if entry.touches == "access"}
    assert told == {"case", "report"}
