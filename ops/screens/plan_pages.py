"""The pages of an operation's plan, each read at one moment: its head, and what stands below it."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncSession

from ops.access.asker import Asker
from ops.feed.workers import present_on
from ops.screens.briefing import BriefingPage, read_briefing
from ops.screens.plan import (
    Colleague,
    DetachmentLine,
    Head,
    SitePlan,
    managed_tasks,
    others_to_invite,
    own_officers,
    read_detachments,
    read_head,
    read_sites,
    read_tasks,
)
from ops.screens.readiness import Readiness, read_readiness
from ops.screens.values import AgencyTag, TaskLine
from ops.topics import operation_topic


@dataclass(frozen=True, slots=True)
class PlanPage:
    """The header. `officers`: whom its managers may choose from."""

    head: Head
    officers: tuple[Colleague, ...]


@dataclass(frozen=True, slots=True)
class AgenciesPage:
    """Who takes part and who was asked. `others`: whom its managers can invite."""

    head: Head
    lines: tuple[DetachmentLine, ...]
    others: tuple[AgencyTag, ...]


@dataclass(frozen=True, slots=True)
class SitesPage:
    """The sites, and the agencies that they can be revealed to."""

    head: Head
    sites: tuple[SitePlan, ...]
    lines: tuple[DetachmentLine, ...]


@dataclass(frozen=True, slots=True)
class TasksPage:
    """The tasks, and the places and agencies that a new one can have. `managed`: the references of those to edit."""

    head: Head
    tasks: tuple[TaskLine, ...]
    managed: frozenset[str]
    sites: tuple[SitePlan, ...]
    lines: tuple[DetachmentLine, ...]


@dataclass(frozen=True, slots=True)
class BriefingOf:
    """The briefing."""

    head: Head
    briefing: BriefingPage


@dataclass(frozen=True, slots=True)
class ReadinessOf:
    """Who is ready."""

    head: Head
    ready: Readiness


async def read_plan(session: AsyncSession, asker: Asker, reference: str) -> PlanPage:
    """Read the header of an operation that the asker reads; as for each page, NotFound for who cannot."""
    head = await read_head(session, asker, reference)
    return PlanPage(head, await own_officers(session, asker, head))


async def read_agencies(session: AsyncSession, asker: Asker, reference: str) -> AgenciesPage:
    """Read who takes part."""
    head = await read_head(session, asker, reference)
    lines = await read_detachments(session, asker, head)
    return AgenciesPage(head, lines, await others_to_invite(session, lines) if head.manages else ())


async def read_site_plans(session: AsyncSession, asker: Asker, reference: str) -> SitesPage:
    """Read the sites."""
    head = await read_head(session, asker, reference)
    sites = await read_sites(session, asker, head)
    return SitesPage(head, sites, await read_detachments(session, asker, head))


async def read_planned_tasks(session: AsyncSession, asker: Asker, reference: str) -> TasksPage:
    """Read the tasks."""
    head = await read_head(session, asker, reference)
    tasks, sites = await read_tasks(session, asker, head), await read_sites(session, asker, head)
    managed = await managed_tasks(session, asker, [task.reference for task in tasks])
    return TasksPage(head, tasks, managed, sites, await read_detachments(session, asker, head))


async def read_briefing_page(session: AsyncSession, asker: Asker, reference: str) -> BriefingOf:
    """Read the briefing."""
    head = await read_head(session, asker, reference)
    return BriefingOf(head, await read_briefing(session, asker, head))


async def read_who_is_ready(session: AsyncSession, asker: Asker, reference: str) -> ReadinessOf:
    """Read who is ready."""
    head, topic = await read_head(session, asker, reference), operation_topic(reference)
    present = (await present_on(session, [topic], asker.at)).get(topic, frozenset())
    return ReadinessOf(head, await read_readiness(session, asker, head, present))
