"""Visits planned at one site at the same hours, side by side: who, when, for what, and whom to ask."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.agencies import Agency
from models.grants import Resource
from models.operations import Site, VisitWindow
from ops.access.asker import Asker
from ops.access.doors import find_row
from ops.screens.clashes import clashes
from ops.screens.on_operation import OnOperation, on_operation
from ops.screens.values import AgencyTag, TaskLine


@dataclass(frozen=True, slots=True)
class Visit:
    """One agency's visit, and what of its work there the reader sees."""

    agency: AgencyTag
    desk: str
    starts: datetime
    ends: datetime
    tasks: tuple[TaskLine, ...]


@dataclass(frozen=True, slots=True)
class Visits:
    """The page. `operation`: where the reader knows of it. `may_settle`: the reader says whether they clash."""

    reference: str
    site: str
    operation: str | None
    may_settle: bool
    pairs: tuple[tuple[Visit, Visit], ...]

    @property
    def listed(self) -> list[str]:
        """Name what the page shows lines of."""
        tasks = [task.reference for pair in self.pairs for visit in pair for task in visit.tasks]
        return sorted({self.reference, *tasks} | ({self.operation} if self.operation else set()))


async def read_visits(session: AsyncSession, asker: Asker, reference: str) -> Visits:
    """Read the page; NotFound for who does not see the site."""
    site, found = await find_row(session, asker, reference, Site)
    box = await session.get_one(Resource, site.operation_id)
    seen = await on_operation(session, asker, box.reference, least=Level.NONE)
    pairs = clashes(seen, site.id)
    desks = await _desks(session, {window.agency_id for pair in pairs for window in pair})
    return Visits(
        reference=reference,
        site=f"{site.code} {site.name}",
        operation=box.reference if seen.discovered else None,
        may_settle=found.level >= Level.MANAGE,
        pairs=tuple((_visit(seen, site, first, desks), _visit(seen, site, second, desks)) for first, second in pairs),
    )


def _visit(seen: OnOperation, site: Site, window: VisitWindow, desks: dict[UUID, str]) -> Visit:
    here = (seen.tasks[task] for task in seen.tasks_at[seen.references[site.id]])
    theirs = (line for line in here if line.agency.id == window.agency_id and line.status != "done")
    return Visit(
        agency=seen.agencies[window.agency_id],
        desk=desks[window.agency_id],
        starts=window.starts,
        ends=window.ends,
        tasks=tuple(sorted(theirs, key=lambda line: line.sort)),
    )


async def _desks(session: AsyncSession, agencies: set[UUID]) -> dict[UUID, str]:
    rows = await session.execute(select(col(Agency.id), col(Agency.desk)).where(col(Agency.id).in_(agencies)))
    return {row[0]: row[1] for row in rows}
