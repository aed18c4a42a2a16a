"""Who reads a thing: the officers behind its audience at one instant, and the principals that let them in."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from live.audience import Admission
from ops.access.audiences import admitted_to, known
from ops.access.holders import holders


@dataclass(frozen=True, slots=True)
class Readers:
    """Who reads a thing now: the officers, and the principals through which they do."""

    officers: frozenset[UUID]
    principals: frozenset[str]


@dataclass(frozen=True, slots=True)
class Seers:
    """Who may at least know of a thing now, by the principal through which they do; `readers` of them read it."""

    through: Mapping[str, frozenset[UUID]]
    readers: frozenset[UUID]

    @property
    def officers(self) -> frozenset[UUID]:
        """Give all of them."""
        return frozenset[UUID]().union(*self.through.values())


async def seers_of(session: AsyncSession, resource: UUID, at: datetime) -> Seers:
    """Give exactly those officers whose level on a resource is discover or more at one instant."""
    facts = await known(session, [resource])
    admission = facts[resource].audience.at(at)
    held = await holders(session, admission.principals(), at)
    through = _through(admission, held, admission.inside, admission.outside)
    return Seers(through, readers_among(admission, held).officers)


async def readers_of(session: AsyncSession, resources: Collection[UUID], at: datetime) -> dict[UUID, Readers]:
    """Give who reads each resource at one instant."""
    facts = await known(session, resources)
    admissions = {resource: fact.audience.at(at) for resource, fact in facts.items()}
    principals = {principal for admission in admissions.values() for principal in admission.principals()}
    held = await holders(session, principals, at)
    return {resource: readers_among(admission, held) for resource, admission in admissions.items()}


async def officers_admitted(session: AsyncSession, box: UUID, at: datetime) -> frozenset[UUID]:
    """Give the officers who pass a box's gate at one instant."""
    held = await holders(session, await admitted_to(session, box, at), at)
    return frozenset[UUID]().union(*held.values())


def readers_among(admission: Admission, held: Mapping[str, frozenset[UUID]]) -> Readers:
    """Find an admission's readers among the officers who hold its principals."""
    reading = _through(admission, held, admission.readers_inside, admission.readers_outside)
    return Readers(frozenset[UUID]().union(*reading.values()), frozenset(reading))


def _through(
    admission: Admission, held: Mapping[str, frozenset[UUID]], inside: Iterable[str], outside: Iterable[str]
) -> dict[str, frozenset[UUID]]:
    """Give the officers whom each principal lets in; those outside the owner's agency need the gate as well."""
    entering = {p: held.get(p, frozenset()) for p in outside}
    if admission.gate is not None:
        admitted = frozenset[UUID]().union(*(held.get(p, frozenset()) for p in admission.gate))
        entering = {p: officers & admitted for p, officers in entering.items()}
    within = {p: held.get(p, frozenset()) | entering.get(p, frozenset()) for p in inside}
    return {p: officers for p, officers in {**entering, **within}.items() if officers}
