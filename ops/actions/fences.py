"""Ring-fences: a rule of a case that no grant may cross, judged when access is given."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.grants import RingFence


async def fences_of(session: AsyncSession, case: UUID | None) -> dict[UUID, RingFence]:
    """Give the standing ring-fences of a case by the agency that each keeps out."""
    if case is None:
        return {}
    rows = await session.execute(
        select(RingFence).where(col(RingFence.case_id) == case, col(RingFence.lifted_at).is_(None))
    )
    return {fence.agency_id: fence for fence in rows.scalars()}


async def kept_out(session: AsyncSession, cases: Collection[UUID], agency: UUID) -> bool:
    """Say whether a standing ring-fence of one of these cases keeps an agency out; one question, also for no case."""
    rows = await session.execute(
        select(col(RingFence.id)).where(
            col(RingFence.case_id).in_(cases), col(RingFence.agency_id) == agency, col(RingFence.lifted_at).is_(None)
        )
    )
    return rows.first() is not None
