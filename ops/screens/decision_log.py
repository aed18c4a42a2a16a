"""The decision log of an operation, as far as one officer may read it."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.agencies import Officer
from models.grants import Resource
from models.operations import Decision, DecisionConfirmation, Detachment, Operation, Stage
from ops.access.asker import Asker
from ops.access.doors import find_row
from ops.access.rules import visible_to
from ops.actions.decisions import confirmed_by, takers
from ops.actions.operation_ends import stage_of
from ops.screens.decision_values import DecisionLine, DecisionLog, Taker
from ops.screens.lines import LATE_AFTER, agency_tags
from ops.screens.seen_by import seen_by
from ops.screens.values import AgencyTag


class _Entry(NamedTuple):
    """A decision with all that its line says."""

    decision: Decision
    reference: str
    loggist: UUID | None
    confirmed: DecisionConfirmation | None

    @property
    def named(self) -> tuple[UUID | None, ...]:
        said = self.confirmed.officer_id if self.confirmed else None
        return self.decision.officer_id, self.decision.entered_by, self.loggist, said


async def read_decision_log(session: AsyncSession, asker: Asker, reference: str) -> DecisionLog:
    """Read the page. NotFound for who cannot even discover the operation."""
    operation, found = await find_row(session, asker, reference, Operation, Level.DISCOVER)
    readable, manages = found.level >= Level.READ, found.level >= Level.MANAGE
    rows = await session.execute(
        select(col(Resource.id)).where(
            col(Resource.gate_id) == operation.id, col(Resource.kind) == "decision", visible_to(asker)
        )
    )
    lines = await decision_lines(session, list(rows.scalars()), asker.at)
    officers = await _officers(session, {*takers(operation, asker.officer), operation.loggist_id})
    stood_down = await stage_of(session, operation.id) == Stage.STOOD_DOWN
    return DecisionLog(
        reference=reference,
        title=operation.title if readable else "",
        loggist=officers[operation.loggist_id].name if readable and operation.loggist_id else "",
        stood_down=readable and stood_down,
        may_decide=manages and not stood_down,
        takers=tuple(Taker(officers[one].reference, officers[one].name) for one in takers(operation, asker.officer))
        if manages
        else (),
        agencies=await _others(session, operation.id, found.resource.owner_agency_id) if manages else (),
        decisions=tuple(sorted(lines.values(), key=lambda line: line.sort, reverse=True)),
    )


async def decision_lines(session: AsyncSession, decisions: Collection[UUID], at: datetime) -> dict[UUID, DecisionLine]:
    """Give the entry of each decision; the same for everyone who may see it."""
    rows = await session.execute(
        select(Decision, col(Resource.reference), col(Operation.loggist_id), DecisionConfirmation)
        .join(Resource, col(Resource.id) == col(Decision.id))
        .join(Operation, col(Operation.id) == col(Decision.operation_id))
        .outerjoin(DecisionConfirmation, col(DecisionConfirmation.decision_id) == col(Decision.id))
        .where(col(Decision.id).in_(decisions))
    )
    found = [_Entry(*row) for row in rows]
    if not found:
        return {}
    agencies, seen = await agency_tags(session), await seen_by(session, decisions, at)
    officers = await _officers(session, {one for entry in found for one in entry.named})
    lines: dict[UUID, DecisionLine] = {}
    for decision, reference, loggist, confirmed in found:
        to_confirm = None if confirmed else confirmed_by(decision, loggist)
        lines[decision.id] = DecisionLine(
            reference=reference,
            revision=1 if confirmed else 0,
            decided=decision.decided,
            reason=decision.reason,
            options=decision.options,
            taken_by=officers[decision.officer_id].name,
            agency=agencies[officers[decision.officer_id].agency_id],
            entered_by=officers[decision.entered_by].name if decision.entered_by else "",
            at=decision.at,
            written_at=decision.written_at,
            late=decision.written_at - decision.at > LATE_AFTER,
            confirmed_by=officers[confirmed.officer_id].name if confirmed else "",
            confirmed_at=confirmed.at if confirmed else None,
            confirms=officers[to_confirm].reference if to_confirm else "",
            seen=seen[decision.id],
        )
    return lines


async def _officers(session: AsyncSession, officers: Collection[UUID | None]) -> dict[UUID, Officer]:
    wanted = {one for one in officers if one is not None}
    rows = await session.execute(select(Officer).where(col(Officer.id).in_(wanted)))
    return {officer.id: officer for officer in rows.scalars()}


async def _others(session: AsyncSession, operation: UUID, owner: UUID) -> tuple[AgencyTag, ...]:
    agencies = await agency_tags(session)
    rows = await session.execute(
        select(col(Detachment.agency_id))
        .where(
            col(Detachment.operation_id) == operation,
            col(Detachment.left_at).is_(None),
            col(Detachment.agency_id) != owner,
        )
        .order_by(col(Detachment.place))
    )
    return tuple(agencies[agency] for agency in rows.scalars())
