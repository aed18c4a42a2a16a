"""A report names somebody: who manages the profile is offered to share it with those who read the report."""

from dataclasses import replace

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from live.audience import Level
from models.agencies import Officer
from models.audit import Act, AuditRow
from models.grants import Grant, Resource
from models.profiles import Naming
from ops.actions.holds import hold
from ops.actions.namings import keep_profile, share_profile
from ops.actions.ring_fences import raise_fence
from ops.actions.withdrawals import withdraw_report
from ops.errors import Invalid, NotFound
from ops.screens.namings import NamingPage, namings_to_decide, offered_on, read_naming
from ops.screens.to_decide import to_decide
from ops.screens.waiting import ToDecide
from tests.actions.office import TERMS, Office, words
from tests.cast import DAY, grant

VISIT = "Visit to the farm"


async def asked(office: Office, officer: Officer, title: str = "Seen today") -> list[ToDecide]:
    """Give what one report brings to an officer; the county's own visit names the profile too."""
    async with office.desk.database.reading() as session:
        found = await namings_to_decide(session, await office.asks(officer))
    return [one for one in found if f"“{title}”" in one.said]


async def unanswered(office: Office) -> None:
    """Let nobody have spoken of the county's own naming yet."""
    async with office.desk.database.writing() as session:
        await session.execute(update(Naming).values(answered_at=None))


async def naming_in(office: Office, report: Resource) -> str:
    async with office.desk.database.reading() as session:
        rows = await session.execute(select(col(Naming.reference)).where(col(Naming.resource_id) == report.id))
        return str(rows.scalar_one())


async def page(office: Office, officer: Officer, report: Resource) -> NamingPage:
    async with office.desk.database.reading() as session:
        return await read_naming(session, await office.asks(officer), await naming_in(office, report))


async def offered(office: Office, officer: Officer, report: Resource) -> dict[str, str]:
    """Give who is offered to an officer, and the value that a form sends for each."""
    shown = await page(office, officer, report)
    return {f"{one.agency.code} {one.part}".strip(): one.value for one in shown.without}


async def written(office: Office, *who: str) -> Resource:
    """Let Carol, who may read the Police's profile, name it in a report of the Council that Alice reads."""
    county = office.county
    await grant(office.desk.database, county.profile, county.carol)
    alice = f"officer:{county.alice.reference}"
    return await office.write(county.carol, names=(county.profile.reference,), shared_with=(alice, *who))


async def test_who_manages_the_profile_and_reads_the_report_is_asked_and_nobody_else(office: Office) -> None:
    county = office.county
    await written(office, f"agency:{county.fair_work.reference}")
    found = {name: await asked(office, officer) for name, officer in county.everyone().items()}
    assert {name for name, ones in found.items() if ones} == {"alice"}  # Alan manages the profile, and cannot read it
    (one,) = found["alice"]
    assert one.agency.code == "CNC"
    assert "names Tall man, blue coat in “Seen today”" in one.said


async def test_it_is_among_what_waits_for_their_decision(office: Office) -> None:
    county = office.county
    await unanswered(office)
    report = await written(office, f"agency:{county.fair_work.reference}")
    async with office.desk.database.reading() as session:
        found = await to_decide(session, await office.asks(county.alice))
        both = {f"/namings/{await naming_in(office, one)}" for one in (county.visit, report)}
        assert {one.where for one in found} == both
        alans = await to_decide(session, await office.asks(county.alan))
        assert [one.where for one in alans] == [f"/namings/{await naming_in(office, county.visit)}"]
        assert await offered_on(session, await office.asks(county.alice), report.id)
        assert not await offered_on(session, await office.asks(county.bob), report.id)


async def test_the_report_s_readers_who_cannot_open_the_profile_are_offered(office: Office) -> None:
    county = office.county
    report = await written(office, f"agency:{county.fair_work.reference}", f"officer:{county.dora.reference}")
    found = await offered(office, county.alice, report)
    assert set(found) == {"FWA", "NHS one officer"}  # not MASH, whose Carol reads the profile, nor Alice herself


async def test_who_sleeps_is_not_offered(office: Office) -> None:
    county = office.county
    report = await written(office, f"agency:{county.power.reference}")  # which is not in the case
    assert await offered(office, county.alice, report) == {}
    assert await asked(office, county.alice) == []


async def test_a_group_of_whom_only_some_read_the_report_is_not_offered(office: Office) -> None:
    county = office.county
    await unanswered(office)
    await grant(office.desk.database, county.visit, county.council, agreement=county.agreement)
    assert await office.level(county.carol, county.visit) is Level.READ
    assert await office.level(county.carl, county.visit) is Level.NONE  # of the Council, MASH alone is in the case
    assert set(await offered(office, county.alice, county.visit)) == {"FWA"}


async def test_sharing_lets_those_chosen_read_the_profile_and_nothing_else(office: Office) -> None:
    county = office.county
    report = await written(office, f"agency:{county.fair_work.reference}", f"officer:{county.dora.reference}")
    found, alice = await offered(office, county.alice, report), await office.asks(county.alice)
    before = await office.levels(report), await office.levels(county.case)
    terms = replace(TERMS, level="manage")  # what a form says of the level counts for nothing
    naming = await naming_in(office, report)
    assert await share_profile(office.desk, alice, naming, [found["FWA"]], terms) == county.profile.reference
    assert await office.level(county.bob, county.profile) is Level.READ
    assert await office.level(county.dora, county.profile) is Level.NONE
    assert (await office.levels(report), await office.levels(county.case)) == before
    assert await asked(office, county.alice) == []  # of Dora as well it was said what there is to say


async def test_it_ends_with_what_they_have_on_the_report_at_the_latest(office: Office) -> None:
    county = office.county
    report = await written(office, f"agency:{county.fair_work.reference}")
    found, alice = await offered(office, county.alice, report), await office.asks(county.alice)
    assert TERMS.until is not None
    late = replace(TERMS, until=TERMS.until + 5 * DAY)
    await share_profile(office.desk, alice, await naming_in(office, report), list(found.values()), late)
    async with office.desk.database.reading() as session:
        rows = await session.execute(
            select(col(Grant.ends)).where(
                col(Grant.resource_id) == county.profile.id,
                col(Grant.grantee_agency_id) == county.fair_work.id,
            )
        )
        assert rows.scalar_one() == TERMS.until


async def test_keeping_it_changes_nothing_and_is_on_record(office: Office) -> None:
    county = office.county
    report = await written(office, f"agency:{county.fair_work.reference}")
    before = await office.levels(county.profile)
    await keep_profile(office.desk, await office.asks(county.alice), await naming_in(office, report))
    assert await office.levels(county.profile) == before
    assert await asked(office, county.alice) == []
    async with office.desk.database.reading() as session:
        rows = await session.execute(select(AuditRow).where(col(AuditRow.act) == Act.PROFILE_KEPT))
        assert set(rows.scalar_one().references) == {county.profile.reference, report.reference}


async def test_a_report_that_comes_to_more_readers_is_offered_for_these_alone(office: Office) -> None:
    county = office.county
    report = await written(office, f"agency:{county.fair_work.reference}")
    await keep_profile(office.desk, await office.asks(county.alice), await naming_in(office, report))
    await office.later()
    await office.give(county.carol, report, f"officer:{county.dora.reference}")
    assert len(await asked(office, county.alice)) == 1
    assert set(await offered(office, county.alice, report)) == {"NHS one officer"}


async def test_who_is_behind_a_ring_fence_is_shown_why_and_cannot_be_chosen(office: Office) -> None:
    county = office.county
    why = "describes a roof"
    report = await written(office)
    await office.give(county.carol, report, f"agency:{county.fair_work.reference}", confirmed=True)
    await raise_fence(
        office.desk, await office.asks(county.alice), county.case.reference, county.nhs.reference, "never to the NHS"
    )
    outside = await office.write(
        county.carol,
        fenced=False,
        unfenced_why=why,
        names=(county.profile.reference,),
        shared_with=(f"officer:{county.alice.reference}", f"officer:{county.dora.reference}"),
        terms=replace(TERMS, confirmed=True),
    )
    (dora,) = (await page(office, county.alice, outside)).without
    assert "never to the NHS" in dora.kept_out
    async with office.refusing(Invalid) as refused:
        await share_profile(
            office.desk, await office.asks(county.alice), await naming_in(office, outside), [dora.value], TERMS
        )
    assert list(words(refused)) == ["who"]
    assert await office.level(county.dora, county.profile) is Level.NONE


async def test_a_held_report_offers_nothing(office: Office) -> None:
    county = office.county
    await unanswered(office)
    await grant(office.desk.database, county.visit, county.dora, agreement=county.agreement)
    assert len(await asked(office, county.alice, VISIT)) == 1
    await hold(office.desk, await office.asks(county.alice), county.visit.reference, "")
    assert await asked(office, county.alice, VISIT) == []


async def test_a_withdrawn_report_names_nobody(office: Office) -> None:
    county = office.county
    await unanswered(office)
    assert len(await asked(office, county.alice, VISIT)) == 1  # Fair Work reads the visit, which names the profile
    reference = await naming_in(office, county.visit)
    await withdraw_report(office.desk, await office.asks(county.alice), county.visit.reference, "of somebody else")
    assert await asked(office, county.alice, VISIT) == []
    async with office.refusing(NotFound):
        await keep_profile(office.desk, await office.asks(county.alice), reference)


async def test_it_is_over_when_the_access_is(office: Office) -> None:
    county = office.county
    await written(office, f"agency:{county.fair_work.reference}")
    await office.later(11 * DAY)
    assert await asked(office, county.alice) == []


@pytest.mark.parametrize("chosen", [[], ["a" * 26]])
async def test_nobody_else_can_be_chosen(office: Office, chosen: list[str]) -> None:
    county = office.county
    report = await written(office, f"agency:{county.fair_work.reference}")
    reference, alice = await naming_in(office, report), await office.asks(county.alice)
    async with office.refusing(Invalid) as refused:
        await share_profile(office.desk, alice, reference, chosen, TERMS)
    assert list(words(refused)) == ["who"]
    assert len(await asked(office, county.alice)) == 1


async def test_an_offer_is_not_there_for_anybody_else(office: Office) -> None:
    county = office.county
    report = await written(office, f"agency:{county.fair_work.reference}")
    reference = await naming_in(office, report)
    for officer in (county.alan, county.bob, county.carol, county.dora, county.oscar, county.olga):
        asks = await office.asks(officer)
        async with office.refusing(NotFound):
            await share_profile(office.desk, asks, reference, ["a" * 26], TERMS)
        async with office.refusing(NotFound):
            await keep_profile(office.desk, asks, reference)
