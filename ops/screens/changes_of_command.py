"""The newest change of command that waits to be acknowledged: every board of the operation says it until then."""

from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.operations import CommandTaken, Operation


class ChangeOfCommand(NamedTuple):
    """Command went from one officer to another."""

    reference: str
    before: UUID
    after: UUID
    at: datetime
    reason: str


async def change_of_command(session: AsyncSession, operation: UUID) -> ChangeOfCommand | None:
    """Give the newest one that waits; None where none does."""
    rows = await session.execute(
        select(
            col(CommandTaken.reference),
            col(CommandTaken.from_id),
            col(CommandTaken.to_id),
            col(CommandTaken.at),
            col(CommandTaken.reason),
        )
        .where(col(CommandTaken.operation_id) == operation, col(CommandTaken.acknowledged_at).is_(None))
        .order_by(col(CommandTaken.at).desc())
        .limit(1)
    )
    row = rows.one_or_none()
    return ChangeOfCommand(*row) if row else None


def in_command(operation: Operation, change: ChangeOfCommand | None) -> set[UUID]:
    """Give who commands an operation, and between whom command changed: its readers know their names."""
    parts = {operation.commander_id, operation.deputy_id, operation.loggist_id}
    changed = {change.before, change.after} if change else set[UUID]()
    return {one for one in parts if one is not None} | changed
