"""What officers' own access to a topic lost and gained since a moment; others' access is never looked at."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, CompoundSelect, Select, and_, cast, null, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.expression import SQLColumnExpression
from sqlmodel import col

from live.cursor import Place
from live.event import Touch
from live.ports import ANYWHERE, Arrival
from models.agencies import TeamMembership
from models.agreements import Agreement
from models.base import Instant
from models.grants import Grant, Hold, Resource
from models.journal import JournalEntry
from models.operations import DetachmentMember
from ops.access.audiences import batches
from ops.access.principals import keys_ever_of
from ops.topics import reference_of

AT_ONCE = 4000  # keys that one statement names, twice over


class _Group(NamedTuple):
    """Those who come to one topic: the keys that they ever held, and how far back the first of them stands."""

    topic: str
    arrivals: list[Arrival]
    keys: Mapping[UUID, frozenset[str]]
    position: int
    since: datetime

    @property
    def every_key(self) -> frozenset[str]:
        return frozenset[str]().union(*self.keys.values())


async def own_access_lost(session: AsyncSession, arrivals: Collection[Arrival], now: datetime) -> set[Arrival]:
    """Name those whose officer lost anything on the topic since then, or changed keys, by an act or by time."""
    lost: set[Arrival] = set()
    for group in await _groups(session, arrivals):
        officers = await _moved(session, group, now)
        losses = await _losses(session, group, now)
        for arrival in group.arrivals:
            ended = (place for key in group.keys[arrival.officer] for place in losses.get(key, ()))
            if any(_after(place, arrival.since, now) for place in (*officers.get(arrival.officer, ()), *ended)):
                lost.add(arrival)
    return lost


async def own_access_gained(
    session: AsyncSession, arrivals: Collection[Arrival], now: datetime
) -> dict[Arrival, Sequence[UUID]]:
    """Name what each officer may have come to see on the topic since then: it must be shown, changed or not."""
    found: dict[Arrival, Sequence[UUID]] = {}
    for group in await _groups(session, arrivals):
        gains = defaultdict[str, list[tuple[_Moment, UUID]]](list)
        moments = (col(Grant.position), col(Grant.starts), col(Agreement.starts))
        for key, resource, *moment in await _of_keys(session, group, (col(Grant.resource_id), *moments), now):
            gains[key].append((_Moment(*moment), resource))
        by_root = await _on_roots(session, {resource for gained in gains.values() for _, resource in gained})
        for arrival in group.arrivals:
            roots = {
                resource
                for key in group.keys[arrival.officer]
                for moment, resource in gains.get(key, ())
                if _after(moment, arrival.since, now)
            }
            found[arrival] = sorted({one for root in roots for one in by_root[root]})
    return found


class _Moment(NamedTuple):
    """When something changed: by an act at a position, by time at either of two instants."""

    position: int | None
    one: datetime | None
    other: datetime | None = None


def _after(moment: _Moment, since: Place, now: datetime) -> bool:
    if moment.position is not None and moment.position > since.position:
        return True
    return any(at is not None and since.at < at <= now for at in (moment.one, moment.other))


async def _groups(session: AsyncSession, arrivals: Collection[Arrival]) -> list[_Group]:
    kept: dict[UUID, frozenset[str]] = session.info.setdefault(keys_ever_of, {})  # of this moment; asked for twice
    if missing := {arrival.officer for arrival in arrivals}.difference(kept):
        kept.update(dict.fromkeys(missing, frozenset()) | await keys_ever_of(session, missing))
    by_topic = defaultdict[str, list[Arrival]](list)
    for arrival in arrivals:
        by_topic[arrival.topic].append(arrival)
    return [
        _Group(
            topic,
            came,
            {arrival.officer: kept[arrival.officer] for arrival in came},
            min(arrival.since.position for arrival in came),
            min(arrival.since.at for arrival in came),
        )
        for topic, came in by_topic.items()
    ]


async def _losses(session: AsyncSession, group: _Group, now: datetime) -> dict[str, list[_Moment]]:
    losses = defaultdict[str, list[_Moment]](list)
    columns = (col(Grant.revoked_position), col(Grant.ends), col(Agreement.ends))
    for key, *moment in await _of_keys(session, group, columns, now):
        losses[key].append(_Moment(*moment))
    held = select(col(Grant.principal), col(Hold.position), col(Hold.ended_at)).join(
        Hold, col(Hold.resource_id) == col(Grant.resource_id)
    )
    recent = or_(col(Hold.position) > group.position, col(Hold.ended_at) > group.since)
    for some in batches(group.every_key, AT_ONCE):
        for key, position, ended_at in await session.execute(held.where(_grants_to(some, group.topic), recent)):
            losses[key].append(_Moment(position, ended_at))
    return losses


async def _of_keys(
    session: AsyncSession, group: _Group, columns: Sequence[SQLColumnExpression[Any]], now: datetime
) -> list[tuple[Any, ...]]:
    """Read columns of the grants to these keys whose moments, the last three columns, may be recent."""
    position, *times = columns[-3:]
    recent = or_(position > group.position, *(_between(time, group.since, now) for time in times))
    asked = select(col(Grant.principal), *columns).outerjoin(Agreement, col(Agreement.id) == col(Grant.agreement_id))
    found: list[tuple[Any, ...]] = []
    for some in batches(group.every_key, AT_ONCE):
        found.extend(tuple(row) for row in await session.execute(asked.where(_grants_to(some, group.topic), recent)))
    return found


async def _moved(session: AsyncSession, group: _Group, now: datetime) -> dict[UUID, list[_Moment]]:
    """Give when officers changed keys: by an act, or by a membership's beginning or end."""
    moved = defaultdict[UUID, list[_Moment]](list)
    for some in batches(group.keys, AT_ONCE):
        for officer, position, starts, ends in await session.execute(_moves(some, group, now)):
            moved[officer].append(_Moment(position, starts, ends))
    return moved


def _moves(officers: Sequence[UUID], group: _Group, now: datetime) -> CompoundSelect[Any]:
    acts = select(
        col(JournalEntry.subject_id), col(JournalEntry.position), cast(null(), Instant), cast(null(), Instant)
    ).where(
        col(JournalEntry.position) > group.position,
        col(JournalEntry.touches) == Touch.OFFICER,
        col(JournalEntry.subject_id).in_(officers),
    )
    memberships = (
        select(col(table.officer_id), null(), col(table.starts), col(table.ends)).where(
            col(table.officer_id).in_(officers),
            or_(_between(table.starts, group.since, now), _between(table.ends, group.since, now)),
        )
        for table in (TeamMembership, DetachmentMember)
    )
    return union_all(acts, *memberships)


async def _on_roots(session: AsyncSession, roots: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """Name what is decided by grants on each of these resources: what they are, and what lies in them."""
    decided = defaultdict[UUID, list[UUID]](list)
    columns = (col(Resource.id), col(Resource.acl_id), col(Resource.gate_id))
    for some in batches(roots):
        rows = await session.execute(
            select(*columns).where(or_(col(Resource.acl_id).in_(some), col(Resource.gate_id).in_(some)))
        )
        for resource, acl, gate in rows:
            decided[acl].append(resource)
            if gate is not None and gate != acl:
                decided[gate].append(resource)
    return decided


def _grants_to(keys: Sequence[str], topic: str) -> ColumnElement[bool]:
    if topic == ANYWHERE:
        return col(Grant.principal).in_(keys)
    return and_(col(Grant.principal).in_(keys), col(Grant.resource_id).in_(_roots(topic)))


def _roots(topic: str) -> Select[UUID]:
    box = select(col(Resource.id)).where(col(Resource.reference) == reference_of(topic)).scalar_subquery()
    inside = select(col(Resource.acl_id)).where(col(Resource.gate_id) == box)
    return select(col(Resource.id)).where(or_(col(Resource.id) == box, col(Resource.id).in_(inside)))


def _between(column: Any, since: datetime, now: datetime) -> ColumnElement[bool]:  # noqa: ANN401 - a column, either way
    return and_(col(column) > since, col(column) <= now)
