"""The ways in which an officer may choose who sees a post: everyone at the site, the task's people, control, us."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from live.audience import Level
from models.agencies import Agency
from models.base import Instant, table_of
from models.grants import Grant
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


@dataclass(frozen=True, slots=True)
class PostGround:
    """Where a post is to stand: its operation, whose that is, and the site or task that it is about."""

    operation: Operation
    owner: UUID
    site: Site | None
    task: Task | None


async def post_audiences(session: AsyncSession, asker: Asker, ground: PostGround) -> list[PostAudience]:
    """Give the choices open to the asker, the default first.

    The default is the narrowest that includes this work's partners: a restricted task's own people, else the
    detachments at the site. Nobody behind a ring-fence is in a restricted choice.
    """
    offered = [await offer(session, asker, ground) for offer in _OFFERS.values()]
    return [choice for choice in offered if choice is not None]


async def post_audience(session: AsyncSession, asker: Asker, ground: PostGround, value: str) -> PostAudience | None:
    """Give one choice by its value; None for what is not open to the asker."""
    offer = _OFFERS.get(value)
    return None if offer is None else await offer(session, asker, ground)


async def _to_task(session: AsyncSession, asker: Asker, ground: PostGround) -> PostAudience | None:
    if ground.task is None or not ground.task.restricted:
        return None
    fenced = await fences_of(session, ground.operation.case_id)
    principals = await _task_principals(session, asker, ground.task, fenced)
    return PostAudience("task", "The people on this task", "the agencies that may see the task", None, principals)


async def _at_site(session: AsyncSession, asker: Asker, ground: PostGround) -> PostAudience | None:
    site = ground.site
    if site is None or not await _may_write_at(session, asker, site.id):
        return None
    return PostAudience(AT_THE_SITE, f"Everyone at {site.code}", f"the agencies working at {site.name}", site.id, ())


async def _to_control(session: AsyncSession, asker: Asker, ground: PostGround) -> PostAudience | None:
    if asker.agency == ground.owner or ground.owner in await fences_of(session, ground.operation.case_id):
        return None
    agency = await session.get_one(Agency, ground.owner)
    control = (detachment_key(ground.operation.id, agency.id), agency.id)
    return PostAudience(
        "control", f"My agency and {agency.code}", "us and control", None, (_ours(asker, ground), control)
    )


async def _to_agency(_: AsyncSession, asker: Asker, ground: PostGround) -> PostAudience:
    return PostAudience("agency", "My agency only", "our officers here", None, (_ours(asker, ground),))


_OFFERS: dict[str, Callable[[AsyncSession, Asker, PostGround], Awaitable[PostAudience | None]]] = {
    "task": _to_task,
    AT_THE_SITE: _at_site,
    "control": _to_control,
    "agency": _to_agency,
}


def _ours(asker: Asker, ground: PostGround) -> tuple[str, UUID]:
    return detachment_key(ground.operation.id, asker.agency), asker.agency


_READERS = (
    select(table_of(Grant).c.principal, table_of(Grant).c.grantee_agency_id)
    .where(
        table_of(Grant).c.resource_id == bindparam("task"),
        live(bindparam("at", type_=Instant)),
        table_of(Grant).c.level >= int(Level.READ),
    )
    .distinct()
)


async def _task_principals(
    session: AsyncSession, asker: Asker, task: Task, fenced: Collection[UUID]
) -> tuple[tuple[str, UUID], ...]:
    rows = await session.execute(_READERS, {"task": task.id, "at": asker.at})
    found = {row[0]: row[1] for row in rows if row[1] not in fenced}
    found.setdefault(detachment_key(task.operation_id, asker.agency), asker.agency)
    return tuple(found.items())


async def _may_write_at(session: AsyncSession, asker: Asker, site: UUID) -> bool:
    audience = await audience_of(session, site)
    return audience.at(asker.at).level(asker.keys) >= Level.CONTRIBUTE
