"""The keys that an officer or account holds: agency, own teams, own detachments, themselves."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Subquery, and_, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.screen import Keys
from models.agencies import Agency, Officer, Standing, Team, TeamMembership
from models.operations import Detachment, DetachmentMember


def agency_key(agency: UUID) -> str:
    """Name an agency: all of its active officers."""
    return f"agency:{agency.hex}"


def team_key(team: UUID) -> str:
    """Name a team of one agency."""
    return f"team:{team.hex}"


def officer_key(officer: UUID) -> str:
    """Name one officer."""
    return f"officer:{officer.hex}"


def detachment_key(operation: UUID, agency: UUID) -> str:
    """Name an agency's officers assigned to one operation."""
    return f"detachment:{operation.hex}@{agency.hex}"


def account_key(account: UUID) -> str:
    """Name a program or a wall display."""
    return f"account:{account.hex}"


class _Membership(NamedTuple):
    officer: UUID
    key: str
    starts: datetime
    ends: datetime | None


async def keys_of(session: AsyncSession, officers: Collection[UUID], at: datetime) -> dict[UUID, Keys]:
    """Give each officer's keys at one instant, and when they change by themselves.

    An officer who is not active, or whose agency is not, has none and is absent from the answer.
    """
    active = await session.execute(
        select(col(Officer.id), col(Officer.agency_id))
        .join(Agency, col(Agency.id) == col(Officer.agency_id))
        .where(col(Officer.id).in_(officers), col(Officer.active), col(Agency.standing) == Standing.ACTIVE)
    )
    memberships = defaultdict[UUID, list[_Membership]](list)
    for membership in await _memberships(session, officers):
        memberships[membership.officer].append(membership)
    return {
        officer: _keys({agency_key(agency), officer_key(officer)}, memberships[officer], at)
        for officer, agency in active
    }


async def keys_ever(session: AsyncSession, officers: Collection[UUID]) -> frozenset[str]:
    """Give every key that one of these officers holds or has held, active or not."""
    rows = await session.execute(select(col(Officer.id), col(Officer.agency_id)).where(col(Officer.id).in_(officers)))
    own = {key for officer, agency in rows for key in (agency_key(agency), officer_key(officer))}
    return frozenset(own | {membership.key for membership in await _memberships(session, officers)})


async def keys_within(session: AsyncSession, agency: UUID, at: datetime) -> frozenset[str]:
    """Give every key that some active officer of an agency holds at one instant; none for one that is not active."""
    officers = await session.execute(select(col(Officer.id)).where(col(Officer.agency_id) == agency))
    found = await keys_of(session, list(officers.scalars()), at)
    return frozenset[str]().union(*(keys.held for keys in found.values()))


def _keys(own: set[str], memberships: Iterable[_Membership], at: datetime) -> Keys:
    held, changes = set(own), list[datetime]()
    for membership in memberships:
        if membership.starts <= at and (membership.ends is None or at < membership.ends):
            held.add(membership.key)
        changes.extend(moment for moment in (membership.starts, membership.ends) if moment is not None and moment > at)
    return Keys(frozenset(held), min(changes, default=None))


async def _memberships(session: AsyncSession, officers: Collection[UUID]) -> list[_Membership]:
    teams = await session.execute(
        select(
            col(TeamMembership.officer_id),
            col(TeamMembership.team_id),
            col(TeamMembership.starts),
            col(TeamMembership.ends),
        )
        .join(Team, col(Team.id) == col(TeamMembership.team_id))
        .join(Officer, col(Officer.id) == col(TeamMembership.officer_id))
        .where(col(TeamMembership.officer_id).in_(officers), col(Team.agency_id) == col(Officer.agency_id))
    )
    detachments = await session.execute(
        select(
            col(DetachmentMember.officer_id),
            col(DetachmentMember.operation_id),
            col(DetachmentMember.agency_id),
            col(DetachmentMember.starts),
            col(DetachmentMember.ends),
            col(Detachment.left_at),
        )
        .join(Detachment, col(Detachment.id) == col(DetachmentMember.detachment_id))
        .join(Officer, col(Officer.id) == col(DetachmentMember.officer_id))
        .where(
            col(DetachmentMember.officer_id).in_(officers),
            col(DetachmentMember.agency_id) == col(Officer.agency_id),
        )
    )
    return [
        *(_Membership(officer, team_key(team), starts, ends) for officer, team, starts, ends in teams),
        *(
            _Membership(officer, detachment_key(operation, agency), starts, _sooner(ends, left_at))
            for officer, operation, agency, starts, ends, left_at in detachments
        ),
    ]


def _sooner(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((moment for moment in (one, other) if moment is not None), default=None)


async def holders(session: AsyncSession, principals: Collection[str], at: datetime) -> dict[str, frozenset[UUID]]:
    """Give the active officers who hold each of these keys at one instant; keys nobody holds are absent."""
    ids = _ids_by_kind(principals)
    active = (
        select(col(Officer.id), col(Officer.agency_id))
        .join(Agency, col(Agency.id) == col(Officer.agency_id))
        .where(col(Officer.active), col(Agency.standing) == Standing.ACTIVE)
        .subquery()
    )
    found = defaultdict[str, set[UUID]](set)
    own = await session.execute(
        select(active.c.id, active.c.agency_id).where(
            or_(active.c.agency_id.in_(ids["agency"]), active.c.id.in_(ids["officer"]))
        )
    )
    for officer, agency in own:
        found[agency_key(agency)].add(officer)
        found[officer_key(officer)].add(officer)
    for table, key in ((TeamMembership, "team"), (DetachmentMember, "detachment")):
        for membership in await _held_memberships(session, table, ids[key], active, at):
            found[membership[0]].add(membership[1])
    wanted = frozenset(principals)
    return {principal: frozenset(officers) for principal, officers in found.items() if principal in wanted}


async def _held_memberships(
    session: AsyncSession,
    table: type[TeamMembership] | type[DetachmentMember],
    ids: Collection[UUID],
    active: Subquery,
    at: datetime,
) -> list[tuple[str, UUID]]:
    if not ids:
        return []
    live = and_(col(table.starts) <= at, or_(col(table.ends).is_(None), col(table.ends) > at))
    joined = select(table).join(active, active.c.id == col(table.officer_id)).where(live)
    if table is TeamMembership:
        teams = await session.execute(
            joined.join(Team, col(Team.id) == col(TeamMembership.team_id)).where(
                col(TeamMembership.team_id).in_(ids), col(Team.agency_id) == active.c.agency_id
            )
        )
        return [(team_key(row.team_id), row.officer_id) for row in teams.scalars() if isinstance(row, TeamMembership)]
    detachments = await session.execute(
        joined.join(Detachment, col(Detachment.id) == col(DetachmentMember.detachment_id)).where(
            col(DetachmentMember.operation_id).in_(ids),
            col(DetachmentMember.agency_id) == active.c.agency_id,
            or_(col(Detachment.left_at).is_(None), col(Detachment.left_at) > at),
        )
    )
    return [
        (detachment_key(row.operation_id, row.agency_id), row.officer_id)
        for row in detachments.scalars()
        if isinstance(row, DetachmentMember)
    ]


def _ids_by_kind(principals: Collection[str]) -> dict[str, set[UUID]]:
    ids = defaultdict[str, set[UUID]](set)
    for principal in principals:
        kind, _, name = principal.partition(":")
        ids[kind].add(UUID(name.partition("@")[0]))
    return ids
