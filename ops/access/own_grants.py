"""When an asker's own access next changes by itself."""

from datetime import datetime

from sqlalchemy import Select, func, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.agreements import Agreement
from models.grants import Grant
from ops.access.asker import Asker


async def next_turn(session: AsyncSession, asker: Asker) -> datetime | None:
    """Give the next moment at which a grant to the asker, or the agreement that it cites, begins or ends."""
    columns = (Grant.starts, Grant.ends, Agreement.starts, Agreement.ends)
    earliest = union_all(*(_next(asker, column) for column in columns)).subquery()
    found = await session.execute(select(earliest.c.moment))
    moments: list[datetime] = [moment for moment in found.scalars() if moment is not None]
    return min(moments, default=None)


def _next(asker: Asker, column: datetime | None) -> Select[datetime | None]:
    return (
        select(func.min(col(column)).label("moment"))
        .select_from(Grant)
        .outerjoin(Agreement, col(Agreement.id) == col(Grant.agreement_id))
        .where(col(Grant.principal).in_(sorted(asker.keys)), col(Grant.revoked_at).is_(None), col(column) > asker.at)
    )
