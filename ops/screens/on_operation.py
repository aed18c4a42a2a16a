"""Everything of one operation that one officer may see, gathered with a constant number of queries."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.grants import Resource
from models.operations import Detachment, DetachmentMember, Operation, OperationStage, Outcome, Site, VisitWindow
from models.tasks import CheckIn, Claim
from ops.access.asker import Asker
from ops.access.doors import find_row
from ops.access.rules import visible
from ops.screens.lines import agency_tags, officer_names, open_claims, post_lines, task_lines
from ops.screens.values import AgencyTag, PostLine, TaskLine

FEED_LINES = 60  # what one reads back on a screen; older posts are in the timeline
KINDS = ("site", "task", "post", "outcome")


@dataclass(frozen=True, slots=True)
class OnOperation:
    """What the screens of an operation are worked out from; all of it visible to the asker."""

    operation: Operation
    reference: str
    readable: bool
    stage: str
    at: datetime
    agencies: dict[UUID, AgencyTag]
    detachments: tuple[AgencyTag, ...]
    assigned: int
    references: dict[UUID, str]
    acls: dict[UUID, UUID]
    sites: tuple[Site, ...]
    tasks: dict[UUID, TaskLine]
    claims: dict[UUID, Claim]
    posts: dict[UUID, PostLine]
    outcomes: tuple[Outcome, ...]
    check_ins: tuple[CheckIn, ...]
    windows: tuple[VisitWindow, ...]
    names: dict[UUID, str]


async def on_operation(session: AsyncSession, asker: Asker, reference: str) -> OnOperation:
    """Gather what the asker may see of an operation; NotFound for one they cannot even discover."""
    operation, found = await find_row(session, asker, reference, Operation, Level.DISCOVER)
    readable = found.level >= Level.READ
    seen = await _visible(session, asker, operation.id)
    by_kind = defaultdict[str, list[UUID]](list)
    for resource in seen:
        by_kind[resource.kind].append(resource.id)
    sites = await _sites(session, by_kind["site"])
    check_ins = await _check_ins(session, operation.id, {site.id for site in sites}, readable=readable)
    agencies, claims = await agency_tags(session), await open_claims(session, by_kind["task"])
    posts = await post_lines(session, by_kind["post"], asker.at)
    newest = sorted(posts.items(), key=lambda post: (post[1].happened_at, post[1].reference), reverse=True)
    return OnOperation(
        operation=operation,
        reference=reference,
        readable=readable,
        stage=await _stage(session, operation.id),
        at=asker.at,
        agencies=agencies,
        detachments=await _detachments(session, operation.id, agencies) if readable else (),
        assigned=await _assigned(session, operation.id) if readable else 0,
        references={resource.id: resource.reference for resource in seen},
        acls={resource.id: resource.acl_id for resource in seen},
        sites=sites,
        tasks=await task_lines(session, by_kind["task"], asker.at),
        claims=claims,
        posts=dict(newest),
        outcomes=await _outcomes(session, by_kind["outcome"]),
        check_ins=check_ins,
        windows=await _windows(session, {site.id for site in sites}),
        names=await officer_names(
            session, {*(c.officer_id for c in check_ins), *(c.officer_id for c in claims.values())}
        ),
    )


async def _visible(session: AsyncSession, asker: Asker, operation: UUID) -> list[Resource]:
    rows = await session.execute(
        select(Resource).where(
            col(Resource.gate_id) == operation, col(Resource.kind).in_(KINDS), visible(asker.keys, asker.at)
        )
    )
    return list(rows.scalars())


async def _sites(session: AsyncSession, sites: list[UUID]) -> tuple[Site, ...]:
    rows = await session.execute(select(Site).where(col(Site.id).in_(sites)).order_by(col(Site.place), col(Site.code)))
    return tuple(rows.scalars())


async def _stage(session: AsyncSession, operation: UUID) -> str:
    rows = await session.execute(
        select(col(OperationStage.stage))
        .where(col(OperationStage.operation_id) == operation)
        .order_by(col(OperationStage.position).desc(), col(OperationStage.at).desc())
        .limit(1)
    )
    return rows.scalar_one_or_none() or "planned"


async def _detachments(
    session: AsyncSession, operation: UUID, agencies: dict[UUID, AgencyTag]
) -> tuple[AgencyTag, ...]:
    rows = await session.execute(
        select(col(Detachment.agency_id))
        .where(col(Detachment.operation_id) == operation, col(Detachment.left_at).is_(None))
        .order_by(col(Detachment.place))
    )
    return tuple(agencies[agency] for agency in rows.scalars())


async def _assigned(session: AsyncSession, operation: UUID) -> int:
    rows = await session.execute(
        select(col(DetachmentMember.officer_id))
        .where(col(DetachmentMember.operation_id) == operation, col(DetachmentMember.ends).is_(None))
        .distinct()
    )
    return len(list(rows.scalars()))


async def _check_ins(
    session: AsyncSession, operation: UUID, sites: set[UUID], *, readable: bool
) -> tuple[CheckIn, ...]:
    """Give check-ins at sites the asker sees; those without a site to readers of the operation."""
    at_sites = col(CheckIn.site_id).in_(sites)
    where = or_(at_sites, col(CheckIn.site_id).is_(None)) if readable else at_sites
    rows = await session.execute(
        select(CheckIn).where(col(CheckIn.operation_id) == operation, where).order_by(col(CheckIn.at))
    )
    return tuple(rows.scalars())


async def _outcomes(session: AsyncSession, outcomes: list[UUID]) -> tuple[Outcome, ...]:
    return tuple((await session.execute(select(Outcome).where(col(Outcome.id).in_(outcomes)))).scalars())


async def _windows(session: AsyncSession, sites: set[UUID]) -> tuple[VisitWindow, ...]:
    rows = await session.execute(
        select(VisitWindow)
        .where(col(VisitWindow.site_id).in_(sites), col(VisitWindow.settled_at).is_(None))
        .order_by(col(VisitWindow.starts))
    )
    return tuple(rows.scalars())
