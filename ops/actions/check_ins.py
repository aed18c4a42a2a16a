"""Safe, need help, seen: the shortest messages of the day, and the ones that must never wait."""

from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from live.audience import Level
from models.base import new_reference
from models.operations import Operation, Site
from models.tasks import CheckIn, CheckInKind, Claim, Task
from ops.access.asker import Asker
from ops.access.doors import find_by_id
from ops.errors import Invalid, NotFound
from ops.topics import operation_topic
from ops.transaction import Desk, Fact, Work

LONGEST_NOTE = 300


async def check_in(desk: Desk, asker: Asker, operation: str, kind: str, note: str) -> None:
    """Say 'safe', 'help' or 'ok now', at the site of the task that the asker holds (else to the whole operation)."""
    if kind not in {CheckInKind.SAFE, CheckInKind.HELP, CheckInKind.OK_NOW}:
        raise Invalid({"kind": "Choose: safe, help, or ok now."})
    if len(note) > LONGEST_NOTE:
        raise Invalid({"note": f"Write at most {LONGEST_NOTE} characters. Post the rest as progress."})
    async with desk.work(asker) as work:
        row, found = await work.find_row(operation, Operation, Level.DISCOVER)
        site = await _site_of(work, row)
        said = CheckIn(
            reference=new_reference(),
            operation_id=row.id,
            site_id=site.id if site else None,
            officer_id=asker.officer,
            agency_id=asker.agency,
            kind=kind,
            note=note.strip(),
            answers_id=await _open_call(work, row) if kind == CheckInKind.OK_NOW else None,
            at=asker.at,
            arrived_at=asker.at,
        )
        work.add(said)
        work.audit(f"checked in: {kind}", operation)
        subject = site.id if site else row.id
        work.record(Fact.CHECKED_IN, subject, (operation_topic(found.resource.reference),), said)


async def see_call(desk: Desk, asker: Asker, reference: str) -> None:
    """Acknowledge a call for help, so that its caller reads who saw it; NotFound where the asker may not see it."""
    async with desk.work(asker) as work:
        call = (
            await work.session.execute(select(CheckIn).where(col(CheckIn.reference) == reference))
        ).scalar_one_or_none()
        if call is None or call.kind != CheckInKind.HELP:
            raise NotFound
        operation = await find_by_id(work.session, asker, call.operation_id)
        if call.site_id is not None:
            await find_by_id(work.session, asker, call.site_id)
        seen = CheckIn(
            reference=new_reference(),
            operation_id=call.operation_id,
            site_id=call.site_id,
            officer_id=asker.officer,
            agency_id=asker.agency,
            kind=CheckInKind.SEEN,
            answers_id=call.id,
            at=asker.at,
            arrived_at=asker.at,
        )
        work.add(seen)
        work.audit("call for help seen", reference)
        work.record(
            Fact.CHECKED_IN, call.site_id or call.operation_id, (operation_topic(operation.resource.reference),), seen
        )


async def _site_of(work: Work, operation: Operation) -> Site | None:
    """Give the site of the task that the asker took up last."""
    rows = await work.session.execute(
        select(Site)
        .join(Task, col(Task.site_id) == col(Site.id))
        .join(Claim, col(Claim.task_id) == col(Task.id))
        .where(
            col(Task.operation_id) == operation.id,
            col(Claim.officer_id) == work.asker.officer,
            col(Claim.ended_at).is_(None),
        )
        .order_by(col(Claim.at).desc())
        .limit(1)
    )
    return rows.scalar_one_or_none()


async def _open_call(work: Work, operation: Operation) -> UUID:
    rows = await work.session.execute(
        select(col(CheckIn.id))
        .where(
            col(CheckIn.operation_id) == operation.id,
            col(CheckIn.officer_id) == work.asker.officer,
            col(CheckIn.kind) == CheckInKind.HELP,
        )
        .order_by(col(CheckIn.at).desc())
        .limit(1)
    )
    call = rows.scalar_one_or_none()
    if call is None:
        raise Invalid({"kind": "You have not called for help."})
    return call
