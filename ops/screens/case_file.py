"""A case as one officer may see it: its words, the reports they may read or know of, links, people, timeline."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.agencies import Agency, Officer, Team
from models.cases import Case
from models.grants import Resource
from ops.access.asker import Asker
from ops.access.doors import Found, find_row
from ops.access.rules import visible_to
from ops.screens.case_panels import panels_of, timeline_of
from ops.screens.case_values import CaseFile, CaseHead, LockedReport, ReportCard
from ops.screens.emergency_lines import open_on
from ops.screens.lines import agency_tag, agency_tags
from ops.screens.report_cards import locked_reports, report_cards
from ops.screens.seen_by import seen_by
from ops.screens.widenings import widened


async def read_case(session: AsyncSession, asker: Asker, reference: str) -> CaseFile:
    """Read a case file with a constant number of queries; NotFound for a case that cannot even be discovered.

    Who may only discover it gets the stub's head, and the reports in it that are shared with them.
    """
    case, found = await find_row(session, asker, reference, Case, Level.DISCOVER)
    whole, locked = await _reports(session, asker, case.id)
    cards = await report_cards(session, whole, asker.at)
    stubs = await locked_reports(session, locked)
    reports: list[ReportCard | LockedReport] = [*cards.values(), *stubs.values()]
    reports.sort(key=lambda report: report.sort)
    if found.level < Level.READ:
        return CaseFile(reference, await stub_head(session, found.resource), tuple(reports), asker.at)
    return await _whole(session, asker, case, found, list(cards), tuple(reports))


async def stub_head(session: AsyncSession, resource: Resource) -> CaseHead:
    """Show of a case what discover shows: owner, contact desk, theme."""
    rows = await session.execute(
        select(Agency, col(Case.theme))
        .join(Resource, col(Resource.owner_agency_id) == col(Agency.id))
        .join(Case, col(Case.id) == col(Resource.id))
        .where(col(Resource.id) == resource.id)
    )
    agency, theme = rows.one()
    return CaseHead(resource.reference, agency_tag(agency), agency.desk, theme, stub=True)


async def case_head(session: AsyncSession, case: Case, resource: Resource) -> CaseHead:
    """Show a case's own words, the same for everyone who reads it."""
    agency = await session.get_one(Agency, resource.owner_agency_id)
    team = await session.get(Team, case.team_id) if case.team_id else None
    lead = await session.get(Officer, case.lead_id) if case.lead_id else None
    return CaseHead(
        reference=resource.reference,
        agency=agency_tag(agency),
        desk=agency.desk,
        theme=case.theme,
        stub=False,
        title=case.title,
        status=case.status,
        marking=case.marking,
        handling=case.handling,
        summary=case.summary,
        opened_at=case.opened_at,
        closed_at=case.closed_at,
        team=team.name if team and team.listed else "",
        lead=lead.name if lead else "",
    )


async def _whole(
    session: AsyncSession,
    asker: Asker,
    case: Case,
    found: Found,
    readable: list[UUID],
    reports: tuple[ReportCard | LockedReport, ...],
) -> CaseFile:
    agencies = await agency_tags(session)
    may_manage = found.level >= Level.MANAGE
    panels = await panels_of(session, asker, agencies, case.id, readable, may_manage=may_manage)
    glasses = await open_on(session, asker, [case.id, *readable])
    head = await case_head(session, case, found.resource)
    cards = [report for report in reports if isinstance(report, ReportCard)]
    return CaseFile(
        reference=found.resource.reference,
        head=head,
        reports=reports,
        now=asker.at,
        may_write=found.level >= Level.CONTRIBUTE,
        may_manage=may_manage,
        seen=(await seen_by(session, [case.id], asker.at))[case.id],
        links=panels.links,
        people=panels.people,
        timeline=tuple(timeline_of(head, cards, panels.links)),
        glasses=tuple(line for lines in glasses.values() for line in lines),
        widened=await widened(session, asker, case.id),
        next_change=panels.next_change,
    )


async def _reports(session: AsyncSession, asker: Asker, case: UUID) -> tuple[list[UUID], list[UUID]]:
    """Give the reports of a case that the asker may read, and those that they may only know of."""
    rows = await session.execute(
        select(col(Resource.id), visible_to(asker, Level.READ)).where(
            col(Resource.gate_id) == case,
            col(Resource.kind) == "report",
            visible_to(asker, Level.DISCOVER),
        )
    )
    judged = [(resource, bool(reads)) for resource, reads in rows]
    return [resource for resource, reads in judged if reads], [resource for resource, reads in judged if not reads]
