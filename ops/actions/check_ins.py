"""Safe, need help, seen: the shortest messages of the day, and the ones that must never wait."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from live.audience import Level
from models.audit import Act
from models.base import new_id, new_reference
from models.operations import Operation
from models.tasks import CheckIn, CheckInKind, Claim, Task
from ops.access.asker import Asker
from ops.actions.authors import Author
from ops.actions.once import answered_before, keep_answer
from ops.actions.tasks import bounded
from ops.errors import Invalid, NotFound
from ops.topics import operation_topic
from ops.transaction import Desk, Fact, Work

LONGEST_NOTE = 300


async def check_in(desk: Desk, asker: Asker, operation: str, kind: str, note: str, key: str = "") -> None:
    """Say 'safe' or 'help' at the site of the task that the asker holds (else to the whole operation), or 'ok now'.

    'ok now' takes back every call of theirs that still stands, each where it was made. The same key and words again
    change nothing: a page insists until it has an answer.
    """
    if kind not in {CheckInKind.SAFE, CheckInKind.HELP, CheckInKind.OK_NOW}:
        raise Invalid({"kind": "Choose: safe, help, or ok now."})
    if len(note) > LONGEST_NOTE:
        raise Invalid({"note": f"Write at most {LONGEST_NOTE} characters. Post the rest as progress."})
    body = repr(("check-in", operation, kind, note))
    async with desk.work(asker, changes_access=True, in_line=True) as work:
        if key and await answered_before(work, key, body) is not None:
            return
        row, _ = await work.find_row(operation, Operation, Level.DISCOVER)
        said = await file_check_in(work, Author(work.asker), row.id, operation, kind, note)
        if not said:
            return  # said before, and nothing was called since
        if key:
            keep_answer(work, key, body, said[0].reference)
        work.audit(Act(f"checked in: {kind}"), operation)


async def file_check_in(
    work: Work, author: Author, operation: UUID, reference: str, kind: str, note: str, at: datetime | None = None
) -> list[CheckIn]:
    """File what an author says by checking in, within an act; nothing where every call of theirs was taken back."""
    if kind == CheckInKind.OK_NOW:
        calls = await _open_calls(work, author, operation)
        said = [_check_in(work, author, operation, call.site_id, kind, note, answers=call.id) for call in calls]
    else:
        said = [_check_in(work, author, operation, await _site_of(work, author, operation), kind, note)]
    work.add(*said)
    for one in said:
        one.at = bounded(at, work.asker.at)
        _record(work, one, reference)
    return said


async def see_call(desk: Desk, asker: Asker, reference: str) -> None:
    """Acknowledge a call for help, so that its caller reads who saw it; NotFound where the asker may not see it."""
    async with desk.work(asker, changes_access=True, in_line=True) as work:
        rows = await work.session.execute(
            select(CheckIn).where(col(CheckIn.reference) == reference, col(CheckIn.kind) == CheckInKind.HELP)
        )
        call = rows.scalar_one_or_none()
        # the narrower door first, and for no call one to nothing: an absent call answers no sooner than a hidden one
        await work.find_by_id((call.site_id or call.operation_id) if call else new_id())
        if call is None:
            raise NotFound
        operation = await work.find_by_id(call.operation_id)
        me = Author(work.asker)
        seen = _check_in(work, me, call.operation_id, call.site_id, CheckInKind.SEEN, answers=call.id)
        work.add(seen)
        work.audit(Act.CALL_SEEN, reference)
        _record(work, seen, operation.resource.reference)


def _check_in(
    work: Work,
    author: Author,
    operation: UUID,
    site: UUID | None,
    kind: str,
    note: str = "",
    answers: UUID | None = None,
) -> CheckIn:
    return CheckIn(
        reference=new_reference(),
        operation_id=operation,
        site_id=site,
        officer_id=author.asker.officer,
        agency_id=author.asker.agency,
        kind=kind,
        note=note.strip(),
        answers_id=answers,
        at=work.asker.at,
        arrived_at=work.asker.at,
        entered_by=author.entered_by,
        channel=author.channel,
    )


def _record(work: Work, said: CheckIn, operation: str) -> None:
    work.record(Fact.CHECKED_IN, said.site_id or said.operation_id, (operation_topic(operation),), said)


async def _site_of(work: Work, author: Author, operation: UUID) -> UUID | None:
    """Give the site of the task that an author took up last, where it has one."""
    rows = await work.session.execute(
        select(col(Task.site_id))
        .join(Claim, col(Claim.task_id) == col(Task.id))
        .where(
            col(Task.operation_id) == operation,
            col(Task.site_id).is_not(None),
            col(Claim.officer_id) == author.asker.officer,
            col(Claim.ended_at).is_(None),
        )
        .order_by(col(Claim.at).desc())
        .limit(1)
    )
    return rows.scalar_one_or_none()


async def _open_calls(work: Work, author: Author, operation: UUID) -> list[CheckIn]:
    """Give an author's calls for help that they have not taken back. Raises Invalid when they never called."""
    rows = await work.session.execute(
        select(CheckIn)
        .where(
            col(CheckIn.operation_id) == operation,
            col(CheckIn.officer_id) == author.asker.officer,
            col(CheckIn.kind).in_([CheckInKind.HELP, CheckInKind.OK_NOW]),
        )
        .order_by(col(CheckIn.at), col(CheckIn.id))
    )
    said = list(rows.scalars())
    taken_back = {one.answers_id for one in said}
    calls = [one for one in said if one.kind == CheckInKind.HELP]
    if not calls:
        raise Invalid({"kind": "You have not called for help."})
    return [call for call in calls if call.id not in taken_back]
