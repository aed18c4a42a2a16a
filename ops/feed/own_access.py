"""What an officer's own access to a topic lost and gained since a moment; others' access is never looked at."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, Select, and_, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.cursor import Place
from live.event import Touch
from models.agencies import TeamMembership
from models.agreements import Agreement
from models.grants import Grant, Hold, Resource
from models.journal import JournalEntry
from models.operations import DetachmentMember
from ops.access.principals import keys_ever
from ops.topics import reference_of


async def own_access_lost(session: AsyncSession, officer: UUID, topic: str, since: Place, now: datetime) -> bool:
    """Say whether this officer lost anything on the topic since then, or changed keys, by an act or by time."""
    ours = await _grants_to(session, officer, topic)
    questions: list[Select[UUID]] = [
        select(col(Grant.id)).where(ours, col(Grant.revoked_position) > since.position),
        select(col(Grant.id)).where(ours, _between(Grant.ends, since, now)),
        select(col(Grant.id))
        .join(Agreement, col(Agreement.id) == col(Grant.agreement_id))
        .where(ours, _between(Agreement.ends, since, now)),
        select(col(Hold.id))
        .join(Grant, col(Grant.resource_id) == col(Hold.resource_id))
        .where(ours, or_(col(Hold.position) > since.position, col(Hold.ended_at) > since.at)),
        select(col(JournalEntry.subject_id)).where(
            col(JournalEntry.position) > since.position,
            col(JournalEntry.touches) == Touch.OFFICER,
            col(JournalEntry.subject_id) == officer,
        ),
        *(
            select(col(table.id)).where(
                col(table.officer_id) == officer,
                or_(_between(table.starts, since, now), _between(table.ends, since, now)),
            )
            for table in (TeamMembership, DetachmentMember)
        ),
    ]
    every = union_all(*questions).subquery()
    return (await session.execute(select(every).limit(1))).first() is not None


async def own_access_gained(
    session: AsyncSession, officer: UUID, topic: str, since: Place, now: datetime
) -> Sequence[UUID]:
    """Name what this officer may have come to see on the topic since then: it must be shown, changed or not."""
    gained = (
        select(col(Grant.resource_id))
        .outerjoin(Agreement, col(Agreement.id) == col(Grant.agreement_id))
        .where(
            await _grants_to(session, officer, topic),
            or_(
                col(Grant.position) > since.position,
                _between(Grant.starts, since, now),
                _between(Agreement.starts, since, now),
            ),
        )
    )
    rows = await session.execute(
        select(col(Resource.id)).where(or_(col(Resource.acl_id).in_(gained), col(Resource.gate_id).in_(gained)))
    )
    return list(rows.scalars())


async def _grants_to(session: AsyncSession, officer: UUID, topic: str) -> ColumnElement[bool]:
    kept: dict[UUID, frozenset[str]] = session.info.setdefault(keys_ever, {})  # of this moment; asked for twice
    keys = kept[officer] if officer in kept else await keys_ever(session, [officer])
    kept[officer] = keys
    return and_(col(Grant.principal).in_(keys), col(Grant.resource_id).in_(_roots(topic)))


def _roots(topic: str) -> Select[UUID]:
    box = select(col(Resource.id)).where(col(Resource.reference) == reference_of(topic)).scalar_subquery()
    inside = select(col(Resource.acl_id)).where(col(Resource.gate_id) == box)
    return select(col(Resource.id)).where(or_(col(Resource.id) == box, col(Resource.id).in_(inside)))


def _between(column: datetime | None, since: Place, now: datetime) -> ColumnElement[bool]:
    return and_(col(column) > since.at, col(column) <= now)
