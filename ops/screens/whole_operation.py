"""Everything of one operation, whoever may see it: read once for a moment, and shown to nobody as it is.

Each reader's part is taken out of it by `ops.screens.on_operation`.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from sqlalchemy import distinct, func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.expression import SQLColumnExpression
from sqlmodel import SQLModel, col

from models.agencies import Officer
from models.base import table_of
from models.grants import Resource
from models.operations import Detachment, DetachmentMember, Operation, Outcome, Site, VisitWindow
from models.tasks import CheckIn, Claim, Post, Task
from ops.actions.operation_ends import stage_of
from ops.screens.changes_of_command import ChangeOfCommand, change_of_command, in_command
from ops.screens.last_signs import last_signs
from ops.screens.lines import agency_tags
from ops.screens.values import AgencyTag

Row = TypeVar("Row", bound=SQLModel)

KINDS = ("site", "task", "outcome", "encounter")  # posts are looked up apart: there is no end to them
NEWEST = 2000  # posts of which a worker keeps the places for a moment; who sees too few of them asks for their own


class Thing(NamedTuple):
    """A site, task, outcome or person met, by its names."""

    id: UUID
    reference: str
    kind: str


class PostPlace(NamedTuple):
    """A post, and where it stands among the others."""

    id: UUID
    site_id: UUID | None


@dataclass(frozen=True, slots=True)
class WholeOperation:
    """What is on an operation at one moment."""

    operation: Operation
    agencies: dict[UUID, AgencyTag]
    stage: str
    detachments: tuple[AgencyTag, ...]
    assigned: int
    sites: tuple[Site, ...]
    claims: dict[UUID, Claim]
    check_ins: tuple[CheckIn, ...]
    outcomes: tuple[Outcome, ...]
    windows: tuple[VisitWindow, ...]
    names: dict[UUID, str]
    officers: dict[UUID, str]  # their references, for those who are named
    change: ChangeOfCommand | None
    signs: dict[UUID, datetime]  # when those were last heard whose pages are gone


async def whole_operation(session: AsyncSession, operation: Operation, reference: str, at: datetime) -> WholeOperation:
    """Read all of it, once for a session that shows one moment."""
    kept: dict[UUID, WholeOperation] = session.info.setdefault(whole_operation, {})
    if operation.id not in kept:
        kept[operation.id] = await _read(session, operation, reference, at)
    return kept[operation.id]


async def things_on(session: AsyncSession, operation: UUID) -> list[Thing]:
    """Name every site, task, outcome and person met of an operation, once for a session that shows one moment."""
    kept: dict[UUID, list[Thing]] = session.info.setdefault(things_on, {})
    if operation not in kept:
        columns = (_RESOURCE.id, _RESOURCE.reference, _RESOURCE.kind)
        rows = await session.execute(select(*columns).where(_RESOURCE.gate_id == operation, _RESOURCE.kind.in_(KINDS)))
        kept[operation] = [Thing(*row) for row in rows]
    return kept[operation]


async def newest_places(session: AsyncSession, operation: UUID) -> list[PostPlace]:
    """Give the places of the newest posts, newest first: all of them, or `NEWEST`. Once for a session."""
    kept: dict[UUID, list[PostPlace]] = session.info.setdefault(newest_places, {})
    if operation not in kept:
        rows = await session.execute(
            select(_POST.id, _POST.site_id)
            .join(table_of(Resource), _RESOURCE.id == _POST.id)
            .where(_RESOURCE.gate_id == operation)
            .order_by(_POST.happened_at.desc(), _RESOURCE.reference.desc())
            .limit(NEWEST)
        )
        kept[operation] = [PostPlace(*row) for row in rows]
    return kept[operation]


_RESOURCE, _POST, _OFFICER = table_of(Resource).c, table_of(Post).c, table_of(Officer).c
_PEOPLE = select(_OFFICER.id, _OFFICER.name, _OFFICER.reference)


async def _read(session: AsyncSession, operation: Operation, reference: str, at: datetime) -> WholeOperation:
    agencies = await agency_tags(session)
    check_ins = await _of(session, CheckIn, operation.id, col(CheckIn.at))
    claims = await session.execute(
        select(Claim)
        .join(Task, col(Task.id) == col(Claim.task_id))
        .where(col(Task.operation_id) == operation.id, col(Claim.ended_at).is_(None))
    )
    held = {claim.task_id: claim for claim in claims.scalars()}
    windows = await session.execute(
        select(VisitWindow)
        .join(Site, col(Site.id) == col(VisitWindow.site_id))
        .where(
            col(Site.operation_id) == operation.id,
            col(VisitWindow.settled_at).is_(None),
            col(VisitWindow.withdrawn_at).is_(None),
        )
        .order_by(col(VisitWindow.starts))
    )
    change = await change_of_command(session, operation.id)
    named = {*(check_in.officer_id for check_in in check_ins), *(claim.officer_id for claim in held.values())}
    named |= in_command(operation, change)
    people = await session.execute(_PEOPLE.where(_OFFICER.id.in_(named)))
    officers = {row[0]: (row[1], row[2]) for row in people}
    return WholeOperation(
        operation=operation,
        agencies=agencies,
        stage=await stage_of(session, operation.id),
        detachments=await _detachments(session, operation.id, agencies),
        assigned=await _assigned(session, operation.id),
        sites=await _of(session, Site, operation.id, col(Site.place), col(Site.code)),
        claims=held,
        check_ins=check_ins,
        outcomes=await _of(session, Outcome, operation.id),
        windows=tuple(windows.scalars()),
        names={officer: name for officer, (name, _) in officers.items()},
        officers={officer: reference for officer, (_, reference) in officers.items()},
        change=change,
        signs=await last_signs(session, operation.id, reference, at),
    )


async def _of(
    session: AsyncSession, table: type[Row], operation: UUID, *order: SQLColumnExpression[Any]
) -> tuple[Row, ...]:
    column = table_of(table).c.operation_id
    return tuple((await session.execute(select(table).where(column == operation).order_by(*order))).scalars())


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
        select(func.count(distinct(col(DetachmentMember.officer_id)))).where(
            col(DetachmentMember.operation_id) == operation, col(DetachmentMember.ends).is_(None)
        )
    )
    return int(rows.scalar_one())
