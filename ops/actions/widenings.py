"""A report is widened to another agency: noted when it happens, until each of its readers has said that they saw it."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.audit import Act
from models.grants import Grant, Resource
from models.widenings import Widening, WideningSeen
from ops.access.asker import Asker
from ops.access.doors import find_by_id
from ops.access.rules import live
from ops.actions.reach import boards_beside, topics_about
from ops.errors import NotFound
from ops.transaction import Desk, Fact, Work


async def widening_by(session: AsyncSession, resource: Resource, grant: Grant) -> Widening | None:
    """Make the note of a grant that brings a new agency into a report's audience; None for any other grant.

    Asked before the grant is filed and before what it replaces is revoked.
    """
    outside = grant.grantee_agency_id != resource.owner_agency_id
    if resource.kind != "report" or not outside or grant.level < Level.READ:
        return None
    before = await session.execute(
        select(col(Grant.id)).where(
            col(Grant.resource_id) == resource.id,
            col(Grant.grantee_agency_id) == grant.grantee_agency_id,
            col(Grant.level) >= int(Level.READ),
            live(grant.granted_at),
        )
    )
    if before.first() is not None:
        return None
    return Widening(grant_id=grant.id, resource_id=resource.id, at=grant.granted_at)


async def record_widening(work: Work, report: Resource) -> None:
    """Tell the boards of the case's operations, which know nothing of a report before it is widened."""
    assert report.gate_id is not None  # noqa: S101 - a report lies in its case
    if boards := await boards_beside(work.session, report.gate_id):
        for subject in (report.id, report.gate_id):  # who may hold it depends on both
            work.record(Fact.REPORT_WIDENED, subject, boards)


async def see_widening(desk: Desk, asker: Asker, reference: str) -> None:
    """Say that one has seen it; twice is once. NotFound for who does not read the report."""
    async with desk.work(asker, changes_access=True) as work:  # the lock first, so that two taps are one row
        rows = await work.session.execute(select(Widening).where(col(Widening.reference) == reference))
        widening = rows.scalar_one_or_none()
        if widening is None:  # the same way as for a forbidden one, so that neither answers sooner
            await find_by_id(work.session, work.asker, work.asker.officer)
            raise NotFound
        found = await work.find_by_id(widening.resource_id)
        seen = await work.session.execute(
            select(col(WideningSeen.id)).where(
                col(WideningSeen.widening_id) == widening.id, col(WideningSeen.officer_id) == work.asker.officer
            )
        )
        if seen.first() is not None:
            return
        row = WideningSeen(widening_id=widening.id, officer_id=work.asker.officer, at=work.asker.at)
        work.add(row)
        work.audit(Act.WIDENING_SEEN, found.resource.reference)
        boards = await boards_beside(work.session, found.resource.gate_id)
        topics = await topics_about(work.session, found.resource)
        work.record(Fact.WIDENING_SEEN, found.resource.id, (*topics, *boards), row)
