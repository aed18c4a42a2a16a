"""A withdrawn post says why and nothing else; its author's agency took it back, and alone opens it again."""

import pytest
from sqlalchemy import select
from sqlmodel import col

from live.audience import Level
from models.agencies import Duty, Officer, OfficerDuty
from models.audit import AuditRow
from models.grants import Resource
from models.withdrawals import Withdrawal
from ops.actions.sealed import Sealed, open_sealed, open_sealed_file
from ops.actions.withdrawals import withdraw_post
from ops.errors import Conflict, Invalid, NotAllowed, NotFound
from ops.screens.lines import post_lines
from ops.screens.titles import title_of
from ops.screens.values import PostLine
from ops.screens.withdrawn import withdrawn_by_my_agency
from tests.actions.office import Office, words
from tests.cast import NOW, file, grant

WHY = "It named the wrong man"


async def take_back(office: Office, officer: Officer, post: Resource, reason: str = WHY) -> None:
    await withdraw_post(office.desk, await office.asks(officer), post.reference, reason)


async def line(office: Office, post: Resource) -> PostLine:
    async with office.desk.database.reading() as session:
        return (await post_lines(session, [post.id], office.desk.clock.now()))[post.id]


async def opened(office: Office, officer: Officer, post: Resource) -> Sealed:
    return await open_sealed(office.desk, await office.asks_confirmed(officer), post.reference)


async def test_every_reader_sees_why_and_nothing_of_what_it_said(office: Office) -> None:
    before = await line(office, office.county.arrived)
    assert (before.text, len(before.files)) == ("Arrived", 1)
    await take_back(office, office.county.bob, office.county.arrived)
    after = await line(office, office.county.arrived)
    assert (after.text, after.files, after.revision) == (f"Withdrawn: {WHY}", (), before.revision + 1)
    async with office.desk.database.reading() as session:
        assert await title_of(session, office.county.post_photo) == ""


async def test_its_audience_stays_as_it_was(office: Office) -> None:
    before = await office.levels(office.county.quiet_word)
    await take_back(office, office.county.bob, office.county.quiet_word)
    assert await office.levels(office.county.quiet_word) == before


async def test_nobody_of_another_agency_withdraws_it_not_even_who_owns_the_operation(office: Office) -> None:
    county = office.county
    assert await office.level(county.alice, county.arrived) == Level.MANAGE  # it lies in her operation
    for officer, refusal in ((county.alice, NotAllowed), (county.carol, NotAllowed), (county.dora, NotFound)):
        async with office.refusing(refusal):
            await take_back(office, officer, county.arrived)


async def test_a_colleague_who_reads_it_withdraws_it_only_as_a_lead(office: Office) -> None:
    county = office.county
    made = await office.post(county.carol, site="", audience="agency")
    await grant(office.desk.database, made, county.carl, Level.CONTRIBUTE)
    assert await office.level(county.carl, made) == Level.CONTRIBUTE
    async with office.refusing(NotAllowed):
        await take_back(office, county.carl, made)
    await file(office.desk.database, OfficerDuty(officer_id=county.carl.id, duty=Duty.LEAD, starts=NOW))
    await take_back(office, county.carl, made)
    assert (await line(office, made)).text == f"Withdrawn: {WHY}"


async def test_the_information_manager_of_its_authors_agency_opens_it_and_no_other(office: Office) -> None:
    county = office.county
    await take_back(office, county.bob, county.arrived)
    sealed = await opened(office, county.bob, county.arrived)
    assert (sealed.kind, [one.text for one in sealed.versions], sealed.whole) == ("post", ["Arrived"], True)
    (file,) = sealed.files
    bob = await office.asks_confirmed(county.bob)
    assert await open_sealed_file(office.desk, bob, file.reference) == ("sealed", file.name)
    for officer in (county.alan, county.carl, county.alice, county.olga):  # Alan: of the agency whose operation it is
        asks = await office.asks_confirmed(officer)
        async with office.refusing(NotFound):
            await open_sealed(office.desk, asks, county.arrived.reference)
    async with office.desk.database.reading() as session:
        (listed,) = await withdrawn_by_my_agency(session, await office.asks(county.bob))
        assert (listed.kind, listed.reference, listed.sha256) == ("post", county.arrived.reference, sealed.sha256)
        assert await withdrawn_by_my_agency(session, await office.asks(county.alan)) == []


async def test_it_is_written_down(office: Office) -> None:
    await take_back(office, office.county.bob, office.county.arrived)
    async with office.desk.database.reading() as session:
        rows = await session.execute(select(AuditRow).where(col(AuditRow.act) == "withdrawn"))
        assert [row.references for row in rows.scalars()] == [[office.county.arrived.reference]]


@pytest.mark.parametrize("reason", ["", "  ", "x" * 401])
async def test_it_wants_a_reason(office: Office, reason: str) -> None:
    async with office.refusing(Invalid) as refused:
        await take_back(office, office.county.bob, office.county.arrived, reason)
    assert list(words(refused)) == ["withdrawn"]


async def test_it_is_withdrawn_once(office: Office) -> None:
    await take_back(office, office.county.bob, office.county.arrived)
    async with office.refusing(Conflict):
        await take_back(office, office.county.bob, office.county.arrived)
    async with office.desk.database.reading() as session:
        assert len((await session.execute(select(Withdrawal))).all()) == 1


async def test_who_may_only_know_of_it_finds_nothing(office: Office) -> None:
    county = office.county
    known = county.quiet_word
    await grant(office.desk.database, known, county.police, Level.DISCOVER, agreement=county.agreement)
    async with office.refusing(NotFound):
        await take_back(office, county.alice, known)
