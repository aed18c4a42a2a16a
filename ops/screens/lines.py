"""Task and post lines as everyone who may see them sees them; nothing here depends on the reader."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from models.agencies import Agency, Officer
from models.attachments import Attachment
from models.grants import Resource
from models.operations import Site
from models.tasks import Claim, Post, PostVersion, Task, TaskState
from ops.screens.seen_by import seen_by
from ops.screens.values import AgencyTag, Photo, PostLine, TaskLine
from ops.screens.withdrawn import withdrawn_ids

Line = TypeVar("Line", TaskLine, PostLine)

LATE_AFTER = timedelta(minutes=2)  # a post that arrived so long after it happened shows both times

STATE_WORDS = {
    "idle": "Not started",
    "move": "En route",
    "here": "On site",
    "wait": "Waiting",
    "done": "Clear",
    "help": "Need help",
    "late": "Overdue",
    "overlap": "Overlap",
}


def agency_tag(agency: Agency) -> AgencyTag:
    """Show an agency as its tally."""
    return AgencyTag(agency.id, agency.reference, agency.code, agency.name, agency.tally)


async def agency_tags(session: AsyncSession) -> dict[UUID, AgencyTag]:
    """Give every agency's tally; their names are known to all who take part."""
    kept: dict[UUID, AgencyTag] = session.info.setdefault(agency_tags, {})
    if not kept:
        kept.update({agency.id: agency_tag(agency) for agency in (await session.execute(select(Agency))).scalars()})
    return kept


@dataclass(frozen=True, slots=True)
class _Places:
    references: dict[UUID, str]
    sites: dict[UUID, Site]


async def task_lines(session: AsyncSession, tasks: Collection[UUID], at: datetime) -> dict[UUID, TaskLine]:
    """Give the line of each task: its newest state, who holds it, since when, who sees it."""
    return await _once(session, tasks, at, _task_lines)


async def post_lines(session: AsyncSession, posts: Collection[UUID], at: datetime) -> dict[UUID, PostLine]:
    """Give the line of each post in its newest version, with its files and who sees it."""
    return await _once(session, posts, at, _post_lines)


async def _once(
    session: AsyncSession,
    ids: Collection[UUID],
    at: datetime,
    work_out: Callable[[AsyncSession, Collection[UUID], datetime], Awaitable[dict[UUID, Line]]],
) -> dict[UUID, Line]:
    """Work each line out once for a snapshot: every viewing class of a board shows the same ones."""
    kept: dict[UUID, Line | None] = session.info.setdefault((work_out, at), {})
    missing = [one for one in ids if one not in kept]
    if missing:
        found = await work_out(session, missing, at)
        kept.update({one: found.get(one) for one in missing})
    return {one: line for one in ids if (line := kept[one]) is not None}


async def _task_lines(session: AsyncSession, tasks: Collection[UUID], at: datetime) -> dict[UUID, TaskLine]:
    rows = list((await session.execute(select(Task).where(col(Task.id).in_(tasks)))).scalars())
    places = await _places(session, rows)
    agencies, seen = await agency_tags(session), await seen_by(session, tasks, at)
    states = await newest_states(session, tasks)
    claims = await open_claims(session, tasks)
    names = await officer_names(session, {claim.officer_id for claim in claims.values()})
    lines: dict[UUID, TaskLine] = {}
    for task in rows:
        state, claim = states.get(task.id), claims.get(task.id)
        status = state.status if state else "idle"
        site = places.sites.get(task.site_id) if task.site_id else None
        lines[task.id] = TaskLine(
            reference=places.references[task.id],
            revision=(state.revision if state else 0),
            site_reference=places.references[site.id] if site else "",
            site_code=site.code if site else "",
            title=task.title,
            status=status,
            status_word=STATE_WORDS[status],
            agency=agencies[task.agency_id],
            holder=names[claim.officer_id] if claim else "",
            holder_agency=agencies[claim.agency_id] if claim else None,
            since=state.at if state and status != "idle" else None,
            due_at=task.due_at,
            restricted=task.restricted,
            seen=seen[task.id],
            place=task.place,
        )
    return lines


async def _post_lines(session: AsyncSession, posts: Collection[UUID], at: datetime) -> dict[UUID, PostLine]:
    rows = list((await session.execute(select(Post).where(col(Post.id).in_(posts)))).scalars())
    places = await _places(session, rows)
    agencies, seen = await agency_tags(session), await seen_by(session, posts, at)
    names = await officer_names(session, {post.author_id for post in rows})
    versions = await _newest_versions(session, posts)
    files = await files_of(session, posts)
    task_ids = [post.task_id for post in rows if post.task_id]
    found = await session.execute(
        select(col(Task.id), col(Task.title), col(Resource.acl_id))
        .join(Resource, col(Resource.id) == col(Task.id))
        .where(col(Task.id).in_(task_ids))
    )
    titles = {task: (title, acl) for task, title, acl in found}
    acls = {r.id: r.acl_id for r in await _resources(session, posts)}
    lines: dict[UUID, PostLine] = {}
    for post in rows:
        version = versions[post.id]
        site = places.sites.get(post.site_id) if post.site_id else None
        title, acl = titles.get(post.task_id, ("", None)) if post.task_id else ("", None)
        lines[post.id] = PostLine(
            reference=places.references[post.id],
            revision=version.number,
            agency=agencies[post.agency_id],
            author=names[post.author_id],
            site_reference=places.references[site.id] if site else "",
            site_code=site.code if site else "",
            task_title=title if acl == acls[post.id] else "",  # only where whoever sees the post sees the task
            text=version.text,
            happened_at=post.happened_at,
            arrived_at=post.arrived_at,
            late=post.arrived_at - post.happened_at > LATE_AFTER,
            files=files[post.id],
            seen=seen[post.id],
        )
    return lines


async def sites_named(session: AsyncSession, subjects: Collection[UUID]) -> list[tuple[Site, str, str]]:
    """Give those of these that are sites, each with its own reference and its operation's."""
    box = aliased(Resource, name="box")
    rows = await session.execute(
        select(Site, col(Resource.reference), col(box.reference))
        .join(Resource, col(Resource.id) == col(Site.id))
        .join(box, col(box.id) == col(Resource.gate_id))
        .where(col(Site.id).in_(subjects))
    )
    return [(site, reference, operation) for site, reference, operation in rows]


async def newest_states(session: AsyncSession, tasks: Collection[UUID]) -> dict[UUID, TaskState]:
    """Give each task's current state."""
    newest = (
        select(col(TaskState.task_id), func.max(col(TaskState.revision)).label("revision"))
        .where(col(TaskState.task_id).in_(tasks))
        .group_by(col(TaskState.task_id))
        .subquery()
    )
    rows = await session.execute(
        select(TaskState).join(
            newest,
            (newest.c.task_id == col(TaskState.task_id)) & (newest.c.revision == col(TaskState.revision)),
        )
    )
    return {row.task_id: row for row in rows.scalars()}


async def open_claims(session: AsyncSession, tasks: Collection[UUID]) -> dict[UUID, Claim]:
    """Give who holds each task. A lease that ran out is ended by the sweep, with an event, never by a reader."""
    rows = await session.execute(select(Claim).where(col(Claim.task_id).in_(tasks), col(Claim.ended_at).is_(None)))
    return {row.task_id: row for row in rows.scalars()}


async def officer_names(session: AsyncSession, officers: Collection[UUID]) -> dict[UUID, str]:
    """Give officers' names."""
    rows = await session.execute(select(col(Officer.id), col(Officer.name)).where(col(Officer.id).in_(officers)))
    return {row[0]: row[1] for row in rows}


async def files_of(session: AsyncSession, parents: Collection[UUID]) -> dict[UUID, tuple[Photo, ...]]:
    """Give the files on each parent, in the order in which they came."""
    rows = await session.execute(
        select(Attachment, col(Resource.reference))
        .join(Resource, col(Resource.id) == col(Attachment.id))
        .where(col(Attachment.parent_id).in_(parents), col(Attachment.parent_id).not_in(withdrawn_ids()))
        .order_by(col(Attachment.at), col(Attachment.id))
    )
    files = defaultdict[UUID, list[Photo]](list)
    for row, reference in rows:
        picture = bool(row.thumbnail_key)
        files[row.parent_id].append(Photo(reference, row.name, picture, row.shared_size, row.width, row.height))
    return defaultdict(tuple, {parent: tuple(found) for parent, found in files.items()})


async def _newest_versions(session: AsyncSession, posts: Collection[UUID]) -> dict[UUID, PostVersion]:
    rows = await session.execute(
        select(PostVersion).where(col(PostVersion.post_id).in_(posts)).order_by(col(PostVersion.number))
    )
    return {row.post_id: row for row in rows.scalars()}


async def _resources(session: AsyncSession, ids: Collection[UUID]) -> list[Resource]:
    return list((await session.execute(select(Resource).where(col(Resource.id).in_(ids)))).scalars())


async def _places(session: AsyncSession, rows: Collection[Task] | Collection[Post]) -> _Places:
    site_ids = {row.site_id for row in rows if row.site_id is not None}
    found = (await session.execute(select(Site).where(col(Site.id).in_(site_ids)))).scalars()
    sites = {site.id: site for site in found}
    named = await _resources(session, {*(row.id for row in rows), *site_ids})
    return _Places({resource.id: resource.reference for resource in named}, sites)
