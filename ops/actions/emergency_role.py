"""Whether an officer may still break the glass: evaluated by instants, so that no job is needed to stop them."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.emergencies import BreakGlass, BreakGlassReview

REVIEW_WITHIN = timedelta(hours=72)  # the owner's time to say whether it was right; then the role stops


async def unreviewed(session: AsyncSession, officer: UUID, at: datetime) -> bool:
    """Say whether a glass that this officer broke is overdue for its owner's review, from that very instant on.

    Time that passes stops the role; the review that then comes lets it go on.
    """
    rows = await session.execute(
        select(col(BreakGlass.id))
        .outerjoin(BreakGlassReview, col(BreakGlassReview.break_glass_id) == col(BreakGlass.id))
        .where(
            col(BreakGlass.officer_id) == officer,
            col(BreakGlass.review_due) <= at,
            or_(col(BreakGlassReview.id).is_(None), col(BreakGlassReview.at) > at),
        )
    )
    return rows.first() is not None
