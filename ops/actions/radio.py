"""By radio: the loggist writes down for an officer what they say over a channel; the officer confirms it later."""

from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from live.audience import Level
from models.agencies import Officer
from models.audit import Act
from models.operations import DetachmentMember, Operation
from models.tasks import CheckIn, CheckInKind, Post, Task, TaskState, Told
from ops.access.asker import Asker
from ops.access.principals import officers_now
from ops.actions.authors import Author
from ops.actions.check_ins import LONGEST_NOTE, file_check_in
from ops.actions.once import answered_before, keep_answer
from ops.actions.posts import NewPost, check_post, file_post
from ops.actions.tasks import file_status, must_be_running
from ops.errors import Conflict, Invalid, NotAllowed
from ops.topics import operation_topic
from ops.transaction import Desk, Fact, Work

CHANNELS = ("radio", "telephone")
SAID = (CheckInKind.SAFE, CheckInKind.HELP)


@dataclass(frozen=True, slots=True)
class Heard:
    """What the form sends. `task` or `site` says where; any of text, status and check-in may be empty, not all."""

    operation: str
    officer: str
    channel: str
    key: str
    at: datetime | None = None
    task: str = ""
    site: str = ""
    text: str = ""
    status: str = ""
    check_in: str = ""


async def enter_heard(desk: Desk, asker: Asker, heard: Heard) -> None:
    """File for an officer what they said: a post, a task's status, a check-in, each as if they had filed it.

    Its audience is what theirs would be; what they may not do, cannot be done for them, and what the asker may not see
    neither. NotAllowed for who is not the loggist, the commander or the deputy. The same key changes nothing again.
    """
    body = repr(heard)
    async with desk.work(asker, changes_access=True, in_line=True) as work:
        operation, _ = await work.find_row(heard.operation, Operation, Level.MANAGE)
        if work.asker.officer not in keepers(operation):
            raise NotAllowed("The loggist enters what is heard, or the commander, or the deputy.")
        if await answered_before(work, heard.key, body) is not None:
            return
        _check(heard)
        await must_be_running(work, operation.id)
        author = await _author(work, operation, heard)
        own, work.asker = work.asker, replace(work.asker, beside=author.asker.keys)  # as far as both may go
        await _file(work, author, operation, heard)
        work.asker = own
        keep_answer(work, heard.key, body, heard.operation)
        work.audit(Act.HEARD, heard.operation)


async def confirm_heard(desk: Desk, asker: Asker, operation: str, entry: str) -> None:
    """Say that what somebody entered for oneself is right: 'post', 'status' or 'check-in', a colon, a reference."""
    kind, _, reference = entry.partition(":")
    # the lock first, so that two taps are one
    async with desk.work(asker, changes_access=True, in_line=True) as work:
        await work.find(operation, "operation", Level.DISCOVER)
        row, subject = await _entered_for(work, kind, reference)
        row.confirmed_at = work.asker.at
        work.audit(Act.HEARD_CONFIRMED, operation)
        topics = (operation_topic(operation),)
        work.record(Fact.HEARD_CONFIRMED, subject, topics, row, stamp="confirmed_position")


def keepers(operation: Operation) -> set[UUID | None]:
    """Give who may write down what is heard."""
    return {operation.loggist_id, operation.commander_id, operation.deputy_id}


def _check(heard: Heard) -> None:
    if heard.channel not in CHANNELS:
        raise Invalid({"channel": "Choose how it was heard."})
    if not (heard.text.strip() or heard.status or heard.check_in):
        raise Invalid({"text": "Write what was said, or choose a status or a check-in."})
    if heard.check_in and heard.check_in not in SAID:
        raise Invalid({"check_in": "Choose: safe, or needs help."})
    if heard.status and not heard.task:
        raise Invalid({"place": "A status is of a task. Choose which."})


async def _author(work: Work, operation: Operation, heard: Heard) -> Author:
    rows = await work.session.execute(
        select(col(Officer.id))
        .join(DetachmentMember, col(DetachmentMember.officer_id) == col(Officer.id))
        .where(
            col(Officer.reference) == heard.officer,
            col(DetachmentMember.operation_id) == operation.id,
            col(DetachmentMember.ends).is_(None),
        )
    )
    officer = rows.scalars().first()
    now = (await officers_now(work.session, [officer], work.asker.at)).get(officer) if officer else None
    if officer is None or now is None or officer == work.asker.officer:
        raise Invalid({"officer": "Choose an officer on this operation, other than yourself."})
    speaking = Asker(officer, now.agency, now.keys.held, work.asker.at)
    return Author(speaking, entered_by=work.asker.officer, channel=heard.channel)


async def _file(work: Work, author: Author, operation: Operation, heard: Heard) -> None:
    if heard.status:
        await file_status(work, author, heard.task, heard.status, heard.at)
    if heard.check_in:
        note = heard.text.strip()[:LONGEST_NOTE] if heard.check_in == CheckInKind.HELP else ""
        await file_check_in(work, author, operation.id, heard.operation, heard.check_in, note, heard.at)
    if heard.text.strip():
        new = NewPost(heard.operation, heard.text, "", heard.key, heard.task, heard.site, heard.at)
        check_post(new, [])
        await file_post(work, author, new, [])


async def _entered_for(work: Work, kind: str, reference: str) -> tuple[Told, UUID]:
    """Find an entry for the asker that waits for their word, and what it is about. Conflict for anything else."""
    waits = {"post": _post, "status": _status, "check-in": _check_in}.get(kind)
    found = await waits(work, reference) if waits else None
    if found is None:
        raise Conflict("Nothing that was entered for you waits here.")
    return found


async def _post(work: Work, reference: str) -> tuple[Told, UUID] | None:
    post, _ = await work.find_row(reference, Post)
    return (post, post.id) if _waits(work, post, post.author_id) else None


async def _status(work: Work, reference: str) -> tuple[Told, UUID] | None:
    task, _ = await work.find_row(reference, Task)
    rows = await work.session.execute(
        select(TaskState)
        .where(col(TaskState.task_id) == task.id, col(TaskState.officer_id) == work.asker.officer)
        .order_by(col(TaskState.revision))
    )
    return next(((state, task.id) for state in rows.scalars() if _waits(work, state, state.officer_id)), None)


async def _check_in(work: Work, reference: str) -> tuple[Told, UUID] | None:
    rows = await work.session.execute(select(CheckIn).where(col(CheckIn.reference) == reference))
    row = rows.scalar_one_or_none()
    return (row, row.site_id or row.operation_id) if row and _waits(work, row, row.officer_id) else None


def _waits(work: Work, row: Told, author: UUID | None) -> bool:
    return author == work.asker.officer and row.entered_by is not None and row.confirmed_at is None
