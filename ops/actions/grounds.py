"""What a grant would stand on: the giver's level, the ring-fences around the thing, whether it is about somebody."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.grants import Resource, RingFence
from models.operations import Operation
from models.people_met import Encounter
from models.profiles import Naming
from models.reports import Report, ReportKind
from models.tasks import Task
from ops.access.asker import Asker
from ops.access.doors import Found, find_by_id
from ops.actions.fences import fences_of
from ops.errors import Invalid, Refusal

NEVER_DISCOVERED = frozenset({ReportKind.INTELLIGENCE, ReportKind.SUPPORT, ReportKind.HEALTH})
ALWAYS_FENCED = frozenset({ReportKind.SUPPORT, ReportKind.HEALTH})
UNNAMED_FENCE = "This may not be shared with that agency. Ask the owner of the case."


@dataclass(frozen=True, slots=True)
class Ground:
    """A resource as someone who gives access to it finds it; `fences`: what to say, by the agency kept out."""

    resource: Resource
    highest: Level
    fences: Mapping[UUID, str] = field(default_factory=dict)
    about_somebody: bool = False
    wary_of: frozenset[UUID] = frozenset()  # kept out of what lies beside it: asked about twice
    discoverable: bool = True
    report_kind: str = ""

    @property
    def sort(self) -> str:
        """Give what this is, as agreements name it."""
        return f"{self.report_kind} report" if self.report_kind else self.resource.kind

    @property
    def named_fences(self) -> frozenset[UUID]:
        """Give the agencies kept out by a fence that the giver may know of: one of a case that they read."""
        return frozenset(agency for agency, words in self.fences.items() if words != UNNAMED_FENCE)


async def ground_of(session: AsyncSession, asker: Asker, found: Found) -> Ground:
    """Look around a thing before access to it is given.

    Raises Invalid for a thing that follows the access of the place it is at.
    """
    resource = found.resource
    if resource.acl_id != resource.id:
        raise Invalid({"who": "This is seen by whoever sees the place it is at. Share that instead."})
    match resource.kind:
        case "report":
            report = await session.get_one(Report, resource.id)
            return await report_ground(session, asker, resource, report, found.level)
        case "profile":
            fences = await _fences(session, asker, await cases_naming(session, resource.id))
            return Ground(resource, found.level, fences, about_somebody=True)
        case "task" | "encounter":
            operation = await _operation_of(session, resource)
            cases = {operation.case_id} if operation.case_id else set[UUID]()
            return Ground(resource, found.level, await _fences(session, asker, cases), about_somebody=True)
        case _:
            return Ground(resource, found.level)


async def _operation_of(session: AsyncSession, resource: Resource) -> Operation:
    about = (
        await session.get_one(Task, resource.id)
        if resource.kind == "task"
        else await session.get_one(Encounter, resource.id)
    )
    return await session.get_one(Operation, about.operation_id)


async def report_ground(
    session: AsyncSession, asker: Asker, resource: Resource, report: Report, level: Level
) -> Ground:
    """Look around a report, also around one that is just being written."""
    fenced = report.fenced or report.kind in ALWAYS_FENCED
    fences = await _fences(session, asker, {report.case_id})
    return Ground(
        resource,
        level,
        fences if fenced else {},
        about_somebody=fenced or await _names_somebody(session, resource.id),
        wary_of=frozenset(fences),
        discoverable=report.kind not in NEVER_DISCOVERED,
        report_kind=report.kind,
    )


async def cases_naming(session: AsyncSession, profile: UUID) -> set[UUID]:
    """Give the cases in which an individual is named, in the case itself or in one of its reports."""
    named = select(col(Naming.resource_id)).where(col(Naming.profile_id) == profile, col(Naming.ended_at).is_(None))
    boxes = await session.execute(
        select(col(Resource.id), col(Resource.gate_id), col(Resource.kind)).where(
            col(Resource.id).in_(named), or_(col(Resource.kind) == "case", col(Resource.kind) == "report")
        )
    )
    return {gate if kind == "report" and gate else resource for resource, gate, kind in boxes}


async def _names_somebody(session: AsyncSession, resource: UUID) -> bool:
    rows = await session.execute(
        select(col(Naming.id)).where(col(Naming.resource_id) == resource, col(Naming.ended_at).is_(None)).limit(1)
    )
    return rows.first() is not None


async def _fences(session: AsyncSession, asker: Asker, cases: set[UUID]) -> dict[UUID, str]:
    messages: dict[UUID, str] = {}
    for case in cases:
        fences = await fences_of(session, case)
        if fences:
            named = await _reads(session, asker, case)
            messages.update({agency: _words(fence) if named else UNNAMED_FENCE for agency, fence in fences.items()})
    return messages


def _words(fence: RingFence) -> str:
    return f"Ring-fence: {fence.name}. Nothing was shared."


async def _reads(session: AsyncSession, asker: Asker, case: UUID) -> bool:
    try:
        await find_by_id(session, asker, case, Level.READ)
    except Refusal:
        return False
    return True
