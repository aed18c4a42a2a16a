"""What officers do with tasks: come closer, hold, let go."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import col

from live.audience import Level
from models.agencies import Agency, Officer
from models.audit import Act
from models.grants import Resource
from models.operations import Stage
from models.tasks import Claim, Task, TaskState, TaskStatus
from ops.access.asker import Asker
from ops.actions.authors import Author
from ops.actions.operation_ends import stage_of
from ops.errors import Conflict, Invalid, NotAllowed
from ops.topics import operation_topic
from ops.transaction import Desk, Fact, Work

CLAIM_LEASE = timedelta(minutes=10)  # a dead phone loses its claims after so long; a living one renews them
OLDEST_STATUS = timedelta(hours=24)  # a status may arrive late from a phone without signal, but not from last week


async def move_task(desk: Desk, asker: Asker, reference: str, status: str, happened_at: datetime | None) -> None:
    """Bring a task to a status. Only its holder or the agency it is asked of may; NotAllowed for anyone else."""
    # the lock first, so that no two share a revision
    async with desk.work(asker, changes_access=True, in_line=True) as work:
        await file_status(work, Author(work.asker), reference, status, happened_at)
        work.audit(Act.TASK_MOVED, reference)


async def file_status(work: Work, author: Author, reference: str, status: str, happened_at: datetime | None) -> None:
    """File a status of its author's within an act that holds the lock; see `move_task`."""
    if status not in set(TaskStatus):
        raise Invalid({"status": "Choose one of: en route, on site, waiting, clear, not started."})
    task, _ = await work.find_row(reference, Task, Level.CONTRIBUTE)
    await must_be_running(work, task.operation_id)
    claim = await open_claim(work, task.id)
    who = author.asker
    if who.agency != task.agency_id and (claim is None or claim.officer_id != who.officer):
        raise NotAllowed("Only its holder or the agency that it is asked of can change this task's status.")
    state = TaskState(
        task_id=task.id,
        revision=await _next_revision(work, task.id),
        status=status,
        officer_id=who.officer,
        at=bounded(happened_at, work.asker.at),
        arrived_at=work.asker.at,
        entered_by=author.entered_by,
        channel=author.channel,
    )
    work.add(state)
    work.record(Fact.TASK_MOVED, task.id, await topics_of(work, task.operation_id), state)


async def claim_task(desk: Desk, asker: Asker, reference: str) -> None:
    """Hold a task. One officer at a time: Conflict names the holder's agency, to readers of the task only."""
    # the lock first, so that two claims cannot both win
    async with desk.work(asker, changes_access=True, in_line=True) as work:
        task, _ = await work.find_row(reference, Task, Level.CONTRIBUTE)
        await must_be_running(work, task.operation_id)
        held = await open_claim(work, task.id)
        if held is not None and held.officer_id == asker.officer:
            return
        if held is not None:
            holder = await work.session.get(Officer, held.officer_id)
            agency = await work.session.get(Agency, held.agency_id)
            raise Conflict(f"Already with {holder.name if holder else ''}, {agency.name if agency else ''}.")
        claim = Claim(
            task_id=task.id,
            officer_id=asker.officer,
            agency_id=asker.agency,
            at=work.asker.at,
            lease_until=work.asker.at + CLAIM_LEASE,
        )
        work.add(claim)
        work.audit(Act.TASK_CLAIMED, reference)
        work.record(Fact.TASK_CLAIMED, task.id, await topics_of(work, task.operation_id), claim)


async def release_task(desk: Desk, asker: Asker, reference: str) -> None:
    """Let go of a task that the asker holds; NotAllowed when someone else does or nobody."""
    # the lock first: the sweep may end it at this moment
    async with desk.work(asker, changes_access=True, in_line=True) as work:
        task, _ = await work.find_row(reference, Task, Level.CONTRIBUTE)
        claim = await open_claim(work, task.id)
        if claim is None or claim.officer_id != asker.officer:
            raise NotAllowed("You do not hold this task.")
        claim.ended_at, claim.ended_why = work.asker.at, "released"
        work.audit(Act.TASK_RELEASED, reference)
        work.record(
            Fact.TASK_RELEASED, task.id, await topics_of(work, task.operation_id), claim, stamp="ended_position"
        )


async def topics_of(work: Work, operation: UUID) -> tuple[str, ...]:
    """Give the topics of everything on an operation."""
    resource = await work.session.get_one(Resource, operation)
    return (operation_topic(resource.reference),)


async def must_be_running(work: Work, operation: UUID) -> None:
    """Refuse changes to an operation that has been stood down."""
    refuse_stood_down(await stage_of(work.session, operation))


def refuse_stood_down(stage: str | None) -> None:
    """Refuse changes to an operation at this stage, if it has been stood down."""
    if stage == Stage.STOOD_DOWN:
        raise Conflict("This operation has been stood down, so nothing more can be changed on it.")


async def open_claim(work: Work, task: UUID) -> Claim | None:
    """Give who holds a task now."""
    rows = await work.session.execute(select(Claim).where(col(Claim.task_id) == task, col(Claim.ended_at).is_(None)))
    return rows.scalar_one_or_none()


def bounded(happened_at: datetime | None, now: datetime) -> datetime:
    """Take a phone's own time for what happened, within reason: never the future, never older than a day."""
    if happened_at is None:
        return now
    return min(max(happened_at, now - OLDEST_STATUS), now)


async def _next_revision(work: Work, task: UUID) -> int:
    newest = await work.session.execute(
        select(func.coalesce(func.max(col(TaskState.revision)), 0)).where(col(TaskState.task_id) == task)
    )
    return int(newest.scalar_one()) + 1
