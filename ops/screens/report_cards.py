"""Report cards and their stubs, the same for everyone who may see them; nothing here depends on the reader."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from models.agencies import Agency, Team
from models.grants import Resource
from models.reports import Report, ReportVersion
from models.withdrawals import Withdrawal
from ops.screens.case_values import LockedReport, ReportCard
from ops.screens.lines import agency_tag, agency_tags, files_of, officer_names
from ops.screens.newest import newest_of_reports
from ops.screens.seen_by import seen_by
from ops.screens.values import AgencyTag, Photo, SeenBy
from ops.screens.withdrawn import withdrawn_ids

EXCERPT = 900  # letters of a report on its card; the rest is on its own page


@dataclass(frozen=True, slots=True)
class _Known:
    agencies: dict[UUID, AgencyTag]
    teams: dict[UUID, str]
    names: dict[UUID, str]
    files: dict[UUID, tuple[Photo, ...]]
    seen: dict[UUID, SeenBy]
    withdrawn: frozenset[UUID]


async def report_cards(session: AsyncSession, reports: Collection[UUID], at: datetime) -> dict[UUID, ReportCard]:
    """Give the card of each report in its newest version; what is no report is absent."""
    rows = await _newest(session, reports)
    ids = [report.id for _, report, _, _ in rows]
    known = _Known(
        agencies=await agency_tags(session),
        teams=await _teams(session, {report.team_id for _, report, _, _ in rows if report.team_id}),
        names=await officer_names(session, {report.author_id for _, report, _, _ in rows}),
        files=await files_of(session, ids),
        seen=await seen_by(session, ids, at),
        withdrawn=await _withdrawn(session, ids),
    )
    return {report.id: _card(known, resource, report, version, case) for resource, report, version, case in rows}


async def locked_reports(session: AsyncSession, reports: Collection[UUID]) -> dict[UUID, LockedReport]:
    """Give the stub of each report."""
    box = aliased(Resource, name="box")
    rows = await session.execute(
        select(Resource, Agency, col(box.reference))
        .join(Agency, col(Agency.id) == col(Resource.owner_agency_id))
        .join(box, col(box.id) == col(Resource.gate_id))
        .where(col(Resource.id).in_(reports), col(Resource.kind) == "report")
    )
    return {
        resource.id: LockedReport(resource.reference, case, agency_tag(agency), agency.desk)
        for resource, agency, case in rows
    }


async def _newest(
    session: AsyncSession, reports: Collection[UUID]
) -> list[tuple[Resource, Report, ReportVersion, str]]:
    box = aliased(Resource, name="box")
    newest = newest_of_reports(reports)
    rows = await session.execute(
        select(Resource, Report, ReportVersion, col(box.reference))
        .join(Report, col(Report.id) == col(Resource.id))
        .join(box, col(box.id) == col(Resource.gate_id))
        .join(newest, newest.c.report_id == col(Report.id))
        .join(
            ReportVersion,
            (col(ReportVersion.report_id) == col(Report.id)) & (col(ReportVersion.number) == newest.c.number),
        )
        .where(col(Resource.id).in_(reports))
    )
    return [(resource, report, version, case) for resource, report, version, case in rows]


async def _teams(session: AsyncSession, teams: Collection[UUID]) -> dict[UUID, str]:
    """Give the names of listed teams; an unlisted one shows as its agency."""
    rows = await session.execute(select(col(Team.id), col(Team.name)).where(col(Team.id).in_(teams), col(Team.listed)))
    return {row[0]: row[1] for row in rows}


async def _withdrawn(session: AsyncSession, reports: Collection[UUID]) -> frozenset[UUID]:
    rows = await session.execute(withdrawn_ids().where(col(Withdrawal.resource_id).in_(reports)))
    return frozenset(rows.scalars())


def _card(known: _Known, resource: Resource, report: Report, version: ReportVersion, case: str) -> ReportCard:
    return ReportCard(
        reference=resource.reference,
        case_reference=case,
        revision=version.number,
        agency=known.agencies[resource.owner_agency_id],
        team=known.teams.get(report.team_id, "") if report.team_id else "",
        author=known.names[report.author_id],
        kind=report.kind,
        title=version.title,
        text=_excerpt(version.text),
        more=len(version.text) > EXCERPT,
        written_at=report.written_at,
        revised_at=version.at if version.number > 1 else None,
        files=known.files[report.id],
        fenced=report.fenced,
        seen=known.seen[report.id],
        held=resource.held,
        withdrawn=report.id in known.withdrawn,
    )


def _excerpt(text: str) -> str:
    if len(text) <= EXCERPT:
        return text
    return text[:EXCERPT].rsplit(maxsplit=1)[0] + " …"
