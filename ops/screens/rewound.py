"""Tasks, posts, claims and the rest as they stood at an earlier moment: read anew, each by its place in the journal."""

from collections import Counter
from collections.abc import Collection
from dataclasses import replace
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.attachments import Attachment
from models.base import table_of
from models.grants import Resource
from models.operations import Detachment, DetachmentMember, OperationStage, Stage, VisitWindow
from models.tasks import CheckIn, Claim, Post, PostVersion, Task, TaskEdit, TaskState
from ops.access.past import Moment, had_come, had_ended
from ops.screens.lines import LATE_AFTER, agency_tags, officer_names, post_lines
from ops.screens.on_operation import FEED_LINES, SITE_POSTS, OnOperation
from ops.screens.person_lines import PersonLine, lines_then
from ops.screens.values import Photo, PostLine, SeenBy, TaskLine
from ops.screens.withdrawn import withdrawn_ids
from ops.screens.words import STATE_WORDS

PLACEHOLDER = Photo("", "", is_picture=False, size=0, width=0, height=0)
NOT_TOLD = SeenBy(everyone=False, names=(), people=0)  # who sees it now says nothing about then


async def rewound(session: AsyncSession, seen: OnOperation, ids: Collection[UUID], then: Moment) -> OnOperation:
    """Give of what is seen now the part that is among `ids`, as it stood then.

    What a later act did, or a later row says, is not in it. Nothing can be done on it.
    """
    operation = seen.operation.id
    claims = await _claims(session, seen, ids, then)
    check_ins = await _rows(session, CheckIn, CheckIn.operation_id, operation, then)
    visible = tuple(c for c in check_ins if (c.site_id in ids if c.site_id else operation in ids))
    people = {*(c.officer_id for c in visible), *(claim.officer_id for claim in claims.values())}
    names = await officer_names(session, people)
    sites = [site for site in seen.sites if site.id in ids]
    return replace(
        seen,
        readable=operation in ids,
        contributes=False,
        manages=False,
        stage=await _stage(session, operation, then),
        at=then.at,
        detachments=await _detachments(session, operation, then) if operation in ids else (),
        assigned=await _assigned(session, operation, then) if operation in ids else 0,
        sites=tuple(site for site in sites if site.position is None or site.position <= then.position),
        tasks=await _tasks(session, seen, claims, names, ids, then),
        claims=claims,
        posts=await _posts(session, operation, ids, then),
        outcomes=tuple(one for one in seen.outcomes if one.id in ids and _came(one.position, then)),
        people=await _people(session, seen, ids, then),
        check_ins=visible,
        own=(),
        windows=await _windows(session, {site.id for site in sites}, then),
        names=names,
        officers=dict.fromkeys(people, ""),  # nothing is done on it, so nobody need be named by reference
        change=None,
        signs={},
    )


def _came(position: int | None, then: Moment) -> bool:
    return position is None or position <= then.position


async def _rows(session: AsyncSession, table: type[Any], box: Any, operation: UUID, then: Moment) -> list[Any]:  # noqa: ANN401 - a column of any of these tables
    columns = table_of(table).c
    rows = await session.execute(
        select(table).where(col(box) == operation, had_come(columns.position, then)).order_by(columns.at)
    )
    return list(rows.scalars())


async def _stage(session: AsyncSession, operation: UUID, then: Moment) -> str:
    rows = await session.execute(
        select(col(OperationStage.stage))
        .where(
            col(OperationStage.operation_id) == operation,
            had_come(col(OperationStage.position), then),
            col(OperationStage.at) <= then.at,
        )
        .order_by(col(OperationStage.position).desc().nulls_last(), col(OperationStage.at).desc())
        .limit(1)
    )
    return rows.scalar_one_or_none() or Stage.PLANNED


async def _detachments(session: AsyncSession, operation: UUID, then: Moment) -> tuple[Any, ...]:
    agencies = await agency_tags(session)
    rows = await session.execute(
        select(col(Detachment.agency_id))
        .where(
            col(Detachment.operation_id) == operation,
            had_come(col(Detachment.position), then),
            col(Detachment.joined_at) <= then.at,
            or_(col(Detachment.left_at).is_(None), col(Detachment.left_at) > then.at),
        )
        .order_by(col(Detachment.place))
    )
    return tuple(agencies[agency] for agency in rows.scalars())


async def _assigned(session: AsyncSession, operation: UUID, then: Moment) -> int:
    rows = await session.execute(
        select(col(DetachmentMember.officer_id)).where(
            col(DetachmentMember.operation_id) == operation,
            had_come(col(DetachmentMember.position), then),
            col(DetachmentMember.starts) <= then.at,
            or_(col(DetachmentMember.ends).is_(None), col(DetachmentMember.ends) > then.at),
        )
    )
    return len(set(rows.scalars()))


async def _claims(session: AsyncSession, seen: OnOperation, ids: Collection[UUID], then: Moment) -> dict[UUID, Claim]:
    rows = await session.execute(
        select(Claim).where(
            col(Claim.task_id).in_([task for task in seen.tasks if task in ids]),
            had_come(col(Claim.position), then),
            col(Claim.at) <= then.at,
            or_(col(Claim.ended_at).is_(None), ~had_ended(col(Claim.ended_position), col(Claim.ended_at), then)),
        )
    )
    return {claim.task_id: claim for claim in rows.scalars()}


async def _tasks(
    session: AsyncSession,
    seen: OnOperation,
    claims: dict[UUID, Claim],
    names: dict[UUID, str],
    ids: Collection[UUID],
    then: Moment,
) -> dict[UUID, TaskLine]:
    made = await session.execute(
        select(col(Task.id)).where(
            col(Task.id).in_([task for task in seen.tasks if task in ids]),
            had_come(col(Task.position), then),
            col(Task.made_at) <= then.at,
        )
    )
    there = set(made.scalars())
    states = await session.execute(
        select(TaskState)
        .where(
            col(TaskState.task_id).in_(there),
            had_come(col(TaskState.position), then),
            col(TaskState.arrived_at) <= then.at,
        )
        .order_by(col(TaskState.revision))
    )
    newest = {state.task_id: state for state in states.scalars()}
    said = await _said(session, there, then)
    lines: dict[UUID, TaskLine] = {}
    for task in there:
        state, claim = newest.get(task), claims.get(task)
        status = state.status if state else "idle"
        lines[task] = replace(
            seen.tasks[task],
            title=said[task].title if task in said else seen.tasks[task].title,
            due_at=said[task].due_at if task in said else seen.tasks[task].due_at,
            revision=state.revision if state else 0,
            status=status,
            status_word=STATE_WORDS[status],
            holder=names.get(claim.officer_id, "") if claim else "",
            holder_agency=seen.agencies[claim.agency_id] if claim else None,
            since=state.at if state and status != "idle" else None,
            seen=NOT_TOLD,
            through=None,
        )
    return lines


async def _posts(session: AsyncSession, operation: UUID, ids: Collection[UUID], then: Moment) -> dict[UUID, PostLine]:
    """Give the newest posts of then, in the words of then; a withdrawn one has the words of now."""
    rows = await session.execute(
        select(Post)
        .join(Resource, col(Resource.id) == col(Post.id))
        .where(
            col(Post.operation_id) == operation,
            had_come(col(Post.position), then),
            col(Post.arrived_at) <= then.at,
        )
        .order_by(col(Post.happened_at).desc(), col(Resource.reference).desc())
    )
    chosen: list[Post] = []
    at_site: dict[UUID | None, int] = {}
    for number, post in enumerate(post for post in rows.scalars() if post.id in ids):
        at_site[post.site_id] = at_site.get(post.site_id, 0) + 1
        if number < FEED_LINES or (post.site_id and at_site[post.site_id] <= SITE_POSTS):
            chosen.append(post)
    lines = await post_lines(session, [post.id for post in chosen], then.at)
    texts, files = await _texts(session, lines, then), await _files(session, lines, then)
    return {
        post.id: replace(
            lines[post.id],
            text=texts.get(post.id, lines[post.id].text),
            late=post.arrived_at - post.happened_at > LATE_AFTER,
            task_title=lines[post.id].task_title if post.task_id in ids else "",
            files=files.get(post.id, ()),
            seen=NOT_TOLD,
            through=None,
        )
        for post in chosen
        if post.id in lines
    }


async def _said(session: AsyncSession, tasks: Collection[UUID], then: Moment) -> dict[UUID, TaskEdit]:
    """Give what tasks said that were changed later: what stood there before the first change after that moment."""
    columns = table_of(TaskEdit).c
    rows = await session.execute(
        select(TaskEdit)
        .where(columns.task_id.in_(tasks), ~(had_come(columns.position, then) & (columns.at <= then.at)))
        .order_by(columns.at.desc(), columns.id.desc())
    )
    return {edit.task_id: edit for edit in rows.scalars()}


async def _files(session: AsyncSession, posts: Collection[UUID], then: Moment) -> dict[UUID, tuple[Photo, ...]]:
    """Give that files had come with a post by then, and how many: a replay shows no picture, so they have no name."""
    rows = await session.execute(
        select(col(Attachment.parent_id)).where(
            col(Attachment.parent_id).in_(posts),
            col(Attachment.parent_id).not_in(withdrawn_ids()),
            had_come(col(Attachment.position), then),
            col(Attachment.at) <= then.at,
        )
    )
    return {post: (PLACEHOLDER,) * number for post, number in Counter(rows.scalars()).items()}


async def _texts(session: AsyncSession, posts: Collection[UUID], then: Moment) -> dict[UUID, str]:
    """Give what each post said then: an earlier version, but never one from before a withdrawal."""
    rows = await session.execute(
        select(PostVersion)
        .where(col(PostVersion.post_id).in_(posts), col(PostVersion.post_id).not_in(withdrawn_ids()))
        .where(had_come(col(PostVersion.position), then), col(PostVersion.at) <= then.at)
        .order_by(col(PostVersion.number))
    )
    return {version.post_id: version.text for version in rows.scalars()}


async def _people(
    session: AsyncSession, seen: OnOperation, ids: Collection[UUID], then: Moment
) -> dict[UUID, PersonLine]:
    return await lines_then(session, [one for one in seen.people if one in ids], then)


async def _windows(session: AsyncSession, sites: Collection[UUID], then: Moment) -> tuple[VisitWindow, ...]:
    rows = await session.execute(
        select(VisitWindow)
        .where(
            col(VisitWindow.site_id).in_(sites),
            had_come(col(VisitWindow.position), then),
            or_(
                col(VisitWindow.settled_at).is_(None),
                ~had_ended(col(VisitWindow.settled_position), col(VisitWindow.settled_at), then),
            ),
            or_(
                col(VisitWindow.withdrawn_at).is_(None),
                ~had_ended(col(VisitWindow.withdrawn_position), col(VisitWindow.withdrawn_at), then),
            ),
        )
        .order_by(col(VisitWindow.starts))
    )
    return tuple(rows.scalars())
