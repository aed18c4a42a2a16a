"""The rule as a set: loads the audiences of resources, the second rendering of the one definition."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Audience, Clause, Level
from live.ports import Known
from models.agreements import Agreement
from models.grants import Grant, Resource

Clauses = dict[UUID, tuple[Clause, ...]]
BATCH = 500  # how many ids one statement names; SQLite takes no more than some thousands


async def known(session: AsyncSession, resources: Collection[UUID]) -> dict[UUID, Known]:
    """Look up resources with their audiences; what does not exist is absent."""
    rows = await _places(session, resources)
    roots = {root for row in rows for root in (row.acl_id, row.gate_id) if root is not None}
    clauses, admitting = await _clauses(session, roots or resources)  # absent answers no sooner than hidden
    return {row.id: _known(row, clauses, admitting) for row in rows}


async def audience_of(session: AsyncSession, resource: UUID) -> Audience:
    """Give one resource's audience; nobody's for what does not exist."""
    found = await known(session, [resource])
    return found[resource].audience if resource in found else Audience(())


class _Place(NamedTuple):
    """A resource's name, and whose grants decide about it."""

    id: UUID
    reference: str
    acl_id: UUID
    gate_id: UUID | None


class _Term(NamedTuple):
    """A grant with what bounds it: its resource's owner and hold, its agreement's time."""

    resource_id: UUID
    principal: str
    grantee: UUID
    level: int
    starts: datetime
    ends: datetime | None
    emergency: bool
    owner: UUID
    held: bool
    in_force_from: datetime | None
    in_force_until: datetime | None


# Plain columns, not mapped rows: inside a transaction a mapped row would be given as it was first read, so that what
# was committed while waiting for the journal's lock would not count.
_TERMS = (
    select(
        col(Grant.resource_id),
        col(Grant.principal),
        col(Grant.grantee_agency_id),
        col(Grant.level),
        col(Grant.starts),
        col(Grant.ends),
        col(Grant.emergency),
        col(Resource.owner_agency_id),
        col(Resource.held),
        col(Agreement.starts),
        col(Agreement.ends),
    )
    .join(Resource, col(Resource.id) == col(Grant.resource_id))
    .outerjoin(Agreement, col(Agreement.id) == col(Grant.agreement_id))
    .where(col(Grant.revoked_at).is_(None))
)


def _known(place: _Place, clauses: Clauses, admitting: Clauses) -> Known:
    gates = clauses if place.gate_id == place.acl_id else admitting
    gate = None if place.gate_id is None else gates.get(place.gate_id, ())
    roots = frozenset(root for root in (place.acl_id, place.gate_id) if root is not None)
    return Known(place.reference, Audience(clauses.get(place.acl_id, ()), gate), roots)


async def _places(session: AsyncSession, resources: Collection[UUID]) -> list[_Place]:
    places: list[_Place] = []
    columns = (col(Resource.id), col(Resource.reference), col(Resource.acl_id), col(Resource.gate_id))
    for some in batches(resources):
        rows = await session.execute(select(*columns).where(col(Resource.id).in_(some)))
        places.extend(_Place(*row) for row in rows)
    return places


async def _clauses(session: AsyncSession, roots: Collection[UUID]) -> tuple[Clauses, Clauses]:
    """Give what decides about these things, and what admits to them as boxes: a broken glass does not."""
    clauses, admitting = defaultdict[UUID, list[Clause]](list), defaultdict[UUID, list[Clause]](list)
    for some in batches(roots):
        for row in await session.execute(_TERMS.where(col(Grant.resource_id).in_(some))):
            term = _Term(*row)
            inside = term.grantee == term.owner
            if inside or not term.held:
                clause = _clause(term, inside=inside)
                clauses[term.resource_id].append(clause)
                if not term.emergency:
                    admitting[term.resource_id].append(clause)
    return _fixed(clauses), _fixed(admitting)


def _fixed(clauses: Mapping[UUID, list[Clause]]) -> Clauses:
    return {root: tuple(found) for root, found in clauses.items()}


def _clause(term: _Term, *, inside: bool) -> Clause:
    starts, ends = term.starts, term.ends
    if term.in_force_from is not None and not term.emergency:
        starts = max(starts, term.in_force_from)
        ends = min((end for end in (ends, term.in_force_until) if end is not None), default=None)
    return Clause(term.principal, Level(term.level), starts, ends, inside)


def batches(ids: Iterable[UUID]) -> Iterable[list[UUID]]:
    """Part many ids into statements of bearable length."""
    every = list(ids)
    for start in range(0, len(every), BATCH):
        yield every[start : start + BATCH]
