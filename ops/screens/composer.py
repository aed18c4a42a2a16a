"""The composer of a post: where it is about, and for each choice who will and who will not see it."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.agencies import Agency
from models.operations import Detachment, Operation, Site
from models.tasks import Task
from ops.access.asker import Asker
from ops.access.doors import find_by_id, find_row
from ops.access.holders import holders
from ops.access.readers import officers_admitted, readers_of
from ops.actions.fences import fences_of
from ops.actions.post_audiences import PostAudience, PostGround, post_audiences
from ops.errors import Refusal
from ops.screens.lines import task_lines
from ops.screens.near import agencies_of
from ops.screens.values import TaskLine


@dataclass(frozen=True, slots=True)
class AudienceChoice:
    """One way to choose who sees a post: its form value, its words, who will and who will not see it."""

    value: str
    label: str
    hint: str
    people: int
    will_not: tuple[str, ...]  # nearest agencies that will not see it, fenced ones last
    fenced: tuple[str, ...]
    chosen: bool


@dataclass(frozen=True, slots=True)
class Composer:
    """What the form of a new post shows before anything is typed."""

    operation: str
    title: str
    task: TaskLine | None
    site: str
    site_code: str
    choices: tuple[AudienceChoice, ...]


@dataclass(frozen=True, slots=True)
class _Place:
    operation: Operation
    owner: UUID
    site: Site | None
    task: Task | None
    readable: bool


async def read_composer(session: AsyncSession, asker: Asker, operation: str, task: str, site: str) -> Composer:
    """Read the composer for a task or a site (references; both may be empty)."""
    place = await _place(session, asker, operation, task, site)
    lines = await task_lines(session, [place.task.id], asker.at) if place.task else {}
    choices = await _choices(session, asker, place)
    return Composer(
        operation=operation,
        title=place.operation.title if place.readable else "",  # a stub has no title
        task=lines[place.task.id] if place.task else None,
        site=site,
        site_code=place.site.code if place.site else "",
        choices=choices,
    )


async def _place(session: AsyncSession, asker: Asker, operation: str, task: str, site: str) -> _Place:
    least = Level.DISCOVER if task or site else Level.CONTRIBUTE  # as for the post itself
    row, found = await find_row(session, asker, operation, Operation, least)
    readable, owner = found.level >= Level.READ, found.resource.owner_agency_id
    found_task = (await find_row(session, asker, task, Task, Level.CONTRIBUTE))[0] if task else None
    if found_task is not None and found_task.site_id is not None:
        return _Place(row, owner, await session.get(Site, found_task.site_id), found_task, readable)
    found_site = (await find_row(session, asker, site, Site, Level.CONTRIBUTE))[0] if site else None
    return _Place(row, owner, found_site, found_task, readable)


async def _choices(session: AsyncSession, asker: Asker, place: _Place) -> tuple[AudienceChoice, ...]:
    offered = await post_audiences(session, asker, PostGround(place.operation, place.owner, place.site, place.task))
    agencies = {agency.id: agency for agency in (await session.execute(select(Agency))).scalars()}
    near = await _agencies_here(session, place)
    fences = await fences_known(session, asker, place.operation.case_id)
    people = await _people(session, asker, place.operation, offered)
    return tuple(
        AudienceChoice(
            value=choice.value,
            label=choice.label,
            hint=_codes(agencies, people[choice.value][1]) or choice.hint,
            people=len(people[choice.value][0]),
            will_not=tuple(agencies[a].name for a in near if a not in people[choice.value][1] and a not in fences),
            fenced=tuple(sorted(agencies[a].name for a in fences if a not in people[choice.value][1])),
            chosen=choice is offered[0],
        )
        for choice in offered
    )


async def fences_known(session: AsyncSession, asker: Asker, case: UUID | None) -> set[UUID]:
    """Give the fenced agencies to who reads the case; to everyone else they are agencies like any other."""
    try:
        await find_by_id(session, asker, case or asker.officer, Level.READ)
    except Refusal:
        return set()
    return set(await fences_of(session, case))


def _codes(agencies: dict[UUID, Agency], named: Iterable[UUID]) -> str:
    return ", ".join(sorted(agencies[agency].code for agency in named))


async def _people(
    session: AsyncSession, asker: Asker, operation: Operation, offered: Iterable[PostAudience]
) -> dict[str, tuple[frozenset[UUID], frozenset[UUID]]]:
    """Give for each choice the officers who would see the post, and their agencies."""
    people: dict[str, tuple[frozenset[UUID], frozenset[UUID]]] = {}
    admitted = await officers_admitted(session, operation.id, asker.at)
    for choice in offered:
        if choice.shared_with is not None:
            readers = (await readers_of(session, [choice.shared_with], asker.at))[choice.shared_with]
            officers = readers.officers
        else:
            held = await holders(session, [key for key, _ in choice.principals], asker.at)
            own = {key for key, agency in choice.principals if agency == asker.agency}
            officers = frozenset[UUID]().union(
                *(found if key in own else found & admitted for key, found in held.items())
            )
        people[choice.value] = (officers, await agencies_of(session, officers))
    return people


async def _agencies_here(session: AsyncSession, place: _Place) -> list[UUID]:
    """Give the detachments that the asker may know of: nearest first those of the operation it reads."""
    if not place.readable:
        return []
    rows = await session.execute(
        select(col(Detachment.agency_id))
        .where(col(Detachment.operation_id) == place.operation.id, col(Detachment.left_at).is_(None))
        .order_by(col(Detachment.place))
    )
    return list(rows.scalars())
