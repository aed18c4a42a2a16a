"""Which information-sharing agreement covers sharing between two agencies."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.agreements import Agreement, AgreementParty


async def agreements_between(session: AsyncSession, owner: UUID, grantee: UUID, at: datetime) -> list[Agreement]:
    """Give the agreements in force that both agencies signed, the widest first."""
    signed_by_grantee = select(col(AgreementParty.agreement_id)).where(
        col(AgreementParty.agency_id) == grantee, takes_part(at)
    )
    rows = await session.execute(
        select(Agreement)
        .join(AgreementParty, col(AgreementParty.agreement_id) == col(Agreement.id))
        .where(
            col(AgreementParty.agency_id) == owner,
            takes_part(at),
            col(Agreement.id).in_(signed_by_grantee),
            in_force(at),
        )
        .order_by(col(Agreement.highest_level).desc(), col(Agreement.name))
    )
    return list(rows.scalars())


def in_force(at: datetime) -> ColumnElement[bool]:
    """Judge an agreement at one instant; until all have signed, its end is its beginning."""
    return and_(col(Agreement.starts) <= at, or_(col(Agreement.ends).is_(None), col(Agreement.ends) > at))


def takes_part(at: datetime) -> ColumnElement[bool]:
    """Judge a party at one instant: it has not left."""
    return or_(col(AgreementParty.left_at).is_(None), col(AgreementParty.left_at) > at)
