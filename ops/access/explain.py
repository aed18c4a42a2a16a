"""Why someone can see a thing: the grants that matched, the keys that they matched, and the way through the gate."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.grants import Grant, Resource
from ops.access.rules import live


@dataclass(frozen=True, slots=True)
class Reasons:
    """The live grants that let these keys in. Without the first ones, or all of the last, nothing is seen.

    `grants` stand on the thing's acl. `gate` stand on the box that it lies in; they matter for those of `grants`
    that do not go to the thing's own agency, and are empty where no gate was needed.
    """

    grants: tuple[Grant, ...]
    gate: tuple[Grant, ...]


async def why(session: AsyncSession, keys: Collection[str], resource: Resource, at: datetime) -> Reasons:
    """Explain access at one instant; no reasons exactly when there is no level."""
    matched = await _counting(session, keys, resource.acl_id, at)
    if resource.gate_id is None:
        return Reasons(tuple(matched), ())
    inside = [grant for grant in matched if grant.grantee_agency_id == resource.owner_agency_id]
    gate = await _counting(session, keys, resource.gate_id, at)
    if resource.gate_id != resource.acl_id:  # a broken glass admits to nothing
        gate = [grant for grant in gate if not grant.emergency]
    if not gate or len(inside) == len(matched):
        return Reasons(tuple(inside), ())
    return Reasons(tuple(matched), tuple(gate))


async def _counting(session: AsyncSession, keys: Collection[str], resource: UUID, at: datetime) -> list[Grant]:
    """Give the grants on a resource that name one of these keys and count; while it is held, only its own agency's."""
    decided = await session.get_one(Resource, resource)
    matched = await _matching(session, keys, resource, at)
    return [grant for grant in matched if grant.grantee_agency_id == decided.owner_agency_id or not decided.held]


async def _matching(session: AsyncSession, keys: Collection[str], resource: UUID, at: datetime) -> list[Grant]:
    rows = await session.execute(
        select(Grant)
        .where(
            col(Grant.resource_id) == resource,
            col(Grant.principal).in_(sorted(keys)),
            col(Grant.level) >= int(Level.DISCOVER),
            live(at),
        )
        .order_by(col(Grant.level).desc(), col(Grant.granted_at), col(Grant.id))
    )
    return list(rows.scalars())
