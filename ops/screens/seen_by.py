"""Who sees a thing, in words that every one of its readers may know: agencies, listed teams, and a number of people."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Admission
from models.agencies import Agency, Officer, Team
from models.grants import Resource
from ops.access.audiences import known
from ops.access.principals import holders
from ops.screens.values import SeenBy


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
    return Seers(through, _readers(admission, held).officers)


async def readers_of(session: AsyncSession, resources: Collection[UUID], at: datetime) -> dict[UUID, Readers]:
    """Give who reads each resource at one instant."""
    facts = await known(session, resources)
    admissions = {resource: fact.audience.at(at) for resource, fact in facts.items()}
    principals = {principal for admission in admissions.values() for principal in admission.principals()}
    held = await holders(session, principals, at)
    return {resource: _readers(admission, held) for resource, admission in admissions.items()}


async def seen_by(session: AsyncSession, resources: Collection[UUID], at: datetime) -> dict[UUID, SeenBy]:
    """Give the 'seen by' line of each resource; the same line for every reader.

    `everyone`: everyone who reads the box it lies in. An officer or an unlisted team shows as their agency.
    """
    boxes = await _boxes(session, resources)
    readers = await readers_of(session, {*resources, *boxes.values()}, at)
    names = await _names(session, {p for found in readers.values() for p in found.principals})
    lines: dict[UUID, SeenBy] = {}
    for resource in resources:
        found = readers.get(resource, Readers(frozenset(), frozenset()))
        box = readers.get(boxes[resource]) if resource in boxes else None
        everyone = box is not None and box.officers <= found.officers and len(box.officers) > 1
        words = sorted({names[principal] for principal in found.principals if principal in names})
        lines[resource] = SeenBy(everyone, tuple(words), len(found.officers))
    return lines


def _readers(admission: Admission, held: Mapping[str, frozenset[UUID]]) -> Readers:
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


async def _boxes(session: AsyncSession, resources: Collection[UUID]) -> dict[UUID, UUID]:
    rows = await session.execute(
        select(col(Resource.id), col(Resource.gate_id)).where(
            col(Resource.id).in_(resources), col(Resource.gate_id).is_not(None)
        )
    )
    return {resource: gate for resource, gate in rows if gate is not None}


async def _names(session: AsyncSession, principals: Collection[str]) -> dict[str, str]:
    codes = {row[0]: row[1] for row in await session.execute(select(col(Agency.id), col(Agency.code)))}
    parted = [(principal, *principal.partition(":")[::2]) for principal in principals]
    team_ids = [UUID(name) for _, kind, name in parted if kind == "team"]
    teams = {t.id: t for t in (await session.execute(select(Team).where(col(Team.id).in_(team_ids)))).scalars()}
    officer_ids = [UUID(name) for _, kind, name in parted if kind == "officer"]
    people = await session.execute(
        select(col(Officer.id), col(Officer.agency_id)).where(col(Officer.id).in_(officer_ids))
    )
    employers = {row[0]: row[1] for row in people}
    names: dict[str, str] = {}
    for principal, kind, name in parted:
        if kind == "agency":
            names[principal] = codes[UUID(name)]
        elif kind == "detachment":
            names[principal] = codes[UUID(name.partition("@")[2])]
        elif kind == "team":
            team = teams[UUID(name)]
            names[principal] = f"{codes[team.agency_id]} {team.name}" if team.listed else codes[team.agency_id]
        elif kind == "officer":
            names[principal] = codes[employers[UUID(name)]]
    return names
