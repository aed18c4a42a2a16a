"""A withdrawn report says why, and nothing of what it said; that is sealed for one duty, under its hash."""

import hashlib
import json

import pytest
from sqlalchemy import select
from sqlmodel import col

from live.audience import Level
from models.agencies import Officer
from models.audit import Act, AuditRow
from models.grants import Resource
from models.withdrawals import Withdrawal
from ops.actions.reports import ReportEdit, attach_to_report, revise_report
from ops.actions.sealed import Sealed, open_sealed, open_sealed_file
from ops.actions.withdrawals import withdraw_report
from ops.errors import Conflict, Invalid, NeedsConfirmation, NotAllowed, NotFound
from ops.screens.lines import files_of
from ops.screens.report_page import ReportPage, read_report
from ops.screens.reports_naming import reports_naming
from ops.screens.titles import title_of
from tests.actions.office import Office, words
from tests.cast import grant

WHY = "It named the wrong man"
SAID = "Visit to the farm"


async def take_back(office: Office, officer: Officer, report: Resource, reason: str = WHY) -> None:
    await withdraw_report(office.desk, await office.asks(officer), report.reference, reason)


async def page(office: Office, officer: Officer, report: Resource) -> ReportPage:
    async with office.desk.database.reading() as session:
        return await read_report(session, await office.asks(officer), report.reference)


async def row_of(office: Office, report: Resource) -> Withdrawal:
    async with office.desk.database.reading() as session:
        rows = await session.execute(select(Withdrawal).where(col(Withdrawal.resource_id) == report.id))
        return rows.scalar_one()


async def test_every_reader_sees_why_and_nothing_of_what_it_said(office: Office) -> None:
    county = office.county
    await take_back(office, county.alice, county.visit)
    for officer in (county.alice, county.alan, county.bob):
        shown = await page(office, officer, county.visit)
        assert (shown.card.title, shown.card.withdrawn) == ("Withdrawn", True)
        assert WHY in shown.text
        assert SAID not in repr(shown)
        assert (len(shown.versions), shown.card.files) == (1, ())
        assert (shown.may_edit, shown.may_attach, shown.may_withdraw) == (False, False, False)


async def test_older_versions_are_shown_no_more_either(office: Office) -> None:
    county = office.county
    await office.later()
    edit = ReportEdit("Second", "Second words", based_on=1)
    await revise_report(office.desk, await office.asks(county.alice), county.visit.reference, edit)
    await office.later()
    assert len((await page(office, county.bob, county.visit)).versions) == 2
    await take_back(office, county.alice, county.visit)
    assert "Second" not in repr(await page(office, county.bob, county.visit))


async def test_its_audience_stays_as_it_was(office: Office) -> None:
    county = office.county
    before = await office.levels(county.visit)
    await take_back(office, county.alice, county.visit)
    assert await office.levels(county.visit) == before


async def test_its_hash_is_kept_and_shown_to_its_own_agency_alone(office: Office) -> None:
    county = office.county
    await take_back(office, county.alice, county.visit)
    sealed = await opened(office, county.alan, county.visit)
    said = [[[one.title, one.text] for one in sealed.versions], [one.sha256 for one in sealed.files]]
    expected = hashlib.sha256(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()
    assert (await row_of(office, county.visit)).sha256 == expected
    assert (await page(office, county.alice, county.visit)).kept_hash == expected
    assert expected not in repr(await page(office, county.bob, county.visit))


async def test_its_files_and_their_names_are_gone(office: Office) -> None:
    county = office.county
    await take_back(office, county.alice, county.visit)
    async with office.desk.database.reading() as session:
        assert (await files_of(session, [county.visit.id]))[county.visit.id] == ()
        assert await title_of(session, county.visit_photo) == ""


async def test_it_names_nobody_any_more_and_the_fence_around_them_stands(office: Office) -> None:
    county = office.county
    async with office.desk.database.reading() as session:
        assert await reports_naming(session, await office.asks(county.alice), county.profile.id)
    await take_back(office, county.alice, county.visit)
    async with office.desk.database.reading() as session:
        assert await reports_naming(session, await office.asks(county.alice), county.profile.id) == []


async def test_its_author_withdraws_it_who_does_not_manage_it(office: Office) -> None:
    county = office.county
    written = await office.write(county.carol)
    async with office.desk.database.writing() as session:
        for row in await office.grants(written):
            row.level = int(Level.READ)
            await session.merge(row)
    await take_back(office, county.carol, written)
    assert (await page(office, county.carol, written)).card.withdrawn


async def test_nobody_else_withdraws_it(office: Office) -> None:
    county = office.county
    await grant(office.desk.database, county.visit, county.mash, Level.CONTRIBUTE, agreement=county.agreement)
    refusals = ((county.bob, NotAllowed), (county.carol, NotAllowed), (county.dora, NotFound), (county.olga, NotFound))
    for officer, refusal in refusals:
        async with office.refusing(refusal):
            await take_back(office, officer, county.visit)


@pytest.mark.parametrize("reason", ["", "  ", "x" * 401])
async def test_it_wants_a_reason(office: Office, reason: str) -> None:
    async with office.refusing(Invalid) as refused:
        await take_back(office, office.county.alice, office.county.visit, reason)
    assert list(words(refused)) == ["withdrawn"]


async def test_nothing_is_added_to_it_and_it_is_withdrawn_once(office: Office) -> None:
    county = office.county
    await take_back(office, county.alice, county.visit)
    alice, reference = await office.asks(county.alice), county.visit.reference
    async with office.refusing(Conflict):
        await take_back(office, county.alice, county.visit)
    async with office.refusing(Conflict):
        await revise_report(office.desk, alice, reference, ReportEdit("Anew", "Words", based_on=2))
    async with office.refusing(Conflict):
        await attach_to_report(office.desk, alice, reference, [])


async def opened(office: Office, officer: Officer, report: Resource) -> Sealed:
    return await open_sealed(office.desk, await office.asks_confirmed(officer), report.reference)


async def test_its_agencys_information_manager_opens_it_and_that_is_written_down(office: Office) -> None:
    county = office.county
    await take_back(office, county.alice, county.visit)
    sealed = await opened(office, county.alan, county.visit)
    assert ([one.title for one in sealed.versions], sealed.reason, sealed.whole) == ([SAID], WHY, True)
    (file,) = sealed.files
    alan = await office.asks_confirmed(county.alan)
    assert await open_sealed_file(office.desk, alan, file.reference) == ("sealed", file.name)
    async with office.desk.database.reading() as session:
        rows = await session.execute(select(AuditRow).where(col(AuditRow.act) == Act.SEALED_OPENED))
        assert [row.references for row in rows.scalars()] == [[county.visit.reference, file.reference]] * 2


async def test_no_other_officer_opens_it_nor_another_agencys_information_manager(office: Office) -> None:
    county = office.county
    await take_back(office, county.alice, county.visit)
    for officer in (county.alice, county.bob, county.carol, county.carl, county.dora, county.oscar, county.olga):
        asks = await office.asks_confirmed(officer)
        async with office.refusing(NotFound):
            await open_sealed(office.desk, asks, county.visit.reference)
        async with office.refusing(NotFound):
            await open_sealed_file(office.desk, asks, county.visit_photo.reference)


async def test_what_was_not_withdrawn_is_not_opened(office: Office) -> None:
    county = office.county
    alan = await office.asks_confirmed(county.alan)
    for reference in (county.visit.reference, "a" * 26):
        async with office.refusing(NotFound):
            await open_sealed(office.desk, alan, reference)
    for reference in (county.visit_photo.reference, "a" * 26):
        async with office.refusing(NotFound):
            await open_sealed_file(office.desk, alan, reference)


async def test_it_wants_to_know_that_they_are_there_now(office: Office) -> None:
    county = office.county
    await take_back(office, county.alice, county.visit)
    alan = await office.asks(county.alan)
    async with office.refusing(NeedsConfirmation):
        await open_sealed(office.desk, alan, county.visit.reference)
