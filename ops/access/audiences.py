"""The rule as a set: loads the audiences of resources, the second rendering of the one definition."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import BindParameter, bindparam, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from live.audience import Audience, Clause, Level
from live.ports import Known
from models.agreements import Agreement
from models.base import table_of
from models.grants import Grant, Resource

Clauses = dict[UUID, tuple[Clause, ...]]
T = TypeVar("T")
AUDIENCES = "audiences"  # in the info of a session that shows one moment: what of them was read already
BATCH = 5000  # how many ids one statement names; databases take some 32,000


class Place(NamedTuple):
    """A resource's name, and whose grants decide about it."""

    id: UUID
    reference: str
    acl_id: UUID
    gate_id: UUID | None


async def known(session: AsyncSession, resources: Collection[UUID]) -> dict[UUID, Known]:
    """Look up resources with their audiences; what does not exist is absent."""
    return await known_at(session, await places_of(session, resources), resources)


async def known_at(session: AsyncSession, places: Collection[Place], asked: Collection[UUID] = ()) -> dict[UUID, Known]:
    """Look up the audiences of resources that were found. `asked`: what is looked up where nothing was found."""
    roots = {root for place in places for root in (place.acl_id, place.gate_id) if root is not None}
    clauses, admitting = await _clauses(session, roots or asked)  # absent answers no sooner than hidden
    return {place.id: _known(place, clauses, admitting) for place in places}


async def audience_of(session: AsyncSession, resource: UUID) -> Audience:
    """Give one resource's audience; nobody's for what does not exist."""
    found = await known(session, [resource])
    return found[resource].audience if resource in found else Audience(())


async def admitted_to(session: AsyncSession, box: UUID, at: datetime) -> frozenset[str]:
    """Give the principals that pass a box's gate at one instant: a broken glass does not."""
    _, admitting = await _clauses(session, [box])
    return frozenset(clause.principal for clause in admitting.get(box, ()) if clause.live(at))


class _Term(NamedTuple):
    """A grant with what bounds it: its agreement's time. Of what is held, only those to its own agency."""

    resource_id: UUID
    principal: str
    inside: bool
    level: int
    starts: datetime
    ends: datetime | None
    emergency: bool
    in_force_from: datetime | None
    in_force_until: datetime | None


# Plain columns, not mapped rows: inside a transaction a mapped row would be given as it was first read, so that what
# was committed while waiting for the journal's lock would not count.
_GRANT, _RESOURCE, _AGREEMENT = table_of(Grant).c, table_of(Resource).c, table_of(Agreement).c
_ASKED: BindParameter[Any] = bindparam("asked", expanding=True)
_PLACES = select(_RESOURCE.id, _RESOURCE.reference, _RESOURCE.acl_id, _RESOURCE.gate_id).where(_RESOURCE.id.in_(_ASKED))
_TERMS = (
    select(
        _GRANT.resource_id,
        _GRANT.principal,
        _GRANT.grantee_agency_id == _RESOURCE.owner_agency_id,
        _GRANT.level,
        _GRANT.starts,
        _GRANT.ends,
        _GRANT.emergency,
        _AGREEMENT.starts,
        _AGREEMENT.ends,
    )
    .join(table_of(Resource), _RESOURCE.id == _GRANT.resource_id)
    .outerjoin(table_of(Agreement), _AGREEMENT.id == _GRANT.agreement_id)
    .where(
        _GRANT.resource_id.in_(_ASKED),
        _GRANT.revoked_at.is_(None),
        or_(_RESOURCE.held.is_(False), _GRANT.grantee_agency_id == _RESOURCE.owner_agency_id),
    )
)


def _known(place: Place, clauses: Clauses, admitting: Clauses) -> Known:
    gates = clauses if place.gate_id == place.acl_id else admitting
    gate = None if place.gate_id is None else gates.get(place.gate_id, ())
    roots = frozenset(root for root in (place.acl_id, place.gate_id) if root is not None)
    return Known(place.reference, Audience(clauses.get(place.acl_id, ()), gate), roots)


async def places_of(session: AsyncSession, resources: Collection[UUID]) -> list[Place]:
    """Say of resources whose grants decide about them; what does not exist is absent."""
    places: list[Place] = []
    for some in batches(resources):
        places.extend(Place(*row) for row in await session.execute(_PLACES, {"asked": some}))
    return places


async def _clauses(session: AsyncSession, roots: Collection[UUID]) -> tuple[Clauses, Clauses]:
    """Give what decides about these things, and what admits to them as boxes: a broken glass does not."""
    clauses, admitting = defaultdict[UUID, list[Clause]](list), defaultdict[UUID, list[Clause]](list)
    for some in batches(roots):
        for row in await session.execute(_TERMS, {"asked": some}):
            term = _Term(*row)
            clause = _clause(term)
            clauses[term.resource_id].append(clause)
            if not term.emergency:
                admitting[term.resource_id].append(clause)
    return _fixed(clauses), _fixed(admitting)


def _fixed(clauses: Mapping[UUID, list[Clause]]) -> Clauses:
    return {root: tuple(found) for root, found in clauses.items()}


def _clause(term: _Term) -> Clause:
    starts, ends = term.starts, term.ends
    if term.in_force_from is not None and not term.emergency:
        starts = max(starts, term.in_force_from)
        ends = min((end for end in (ends, term.in_force_until) if end is not None), default=None)
    return Clause(term.principal, Level(term.level), starts, ends, term.inside)


def batches(ids: Iterable[T], most: int = BATCH) -> Iterable[list[T]]:
    """Part many ids into statements of bearable length."""
    every = list(ids)
    for start in range(0, len(every), most):
        yield every[start : start + most]
