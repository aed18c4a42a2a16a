"""When an officer was last heard of: their page was there, or they did something, themselves or over a channel."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from models.base import table_of
from models.journal import Presence, Worker
from models.tasks import CheckIn, Claim, Post, Task, TaskState
from ops.feed.workers import here_on
from ops.topics import operation_topic


async def last_signs(session: AsyncSession, operation: UUID, reference: str, at: datetime) -> dict[UUID, datetime]:
    """Give the last sign of each officer who holds a task, and whose page of the operation was there and is gone.

    Who works without a phone leaves no such trace, and is looked after by check-ins alone. It is read from rows: a
    restart loses nothing, and a process that died was last heard at its last beat.
    """
    topic = operation_topic(reference)
    here = await here_on(session, topic, at)
    rows = await session.execute(_SIGNS, {"operation": operation, "topic": topic})
    return {
        officer: max(sign for sign in (phone, *others) if sign is not None)
        for officer, phone, *others in rows
        if phone is not None and officer not in here
    }


_CLAIM, _TASK, _PRESENCE, _WORKER = (table_of(one) for one in (Claim, Task, Presence, Worker))
_HELD = (
    select(_CLAIM.c.officer_id, func.max(_CLAIM.c.at).label("at"))
    .join(_TASK, _TASK.c.id == _CLAIM.c.task_id)
    .where(_TASK.c.operation_id == bindparam("operation"), _CLAIM.c.ended_at.is_(None))
    .group_by(_CLAIM.c.officer_id)
    .subquery("held")
)
_LEFT = func.coalesce(_PRESENCE.c.left_at, _WORKER.c.beat_at, _PRESENCE.c.since)
_PHONE = (
    select(func.max(_LEFT))
    .select_from(_PRESENCE)
    .outerjoin(_WORKER, _WORKER.c.id == _PRESENCE.c.worker_id)
    .where(_PRESENCE.c.officer_id == _HELD.c.officer_id, _PRESENCE.c.topic == bindparam("topic"))
)


def _newest(model: type[CheckIn | Post | TaskState], officer: str) -> Select[tuple[datetime]]:
    table = table_of(model)
    return select(func.max(table.c.arrived_at)).where(table.c[officer] == _HELD.c.officer_id)


_SIGNS = select(
    _HELD.c.officer_id,
    _PHONE.scalar_subquery(),
    _newest(CheckIn, "officer_id").scalar_subquery(),
    _newest(Post, "author_id").scalar_subquery(),
    _newest(TaskState, "officer_id").scalar_subquery(),
    _HELD.c.at,
)
