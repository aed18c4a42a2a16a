"""Whether somebody could read one thing at several earlier instants; `ops.access.past` reads a whole box at one."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.agreements import Agreement
from models.grants import Grant, Hold, Resource

BEFORE = timedelta(microseconds=1)  # the last instant before something changed


@dataclass(frozen=True, slots=True)
class Past:
    """Every grant there ever was on some things, and when each was held."""

    grants: list[tuple[Grant, Agreement | None]]
    holds: list[Hold]

    def read(self, resource: Resource, keys: Collection[str], at: datetime) -> bool:
        """Say whether somebody with these keys could read a thing at an instant."""
        live = [grant for grant, agreement in self.grants if grant.principal in keys and _live(grant, agreement, at)]
        reads = [grant for grant in live if grant.resource_id == resource.acl_id and grant.level >= Level.READ]
        if any(grant.grantee_agency_id == resource.owner_agency_id for grant in reads):
            return True
        if not reads or self._held(resource.acl_id, at) or self._held(resource.gate_id, at):
            return False
        return resource.gate_id is None or any(g.resource_id == resource.gate_id and not g.emergency for g in live)

    def _held(self, resource: UUID | None, at: datetime) -> bool:
        return any(
            hold.resource_id == resource and hold.at <= at and (hold.ended_at is None or at < hold.ended_at)
            for hold in self.holds
        )


async def past_of(session: AsyncSession, things: Collection[Resource]) -> Past:
    """Read the past of what decides about these things."""
    roots = {root for thing in things for root in (thing.acl_id, thing.gate_id) if root is not None}
    grants = await session.execute(
        select(Grant, Agreement)
        .outerjoin(Agreement, col(Agreement.id) == col(Grant.agreement_id))
        .where(col(Grant.resource_id).in_(roots))
    )
    holds = await session.execute(select(Hold).where(col(Hold.resource_id).in_(roots)))
    return Past([(grant, agreement) for grant, agreement in grants], list(holds.scalars()))


def _live(grant: Grant, agreement: Agreement | None, at: datetime) -> bool:
    bounds = [(grant.starts, grant.ends), (grant.starts, grant.revoked_at)]
    if agreement is not None and not grant.emergency:
        bounds.append((agreement.starts, agreement.ends))
    return all(starts <= at and (ends is None or at < ends) for starts, ends in bounds)
