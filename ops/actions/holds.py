"""A report is held: at once only its own agency sees it, until that agency decides about every grant anew."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.agencies import Duty, OfficerDuty
from models.audit import Act
from models.grants import Grant, Hold, Resource
from ops.access.asker import Asker
from ops.access.doors import Found, find, find_by_id
from ops.access.holders import holders
from ops.access.rules import live
from ops.actions.grants import LONGEST_REASON, revoke
from ops.actions.reach import record_access
from ops.errors import Conflict, Invalid, NotAllowed, Refusal
from ops.transaction import Desk, Fact, Work

KEEP, REMOVE = "keep", "remove"
ONE_TAP = "Held until its agency has looked at who sees it"


async def hold(desk: Desk, asker: Asker, reference: str, reason: str) -> str:
    """Hold a report; gives its case's reference. Its managers may, and its case's where they see that it exists.

    Whoever holds another agency's report loses it with everybody else: that keeps a hold from being a way to read.
    NotFound for who cannot discover it, Conflict when it is held already.
    """
    _check(reason)
    async with desk.work(asker, changes_access=True) as work:
        # not through the work's own door: that is judged again before the commit, when the holder has lost the report
        found = await find(work.session, work.asker, reference, "report", Level.DISCOVER)
        if not await may_hold(work.session, work.asker, found):
            raise NotAllowed("Only who manages this report, or the case that it lies in, can hold it.")
        if found.resource.held:
            raise Conflict("This is held already.")
        row = Hold(
            resource_id=found.resource.id,
            officer_id=work.asker.officer,
            at=work.asker.at,
            reason=reason.strip() or ONE_TAP,
        )
        found.resource.held = True
        work.add(row)
        work.audit(Act.HELD, reference)
        await record_access(work, Fact.RESOURCE_HELD, found.resource, row)
        return await _case(work, found.resource)


async def end_hold(desk: Desk, asker: Asker, reference: str, answers: Mapping[str, str], why: str) -> None:
    """End a hold. `answers` says for each standing grant to another agency, by reference, 'keep' or 'remove'.

    What is removed is revoked in the same commit. Its lead may; where none manages it, any of its managers.
    Raises Invalid while an answer is missing, Conflict when it is not held any more.
    """
    async with desk.work(asker, changes_access=True) as work:
        found = await work.find(reference, "report", Level.MANAGE)
        if not await may_end_hold(work.session, work.asker, found.resource):
            raise NotAllowed("Your agency’s lead decides who may see this again.")
        if (standing := await standing_hold(work.session, found.resource)) is None:
            raise Conflict("This is not held any more.")
        if not why.strip():
            raise Invalid({"why": "Say why it can be seen again."})
        _check(why)
        outside = await outside_grants(work.session, found.resource, work.asker.at)
        if any(answers.get(grant.reference) not in {KEEP, REMOVE} for grant in outside):
            raise Invalid({"grants": "Decide about each of them: keep it, or remove it."})
        removed = [grant for grant in outside if answers[grant.reference] == REMOVE]
        for grant in removed:
            revoke(work, grant, f"not confirmed after a hold: {why.strip()}")
        found.resource.held = False
        standing.ended_at, standing.ended_by, standing.ended_reason = work.asker.at, work.asker.officer, why.strip()
        work.audit(Act.HOLD_ENDED, reference, *(grant.reference for grant in outside if grant not in removed))
        if removed:
            work.audit(Act.ACCESS_REMOVED, reference, *(grant.reference for grant in removed))
            await record_access(work, Fact.ACCESS_REVOKED, found.resource, *removed)
        await record_access(work, Fact.HOLD_ENDED, found.resource, standing)


async def may_hold(session: AsyncSession, asker: Asker, found: Found) -> bool:
    """Say whether the asker, who discovers a report, manages it or its case."""
    if found.level >= Level.MANAGE:
        return True
    assert found.resource.gate_id is not None  # noqa: S101 - a report lies in its case
    try:
        await find_by_id(session, asker, found.resource.gate_id, Level.MANAGE)
    except Refusal:
        return False
    return True


async def may_end_hold(session: AsyncSession, asker: Asker, resource: Resource) -> bool:
    """Say whether the asker, who manages a report, is the one to decide: a lead among its managers, if it has any."""
    leads = await _managing_leads(session, resource, asker.at)
    return asker.officer in leads or not leads


async def standing_hold(session: AsyncSession, resource: Resource) -> Hold | None:
    """Give the hold that has not ended."""
    rows = await session.execute(
        select(Hold).where(col(Hold.resource_id) == resource.id, col(Hold.ended_at).is_(None)).order_by(col(Hold.at))
    )
    return rows.scalars().first()


async def outside_grants(session: AsyncSession, resource: Resource, at: datetime) -> list[Grant]:
    """Give every grant to another agency that would count once the hold ends, now or later."""
    rows = await session.execute(
        select(Grant)
        .where(
            col(Grant.resource_id) == resource.id,
            col(Grant.grantee_agency_id) != resource.owner_agency_id,
            col(Grant.revoked_at).is_(None),
            or_(col(Grant.ends).is_(None), col(Grant.ends) > at),
        )
        .order_by(col(Grant.granted_at), col(Grant.id))
    )
    return list(rows.scalars())


async def _managing_leads(session: AsyncSession, resource: Resource, at: datetime) -> set[UUID]:
    rows = await session.execute(
        select(col(Grant.principal)).where(
            col(Grant.resource_id) == resource.id,
            col(Grant.grantee_agency_id) == resource.owner_agency_id,
            col(Grant.level) >= int(Level.MANAGE),
            live(at),
        )
    )
    held = await holders(session, list(rows.scalars()), at)
    managers = frozenset[UUID]().union(*held.values())
    leads = await session.execute(
        select(col(OfficerDuty.officer_id)).where(
            col(OfficerDuty.officer_id).in_(managers),
            col(OfficerDuty.duty) == Duty.LEAD,
            col(OfficerDuty.starts) <= at,
            or_(col(OfficerDuty.ends).is_(None), col(OfficerDuty.ends) > at),
        )
    )
    return set(leads.scalars())


async def _case(work: Work, report: Resource) -> str:
    return (await work.session.get_one(Resource, report.gate_id)).reference


def _check(words: str) -> None:
    if len(words) > LONGEST_REASON:
        raise Invalid({"why": f"Write at most {LONGEST_REASON} characters."})
