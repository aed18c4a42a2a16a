"""Task and post lines as everyone who may see them sees them; nothing here depends on the reader."""

from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased
from sqlmodel import col

from models.agencies import Agency, Officer
from models.base import table_of
from models.grants import Resource
from models.operations import Site
from ops.screens.line_statements import FILES, POSTS, TASKS
from ops.screens.seen_by import seen_by
from ops.screens.values import AgencyTag, Photo, PostLine, TaskLine, Through
from ops.screens.words import STATE_WORDS

Line = TypeVar("Line")

LATE_AFTER = timedelta(minutes=2)  # a post that arrived so long after it happened shows both times


_AGENCY = table_of(Agency).c
_AGENCIES = select(_AGENCY.id, _AGENCY.reference, _AGENCY.code, _AGENCY.name, _AGENCY.tally)


def agency_tag(agency: Agency) -> AgencyTag:
    """Show an agency as its tally."""
    return AgencyTag(agency.id, agency.reference, agency.code, agency.name, agency.tally)


async def agency_tags(session: AsyncSession) -> dict[UUID, AgencyTag]:
    """Give every agency's tally; their names are known to all who take part."""
    kept: dict[UUID, AgencyTag] = session.info.setdefault(agency_tags, {})
    if not kept:
        kept.update({row[0]: AgencyTag(*row) for row in await session.execute(_AGENCIES)})
    return kept


async def task_lines(session: AsyncSession, tasks: Collection[UUID], at: datetime) -> dict[UUID, TaskLine]:
    """Give the line of each task: its newest state, who holds it, since when, who sees it."""
    return await once(session, tasks, at, _task_lines)


async def post_lines(session: AsyncSession, posts: Collection[UUID], at: datetime) -> dict[UUID, PostLine]:
    """Give the line of each post in its newest version, with its files and who sees it."""
    return await once(session, posts, at, _post_lines)


async def once(
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
    agencies, seen = await agency_tags(session), await seen_by(session, tasks, at)
    lines: dict[UUID, TaskLine] = {}
    for row in await session.execute(TASKS, {"asked": list(tasks)}):
        status = row.status or "idle"
        lines[row.id] = TaskLine(
            reference=row.reference,
            revision=row.revision or 0,
            site_reference=row.site_reference or "",
            site_code=row.site_code or "",
            title=row.title,
            status=status,
            status_word=STATE_WORDS[status],
            agency=agencies[row.agency_id],
            holder=row.holder or "",
            holder_agency=agencies[row.holder_agency] if row.holder_agency else None,
            since=row.since if status != "idle" else None,
            due_at=row.due_at,
            restricted=row.restricted,
            seen=seen[row.id],
            place=row.place,
            through=_through(row.channel, row.entered_by, row.confirmed_at),
        )
    return lines


async def _post_lines(session: AsyncSession, posts: Collection[UUID], at: datetime) -> dict[UUID, PostLine]:
    agencies, seen = await agency_tags(session), await seen_by(session, posts, at)
    files = await files_of(session, posts)
    lines: dict[UUID, PostLine] = {}
    for row in await session.execute(POSTS, {"asked": list(posts)}):
        lines[row.id] = PostLine(
            reference=row.reference,
            revision=row.revision,
            agency=agencies[row.agency_id],
            author=row.author,
            site_reference=row.site_reference or "",
            site_code=row.site_code or "",
            task_title=row.task_title if row.acl_id == row.task_acl else "",  # only where whoever sees it sees the task
            text=row.text,
            happened_at=row.happened_at,
            arrived_at=row.arrived_at,
            late=row.arrived_at - row.happened_at > LATE_AFTER,
            files=files[row.id],
            seen=seen[row.id],
            through=_through(row.channel, row.entered_by, row.confirmed_at),
        )
    return lines


def _through(channel: str, entered_by: str | None, confirmed_at: datetime | None) -> Through | None:
    return Through(channel, entered_by, confirmed_at is not None) if entered_by else None


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


async def officer_names(session: AsyncSession, officers: Collection[UUID]) -> dict[UUID, str]:
    """Give officers' names."""
    rows = await session.execute(select(col(Officer.id), col(Officer.name)).where(col(Officer.id).in_(officers)))
    return {row[0]: row[1] for row in rows}


async def files_of(session: AsyncSession, parents: Collection[UUID]) -> dict[UUID, tuple[Photo, ...]]:
    """Give the files on each parent, in the order in which they came."""
    files = defaultdict[UUID, list[Photo]](list)
    for parent, reference, name, thumbnail, *size in await session.execute(FILES, {"asked": list(parents)}):
        files[parent].append(Photo(reference, name, bool(thumbnail), *size))
    return defaultdict(tuple, {parent: tuple(found) for parent, found in files.items()})
