"""The page on which the loggist writes down what is heard: for whom, and what that officer could do themselves."""

from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.agencies import Agency, Officer
from models.operations import DetachmentMember, Operation, Stage
from ops.access.asker import Asker
from ops.access.doors import find_row
from ops.access.principals import officers_now
from ops.actions.radio import keepers
from ops.errors import NotAllowed
from ops.screens.lines import agency_tags
from ops.screens.on_operation import OnOperation, on_operation
from ops.screens.values import AgencyTag, TaskLine


@dataclass(frozen=True, slots=True)
class Spoken:
    """An officer on the operation who may be heard: a colleague by their number, others through their desk."""

    id: UUID
    reference: str
    name: str
    agency: AgencyTag
    mobile: str
    desk: str


@dataclass(frozen=True, slots=True)
class Place:
    """A site at which what is said may stand."""

    reference: str
    name: str


@dataclass(frozen=True, slots=True)
class RadioPage:
    """The page. `chosen`: for whom; then their own tasks and the sites, as far as the reader sees them too."""

    reference: str
    title: str
    stood_down: bool
    officers: tuple[Spoken, ...]
    chosen: Spoken | None
    tasks: tuple[TaskLine, ...]
    sites: tuple[Place, ...]


async def read_radio(session: AsyncSession, asker: Asker, reference: str, officer: str) -> RadioPage:
    """Read the page. NotAllowed for who may not write down what is heard."""
    operation, _ = await find_row(session, asker, reference, Operation, Level.MANAGE)
    if asker.officer not in keepers(operation):
        raise NotAllowed("The loggist enters what is heard, or the commander, or the deputy.")
    officers = await _officers(session, asker, operation.id)
    chosen = next((one for one in officers if one.reference == officer), None)
    seen = await _both_see(session, asker, reference, chosen)
    sites = tuple(Place(seen.references[site.id], f"{site.code} {site.name}") for site in seen.sites)
    return RadioPage(
        reference=reference,
        title=operation.title,
        stood_down=seen.stage == Stage.STOOD_DOWN,
        officers=officers,
        chosen=chosen,
        tasks=_own_tasks(seen, chosen) if chosen else (),
        sites=sites if chosen else (),
    )


async def _both_see(session: AsyncSession, asker: Asker, reference: str, chosen: Spoken | None) -> OnOperation:
    now = (await officers_now(session, [chosen.id], asker.at)).get(chosen.id) if chosen else None
    eyes = replace(asker, beside=now.keys.held) if now else asker
    return await on_operation(session, eyes, reference)


def _own_tasks(seen: OnOperation, chosen: Spoken) -> tuple[TaskLine, ...]:
    """Give the tasks whose status they may set: those asked of their agency, and those that they hold."""
    held = {task for task, claim in seen.claims.items() if claim.officer_id == chosen.id}
    own = [line for task, line in seen.tasks.items() if task in held or line.agency.id == chosen.agency.id]
    return tuple(sorted(own, key=lambda line: (line.site_code, line.sort)))


async def _officers(session: AsyncSession, asker: Asker, operation: UUID) -> tuple[Spoken, ...]:
    agencies = await agency_tags(session)
    rows = await session.execute(
        select(
            col(Officer.id),
            col(Officer.reference),
            col(Officer.name),
            col(Officer.agency_id),
            col(Officer.mobile),
            col(Agency.desk),
        )
        .join(Agency, col(Agency.id) == col(Officer.agency_id))
        .join(DetachmentMember, col(DetachmentMember.officer_id) == col(Officer.id))
        .where(
            col(DetachmentMember.operation_id) == operation,
            col(DetachmentMember.ends).is_(None),
            col(Officer.active),
            col(Officer.id) != asker.officer,
        )
        .distinct()
    )
    found = [
        Spoken(key, reference, name, agencies[agency], mobile if agency == asker.agency else "", desk)
        for key, reference, name, agency, mobile, desk in rows
    ]
    return tuple(sorted(found, key=lambda one: (one.agency.code, one.name)))
