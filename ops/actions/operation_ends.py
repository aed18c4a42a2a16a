"""When an operation is over, and how long other agencies' officers on it may keep what they were given for it."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.operations import Detachment, Operation, OperationStage, Stage
from ops.access.principals import detachment_key

AFTERWARDS = timedelta(hours=24)  # time to write down what happened
DETACHMENT = "detachment:"


async def stood_down_at(session: AsyncSession, operation: UUID) -> datetime | None:
    """Give when an operation was stood down; None while it was not. There is no way back from it."""
    rows = await session.execute(
        select(func.min(col(OperationStage.at))).where(
            col(OperationStage.operation_id) == operation, col(OperationStage.stage) == Stage.STOOD_DOWN
        )
    )
    return rows.scalar_one()


async def latest_for(session: AsyncSession, principal: str) -> datetime | None:
    """Give until when a principal may be given anything; None for one that is no detachment."""
    if not principal.startswith(DETACHMENT):
        return None
    operation = await session.get_one(Operation, UUID(principal.removeprefix(DETACHMENT).partition("@")[0]))
    return (await stood_down_at(session, operation.id) or operation.ends) + AFTERWARDS


async def detachment_keys(session: AsyncSession, operation: UUID) -> list[str]:
    """Give the keys of every detachment that an operation has or had."""
    rows = await session.execute(select(col(Detachment.agency_id)).where(col(Detachment.operation_id) == operation))
    return sorted({detachment_key(operation, agency) for agency in rows.scalars()})
