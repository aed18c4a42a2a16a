"""Ring-fences, raised and lifted by who manages the case; raising one revokes what stands against it, in one commit."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.agencies import Agency, Standing
from models.audit import Act
from models.grants import Grant, Resource, RingFence
from models.operations import Operation
from models.people_met import Encounter
from models.profiles import Naming
from models.reports import Report
from models.tasks import Post, Task
from ops.access.asker import Asker
from ops.access.doors import Found, find, find_by_id
from ops.actions.fences import fences_of
from ops.actions.grants import revoke
from ops.actions.grounds import ALWAYS_FENCED
from ops.actions.reach import record_access
from ops.errors import Conflict, Invalid, NotAllowed, NotFound
from ops.topics import case_topic
from ops.transaction import Desk, Fact, Work

LONGEST_NAME = 200
LONGEST_WHY = 200
BY_A_FENCE = "a ring-fence stands against it"  # neither its name nor why now: who reads this need not read the case


async def raise_fence(desk: Desk, asker: Asker, case: str, agency: str, name: str) -> str:
    """Raise a ring-fence of a case against an agency (references); gives the fence's reference.

    Every standing grant to that agency on what the fence covers is revoked with it, also on what the asker cannot
    see. Only managers of the case may. Raises Invalid with a message per field.
    """
    async with desk.work(asker, changes_access=True) as work:  # the lock first: no grant slips past
        found = await work.find(case, "case", Level.MANAGE)
        against = await fenced_agency(work.session, found, agency, name)
        fence = RingFence(
            case_id=found.resource.id,
            agency_id=against.id,
            name=name.strip(),
            raised_by=work.asker.officer,
            raised_at=work.asker.at,
        )
        work.add(fence)
        work.audit(Act.FENCE_RAISED, case, fence.reference)
        work.record(Fact.FENCE_RAISED, found.resource.id, (case_topic(case),), fence)
        covered = covered_by(found.resource.id)
        for resource, grants in await standing_against(work.session, covered, {against.id}, work.asker.at):
            await _revoke(work, resource, grants)
        return fence.reference


async def lift_fence(desk: Desk, asker: Asker, reference: str, why: str) -> str:
    """Lift a ring-fence; gives its case's reference. Nothing that it revoked is given back.

    NotFound for who does not manage the case.
    """
    async with desk.work(asker, changes_access=True) as work:
        fence, case = await _managed_fence(work, reference)
        if fence.lifted_at is not None:
            raise Conflict("This ring-fence was lifted already.")
        if not why.strip() or len(why) > LONGEST_WHY:
            raise Invalid({"why": f"Say why it is lifted, in at most {LONGEST_WHY} characters."})
        fence.lifted_at, fence.lifted_by, fence.lifted_why = work.asker.at, work.asker.officer, why.strip()
        work.audit(Act.FENCE_LIFTED, case.reference, reference)
        work.record(Fact.FENCE_LIFTED, case.id, (case_topic(case.reference),), fence, stamp="lifted_position")
        return case.reference


async def take_out(desk: Desk, asker: Asker, reference: str, why: str) -> None:
    """Take a report out of its case's ring-fences, with a reason. Only its managers may; never a support report's."""
    async with desk.work(asker, changes_access=True) as work:
        report, found = await work.find_row(reference, Report, Level.MANAGE)
        if report.kind in ALWAYS_FENCED:
            raise Invalid({"unfenced_why": "Support and health reports stay inside the ring-fences."})
        if not why.strip() or len(why) > LONGEST_WHY:
            raise Invalid({"unfenced_why": f"Say why, in at most {LONGEST_WHY} characters."})
        if not report.fenced:
            raise Conflict("It is outside the ring-fences already.")
        report.fenced, report.unfenced_why = False, why.strip()
        await _moved(work, found.resource, Act.REPORT_OUTSIDE)


async def put_back(desk: Desk, asker: Asker, reference: str) -> None:
    """Put a report back inside its case's ring-fences: what stands against them is revoked in the same commit."""
    async with desk.work(asker, changes_access=True) as work:
        report, found = await work.find_row(reference, Report, Level.MANAGE)
        if report.fenced:
            raise Conflict("It is inside the ring-fences already.")
        report.fenced, report.unfenced_why = True, ""
        await _moved(work, found.resource, Act.REPORT_INSIDE)
        itself = select(col(Resource.id)).where(col(Resource.id) == report.id)
        against = set(await fences_of(work.session, report.case_id))
        for resource, grants in await standing_against(work.session, itself, against, work.asker.at):
            await _revoke(work, resource, grants)


async def bring_inside(work: Work, case: UUID, profiles: Collection[UUID]) -> None:
    """Revoke what stands against a case's ring-fences on individuals who are named in it from now on.

    The fence came first and the name later; whom it protects must not depend on that order.
    """
    against = set(await fences_of(work.session, case))
    named = select(col(Resource.id)).where(col(Resource.id).in_(profiles))
    for resource, grants in await standing_against(work.session, named, against, work.asker.at):
        await _revoke(work, resource, grants)


async def fenced_agency(session: AsyncSession, found: Found, reference: str, name: str) -> Agency:
    """Find whom a new ring-fence of this case would keep out. Raises Invalid with a message per field."""
    messages: dict[str, str] = {}
    rows = await session.execute(select(Agency).where(col(Agency.reference) == reference))
    agency = rows.scalar_one_or_none()
    if agency is None or agency.standing == Standing.CLOSED:
        messages["agency"] = "Choose an agency."
    elif agency.id == found.resource.owner_agency_id:
        messages["agency"] = "The case is this agency’s own."
    elif agency.id in await fences_of(session, found.resource.id):
        messages["agency"] = "A ring-fence of this case keeps that agency out already."
    if not name.strip() or len(name) > LONGEST_NAME:
        messages["name"] = f"Say what the rule is, in at most {LONGEST_NAME} characters."
    if messages or agency is None:
        raise Invalid(messages)
    return agency


def covered_by(case: UUID) -> Select[UUID]:
    """Select what a case's ring-fences cover: the reports inside them, and all else about the individuals concerned.

    That is the profiles of everyone named in the case or in a report of it, the people met on its operations, and the
    restricted tasks and posts of these. What follows another thing's access (a photo, an ordinary post) is covered with
    that thing, if at all.
    """
    inside = select(col(Report.id)).where(
        col(Report.case_id) == case, or_(col(Report.fenced), col(Report.kind).in_(ALWAYS_FENCED))
    )
    reports = select(col(Report.id)).where(col(Report.case_id) == case)
    named = select(col(Naming.profile_id)).where(
        col(Naming.ended_at).is_(None), or_(col(Naming.resource_id) == case, col(Naming.resource_id).in_(reports))
    )
    operations = select(col(Operation.id)).where(col(Operation.case_id) == case)
    tasks = select(col(Task.id)).where(col(Task.operation_id).in_(operations))
    posts = select(col(Post.id)).where(col(Post.operation_id).in_(operations))
    met = select(col(Encounter.id)).where(col(Encounter.operation_id).in_(operations))
    return select(col(Resource.id)).where(
        or_(
            col(Resource.id).in_(inside),
            col(Resource.id).in_(named),
            col(Resource.id).in_(met),
            and_(
                or_(col(Resource.id).in_(tasks), col(Resource.id).in_(posts)), col(Resource.acl_id) == col(Resource.id)
            ),
        )
    )


async def standing_against(
    session: AsyncSession, covered: Select[UUID], agencies: set[UUID], at: datetime
) -> list[tuple[Resource, list[Grant]]]:
    """Give the grants to these agencies that count there now or later, by thing. An agency's own stay its own."""
    rows = await session.execute(
        select(Resource, Grant)
        .join(Grant, col(Grant.resource_id) == col(Resource.id))
        .where(
            col(Grant.resource_id).in_(covered),
            col(Grant.grantee_agency_id).in_(agencies),
            col(Grant.grantee_agency_id) != col(Resource.owner_agency_id),
            col(Grant.revoked_at).is_(None),
            or_(col(Grant.ends).is_(None), col(Grant.ends) > at),
        )
        .order_by(col(Resource.id), col(Grant.id))
    )
    found: dict[UUID, tuple[Resource, list[Grant]]] = {}
    for resource, grant in rows:
        found.setdefault(resource.id, (resource, []))[1].append(grant)
    return list(found.values())


async def _revoke(work: Work, resource: Resource, grants: list[Grant]) -> None:
    for grant in grants:
        revoke(work, grant, BY_A_FENCE)
    await record_access(work, Fact.ACCESS_REVOKED, resource, *grants)


async def _moved(work: Work, report: Resource, act: Act) -> None:
    case = await work.session.get_one(Resource, report.gate_id)
    work.audit(act, report.reference)
    work.record(Fact.REPORT_REVISED, report.id, (case_topic(case.reference),))


async def _managed_fence(work: Work, reference: str) -> tuple[RingFence, Resource]:
    """Find a ring-fence of a case that the asker manages; to everyone else it is not there."""
    rows = await work.session.execute(select(RingFence).where(col(RingFence.reference) == reference))
    fence = rows.scalar_one_or_none()
    try:
        if fence is None:  # the same way as for a forbidden one, so that neither answers sooner
            await find(work.session, work.asker, reference, "case", Level.MANAGE)
            raise NotFound
        found = await find_by_id(work.session, work.asker, fence.case_id, Level.MANAGE)
    except NotAllowed:
        raise NotFound from None
    await work.find(found.resource.reference, "case", Level.MANAGE)
    return fence, found.resource
