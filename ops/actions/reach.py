"""Which topics a change of access concerns, and which other cases show something of it in their panels."""

from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel, col

from live.event import Touch
from models.base import NewRow
from models.cases import CaseLink
from models.grants import Resource
from models.operations import Operation
from ops.actions.grounds import cases_naming
from ops.topics import case_topic, operation_topic
from ops.transaction import Fact, Work

STAMPS = {
    Fact.ACCESS_REVOKED: "revoked_position",
    Fact.HOLD_ENDED: "ended_position",
}


async def topics_about(session: AsyncSession, resource: Resource) -> tuple[str, ...]:
    """Give the topic of the box that a resource lies in, or is; none for a profile."""
    box = await session.get_one(Resource, resource.gate_id) if resource.gate_id else resource
    match box.kind:
        case "case":
            return (case_topic(box.reference),)
        case "operation":
            return (operation_topic(box.reference),)
        case _:
            return ()


async def boards_beside(session: AsyncSession, case: UUID | None) -> tuple[str, ...]:
    """Give the topics of the operations that belong to a case: their boards tell its managers of widened reports."""
    rows = await session.execute(
        select(col(Resource.reference))
        .join(Operation, col(Operation.id) == col(Resource.id))
        .where(col(Operation.case_id) == case)
        .order_by(col(Operation.id))
    )
    return tuple(operation_topic(reference) for reference in rows.scalars())


async def record_access(work: Work, fact: Fact, resource: Resource, *rows: SQLModel | NewRow) -> None:
    """Note a change of access by these grants or this hold, and stir the cases whose links or people show it."""
    neighbours = await _neighbours(work.session, resource)
    topics = await topics_about(work.session, resource)
    beside = tuple(case_topic(case.reference) for case in neighbours)
    stamp = STAMPS.get(fact, "position")
    work.record(fact, resource.id, (*topics, *beside), *rows, touches=Touch.ACCESS, stamp=stamp)
    for case in neighbours:  # their panels are drawn anew for each reader; what these show lies in no room of theirs
        work.record(fact, case.id, (case_topic(case.reference),))


async def record_revised(work: Work, fact: Fact, case: Resource) -> None:
    """Note that a case says something else, and stir the cases whose links name it."""
    for shown_on in (case, *await _neighbours(work.session, case)):
        work.record(fact, shown_on.id, (case_topic(shown_on.reference),))


async def _neighbours(session: AsyncSession, resource: Resource) -> list[Resource]:
    cases: set[UUID] = set()
    if resource.kind == "case":
        cases = await _linked(session, resource.id)
    elif resource.kind == "profile":
        cases = await cases_naming(session, resource.id)
    rows = await session.execute(select(Resource).where(col(Resource.id).in_(cases)).order_by(col(Resource.id)))
    return list(rows.scalars())


async def _linked(session: AsyncSession, case: UUID) -> set[UUID]:
    rows = await session.execute(
        select(col(CaseLink.from_id), col(CaseLink.to_id)).where(
            or_(col(CaseLink.from_id) == case, col(CaseLink.to_id) == case), col(CaseLink.removed_at).is_(None)
        )
    )
    return {end for ends in rows for end in ends if end != case}
