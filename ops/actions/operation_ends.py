"""When an operation is over, and how long other agencies' officers on it may keep what they were given for it."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, ScalarSelect, and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.grants import Grant, Resource
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


async def stage_of(session: AsyncSession, operation: UUID) -> str:
    """Give the stage that an operation has reached: the last in the journal's order, before it that of its filing.

    What has no place in the journal was filed with the operation. It comes last here by name: one database sorts what
    is missing first, the other last.
    """
    return (await session.execute(select(stage_reached(operation)))).scalar_one() or Stage.PLANNED


def stage_reached(operation: UUID | BindParameter[UUID]) -> ScalarSelect[str]:
    """Select the stage for another statement; nothing where none was filed. See `stage_of`."""
    return (
        select(col(OperationStage.stage))
        .where(col(OperationStage.operation_id) == operation)
        .order_by(col(OperationStage.position).desc().nulls_last(), col(OperationStage.at).desc())
        .limit(1)
        .scalar_subquery()
    )


async def latest_for(session: AsyncSession, principal: str) -> datetime | None:
    """Give until when a principal may be given anything; None for one that is no detachment."""
    if not principal.startswith(DETACHMENT):
        return None
    operation = await session.get_one(Operation, UUID(principal.removeprefix(DETACHMENT).partition("@")[0]))
    return (await stood_down_at(session, operation.id) or operation.ends) + AFTERWARDS


async def given_for(session: AsyncSession, operation: UUID) -> ColumnElement[bool]:
    """Judge rows of Grant beside their Resource: what other agencies were given for an operation.

    That is what its detachments were given, on whatever it is, and what anybody was given on the operation itself or
    on what lies in it. An owner's own officers are not guests: what they have is not for the day.
    """
    rows = await session.execute(select(col(Detachment.agency_id)).where(col(Detachment.operation_id) == operation))
    keys = sorted({detachment_key(operation, agency) for agency in rows.scalars()})
    return and_(
        or_(col(Grant.principal).in_(keys), col(Resource.id) == operation, col(Resource.gate_id) == operation),
        col(Grant.grantee_agency_id) != col(Resource.owner_agency_id),
    )
