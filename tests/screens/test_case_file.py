"""A case file shows each reader what they may see of it, and of the rest no trace."""

import pytest
from sqlalchemy import event

from live.audience import Level
from live.delivery import Projection
from live.frames import Fragment
from models.agencies import Officer
from models.database import Database
from models.grants import Resource
from models.reports import Report, ReportKind, ReportVersion
from ops.access.asker import Asker
from ops.errors import NotFound
from ops.screens.case_file import read_case
from ops.screens.case_values import CaseFile, LockedReport, ReportCard
from ops.screens.report_page import ReportPage, read_report
from ops.screens.sharing import Sharing, read_sharing
from ops.transaction import new_resource
from ops.web.case_fragments import case_aggregate, case_leaves
from ops.web.templates import Templates
from tests import cast
from tests.cast import DAY, NOW, County, file, found_county, grant, revoke


async def seen_by(database: Database, county: County, officer: Officer) -> CaseFile:
    async with database.reading() as session:
        return await read_case(session, await cast.asker(database, officer), county.case.reference)


async def report_seen_by(database: Database, officer: Officer, report: Resource) -> ReportPage:
    async with database.reading() as session:
        return await read_report(session, await cast.asker(database, officer), report.reference)


async def sharing_seen_by(database: Database, officer: Officer, thing: Resource) -> Sharing:
    async with database.reading() as session:
        return await read_sharing(session, await cast.asker(database, officer), thing.kind, thing.reference)


async def one_more(database: Database, county: County, author: Officer) -> Resource:
    made = new_resource("report", author.agency_id, gate=county.case.id)
    await file(database, made)
    report = Report(id=made.id, case_id=county.case.id, kind="visit", author_id=author.id, written_at=NOW)
    await file(database, report)
    await file(database, ReportVersion(report_id=made.id, number=1, title="t", text="t", officer_id=author.id, at=NOW))
    return made


def titles(case: CaseFile) -> list[str]:
    return [card.title for card in case.cards]


async def test_a_reader_sees_the_case_and_the_reports_that_were_shared_with_them(database: Database) -> None:
    county = await found_county(database)
    case = await seen_by(database, county, county.bob)
    assert (case.head.title, titles(case)) == ("Orchard", ["Visit to the farm"])
    assert not case.may_write
    assert not case.may_manage


async def test_who_only_discovers_a_case_sees_owner_desk_and_theme_and_their_own_report(database: Database) -> None:
    county = await found_county(database)
    case = await seen_by(database, county, county.dora)
    head = case.head
    assert (head.agency.code, head.desk, head.theme) == ("POL", "Police desk", "Modern slavery")
    assert (head.title, head.summary, head.opened_at, case.seen) == ("", "", None, None)
    assert (titles(case), case.links, case.people, case.timeline) == (["Assessment of needs"], (), (), ())


async def test_to_everybody_else_there_is_no_case(database: Database) -> None:
    county = await found_county(database)
    for officer in (county.carl, county.oscar, county.olga):
        with pytest.raises(NotFound):
            await seen_by(database, county, officer)


async def test_a_report_that_one_may_only_discover_shows_its_agency_and_desk(database: Database) -> None:
    county = await found_county(database)
    await grant(database, county.visit, county.mash, Level.DISCOVER, agreement=county.agreement)
    locked = [r for r in (await seen_by(database, county, county.carol)).reports if isinstance(r, LockedReport)]
    assert [(report.agency.code, report.desk) for report in locked] == [("POL", "Police desk")]


async def test_a_hidden_report_leaves_no_trace_in_the_case(database: Database) -> None:
    county = await found_county(database)
    before = await seen_by(database, county, county.bob)
    await one_more(database, county, county.carol)
    assert await seen_by(database, county, county.bob) == before


async def test_an_intelligence_report_is_in_no_timeline(database: Database) -> None:
    county = await found_county(database)
    async with database.writing() as session:
        (await session.get_one(Report, county.visit.id)).kind = ReportKind.INTELLIGENCE
    case = await seen_by(database, county, county.alice)
    assert "Visit to the farm" in titles(case)
    assert "Visit to the farm" not in [line.subject for line in case.timeline]


async def test_a_link_shows_only_to_who_discovers_its_other_end_and_by_title_to_who_reads_it(
    database: Database,
) -> None:
    county = await found_county(database)
    assert (await seen_by(database, county, county.bob)).links == ()
    await grant(database, county.other_case, county.fair_work, Level.DISCOVER, agreement=county.agreement)
    stub = (await seen_by(database, county, county.bob)).links[0]
    assert (stub.title, stub.reason, stub.theme, stub.agency.code) == ("", "", "Modern slavery", "POL")
    assert (await seen_by(database, county, county.alice)).links[0].title == "Harbour"


async def test_people_are_those_whose_profile_one_may_read(database: Database) -> None:
    county = await found_county(database)
    assert (await seen_by(database, county, county.bob)).people == ()
    await grant(database, county.profile, county.fair_work, agreement=county.agreement)
    assert [one.label for one in (await seen_by(database, county, county.bob)).people] == ["Tall man, blue coat"]


async def test_somebody_named_only_in_a_hidden_report_is_not_among_the_people(database: Database) -> None:
    county = await found_county(database)
    await grant(database, county.profile, county.mash, agreement=county.agreement)
    assert (await seen_by(database, county, county.carol)).people == ()


async def test_the_panels_say_when_they_change_by_themselves(database: Database) -> None:
    county = await found_county(database)
    ends = NOW + DAY
    await grant(database, county.other_case, county.fair_work, ends=ends, agreement=county.agreement)
    assert (await seen_by(database, county, county.bob)).next_change == ends


async def test_an_older_version_is_shown_to_who_could_read_it_while_it_stood(database: Database) -> None:
    county = await found_county(database)
    newer = ReportVersion(
        report_id=county.visit.id, number=2, title="Again", text="New.", officer_id=county.alice.id, at=NOW
    )
    await file(database, newer)
    await grant(database, county.visit, county.mash, starts=NOW, agreement=county.agreement)
    assert [v.number for v in (await report_seen_by(database, county.bob, county.visit)).versions] == [2, 1]
    assert [v.number for v in (await report_seen_by(database, county.carol, county.visit)).versions] == [2]


async def test_an_agency_shut_out_reads_its_own_report_under_a_stub_of_the_case(database: Database) -> None:
    county = await found_county(database)
    await revoke(database, county.grants["MASH on the case"])
    page = await report_seen_by(database, county.carol, county.assessment)
    assert (page.card.title, page.case.stub, page.case.title) == ("Assessment of needs", True, "")


async def test_who_can_see_this_names_officers_only_to_their_own_agency(database: Database) -> None:
    county = await found_county(database)
    told = {line.part for line in (await sharing_seen_by(database, county.carol, county.assessment)).grants}
    assert told == {"MASH", "one officer"}
    own = {line.part for line in (await sharing_seen_by(database, county.dora, county.assessment)).grants}
    assert own == {"MASH", "Dora"}


async def test_what_rests_behind_a_grant_is_told_to_managers_and_to_the_agency_it_went_to(database: Database) -> None:
    county = await found_county(database)
    sharing = await sharing_seen_by(database, county.bob, county.case)
    assert {line.agency.code for line in sharing.grants if line.agreement} == {"FWA"}
    assert not any(line.reference or line.removable for line in sharing.grants)
    assert not sharing.may_give


async def test_a_case_is_read_with_as_many_queries_whatever_lies_in_it(database: Database) -> None:
    county = await found_county(database)
    few = await _queries(database, county)
    for _ in range(5):
        await grant(database, await one_more(database, county, county.alice), county.squad, Level.MANAGE)
    assert await _queries(database, county) == few


async def test_the_live_parts_are_the_parts_of_the_page(database: Database) -> None:
    county = await found_county(database)
    await grant(database, county.visit, county.mash, Level.DISCOVER, agreement=county.agreement)
    templates = Templates(partnership="A partnership", demo=False)
    for officer in (county.alice, county.carol, county.dora):
        asks = await cast.asker(database, officer)
        page = templates.render("case/case.html", await _context(database, county, asks))
        for part in await _live_parts(database, county, asks, templates):
            assert _squeezed(part) in _squeezed(page)


async def _context(database: Database, county: County, asks: Asker) -> dict[str, object]:
    async with database.reading() as session:
        case = await read_case(session, asks, county.case.reference)
    return {"case": case, "cursor": "", "live_url": "", "form": {}, "errors": {}}


async def _live_parts(database: Database, county: County, asks: Asker, templates: Templates) -> list[str]:
    async with database.reading() as session:
        case = await read_case(session, asks, county.case.reference)
        sums = await case_aggregate(templates, session, county.case.reference, asks)
        parts = [part.html for part in sums.fragments if isinstance(part, Fragment)]
        for kind, projection in ((ReportCard, Projection.FULL), (LockedReport, Projection.STUB)):
            shown = {report.reference for report in case.reports if isinstance(report, kind)}
            subjects = [thing.id for thing in (county.visit, county.assessment) if thing.reference in shown]
            leaves = await case_leaves(templates, session, projection, subjects, NOW)
            assert {leaf.reference for leaf in leaves.values()} == shown
            parts.extend(part.html for leaf in leaves.values() for part in leaf.fragments)
    return parts


def _squeezed(html: str) -> str:
    return "".join(html.split())


async def _queries(database: Database, county: County) -> int:
    asks = await cast.asker(database, county.alice)
    seen: list[str] = []
    engine = database._reader.sync_engine

    def note(*told: object) -> None:
        seen.append(str(told[2]))

    event.listen(engine, "before_cursor_execute", note)
    async with database.reading() as session:
        await read_case(session, asks, county.case.reference)
    event.remove(engine, "before_cursor_execute", note)
    return len(seen)
