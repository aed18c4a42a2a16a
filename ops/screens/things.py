"""Single things on an operation, and its posts further back than a board shows."""

from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.grants import Resource
from models.operations import Operation, Site
from models.tasks import Post, Task
from ops.access.asker import Asker
from ops.access.doors import find_row
from ops.access.rules import visible_to
from ops.screens.lines import post_lines, sites_named, task_lines
from ops.screens.values import PostLine, TaskLine


async def read_site(session: AsyncSession, asker: Asker, reference: str) -> tuple[Site, str, str]:
    """Read a site, with its reference and its operation's."""
    row, _ = await find_row(session, asker, reference, Site)
    ((site, own, operation),) = await sites_named(session, [row.id])
    return site, own, operation


async def read_task(session: AsyncSession, asker: Asker, reference: str) -> TaskLine:
    """Read a task."""
    row, _ = await find_row(session, asker, reference, Task)
    return (await task_lines(session, [row.id], asker.at))[row.id]


async def read_task_form(session: AsyncSession, asker: Asker, reference: str) -> tuple[TaskLine, str]:
    """Read a task that the asker manages, and the reference of its operation."""
    row, _ = await find_row(session, asker, reference, Task, Level.MANAGE)
    box = await session.get_one(Resource, row.operation_id)
    return (await task_lines(session, [row.id], asker.at))[row.id], box.reference


async def read_post(session: AsyncSession, asker: Asker, reference: str) -> PostLine:
    """Read a post."""
    row, _ = await find_row(session, asker, reference, Post)
    return (await post_lines(session, [row.id], asker.at))[row.id]


async def posts_before(session: AsyncSession, asker: Asker, operation: str, after: str, most: int) -> list[PostLine]:
    """Read the posts of an operation that one may see, newest first, from behind the one that is named so."""
    row, _ = await find_row(session, asker, operation, Operation, Level.DISCOVER)
    mine = [col(Resource.gate_id) == row.id, visible_to(asker)]
    if after:
        at, reference = _place(after)
        mine.append(
            or_(
                col(Post.happened_at) < at,
                and_(col(Post.happened_at) == at, col(Resource.reference) < reference),
            )
        )
    rows = await session.execute(
        select(col(Post.id))
        .join(Resource, col(Resource.id) == col(Post.id))
        .where(*mine)
        .order_by(col(Post.happened_at).desc(), col(Resource.reference).desc())
        .limit(most)
    )
    chosen = list(rows.scalars())
    lines = await post_lines(session, chosen, asker.at)
    return [lines[one] for one in chosen]


def _place(sort: str) -> tuple[datetime, str]:
    """Read where a line stands, as `PostLine.sort` writes it."""
    at, _, reference = sort.rpartition("-")
    return datetime.fromisoformat(at), reference
