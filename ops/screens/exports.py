"""What an officer takes away: everything of a kind that they may read; each page is judged when it is read."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.agencies import Agency, Officer
from models.grants import Resource
from ops.access.asker import Asker
from ops.access.audiences import known
from ops.access.doors import find
from ops.access.rules import visible_to
from ops.errors import NotFound
from ops.screens.tables import CASES, DECISIONS, ENCOUNTERS, PEOPLE, POSTS, REPORTS, SITES, TASKS, Line, Table

A_PAGE = 500  # lines of one snapshot: long enough to be quick, short enough to hold no moment open
MARKING = "OFFICIAL-SENSITIVE"  # of a collection: as the most that lies in it may be
OF_ALL = {"case": (CASES,), "report": (REPORTS,), "profile": (PEOPLE,)}
INSIDE = {"case": (CASES, REPORTS), "operation": (SITES, TASKS, POSTS, DECISIONS, ENCOUNTERS)}

Reading = Callable[[], AbstractAsyncContextManager[AsyncSession]]
Anew = Callable[[], Awaitable[Asker | None]]


class Part(NamedTuple):
    """A table of an export, and the things in it."""

    table: Table
    ids: tuple[UUID, ...]


class Page(NamedTuple):
    """Some lines of a table, the references of the things that they tell of, and of the readable boxes named beside."""

    table: Table
    lines: tuple[Line, ...]
    references: tuple[str, ...]
    beside: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Export:
    """What was asked for: what it is called, for whom it is made, and of what it consists."""

    name: str
    reader: str
    agency: str
    at: datetime
    parts: tuple[Part, ...]
    beside: tuple[str, ...] = ()  # the readable thing that it is called after

    @property
    def lines(self) -> int:
        """Give how many lines there are at most."""
        return sum(len(part.ids) for part in self.parts)

    @property
    def banner(self) -> tuple[str, ...]:
        """Say what this is and for whom, above everything else."""
        made = f"{self.at:%Y-%m-%d %H:%M:%S}Z"
        return (MARKING, self.name, f"For {self.reader}, {self.agency}, {made}. This copy holds what you may see.")


async def everything(session: AsyncSession, asker: Asker, kind: str) -> Export:
    """Gather all of a kind that the asker may read."""
    return await _export(session, asker, f"{OF_ALL[kind][0].name} of Tallyboard", OF_ALL[kind], None)


async def inside(session: AsyncSession, asker: Asker, kind: str, reference: str) -> Export:
    """Gather a case with its reports, or what lies in an operation, as far as the asker may read it."""
    found = await find(session, asker, reference, kind, Level.DISCOVER)
    export = await _export(session, asker, f"{kind.capitalize()} {reference}", INSIDE[kind], found.resource.id)
    return replace(export, beside=(reference,)) if found.level >= Level.READ else export


async def _export(session: AsyncSession, asker: Asker, name: str, tables: Sequence[Table], box: UUID | None) -> Export:
    officer = await session.get_one(Officer, asker.officer)
    agency = await session.get_one(Agency, asker.agency)
    parts = [Part(table, await _ids(session, asker, table.kind, box)) for table in tables]
    return Export(name, officer.name, agency.name, asker.at, tuple(parts))


async def _ids(session: AsyncSession, asker: Asker, kind: str, box: UUID | None) -> tuple[UUID, ...]:
    there: list[ColumnElement[bool]] = []
    if box is not None:
        there = [(col(Resource.id) if kind == "case" else col(Resource.gate_id)) == box]
    rows = await session.execute(
        select(col(Resource.id)).where(col(Resource.kind) == kind, visible_to(asker), *there).order_by(col(Resource.id))
    )
    return tuple(rows.scalars())


async def pages(export: Export, reading: Reading, anew: Anew) -> AsyncIterator[Page]:
    """Give the lines, each page in a moment of its own: what was lost meanwhile is not in it.

    Raises NotFound once the reader is signed out.
    """
    for table, ids in export.parts:
        for first in range(0, len(ids), A_PAGE):
            asker = await anew()
            if asker is None:
                raise NotFound
            async with reading() as session:
                page = await _page(session, asker, table, ids[first : first + A_PAGE])
            yield page


async def _page(session: AsyncSession, asker: Asker, table: Table, ids: Sequence[UUID]) -> Page:
    facts = await known(session, ids)
    reads = [one for one in ids if one in facts and facts[one].audience.at(asker.at).level(asker.keys) >= Level.READ]
    found = await table.read(session, reads, asker.at)
    lines = [found[one] for one in reads if one in found]
    boxes = await _boxes_of(session, asker, reads) if table.kind == "report" else ()
    return Page(table, tuple(lines), tuple(str(line[0]) for line in lines), boxes)


async def _boxes_of(session: AsyncSession, asker: Asker, ids: Sequence[UUID]) -> tuple[str, ...]:
    """Give the cases that reports are named with, as far as the reader may read them."""
    gates = select(col(Resource.gate_id)).where(col(Resource.id).in_(ids))
    rows = await session.execute(select(col(Resource.reference)).where(col(Resource.id).in_(gates), visible_to(asker)))
    return tuple(rows.scalars())
