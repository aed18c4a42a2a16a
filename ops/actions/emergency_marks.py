"""Which reports may be opened in an emergency: by their kind, unless their managers marked them otherwise."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.audit import Act
from models.emergencies import EmergencyMark
from models.grants import Resource
from models.reports import Report
from ops.access.asker import Asker
from ops.actions.grounds import NEVER_DISCOVERED
from ops.errors import Conflict, Invalid
from ops.topics import case_topic
from ops.transaction import Desk, Fact

LONGEST_WHY = 200


async def mark_for_emergency(desk: Desk, asker: Asker, reference: str, *, allowed: bool, why: str) -> None:
    """Let a report be opened in an emergency, or never again. What is open on a screen through one stays its time."""
    async with desk.work(asker, changes_access=True) as work:
        report, found = await work.find_row(reference, Report, Level.MANAGE)
        if not why.strip() or len(why) > LONGEST_WHY:
            raise Invalid({"why": f"Say why, in at most {LONGEST_WHY} characters."})
        if await may_be_opened(work.session, report.id, report.kind) == allowed:
            raise Conflict("It is so already.")
        mark = EmergencyMark(
            report_id=report.id, allowed=allowed, officer_id=work.asker.officer, why=why.strip(), at=work.asker.at
        )
        work.add(mark)
        work.audit(Act.EMERGENCY_ALLOWED if allowed else Act.EMERGENCY_FORBIDDEN, reference)
        case = await work.session.get_one(Resource, report.case_id)
        work.record(Fact.EMERGENCY_MARKED, found.resource.id, (case_topic(case.reference),), mark)


async def may_be_opened(session: AsyncSession, report: UUID, kind: str) -> bool:
    """Say whether a report may be opened in an emergency: by its newest mark, else by its kind. One question always."""
    newest = await session.execute(
        select(col(EmergencyMark.allowed))
        .where(col(EmergencyMark.report_id) == report)
        .order_by(col(EmergencyMark.at).desc(), col(EmergencyMark.id).desc())
        .limit(1)
    )
    marked = newest.scalar_one_or_none()
    return kind not in NEVER_DISCOVERED if marked is None else marked
