"""The ways in which an officer may choose who sees a post: everyone at the site, the task's people, control, us."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.agencies import Agency
from models.grants import Grant, Resource
from models.operations import Operation, Site
from models.tasks import Task
from ops.access.asker import Asker
from ops.access.audiences import audience_of
from ops.access.principals import detachment_key
from ops.access.rules import live
from ops.actions.fences import fences_of

AT_THE_SITE = "site"  # the one choice that takes an audience already given; every other gives access


@dataclass(frozen=True, slots=True)
class PostAudience:
    """One choice. `shared_with` is the box whose audience an ordinary post takes; else the principals are granted."""

    value: str
    label: str
    hint: str
    shared_with: UUID | None
    principals: tuple[tuple[str, UUID], ...]  # the key, and the agency that it belongs to


async def post_audiences(
    session: AsyncSession, asker: Asker, operation: Operation, site: Site | None, task: Task | None
) -> list[PostAudience]:
    """Give the choices open to the asker, the default first.

    The default is the narrowest that includes this work's partners: a restricted task's own people, else the
    detachments at the site. Nobody behind a ring-fence is in a restricted choice.
    """
    mine = detachment_key(operation.id, asker.agency)
    owner = await session.get_one(Resource, operation.id)
    fenced = set(await fences_of(session, operation.case_id))
    choices: list[PostAudience] = []
    if task is not None and task.restricted:
        principals = await _task_principals(session, asker, task.id, fenced)
        choices.append(
            PostAudience("task", "The people on this task", "the agencies that may see the task", None, principals)
        )
    if site is not None and await _may_write_at(session, asker, site.id):
        choices.append(
            PostAudience(AT_THE_SITE, f"Everyone at {site.code}", f"the agencies working at {site.name}", site.id, ())
        )
    if asker.agency != owner.owner_agency_id and owner.owner_agency_id not in fenced:
        agency = await session.get_one(Agency, owner.owner_agency_id)
        control = (detachment_key(operation.id, agency.id), agency.id)
        choices.append(
            PostAudience(
                "control", f"My agency and {agency.code}", "us and control", None, ((mine, asker.agency), control)
            )
        )
    choices.append(PostAudience("agency", "My agency only", "our officers here", None, ((mine, asker.agency),)))
    return choices


async def _task_principals(
    session: AsyncSession, asker: Asker, task: UUID, fenced: set[UUID]
) -> tuple[tuple[str, UUID], ...]:
    rows = await session.execute(
        select(col(Grant.principal), col(Grant.grantee_agency_id))
        .where(col(Grant.resource_id) == task, live(asker.at), col(Grant.level) >= int(Level.READ))
        .distinct()
    )
    found = {row[0]: row[1] for row in rows if row[1] not in fenced}
    operation = await session.execute(select(col(Resource.gate_id)).where(col(Resource.id) == task))
    found.setdefault(detachment_key(operation.scalar_one() or task, asker.agency), asker.agency)
    return tuple(found.items())


async def _may_write_at(session: AsyncSession, asker: Asker, site: UUID) -> bool:
    audience = await audience_of(session, site)
    return audience.at(asker.at).level(asker.keys) >= Level.CONTRIBUTE
