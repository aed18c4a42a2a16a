"""What was withdrawn: taken off every list of files and names; listed for its agency's information manager."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.agencies import Duty
from models.grants import Resource
from models.withdrawals import Withdrawal
from ops.access.asker import Asker
from ops.access.duties import must_hold
from ops.actions.withdrawals import withdrawn_by


@dataclass(frozen=True, slots=True)
class WithdrawnLine:
    """A report or post of one's agency: its reference, when, and the hash of what it said; no word of it."""

    kind: str
    reference: str
    at: datetime
    sha256: str


def withdrawn_ids() -> Select[UUID]:
    """Select everything that was withdrawn."""
    return select(col(Withdrawal.resource_id))


async def is_withdrawn(session: AsyncSession, resource: UUID) -> bool:
    """Say whether a thing was withdrawn."""
    rows = await session.execute(withdrawn_ids().where(col(Withdrawal.resource_id) == resource))
    return rows.first() is not None


async def hash_if_withdrawn(session: AsyncSession, report: UUID) -> str:
    """Give the hash of what a withdrawn report said; empty for one that stands."""
    rows = await session.execute(select(col(Withdrawal.sha256)).where(col(Withdrawal.resource_id) == report))
    return rows.scalar_one_or_none() or ""


async def withdrawn_by_my_agency(session: AsyncSession, asker: Asker) -> list[WithdrawnLine]:
    """List them, the newest first; NotFound for who is not the information manager."""
    must_hold(asker, Duty.INFORMATION_MANAGER)
    rows = await session.execute(
        select(Withdrawal, col(Resource.kind), col(Resource.reference))
        .join(Resource, col(Resource.id) == col(Withdrawal.resource_id))
        .where(withdrawn_by(asker.agency))
        .order_by(col(Withdrawal.at).desc(), col(Withdrawal.id))
    )
    return [WithdrawnLine(kind, reference, row.at, row.sha256) for row, kind, reference in rows]
