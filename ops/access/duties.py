"""Which duties an officer holds for their agency: what they may do, never what they may see."""

from collections import defaultdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.agencies import Duty, Officer, OfficerDuty
from ops.access.asker import Asker
from ops.errors import NotFound


async def duties_of(session: AsyncSession, officer: UUID, at: datetime) -> frozenset[str]:
    """Give the duties that an officer holds at one instant."""
    rows = await session.execute(
        select(col(OfficerDuty.duty)).where(col(OfficerDuty.officer_id) == officer, in_force(at))
    )
    return frozenset(rows.scalars())


async def duties_now(session: AsyncSession, at: datetime) -> dict[UUID, frozenset[str]]:
    """Give everyone's duties at one instant; who has none is absent."""
    rows = await session.execute(select(col(OfficerDuty.officer_id), col(OfficerDuty.duty)).where(in_force(at)))
    held = defaultdict[UUID, set[str]](set)
    for officer, duty in rows:
        held[officer].add(duty)
    return {officer: frozenset(duties) for officer, duties in held.items()}


def must_hold(asker: Asker, *duties: Duty) -> None:
    """Raise NotFound for who holds none of these duties: a page of theirs is not there for anybody else."""
    if asker.duties.isdisjoint(duties):
        raise NotFound


def holding(duty: Duty, at: datetime) -> Select[UUID]:
    """Select the active officers who hold a duty at one instant."""
    return (
        select(col(Officer.id))
        .join(OfficerDuty, col(OfficerDuty.officer_id) == col(Officer.id))
        .where(col(Officer.active), col(OfficerDuty.duty) == duty, in_force(at))
    )


def in_force(at: datetime) -> ColumnElement[bool]:
    """Judge rows of OfficerDuty: begun, and not ended."""
    return and_(col(OfficerDuty.starts) <= at, or_(col(OfficerDuty.ends).is_(None), col(OfficerDuty.ends) > at))
