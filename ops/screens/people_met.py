"""The page of people met on an operation, and the page on which one of them is handed over."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.grants import Resource
from models.operations import Detachment, Operation, Site, Stage
from models.people_met import Encounter
from models.tasks import Claim, Task
from ops.access.asker import Asker
from ops.access.doors import find_by_id, find_row
from ops.access.holders import holders
from ops.access.principals import detachment_key
from ops.access.rules import visible_to
from ops.actions.fences import fences_of
from ops.actions.operation_ends import stage_of
from ops.errors import Refusal
from ops.screens.composer import fences_known
from ops.screens.lines import agency_tags
from ops.screens.person_lines import PersonLine, person_lines
from ops.screens.values import AgencyTag


@dataclass(frozen=True, slots=True)
class Receiver:
    """An agency that may be told of people met, or take them over, and how many of its officers are on the day."""

    agency: AgencyTag
    people: int
    control: bool  # the operation is its own: told unless one says otherwise


@dataclass(frozen=True, slots=True)
class Place:
    """A site to choose from. `mine`: the asker holds a task there."""

    reference: str
    code: str
    name: str
    mine: bool


@dataclass(frozen=True, slots=True)
class PeopleMet:
    """The page. `may_meet`: the reader may record somebody; then `places` and `receivers` are to choose from.

    `ours`: how many of the reader's own agency see whom they record. `fenced`: who never does, for who reads the case.
    """

    reference: str
    title: str
    stood_down: bool
    may_meet: bool
    ours: int
    places: tuple[Place, ...]
    receivers: tuple[Receiver, ...]
    fenced: tuple[str, ...]
    people: tuple[PersonLine, ...]


@dataclass(frozen=True, slots=True)
class HandingOver:
    """The page of one of them. `ours`: they are with the reader's agency, so it may offer them to `receivers`."""

    operation: str
    title: str
    person: PersonLine
    ours: bool
    offered_to_us: bool
    receivers: tuple[Receiver, ...]


async def read_people_met(session: AsyncSession, asker: Asker, reference: str) -> PeopleMet:
    """Read the page. NotFound for who cannot even discover the operation."""
    operation, found = await find_row(session, asker, reference, Operation, Level.DISCOVER)
    readable = found.level >= Level.READ
    stood_down = await stage_of(session, operation.id) == Stage.STOOD_DOWN
    may_meet = found.level >= Level.CONTRIBUTE and not stood_down
    receivers = await _receivers(session, operation, found.resource.owner_agency_id, asker) if may_meet else ()
    return PeopleMet(
        reference=reference,
        title=operation.title if readable else "",
        stood_down=readable and stood_down,
        may_meet=may_meet,
        ours=next((one.people for one in receivers if one.agency.id == asker.agency), 0),
        places=await _places(session, asker, operation.id) if may_meet else (),
        receivers=tuple(one for one in receivers if one.agency.id != asker.agency),
        fenced=await _fenced(session, asker, operation) if may_meet else (),
        people=await people_seen(session, asker, operation.id),
    )


async def people_seen(session: AsyncSession, asker: Asker, operation: UUID) -> tuple[PersonLine, ...]:
    """Give the people met on an operation that the asker may see, in the order in which they were met."""
    rows = await session.execute(
        select(col(Resource.id)).where(
            col(Resource.gate_id) == operation, col(Resource.kind) == "encounter", visible_to(asker)
        )
    )
    lines = await person_lines(session, list(rows.scalars()), asker.at)
    return tuple(sorted(lines.values(), key=lambda line: line.sort))


async def read_person(session: AsyncSession, asker: Asker, reference: str) -> PersonLine:
    """Read one of them."""
    row, _ = await find_row(session, asker, reference, Encounter)
    return (await person_lines(session, [row.id], asker.at))[row.id]


async def read_handing_over(session: AsyncSession, asker: Asker, reference: str) -> HandingOver:
    """Read the page of one of them. NotFound for who cannot see them."""
    row, _ = await find_row(session, asker, reference, Encounter)
    person = (await person_lines(session, [row.id], asker.at))[row.id]
    operation = await session.get_one(Operation, row.operation_id)
    box = await session.get_one(Resource, row.operation_id)
    readable = await _reads(session, asker, operation.id)
    ours = person.agency.id == asker.agency and person.left_at is None
    return HandingOver(
        operation=box.reference,
        title=operation.title if readable else "",
        person=person,
        ours=ours,
        offered_to_us=person.offered_to is not None and person.offered_to.id == asker.agency,
        receivers=await _receivers(session, operation, box.owner_agency_id, asker) if ours and readable else (),
    )


async def _reads(session: AsyncSession, asker: Asker, thing: UUID) -> bool:
    try:
        await find_by_id(session, asker, thing, Level.READ)
    except Refusal:
        return False
    return True


async def _receivers(session: AsyncSession, operation: Operation, owner: UUID, asker: Asker) -> tuple[Receiver, ...]:
    """Give the agencies that take part and are behind no ring-fence, in the order of the board."""
    rows = await session.execute(
        select(col(Detachment.agency_id))
        .where(col(Detachment.operation_id) == operation.id, col(Detachment.left_at).is_(None))
        .order_by(col(Detachment.place))
    )
    fenced, tags = await fences_of(session, operation.case_id), await agency_tags(session)
    agencies = [one for one in rows.scalars() if one not in fenced or one == asker.agency]
    held = await holders(session, [detachment_key(operation.id, one) for one in agencies], asker.at)
    return tuple(
        Receiver(tags[one], len(held.get(detachment_key(operation.id, one), ())), control=one == owner)
        for one in agencies
    )


async def _places(session: AsyncSession, asker: Asker, operation: UUID) -> tuple[Place, ...]:
    rows = await session.execute(
        select(Site, col(Resource.reference))
        .join(Resource, col(Resource.id) == col(Site.id))
        .where(col(Resource.gate_id) == operation, visible_to(asker))
        .order_by(col(Site.place), col(Site.code))
    )
    mine = await session.execute(
        select(col(Task.site_id))
        .join(Claim, col(Claim.task_id) == col(Task.id))
        .where(
            col(Task.operation_id) == operation,
            col(Claim.officer_id) == asker.officer,
            col(Claim.ended_at).is_(None),
        )
    )
    here: Collection[UUID | None] = set(mine.scalars())
    return tuple(Place(reference, site.code, site.name, site.id in here) for site, reference in rows)


async def _fenced(session: AsyncSession, asker: Asker, operation: Operation) -> tuple[str, ...]:
    tags = await agency_tags(session)
    return tuple(sorted(tags[one].name for one in await fences_known(session, asker, operation.case_id)))
