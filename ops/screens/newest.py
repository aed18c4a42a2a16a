"""Which version of each report is the newest: what every list and card shows."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Subquery, func, select
from sqlmodel import col

from models.reports import ReportVersion


def newest_of_reports(reports: Collection[UUID]) -> Subquery:
    """Select the number of each report's newest version, as `report_id` and `number`."""
    return (
        select(col(ReportVersion.report_id), func.max(col(ReportVersion.number)).label("number"))
        .where(col(ReportVersion.report_id).in_(reports))
        .group_by(col(ReportVersion.report_id))
        .subquery()
    )
