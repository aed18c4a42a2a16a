"""What standing an operation down does, for who decides it; afterwards, when it was done and what is left to do."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.operations import Detachment, Operation
from ops.access.asker import Asker
from ops.access.doors import find
from ops.access.holders import holders
from ops.access.principals import detachment_key
from ops.actions.keeping import ending_grants
from ops.actions.loose_ends import unaccounted_for, unfinished
from ops.actions.operation_ends import AFTERWARDS, stood_down_at
from ops.screens.lines import agency_tags, task_lines
from ops.screens.person_lines import PersonLine, person_lines
from ops.screens.values import AgencyTag, TaskLine


@dataclass(frozen=True, slots=True)
class Guests:
    """Another agency on the operation, and how many of its officers are on it now."""

    agency: AgencyTag
    people: int


@dataclass(frozen=True, slots=True)
class StandDown:
    """The page. `ends`: when the guests' access ends, if it is done now or since it was; `mine`: what I may keep.

    `unaccounted`, `unfinished`: the people and tasks that it leaves open, as far as the reader sees them.
    """

    reference: str
    title: str
    owner: AgencyTag
    stood_down: datetime | None
    ends: datetime
    guests: tuple[Guests, ...]
    mine: int
    unaccounted: tuple[PersonLine, ...]
    unfinished: tuple[TaskLine, ...]

    @property
    def left_open(self) -> list[str]:
        """Name what it leaves open, by reference."""
        return [*(one.reference for one in self.unaccounted), *(one.reference for one in self.unfinished)]


async def read_stand_down(session: AsyncSession, asker: Asker, reference: str) -> StandDown:
    """Read the page. NotFound or NotAllowed for who does not manage the operation."""
    found = (await find(session, asker, reference, "operation", Level.MANAGE)).resource
    operation = await session.get_one(Operation, found.id)
    agencies = await agency_tags(session)
    rows = await session.execute(
        select(col(Detachment.agency_id))
        .where(col(Detachment.operation_id) == found.id, col(Detachment.left_at).is_(None))
        .where(col(Detachment.agency_id) != found.owner_agency_id)
        .order_by(col(Detachment.place))
    )
    keys = {detachment_key(found.id, agency): agency for agency in rows.scalars()}
    held = await holders(session, list(keys), asker.at)
    left = [one.id for one in await unaccounted_for(session, asker, found.id)]
    people = await person_lines(session, left, asker.at)
    tasks = await task_lines(session, [one.id for one in await unfinished(session, asker, found.id)], asker.at)
    stood_down = await stood_down_at(session, found.id)
    return StandDown(
        reference=reference,
        title=operation.title,
        owner=agencies[found.owner_agency_id],
        stood_down=stood_down,
        ends=(stood_down or asker.at) + AFTERWARDS,
        guests=tuple(Guests(agencies[agency], len(held.get(key, ()))) for key, agency in keys.items()),
        mine=len(await ending_grants(session, asker, found.id)),
        unaccounted=tuple(sorted(people.values(), key=lambda line: line.sort)),
        unfinished=tuple(sorted(tasks.values(), key=lambda line: (line.site_code, line.place, line.reference))),
    )
