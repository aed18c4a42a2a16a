"""A broken glass reviewed: by its owner's lead or information manager, within 72 hours, never by who broke it."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, false, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.agencies import Duty, Officer, OfficerDuty
from models.audit import Act
from models.emergencies import BreakGlass, BreakGlassReview
from models.grants import Grant, Resource
from ops.access.asker import Asker
from ops.access.duties import holding, in_force
from ops.access.rules import visible_to
from ops.actions.reach import record_access
from ops.actions.requests import agency_topics
from ops.errors import Conflict, Invalid, NotFound
from ops.transaction import Desk, Fact, Work

LONGEST_WORDS = 400
REVIEWERS = (Duty.LEAD, Duty.INFORMATION_MANAGER)
FOUND = {"yes": True, "no": False}
NOT_JUSTIFIED = "emergency access was not justified"


@dataclass(frozen=True, slots=True)
class Broken:
    """A broken glass with what it opened, the grant that it made, who broke it, and its review if it had one."""

    glass: BreakGlass
    resource: Resource
    grant: Grant
    officer: Officer
    review: BreakGlassReview | None


async def review(desk: Desk, asker: Asker, reference: str, justified: str, words: str) -> None:
    """Say whether a glass was broken with good reason ('yes' or 'no'). 'No' ends what is left of it, and the role.

    NotFound for who may not review it, Conflict once it was.
    """
    async with desk.work(asker, changes_access=True) as work:
        broken = await find_to_review(work.session, work.asker, reference)
        if broken.review is not None:
            raise Conflict("It was reviewed already.")
        if justified not in FOUND:
            raise Invalid({"justified": "Choose whether it was justified."})
        if not words.strip() or len(words) > LONGEST_WORDS:
            raise Invalid({"words": f"Say what you found, in at most {LONGEST_WORDS} characters."})
        row = BreakGlassReview(
            break_glass_id=broken.glass.id,
            officer_id=work.asker.officer,
            justified=FOUND[justified],
            words=words.strip(),
            at=work.asker.at,
        )
        work.add(row)
        act = Act.EMERGENCY_JUSTIFIED if row.justified else Act.EMERGENCY_NOT_JUSTIFIED
        work.audit(act, broken.resource.reference, reference)
        topics = await agency_topics(work, broken.resource.owner_agency_id, broken.officer.agency_id)
        work.record(Fact.GLASS_REVIEWED, broken.glass.id, topics, row)
        if not row.justified:
            await _stop(work, broken)


async def find_to_review(session: AsyncSession, asker: Asker, reference: str) -> Broken:
    """Find a broken glass that the asker may review; to everyone else there is none."""
    found = await glasses(session, (await for_reviewer(session, asker)).where(col(BreakGlass.reference) == reference))
    if not found:
        raise NotFound
    return found[0]


async def for_reviewer(session: AsyncSession, asker: Asker) -> Select[BreakGlass]:
    """Select the glasses broken on what the asker's agency owns that they may review, reviewed ones too."""
    ours = (
        select(BreakGlass)
        .join(Resource, col(Resource.id) == col(BreakGlass.resource_id))
        .where(col(Resource.owner_agency_id) == asker.agency, col(BreakGlass.officer_id) != asker.officer)
    )
    if not asker.duties.isdisjoint(REVIEWERS):
        return ours
    return ours.where(visible_to(asker, Level.MANAGE), await _nobody_else(session, asker))


async def glasses(session: AsyncSession, chosen: Select[BreakGlass]) -> list[Broken]:
    """Give broken glasses with everything that belongs to them, the oldest first."""
    rows = await session.execute(
        select(BreakGlass, Resource, Grant, Officer, BreakGlassReview)
        .join(Resource, col(Resource.id) == col(BreakGlass.resource_id))
        .join(Grant, col(Grant.id) == col(BreakGlass.grant_id))
        .join(Officer, col(Officer.id) == col(BreakGlass.officer_id))
        .outerjoin(BreakGlassReview, col(BreakGlassReview.break_glass_id) == col(BreakGlass.id))
        .where(col(BreakGlass.id).in_(chosen.with_only_columns(col(BreakGlass.id))))
        .order_by(col(BreakGlass.at), col(BreakGlass.id))
    )
    return [Broken(*row) for row in rows]


async def _nobody_else(session: AsyncSession, asker: Asker) -> ColumnElement[bool]:
    """Judge glasses: true where the agency has no lead and no information manager but, perhaps, who broke it."""
    rows = await session.execute(
        select(col(Officer.id)).where(
            col(Officer.agency_id) == asker.agency,
            or_(*(col(Officer.id).in_(holding(duty, asker.at)) for duty in REVIEWERS)),
        )
    )
    reviewers = set(rows.scalars())
    if len(reviewers) > 1:
        return false()
    return col(BreakGlass.officer_id).in_(reviewers) if reviewers else true()


async def _stop(work: Work, broken: Broken) -> None:
    """End what is left of the grant, and the officer's role until an administrator of theirs gives it anew."""
    at = work.asker.at
    await work.session.execute(
        update(OfficerDuty)
        .where(
            and_(col(OfficerDuty.officer_id) == broken.officer.id, col(OfficerDuty.duty) == Duty.EMERGENCY),
            in_force(at),
        )
        .values(ends=at)
    )
    work.audit(Act.EMERGENCY_ROLE_STOPPED, broken.officer.reference, broken.glass.reference)
    grant = broken.grant
    if grant.revoked_at is None and (grant.ends is None or grant.ends > at):
        grant.revoked_by, grant.revoked_at, grant.revoked_why = work.asker.officer, at, NOT_JUSTIFIED
        await record_access(work, Fact.ACCESS_REVOKED, broken.resource, grant)
