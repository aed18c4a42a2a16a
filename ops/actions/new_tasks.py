"""Making tasks, and changing what they say: asked of one agency, at a site or not, for everyone there or for few."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import col

from live.audience import Level
from models.agencies import Agency
from models.audit import Act
from models.operations import Detachment, Operation, Site
from models.tasks import Task, TaskEdit, TaskState, TaskStatus
from ops.access.asker import Asker
from ops.access.principals import detachment_key
from ops.actions.day_grants import Lending, lend_for_the_day
from ops.actions.decisions import managers_of, taking_part
from ops.actions.fences import fences_of
from ops.actions.once import answered_before, keep_answer
from ops.actions.tasks import must_be_running, topics_of
from ops.errors import Invalid
from ops.topics import operation_topic
from ops.transaction import Desk, Fact, Work, new_resource

LONGEST_TITLE = 160
ASKING = Lending("tasks", "works on it", "carries it out", Level.MANAGE, "told", Level.CONTRIBUTE, "task")


@dataclass(frozen=True, slots=True)
class NewTask:
    """What the form sends. `told`: with `restricted`, the agencies beside the one that is asked; references."""

    title: str
    agency: str
    key: str
    site: str = ""
    due: datetime | None = None
    restricted: bool = False
    told: Sequence[str] = ()
    about_nobody: bool = False
    agreement: str = ""


async def make_task(desk: Desk, asker: Asker, operation: str, new: NewTask) -> str:
    """Make a task; gives its reference. Only who manages the operation may. The same key again changes nothing.

    An ordinary task is seen by everyone at its site. A restricted one is seen by its maker's managers of the
    operation, the agency that it is asked of and those that are told, whatever else they see of the operation.
    """
    if not 0 < len(new.title.strip()) <= LONGEST_TITLE:
        raise Invalid({"title": f"Say what is to be done, in at most {LONGEST_TITLE} characters."})
    body = repr(new)
    async with desk.work(asker, changes_access=True) as work:
        row, found = await work.find_row(operation, Operation, Level.MANAGE)
        if (before := await answered_before(work, new.key, body)) is not None:
            return before
        await must_be_running(work, row.id)
        site = await _site(work, row.id, new.site)
        asked = await _asked(work, row.id, new.agency)
        owner = found.resource.owner_agency_id
        acl = None if new.restricted else (site or row.id)
        resource = new_resource("task", owner, acl=acl, gate=row.id)
        task = Task(
            id=resource.id,
            operation_id=row.id,
            site_id=site,
            agency_id=asked.id,
            title=new.title.strip(),
            place=await _next_place(work, row.id),
            due_at=new.due,
            restricted=new.restricted,
            made_by=work.asker.officer,
            made_at=work.asker.at,
        )
        at = work.asker.at
        begun = TaskState(
            task_id=task.id, revision=1, status=TaskStatus.IDLE, officer_id=work.asker.officer, at=at, arrived_at=at
        )
        grants = []
        if new.restricted:
            told = await _told(work, row, asked, new)
            ours = [(key, owner) for key in await managers_of(work, row.id, owner)]
            theirs = [(detachment_key(row.id, one.id), one.id) for one in told if one.id != owner]
            asking = replace(ASKING, agreement=new.agreement)
            grants = await lend_for_the_day(work, resource, row, [*ours, *theirs], asking)
        work.add(resource)
        await work.session.flush()
        work.add(task)
        await work.session.flush()
        work.add(begun)
        work.file_last(*grants)
        keep_answer(work, new.key, body, resource.reference)
        work.audit(Act.TASK_MADE, resource.reference)
        work.record(Fact.TASK_MADE, resource.id, (operation_topic(operation),), task, begun, *grants)
        return resource.reference


async def revise_task(desk: Desk, asker: Asker, reference: str, title: str, due: datetime | None = None) -> None:
    """Change what a task says and when it is due; only its managers may. What it said before is kept.

    Of whom it is asked and who sees it stay: for others it is another task.
    """
    if not 0 < len(title.strip()) <= LONGEST_TITLE:
        raise Invalid({"title": f"Say what is to be done, in at most {LONGEST_TITLE} characters."})
    async with desk.work(asker, changes_access=True) as work:  # the lock first, so that each edit keeps the one before
        task, found = await work.find_row(reference, Task, Level.MANAGE)
        await must_be_running(work, task.operation_id)
        at, officer = work.asker.at, work.asker.officer
        before = TaskEdit(task_id=task.id, title=task.title, due_at=task.due_at, officer_id=officer, at=at)
        task.title, task.due_at = title.strip(), due
        work.add(before)
        work.audit(Act.TASK_REVISED, found.resource.reference)
        work.record(Fact.TASK_REVISED, task.id, await topics_of(work, task.operation_id), before)


async def _site(work: Work, operation: UUID, reference: str) -> UUID | None:
    if not reference:
        return None
    site, _ = await work.find_row(reference, Site, Level.MANAGE)
    if site.operation_id != operation:
        raise Invalid({"site": "Choose a site of this operation."})
    return site.id


async def _asked(work: Work, operation: UUID, reference: str) -> Agency:
    rows = await work.session.execute(
        select(Agency)
        .join(Detachment, col(Detachment.agency_id) == col(Agency.id))
        .where(
            col(Agency.reference) == reference,
            col(Detachment.operation_id) == operation,
            col(Detachment.left_at).is_(None),
        )
    )
    agency = rows.scalar_one_or_none()
    if agency is None:
        raise Invalid({"agency": "Choose an agency that takes part."})
    return agency


async def _told(work: Work, operation: Operation, asked: Agency, new: NewTask) -> list[Agency]:
    """Give whose detachments see a restricted task. Nobody behind a ring-fence, where it is about an individual."""
    told = await taking_part(work, operation.id, new.told)
    told = [asked, *(one for one in told if one.id != asked.id)]
    fenced = await fences_of(work.session, operation.case_id)
    kept_out = [one.name for one in told if one.id in fenced]
    if kept_out and not new.about_nobody:
        raise Invalid({"about_nobody": f"{', '.join(kept_out)}: only if this task is about no individual."})
    return told


async def _next_place(work: Work, operation: UUID) -> int:
    newest = await work.session.execute(
        select(func.coalesce(func.max(col(Task.place)), 0)).where(col(Task.operation_id) == operation)
    )
    return int(newest.scalar_one()) + 1
