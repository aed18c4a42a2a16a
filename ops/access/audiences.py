"""The rule as a set: loads the audiences of resources, the second rendering of the one definition."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Audience, Clause, Level
from live.ports import Known
from models.agreements import Agreement
from models.grants import Grant, Resource

BATCH = 500  # how many ids one statement names; SQLite takes no more than some thousands


async def known(session: AsyncSession, resources: Collection[UUID]) -> dict[UUID, Known]:
    """Look up resources with their audiences; what does not exist is absent."""
    rows = await _resources(session, resources)
    roots = {root for row in rows for root in (row.acl_id, row.gate_id) if root is not None}
    clauses = await _clauses(session, roots or resources)  # what is absent answers no sooner than what is hidden
    return {row.id: _known(row, clauses) for row in rows}


async def audience_of(session: AsyncSession, resource: UUID) -> Audience:
    """Give one resource's audience; nobody's for what does not exist."""
    found = await known(session, [resource])
    return found[resource].audience if resource in found else Audience(())


def _known(row: Resource, clauses: dict[UUID, tuple[Clause, ...]]) -> Known:
    gate = None if row.gate_id is None else clauses.get(row.gate_id, ())
    roots = frozenset(root for root in (row.acl_id, row.gate_id) if root is not None)
    return Known(row.reference, Audience(clauses.get(row.acl_id, ()), gate), roots)


async def _resources(session: AsyncSession, resources: Collection[UUID]) -> list[Resource]:
    rows: list[Resource] = []
    for some in batches(resources):
        rows.extend((await session.execute(select(Resource).where(col(Resource.id).in_(some)))).scalars())
    return rows


async def _clauses(session: AsyncSession, roots: Collection[UUID]) -> dict[UUID, tuple[Clause, ...]]:
    clauses = defaultdict[UUID, list[Clause]](list)
    for some in batches(roots):
        rows = await session.execute(
            select(Grant, Resource, Agreement)
            .join(Resource, col(Resource.id) == col(Grant.resource_id))
            .outerjoin(Agreement, col(Agreement.id) == col(Grant.agreement_id))
            .where(col(Grant.resource_id).in_(some), col(Grant.revoked_at).is_(None))
        )
        for grant, resource, agreement in rows:
            inside = grant.grantee_agency_id == resource.owner_agency_id
            if inside or not resource.held:
                clauses[resource.id].append(_clause(grant, agreement, inside=inside))
    return {root: tuple(found) for root, found in clauses.items()}


def _clause(grant: Grant, agreement: Agreement | None, *, inside: bool) -> Clause:
    starts, ends = grant.starts, grant.ends
    if agreement is not None and not grant.emergency:
        starts = max(starts, agreement.starts)
        ends = min((end for end in (ends, agreement.ends) if end is not None), default=None)
    return Clause(grant.principal, Level(grant.level), starts, ends, inside)


def batches(ids: Iterable[UUID]) -> Iterable[list[UUID]]:
    """Part many ids into statements of bearable length."""
    every = list(ids)
    for start in range(0, len(every), BATCH):
        yield every[start : start + BATCH]
