"""Everything of one operation that one officer may see, gathered with a constant number of queries."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.grants import Resource
from models.operations import Detachment, DetachmentMember, Operation, Outcome, Site, VisitWindow
from models.tasks import CheckIn, Claim, Post
from ops.access.asker import Asker
from ops.access.doors import find_row
from ops.access.rules import visible_to
from ops.actions.operation_ends import stage_of
from ops.screens.lines import agency_tags, officer_names, open_claims, post_lines, task_lines
from ops.screens.values import AgencyTag, PostLine, TaskLine

FEED_LINES = 60  # what one reads back on a screen; older posts are in the timeline
SITE_POSTS = 12  # what one scrolls through on a phone, of the site that one is at
KINDS = ("site", "task", "outcome")  # posts are loaded apart, the newest alone: there is no end to them


@dataclass(frozen=True, slots=True)
class OnOperation:
    """What the screens of an operation are worked out from; all of it visible to the asker.

    `posts` are the newest of all and of each site, newest first. `own` are the asker's own check-ins and who answered
    them, also where the asker sees nothing else: nobody else's sums are made of these.
    """

    operation: Operation
    reference: str
    readable: bool
    contributes: bool
    stage: str
    at: datetime
    agencies: dict[UUID, AgencyTag]
    detachments: tuple[AgencyTag, ...]
    assigned: int
    references: dict[UUID, str]
    sites: tuple[Site, ...]
    tasks: dict[UUID, TaskLine]
    claims: dict[UUID, Claim]
    posts: dict[UUID, PostLine]
    outcomes: tuple[Outcome, ...]
    check_ins: tuple[CheckIn, ...]
    own: tuple[CheckIn, ...]
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
    own = await _own_check_ins(session, asker, operation.id)
    agencies, claims = await agency_tags(session), await open_claims(session, by_kind["task"])
    posts = await post_lines(session, await _newest_posts(session, asker, operation.id), asker.at)
    newest = sorted(posts.items(), key=lambda post: (post[1].happened_at, post[1].reference), reverse=True)
    return OnOperation(
        operation=operation,
        reference=reference,
        readable=readable,
        contributes=found.level >= Level.CONTRIBUTE,
        stage=await stage_of(session, operation.id),
        at=asker.at,
        agencies=agencies,
        detachments=await _detachments(session, operation.id, agencies) if readable else (),
        assigned=await _assigned(session, operation.id) if readable else 0,
        references={resource.id: resource.reference for resource in seen},
        sites=sites,
        tasks=await task_lines(session, by_kind["task"], asker.at),
        claims=claims,
        posts=dict(newest),
        outcomes=await _outcomes(session, by_kind["outcome"]),
        check_ins=check_ins,
        own=own,
        windows=await _windows(session, {site.id for site in sites}),
        names=await officer_names(
            session, {*(c.officer_id for c in (*check_ins, *own)), *(c.officer_id for c in claims.values())}
        ),
    )


async def _visible(session: AsyncSession, asker: Asker, operation: UUID) -> list[Resource]:
    rows = await session.execute(
        select(Resource).where(col(Resource.gate_id) == operation, col(Resource.kind).in_(KINDS), visible_to(asker))
    )
    return list(rows.scalars())


async def _newest_posts(session: AsyncSession, asker: Asker, operation: UUID) -> list[UUID]:
    """Give the newest visible posts of the whole operation, and the newest at each site."""
    newest_first = (col(Post.happened_at).desc(), col(Resource.reference).desc())
    ranked = (
        select(
            col(Post.id),
            col(Post.site_id),
            func.row_number().over(order_by=newest_first).label("place"),
            func.row_number().over(partition_by=col(Post.site_id), order_by=newest_first).label("place_at_site"),
        )
        .join(Resource, col(Resource.id) == col(Post.id))
        .where(col(Resource.gate_id) == operation, visible_to(asker))
        .subquery()
    )
    newest_there = and_(ranked.c.site_id.is_not(None), ranked.c.place_at_site <= SITE_POSTS)
    rows = await session.execute(select(ranked.c.id).where(or_(ranked.c.place <= FEED_LINES, newest_there)))
    return list(rows.scalars())


async def _sites(session: AsyncSession, sites: list[UUID]) -> tuple[Site, ...]:
    rows = await session.execute(select(Site).where(col(Site.id).in_(sites)).order_by(col(Site.place), col(Site.code)))
    return tuple(rows.scalars())


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


async def _own_check_ins(session: AsyncSession, asker: Asker, operation: UUID) -> tuple[CheckIn, ...]:
    """Give what the asker said themselves, wherever that was, and what was answered: a caller reads who saw it."""
    said = and_(col(CheckIn.operation_id) == operation, col(CheckIn.officer_id) == asker.officer)
    answers = col(CheckIn.answers_id).in_(select(col(CheckIn.id)).where(said))
    rows = await session.execute(select(CheckIn).where(or_(said, answers)).order_by(col(CheckIn.at)))
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
