"""A hold shows a report to its own agency alone, at once; it ends when that agency has decided about every grant."""

import pytest
from sqlalchemy import select
from sqlmodel import col

from live.audience import Level
from live.event import Touch
from models.agencies import Officer, OfficerDuty
from models.grants import Hold, Resource
from ops.actions.grants import revoke_access
from ops.actions.holds import ONE_TAP, end_hold, hold
from ops.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.actions.office import Office, words
from tests.cast import NOW, grant


async def hold_it(office: Office, officer: Officer, report: Resource, reason: str = "") -> str:
    return await hold(office.desk, await office.asks(officer), report.reference, reason)


async def end_it(office: Office, officer: Officer, report: Resource, why: str = "looked at", **answers: str) -> None:
    await end_hold(office.desk, await office.asks(officer), report.reference, answers, why)


async def shared_with_police(office: Office) -> Resource:
    """Let the Police, who own the case, read the Council's assessment, beside Dora in person."""
    county = office.county
    await office.give(county.carol, county.assessment, f"team:{county.squad.reference}")
    return county.assessment


async def of(office: Office, report: Resource) -> dict[str, str]:
    """Give the reference of each standing grant to another agency, by the grantee's code."""
    codes = {agency.id: agency.code for agency in (office.county.police, office.county.nhs, office.county.fair_work)}
    return {
        codes[row.grantee_agency_id]: row.reference
        for row in await office.grants(report)
        if row.grantee_agency_id in codes and row.revoked_at is None
    }


async def test_a_cases_manager_holds_another_agencys_report_and_loses_it_with_everybody_else(office: Office) -> None:
    county, report = office.county, await shared_with_police(office)
    assert set(await office.levels(report)) == {"alice", "alan", "carol", "dora"}
    assert await hold_it(office, county.alice, report) == county.case.reference
    assert await office.levels(report) == {"carol": Level.MANAGE}


async def test_a_hold_keeps_who_when_why_and_its_place_in_the_journal(office: Office) -> None:
    county, report = office.county, await shared_with_police(office)
    await hold_it(office, county.alice, report, " widened by mistake ")
    async with office.desk.database.reading() as session:
        row = (await session.execute(select(Hold).where(col(Hold.resource_id) == report.id))).scalar_one()
    entry = (await office.journal())[-1]
    assert (row.officer_id, row.at, row.reason) == (county.alice.id, NOW, "widened by mistake")
    assert (entry.kind, entry.touches, entry.subject_id) == ("ResourceHeld", Touch.ACCESS, report.id)
    assert row.position == entry.position


async def test_who_only_knows_that_a_report_exists_may_hold_it_where_they_manage_the_case(office: Office) -> None:
    county = office.county
    await office.give(county.carol, county.assessment, f"officer:{county.alan.reference}", level="discover")
    await hold_it(office, county.alan, county.assessment)
    assert await office.levels(county.assessment) == {"carol": Level.MANAGE}


async def test_a_reports_own_managers_hold_it_and_keep_it(office: Office) -> None:
    county = office.county
    await hold_it(office, county.carol, county.assessment)
    assert await office.levels(county.assessment) == {"carol": Level.MANAGE}


async def test_a_hold_touches_no_other_report_and_not_the_case(office: Office) -> None:
    county, report = office.county, await shared_with_police(office)
    before = await office.levels(county.case), await office.levels(county.visit)
    await hold_it(office, county.alice, report)
    assert (await office.levels(county.case), await office.levels(county.visit)) == before


async def test_its_files_are_held_with_it(office: Office) -> None:
    county = office.county
    await hold_it(office, county.alice, county.visit)
    assert set(await office.levels(county.visit_photo)) == {"alice", "alan"}


async def test_a_report_that_a_cases_manager_cannot_see_cannot_be_held_by_them(office: Office) -> None:
    county = office.county
    for officer in (county.alice, county.alan, county.bob, county.oscar, county.olga):
        async with office.refusing(NotFound):
            await hold_it(office, officer, county.assessment)


async def test_who_manages_neither_the_report_nor_its_case_does_not_hold_it(office: Office) -> None:
    county = office.county
    for officer, report in ((county.bob, county.visit), (county.dora, county.assessment)):
        async with office.refusing(NotAllowed):
            await hold_it(office, officer, report)


async def test_nothing_is_held_twice(office: Office) -> None:
    county = office.county
    await hold_it(office, county.carol, county.assessment)
    async with office.refusing(Conflict):
        await hold_it(office, county.carol, county.assessment)


async def test_a_reason_has_its_length(office: Office) -> None:
    async with office.refusing(Invalid):
        await hold_it(office, office.county.carol, office.county.assessment, "x" * 401)


async def test_one_tap_says_why_by_itself(office: Office) -> None:
    await hold_it(office, office.county.carol, office.county.assessment)
    async with office.desk.database.reading() as session:
        assert (await session.execute(select(col(Hold.reason)))).scalar_one() == ONE_TAP


async def test_what_is_kept_counts_again_and_what_is_removed_is_revoked_in_the_same_commit(office: Office) -> None:
    county, report = office.county, await shared_with_police(office)
    await hold_it(office, county.alice, report)
    given = await of(office, report)
    await end_it(office, county.carol, report, **{given["NHS"]: "keep", given["POL"]: "remove"})
    assert await office.levels(report) == {"carol": Level.MANAGE, "dora": Level.READ}
    removed = next(row for row in await office.grants(report) if row.reference == given["POL"])
    assert (removed.revoked_by, removed.revoked_why) == (county.carol.id, "not confirmed after a hold: looked at")
    assert [kind for kind, _ in (await office.told())[-2:]] == ["AccessRevoked", "HoldEnded"]


async def test_a_hold_ends_once_and_is_placed_anew(office: Office) -> None:
    county, report = office.county, await shared_with_police(office)
    await hold_it(office, county.alice, report)
    keep = dict.fromkeys((await of(office, report)).values(), "keep")
    await end_it(office, county.carol, report, **keep)
    async with office.refusing(Conflict):
        await end_it(office, county.carol, report, **keep)
    await hold_it(office, county.alice, report)
    assert await office.levels(report) == {"carol": Level.MANAGE}


@pytest.mark.parametrize("answer", ["", "perhaps"])
async def test_every_grant_wants_an_answer(office: Office, answer: str) -> None:
    county, report = office.county, await shared_with_police(office)
    await hold_it(office, county.alice, report)
    given = await of(office, report)
    async with office.refusing(Invalid) as refused:
        await end_it(office, county.carol, report, **{given["NHS"]: "keep", given["POL"]: answer})
    assert list(words(refused)) == ["grants"]


async def test_what_was_given_while_it_was_held_wants_an_answer_too(office: Office) -> None:
    county, report = office.county, await shared_with_police(office)
    await hold_it(office, county.alice, report)
    asked = dict.fromkeys((await of(office, report)).values(), "keep")
    await office.give(county.carol, report, f"agency:{county.fair_work.reference}")
    assert await office.levels(report) == {"carol": Level.MANAGE}
    async with office.refusing(Invalid):
        await end_it(office, county.carol, report, **asked)


async def test_what_was_taken_back_or_ended_while_it_was_held_wants_none(office: Office) -> None:
    county, report = office.county, await shared_with_police(office)
    await hold_it(office, county.alice, report)
    given = await of(office, report)
    await revoke_access(office.desk, await office.asks(county.carol), given["POL"], "")
    await end_it(office, county.carol, report, **{given["NHS"]: "keep"})
    assert set(await office.levels(report)) == {"carol", "dora"}


@pytest.mark.parametrize("why", ["", " ", "x" * 401])
async def test_the_end_wants_a_reason(office: Office, why: str) -> None:
    county = office.county
    await hold_it(office, county.carol, county.assessment)
    async with office.refusing(Invalid) as refused:
        await end_it(office, county.carol, county.assessment, why)
    assert list(words(refused)) == ["why"]


async def test_only_its_own_managers_end_a_hold(office: Office) -> None:
    county, report = office.county, await shared_with_police(office)
    await hold_it(office, county.alice, report)
    for officer in (county.alice, county.alan, county.dora, county.bob, county.carl, county.olga):
        async with office.refusing(NotFound):
            await end_it(office, officer, report)
    await grant(office.desk.database, report, county.carl, Level.READ)
    async with office.refusing(NotAllowed):
        await end_it(office, county.carl, report)


async def test_where_a_lead_manages_it_the_lead_decides(office: Office) -> None:
    county = office.county  # Alice leads the Police
    await hold_it(office, county.alan, county.visit)
    keep = dict.fromkeys((await of(office, county.visit)).values(), "keep")
    async with office.refusing(NotAllowed):
        await end_it(office, county.alan, county.visit, **keep)
    await end_it(office, county.alice, county.visit, **keep)
    assert set(await office.levels(county.visit)) == {"alice", "alan", "bob"}


async def test_a_lead_whose_duty_ended_decides_no_more(office: Office) -> None:
    county = office.county
    await hold_it(office, county.alan, county.visit)
    async with office.desk.database.writing() as session:
        duties = await session.execute(select(OfficerDuty).where(col(OfficerDuty.officer_id) == county.alice.id))
        for duty in duties.scalars():
            duty.ends = NOW
    keep = dict.fromkeys((await of(office, county.visit)).values(), "keep")
    await end_it(office, county.alan, county.visit, **keep)
    assert "bob" in await office.levels(county.visit)
