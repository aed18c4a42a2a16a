"""Which information-sharing agreement covers sharing between two agencies."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import BindParameter, ColumnElement, and_, bindparam, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from models.agreements import Agreement, AgreementParty
from models.base import Instant


async def agreements_between(session: AsyncSession, owner: UUID, grantee: UUID, at: datetime) -> list[Agreement]:
    """Give the agreements in force that both agencies signed, the widest first."""
    return (await agreements_with(session, owner, [grantee], at)).get(grantee, [])


async def agreements_with(
    session: AsyncSession, owner: UUID, grantees: Collection[UUID], at: datetime
) -> dict[UUID, list[Agreement]]:
    """Give for each other agency the agreements in force that both signed, the widest first."""
    rows = await session.execute(_SIGNED_BY_BOTH, {"owner": owner, "grantees": list(grantees), "at": at})
    found = defaultdict[UUID, list[Agreement]](list)
    for agency, agreement in rows:
        found[agency].append(agreement)
    return found


def in_force(at: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """Judge an agreement at one instant; until all have signed, its end is its beginning."""
    return and_(col(Agreement.starts) <= at, or_(col(Agreement.ends).is_(None), col(Agreement.ends) > at))


def takes_part(at: datetime | BindParameter[datetime]) -> ColumnElement[bool]:
    """Judge a party at one instant: it has not left."""
    return or_(col(AgreementParty.left_at).is_(None), col(AgreementParty.left_at) > at)


_THEIRS = aliased(AgreementParty)
_AT = bindparam("at", type_=Instant)
_SIGNED_BY_BOTH = (
    select(col(_THEIRS.agency_id), Agreement)
    .select_from(Agreement)
    .join(AgreementParty, col(AgreementParty.agreement_id) == col(Agreement.id))
    .join(_THEIRS, col(_THEIRS.agreement_id) == col(Agreement.id))
    .where(
        col(AgreementParty.agency_id) == bindparam("owner"),
        takes_part(_AT),
        col(_THEIRS.agency_id).in_(bindparam("grantees", expanding=True)),
        or_(col(_THEIRS.left_at).is_(None), col(_THEIRS.left_at) > _AT),
        in_force(_AT),
    )
    .order_by(col(Agreement.highest_level).desc(), col(Agreement.name))
)
