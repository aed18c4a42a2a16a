"""The reports that name an individual, as far as one officer may read them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.grants import Resource
from models.profiles import Naming
from models.reports import Report, ReportVersion
from ops.access.asker import Asker
from ops.access.rules import visible_to
from ops.screens.lines import agency_tags
from ops.screens.values import AgencyTag
from ops.screens.withdrawn import withdrawn_ids


@dataclass(frozen=True, slots=True)
class NamingReport:
    """A report that names an individual."""

    reference: str
    title: str
    agency: AgencyTag
    at: datetime


async def reports_naming(session: AsyncSession, asker: Asker, profile: UUID) -> list[NamingReport]:
    """List them, the newest first. Reading the profile opens none of them: each is judged by its own audience."""
    agencies = await agency_tags(session)
    newest = (
        select(col(ReportVersion.report_id), func.max(col(ReportVersion.number)).label("number"))
        .group_by(col(ReportVersion.report_id))
        .subquery()
    )
    rows = await session.execute(
        select(Resource, ReportVersion)
        .join(Report, col(Report.id) == col(Resource.id))
        .join(Naming, col(Naming.resource_id) == col(Report.id))
        .join(newest, newest.c.report_id == col(Report.id))
        .join(
            ReportVersion,
            (col(ReportVersion.report_id) == col(Report.id)) & (col(ReportVersion.number) == newest.c.number),
        )
        .where(
            col(Naming.profile_id) == profile,
            col(Naming.ended_at).is_(None),
            col(Report.id).not_in(withdrawn_ids()),
            visible_to(asker),
        )
        .order_by(col(ReportVersion.at).desc())
    )
    return [
        NamingReport(resource.reference, version.title, agencies[resource.owner_agency_id], version.at)
        for resource, version in rows
    ]
