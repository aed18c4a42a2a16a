"""Who is left to manage an agency's things, and which of them nobody is left for."""

from collections import defaultdict
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.grants import Grant, Resource
from ops.access.holders import holders
from ops.access.rules import live

MANAGED = ("case", "report", "operation", "site", "task", "profile", "encounter")


async def unmanaged(session: AsyncSession, agency: UUID, at: datetime) -> set[UUID]:
    """Name the agency's own things that no active officer of it may manage at one instant.

    A right that ends by itself does not count: whoever has it is not there to stay.
    """
    things = await session.execute(
        select(col(Resource.id)).where(
            col(Resource.owner_agency_id) == agency,
            col(Resource.acl_id) == col(Resource.id),
            col(Resource.kind).in_(MANAGED),
        )
    )
    rights = await session.execute(
        select(col(Grant.resource_id), col(Grant.principal))
        .join(Resource, col(Resource.id) == col(Grant.resource_id))
        .where(
            col(Resource.owner_agency_id) == agency,
            col(Grant.grantee_agency_id) == agency,
            col(Grant.level) >= int(Level.MANAGE),
            col(Grant.principal).not_like("account:%"),  # a program is nobody who could be asked
            col(Grant.ends).is_(None),
            live(at),
        )
    )
    managers = defaultdict[str, set[UUID]](set)
    for thing, principal in rights:
        managers[principal].add(thing)
    held = await holders(session, list(managers), at)
    return set(things.scalars()) - set[UUID]().union(*(managers[principal] for principal in held))
