"""The rule at an earlier moment: which things of a box somebody could read then.

Grants, holds, agreements and keys are never edited, only begun and ended, so the past can be asked as the present is. A
moment is an instant and the journal's place at it: what an act did counts from its place on.
"""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.expression import ColumnElement, SQLColumnExpression
from sqlmodel import col

from live.audience import Audience, Clause, Level
from models.agreements import Agreement
from models.grants import Grant, Hold, Resource
from models.journal import JournalEntry
from ops.access.audiences import batches


class Moment(NamedTuple):
    """An instant, and the last place of the journal that had been filled by then."""

    at: datetime
    position: int


async def moment_at(session: AsyncSession, at: datetime) -> Moment:
    """Find an instant's place in the journal."""
    rows = await session.execute(select(func.max(col(JournalEntry.position))).where(col(JournalEntry.at) <= at))
    return Moment(at, int(rows.scalar_one() or 0))


def had_come(position: SQLColumnExpression[int | None], then: Moment) -> ColumnElement[bool]:
    """Judge rows by their place: they were there at a moment. What has no place was filed with what it belongs to."""
    return or_(position.is_(None), position <= then.position)


def had_ended(
    position: SQLColumnExpression[int | None], at: SQLColumnExpression[datetime | None], then: Moment
) -> ColumnElement[bool]:
    """Judge rows by where they ended, or by when, where no place was kept."""
    return or_(position <= then.position, and_(position.is_(None), at <= then.at))


class _Thing(NamedTuple):
    id: UUID
    acl: UUID
    gate: UUID | None


async def levels_then(session: AsyncSession, box: UUID, keys: Collection[str], then: Moment) -> dict[UUID, Level]:
    """Give how far these keys went with a box and with each thing in it; what they did not even discover is absent.

    `keys`: as they were held then.
    """
    columns = (col(Resource.id), col(Resource.acl_id), col(Resource.gate_id))
    things = [
        _Thing(*row)
        for row in await session.execute(
            select(*columns).where(or_(col(Resource.id) == box, col(Resource.gate_id) == box))
        )
    ]
    roots = {root for thing in things for root in (thing.acl, thing.gate) if root is not None}
    clauses, admitting = await _clauses(session, roots, then)
    found: dict[UUID, Level] = {}
    for thing, acl, gate in things:
        way = clauses if gate == acl else admitting
        audience = Audience(tuple(clauses[acl]), None if gate is None else tuple(way[gate]))
        level = audience.at(then.at).level(keys)
        if level >= Level.DISCOVER:
            found[thing] = level
    return found


_Clauses = dict[UUID, list[Clause]]


async def _clauses(session: AsyncSession, roots: Collection[UUID], then: Moment) -> tuple[_Clauses, _Clauses]:
    """Give what decided about these things, and what admitted to them as boxes."""
    held = await _held(session, roots, then)
    decided, admitting = defaultdict[UUID, list[Clause]](list), defaultdict[UUID, list[Clause]](list)
    for some in batches(roots):
        rows = await session.execute(
            select(Grant, col(Resource.owner_agency_id), col(Agreement.starts), col(Agreement.ends))
            .join(Resource, col(Resource.id) == col(Grant.resource_id))
            .outerjoin(Agreement, col(Agreement.id) == col(Grant.agreement_id))
            .where(
                col(Grant.resource_id).in_(some),
                had_come(col(Grant.position), then),
                or_(
                    col(Grant.revoked_at).is_(None),
                    ~had_ended(col(Grant.revoked_position), col(Grant.revoked_at), then),
                ),
            )
        )
        for grant, owner, starts, ends in rows:
            inside = grant.grantee_agency_id == owner
            if grant.resource_id in held and not inside:
                continue
            clause = clause_of(grant, starts, ends, inside=inside)
            decided[grant.resource_id].append(clause)
            if not grant.emergency:
                admitting[grant.resource_id].append(clause)
    return decided, admitting


def clause_of(grant: Grant, in_force_from: datetime | None, until: datetime | None, *, inside: bool) -> Clause:
    """Give what a grant says, within the time in which its agreement was in force."""
    starts, ends = grant.starts, grant.ends
    if in_force_from is not None and not grant.emergency:
        starts = max(starts, in_force_from)
        ends = min((end for end in (ends, until) if end is not None), default=None)
    return Clause(grant.principal, Level(grant.level), starts, ends, inside)


async def _held(session: AsyncSession, roots: Collection[UUID], then: Moment) -> set[UUID]:
    rows = await session.execute(
        select(col(Hold.resource_id)).where(
            col(Hold.resource_id).in_(roots),
            had_come(col(Hold.position), then),
            or_(col(Hold.ended_at).is_(None), ~had_ended(col(Hold.ended_position), col(Hold.ended_at), then)),
        )
    )
    return set(rows.scalars())
