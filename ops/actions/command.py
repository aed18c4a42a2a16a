"""Taking command of an operation: who had it, who has it, since when and why; acknowledged by who had it."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from live.audience import Level
from models.agencies import Officer
from models.audit import Act
from models.operations import CommandTaken, DetachmentMember, Operation
from ops.access.asker import Asker
from ops.access.doors import find_by_id
from ops.actions.tasks import must_be_running
from ops.errors import Conflict, Invalid, NotAllowed, NotFound
from ops.topics import operation_topic
from ops.transaction import Desk, Fact, Work

LONGEST_REASON = 400


@dataclass(frozen=True, slots=True)
class Taking:
    """What the form sends. `deputy`: an officer's reference; empty for nobody."""

    reason: str
    deputy: str = ""


async def take_command(desk: Desk, asker: Asker, operation: str, taking: Taking) -> None:
    """Take command, at once. Only its managers may; Conflict for who has it already.

    Command shows nothing to anyone: it says who decides, and where a call for help goes first.
    """
    async with desk.work(asker, changes_access=True) as work:  # the lock first, so that no two take it from the same
        row, _ = await work.find_row(operation, Operation, Level.MANAGE)
        _check(taking)
        await must_be_running(work, row.id)
        if row.commander_id == work.asker.officer:
            raise Conflict("You have command already.")
        taken = CommandTaken(
            operation_id=row.id,
            from_id=row.commander_id,
            to_id=work.asker.officer,
            deputy_id=await _deputy(work, row.id, taking.deputy),
            at=work.asker.at,
            reason=taking.reason.strip(),
        )
        row.commander_id, row.deputy_id = taken.to_id, taken.deputy_id
        work.add(taken)
        work.audit(Act.COMMAND_TAKEN, operation)
        work.record(Fact.COMMAND_TAKEN, row.id, (operation_topic(operation),), taken)


async def acknowledge_command(desk: Desk, asker: Asker, reference: str) -> None:
    """Say that one knows who has command now; only who had it does, once."""
    async with desk.work(asker, changes_access=True) as work:
        rows = await work.session.execute(select(CommandTaken).where(col(CommandTaken.reference) == reference))
        taken = rows.scalar_one_or_none()
        if taken is None:  # the same way as for a forbidden one, so that neither answers sooner
            await find_by_id(work.session, work.asker, work.asker.officer)
            raise NotFound
        found = await work.find_by_id(taken.operation_id)
        if taken.from_id != work.asker.officer:
            raise NotAllowed("The officer who had command acknowledges.")
        if taken.acknowledged_at is not None:
            raise Conflict("This was acknowledged already.")
        taken.acknowledged_at = work.asker.at
        work.audit(Act.COMMAND_ACKNOWLEDGED, found.resource.reference)
        topics = (operation_topic(found.resource.reference),)
        work.record(Fact.COMMAND_ACKNOWLEDGED, taken.operation_id, topics, taken, stamp="acknowledged_position")


def _check(taking: Taking) -> None:
    if not taking.reason.strip():
        raise Invalid({"reason": "Say why command changes."})
    if len(taking.reason) > LONGEST_REASON:
        raise Invalid({"reason": f"Write at most {LONGEST_REASON} characters."})


async def _deputy(work: Work, operation: UUID, reference: str) -> UUID | None:
    """Find the deputy among one's own agency's officers on the operation."""
    if not reference:
        return None
    rows = await work.session.execute(
        select(col(Officer.id))
        .join(DetachmentMember, col(DetachmentMember.officer_id) == col(Officer.id))
        .where(
            col(Officer.reference) == reference,
            col(Officer.agency_id) == work.asker.agency,
            col(Officer.id) != work.asker.officer,
            col(DetachmentMember.operation_id) == operation,
            col(DetachmentMember.ends).is_(None),
        )
    )
    deputy = rows.scalars().first()
    if deputy is None:
        raise Invalid({"deputy": "Choose one of your own officers on the operation."})
    return deputy
