"""Who commands an operation, and how command went from one to the other."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.agencies import Officer
from models.operations import CommandTaken, DetachmentMember, Operation, Stage
from ops.access.asker import Asker
from ops.access.doors import find_row
from ops.actions.operation_ends import stage_of


@dataclass(frozen=True, slots=True)
class Change:
    """Command went from one officer to another. `mine`: the reader had it, and has not acknowledged."""

    reference: str
    before: str
    after: str
    at: datetime
    reason: str
    acknowledged_at: datetime | None
    mine: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """An officer of the reader's own agency on the operation, who could be the deputy."""

    reference: str
    name: str


@dataclass(frozen=True, slots=True)
class Command:
    """The page. `may_take`: the reader manages the running operation, and somebody else has command."""

    reference: str
    title: str
    commander: str
    deputy: str
    loggist: str
    may_take: bool
    candidates: tuple[Candidate, ...]
    changes: tuple[Change, ...]


async def read_command(session: AsyncSession, asker: Asker, reference: str) -> Command:
    """Read the page."""
    operation, found = await find_row(session, asker, reference, Operation)
    rows = await session.execute(
        select(CommandTaken)
        .where(col(CommandTaken.operation_id) == operation.id)
        .order_by(col(CommandTaken.at).desc(), col(CommandTaken.id).desc())
    )
    taken = list(rows.scalars())
    names = await _names(session, operation, taken)
    may_take = (
        found.level >= Level.MANAGE
        and operation.commander_id != asker.officer
        and await stage_of(session, operation.id) != Stage.STOOD_DOWN
    )
    return Command(
        reference=reference,
        title=operation.title,
        commander=names[operation.commander_id],
        deputy=names[operation.deputy_id] if operation.deputy_id else "",
        loggist=names[operation.loggist_id] if operation.loggist_id else "",
        may_take=may_take,
        candidates=await _candidates(session, asker, operation.id) if may_take else (),
        changes=tuple(
            Change(
                one.reference,
                names[one.from_id],
                names[one.to_id],
                one.at,
                one.reason,
                one.acknowledged_at,
                one.from_id == asker.officer and one.acknowledged_at is None,
            )
            for one in taken
        ),
    )


async def _names(session: AsyncSession, operation: Operation, taken: list[CommandTaken]) -> dict[UUID, str]:
    named = {operation.commander_id, operation.deputy_id, operation.loggist_id}
    named |= {officer for one in taken for officer in (one.from_id, one.to_id)}
    rows = await session.execute(select(col(Officer.id), col(Officer.name)).where(col(Officer.id).in_(named - {None})))
    return {row[0]: row[1] for row in rows}


async def _candidates(session: AsyncSession, asker: Asker, operation: UUID) -> tuple[Candidate, ...]:
    rows = await session.execute(
        select(col(Officer.reference), col(Officer.name))
        .join(DetachmentMember, col(DetachmentMember.officer_id) == col(Officer.id))
        .where(
            col(DetachmentMember.operation_id) == operation,
            col(DetachmentMember.ends).is_(None),
            col(Officer.agency_id) == asker.agency,
            col(Officer.id) != asker.officer,
            col(Officer.active),
        )
        .distinct()
        .order_by(col(Officer.name))
    )
    return tuple(Candidate(*row) for row in rows)
