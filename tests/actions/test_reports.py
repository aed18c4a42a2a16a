"""A report is shown to its audience only, from the first moment on; every version is kept and no edit lost."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlmodel import col

from live.audience import Level
from models.agencies import Agency
from models.attachments import Attachment
from models.grants import Grant, RingFence
from models.profiles import Naming
from models.reports import Report, ReportVersion
from ops.actions.reports import NewReport, ReportEdit, attach_to_report, revise_report, write_report
from ops.errors import Conflict, Invalid, NotAllowed, NotFound
from ops.files.intake import TakenIn
from tests.actions.office import TERMS, Office, words
from tests.cast import NOW, file, grant

PHOTO = TakenIn("photo.jpg", "image/jpeg", 9, "0" * 64, "sealed-2", "shared-2", 8, "thumbnail-2", 4, 3)


async def test_a_new_report_belongs_to_its_authors_team_and_to_nobody_else(office: Office) -> None:
    report = await office.write(office.county.carol)
    assert await office.levels(report) == {"carol": Level.MANAGE}


async def test_an_officer_without_a_team_writes_for_themselves(office: Office) -> None:
    county = office.county
    await grant(office.desk.database, county.case, county.fair_work, Level.CONTRIBUTE, agreement=county.agreement)
    report = await office.write(county.bob)
    assert await office.levels(report) == {"bob": Level.MANAGE}


async def test_the_whole_audience_is_given_in_the_same_commit(office: Office) -> None:
    county = office.county
    who = (f"agency:{county.fair_work.reference}", f"officer:{county.dora.reference}")
    report = await office.write(county.alice, shared_with=who)
    managers = {"alice": Level.MANAGE, "alan": Level.MANAGE}
    assert await office.levels(report) == {**managers, "bob": Level.READ, "dora": Level.READ}
    assert await office.told() == [("ReportWritten", "content")]
    assert {grant.position for grant in await office.grants(report)} == {1}


async def test_a_report_shared_with_who_is_not_in_the_case_sleeps_until_they_are(office: Office) -> None:
    county = office.county
    report = await office.write(county.alice, shared_with=(f"agency:{county.power.reference}",))
    assert await office.level(county.oscar, report) is Level.NONE
    await office.give(county.alice, county.case, f"agency:{county.power.reference}", level="discover")
    assert await office.level(county.oscar, report) is Level.READ


async def test_who_may_not_contribute_writes_nothing(office: Office) -> None:
    county = office.county
    for officer, refusal in ((county.bob, NotAllowed), (county.dora, NotFound), (county.oscar, NotFound)):
        async with office.refusing(refusal):
            await office.write(officer)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", " "),
        ("title", "x" * 161),
        ("text", ""),
        ("text", "x" * 60_001),
        ("kind", "gossip"),
        ("team", "x" * 26),
    ],
)
async def test_a_report_needs_its_words(office: Office, field: str, value: str) -> None:
    async with office.refusing(Invalid) as refused:
        await office.write(office.county.alice, **{field: value})
    assert list(words(refused)) == [field]


async def test_a_report_that_comes_twice_is_written_once(office: Office) -> None:
    alice = await office.asks(office.county.alice)
    new = NewReport(office.county.case.reference, "Seen", "Words.", "visit", "key", TERMS)
    first = await write_report(office.desk, alice, new, [])
    assert await write_report(office.desk, alice, new, []) == first
    assert len(await office.journal()) == 1


async def test_a_support_report_never_crosses_a_ring_fence_from_the_start(office: Office) -> None:
    county = office.county
    row = RingFence(case_id=county.case.id, agency_id=county.nhs.id, name="Never to the NHS", raised_at=NOW)
    await file(office.desk.database, row)
    async with office.refusing(Invalid) as refused:
        await office.write(county.alice, kind="support", shared_with=(f"officer:{county.dora.reference}",))
    assert "Never to the NHS" in words(refused)["who"]


async def test_a_report_leaves_the_ring_fences_only_with_a_reason(office: Office) -> None:
    county = office.county
    for fields in ({"unfenced_why": ""}, {"unfenced_why": "Only wages", "kind": "health"}):
        async with office.refusing(Invalid) as refused:
            await office.write(county.alice, fenced=False, **fields)
        assert list(words(refused)) == ["unfenced_why"]
    report = await office.write(county.alice, fenced=False, unfenced_why="Describes the building only")
    async with office.desk.database.reading() as session:
        assert not (await session.get_one(Report, report.id)).fenced


async def test_a_report_that_names_somebody_leaves_them_only_with_a_reason_and_is_asked_about_twice(
    office: Office,
) -> None:
    county = office.county
    named: dict[str, object] = {"fenced": False, "names": (county.profile.reference,)}
    async with office.refusing(Invalid):
        await office.write(county.alice, unfenced_why="", **named)
    await office.write(county.alice, unfenced_why="He asked for it", **named)
    fence = RingFence(case_id=county.case.id, agency_id=county.nhs.id, name="Never to the NHS", raised_at=NOW)
    await file(office.desk.database, fence)
    to_nhs: dict[str, object] = {"shared_with": (f"officer:{county.dora.reference}",), "unfenced_why": "He asked"}
    async with office.refusing(Invalid) as refused:
        await office.write(county.alice, **to_nhs, **named)
    assert list(words(refused)) == ["confirm"]
    report = await office.write(county.alice, **to_nhs, **named, terms=replace(TERMS, confirmed=True))
    assert await office.level(county.dora, report) is Level.READ


async def test_that_an_intelligence_report_exists_is_never_told(office: Office) -> None:
    county = office.county
    async with office.refusing(Invalid) as refused:
        await office.write(
            county.alice,
            kind="intelligence",
            terms=replace(TERMS, level="discover"),
            shared_with=(f"agency:{county.fair_work.reference}",),
        )
    assert "level" in words(refused)


async def test_naming_somebody_needs_their_profile_and_gives_it_to_nobody(office: Office) -> None:
    county = office.county
    async with office.refusing(Invalid) as refused:
        await office.write(county.carol, names=(county.profile.reference,))
    assert list(words(refused)) == ["names"]
    before = await office.levels(county.profile)
    report = await office.write(county.alice, names=(county.profile.reference,))
    assert await office.levels(county.profile) == before
    async with office.desk.database.reading() as session:
        named = await session.execute(select(Naming).where(col(Naming.resource_id) == report.id))
    assert named.scalar_one().profile_id == county.profile.id


async def test_a_revision_adds_a_version_and_keeps_the_first(office: Office) -> None:
    county = office.county
    await revise_report(
        office.desk, await office.asks(county.alan), county.visit.reference, ReportEdit("Again", "New.", 1)
    )
    async with office.desk.database.reading() as session:
        rows = await session.execute(select(ReportVersion).where(col(ReportVersion.report_id) == county.visit.id))
        versions = sorted(rows.scalars(), key=lambda version: version.number)
    assert [(version.number, version.text) for version in versions] == [(1, "Visit to the farm."), (2, "New.")]
    assert (versions[1].position, await office.told()) == (1, [("ReportRevised", "content")])


async def test_a_second_editor_is_told_and_overwrites_nothing(office: Office) -> None:
    county, reference = office.county, office.county.visit.reference
    await revise_report(office.desk, await office.asks(county.alan), reference, ReportEdit("Again", "Alan's.", 1))
    async with office.refusing(Conflict):
        await revise_report(office.desk, await office.asks(county.alice), reference, ReportEdit("Mine", "Alice's.", 1))
    await revise_report(office.desk, await office.asks(county.alice), reference, ReportEdit("Mine", "Alice's.", 2))


async def test_another_agencys_report_is_never_revised(office: Office) -> None:
    county, edit = office.county, ReportEdit("Again", "New.", 1)
    await grant(office.desk.database, county.visit, county.mash, Level.CONTRIBUTE, agreement=county.agreement)
    refusals = ((county.carol, NotAllowed), (county.bob, NotAllowed), (county.dora, NotFound))
    for officer, refusal in refusals:
        async with office.refusing(refusal):
            await revise_report(office.desk, await office.asks(officer), county.visit.reference, edit)


async def test_the_owner_of_a_case_cannot_touch_another_agencys_report(office: Office) -> None:
    county = office.county
    async with office.refusing(NotFound):
        await revise_report(
            office.desk, await office.asks(county.alice), county.assessment.reference, ReportEdit("a", "b", 1)
        )


async def test_a_file_is_seen_by_exactly_those_who_see_its_report(office: Office) -> None:
    county = office.county
    await attach_to_report(office.desk, await office.asks(county.alice), county.visit.reference, [PHOTO])
    async with office.desk.database.reading() as session:
        rows = await session.execute(select(Attachment).where(col(Attachment.shared_key) == "shared-2"))
        attachment = rows.scalar_one()
    entry = (await office.journal())[-1]
    assert (attachment.parent_id, entry.subject_id, entry.kind) == (county.visit.id, county.visit.id, "FileAttached")
    resource = county.visit_photo.model_copy(update={"id": attachment.id})
    assert await office.levels(resource) == await office.levels(county.visit)


async def test_who_only_reads_a_report_adds_no_file(office: Office) -> None:
    county = office.county
    for officer, refusal in ((county.bob, NotAllowed), (county.carol, NotFound)):
        async with office.refusing(refusal):
            await attach_to_report(office.desk, await office.asks(officer), county.visit.reference, [PHOTO])
    async with office.refusing(Invalid):
        await attach_to_report(office.desk, await office.asks(county.alice), county.visit.reference, [])


async def test_an_enforcing_agency_in_a_new_audience_is_asked_about_twice(office: Office) -> None:
    county = office.county
    async with office.desk.database.writing() as session:
        (await session.get_one(Agency, county.fair_work.id)).enforcement = True
    async with office.refusing(Invalid) as refused:
        await office.write(county.alice, shared_with=(f"agency:{county.fair_work.reference}",))
    assert list(words(refused)) == ["confirm"]


async def test_no_grant_of_a_refused_report_remains(office: Office) -> None:
    county = office.county
    async with office.refusing(Invalid):
        await office.write(county.alice, shared_with=(f"agency:{county.fair_work.reference}", "team:nothing"))
    async with office.desk.database.reading() as session:
        assert not (await session.execute(select(Grant).where(col(Grant.granted_by).is_not(None)))).all()
