"""What an operation leaves open when it is stood down: people whom nobody took over, tasks that are not clear."""

from collections import defaultdict
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.grants import Resource
from models.people_met import EncounterStep
from models.tasks import Task, TaskState, TaskStatus
from ops.access.asker import Asker
from ops.access.rules import visible_to
from ops.actions.care import care_of


class Open(NamedTuple):
    """Something that is left open, by its names."""

    id: UUID
    reference: str


async def unaccounted_for(session: AsyncSession, asker: Asker, operation: UUID) -> list[Open]:
    """Give the people met whom nobody took over and who did not go their own way, as far as the asker sees them."""
    rows = await session.execute(
        select(EncounterStep, col(Resource.reference))
        .join(Resource, col(Resource.id) == col(EncounterStep.encounter_id))
        .where(col(Resource.gate_id) == operation, col(Resource.kind) == "encounter", visible_to(asker))
        .order_by(col(EncounterStep.revision))
    )
    steps = defaultdict[Open, list[EncounterStep]](list)
    for step, reference in rows:
        steps[Open(step.encounter_id, reference)].append(step)
    return [person for person, taken in steps.items() if not care_of(taken).accounted_for]


async def unfinished(session: AsyncSession, asker: Asker, operation: UUID) -> list[Open]:
    """Give the tasks that are not clear, as far as the asker sees them."""
    newest = (
        select(col(TaskState.task_id), func.max(col(TaskState.revision)).label("revision"))
        .group_by(col(TaskState.task_id))
        .subquery()
    )
    done = (
        select(col(TaskState.task_id))
        .join(newest, (newest.c.task_id == col(TaskState.task_id)) & (newest.c.revision == col(TaskState.revision)))
        .where(col(TaskState.status) == TaskStatus.DONE)
    )
    rows = await session.execute(
        select(col(Task.id), col(Resource.reference))
        .join(Resource, col(Resource.id) == col(Task.id))
        .where(col(Resource.gate_id) == operation, visible_to(asker), col(Task.id).not_in(done))
        .order_by(col(Task.place), col(Resource.reference))
    )
    return [Open(*row) for row in rows]
