"""Whether somebody could read one thing at several earlier instants; `ops.access.past` reads a whole box at one."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Audience, Clause, Level
from models.agreements import Agreement
from models.grants import Grant, Hold, Resource
from ops.access.past import clause_of

BEFORE = timedelta(microseconds=1)  # the last instant before something changed


class _Given(NamedTuple):
    grant: Grant
    owner: UUID
    in_force_from: datetime | None
    in_force_until: datetime | None


@dataclass(frozen=True, slots=True)
class Past:
    """Every grant there ever was on some things, and when each was held."""

    given: list[_Given]
    holds: list[Hold]

    def read(self, resource: Resource, keys: Collection[str], at: datetime) -> bool:
        """Say whether somebody with these keys could read a thing at an instant."""
        acl, gate = resource.acl_id, resource.gate_id
        admitted = None if gate is None else self._clauses(gate, at, glass=gate == acl)
        return Audience(self._clauses(acl, at, glass=True), admitted).at(at).level(keys) >= Level.READ

    def _clauses(self, root: UUID, at: datetime, *, glass: bool) -> tuple[Clause, ...]:
        """Give what stood on a thing; `glass`: also what was broken, which opens one thing and admits to nothing."""
        held = self._held(root, at)
        return tuple(
            clause_of(grant, starts, ends, inside=grant.grantee_agency_id == owner)
            for grant, owner, starts, ends in self.given
            if grant.resource_id == root
            and (grant.revoked_at is None or at < grant.revoked_at)
            and (glass or not grant.emergency)
            and (not held or grant.grantee_agency_id == owner)
        )

    def _held(self, root: UUID, at: datetime) -> bool:
        return any(
            hold.resource_id == root and hold.at <= at and (hold.ended_at is None or at < hold.ended_at)
            for hold in self.holds
        )


async def past_of(session: AsyncSession, things: Collection[Resource]) -> Past:
    """Read the past of what decides about these things."""
    roots = {root for thing in things for root in (thing.acl_id, thing.gate_id) if root is not None}
    given = await session.execute(
        select(Grant, col(Resource.owner_agency_id), col(Agreement.starts), col(Agreement.ends))
        .join(Resource, col(Resource.id) == col(Grant.resource_id))
        .outerjoin(Agreement, col(Agreement.id) == col(Grant.agreement_id))
        .where(col(Grant.resource_id).in_(roots))
    )
    holds = await session.execute(select(Hold).where(col(Hold.resource_id).in_(roots)))
    return Past([_Given(*row) for row in given], list(holds.scalars()))
