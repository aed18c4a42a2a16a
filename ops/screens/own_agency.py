"""An agency as its administrator sees it: teams, officers with their duties, accounts; no content."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.agencies import Account, Agency, Officer, OfficerDuty, Team, TeamMembership
from models.cases import Case
from models.grants import Resource
from ops.access.asker import Asker
from ops.actions.managed import unmanaged
from ops.errors import NotFound


@dataclass(frozen=True, slots=True)
class TeamLine:
    """A team; `members` now or later, `closed_at` for one that is no more."""

    reference: str
    name: str
    listed: bool
    members: int
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class MemberLine:
    """An officer in a team, or a team of an officer: from when until when."""

    reference: str
    name: str
    starts: datetime
    ends: datetime | None


@dataclass(frozen=True, slots=True)
class OfficerLine:
    """An officer as the list of them shows them."""

    reference: str
    name: str
    mobile: str
    active: bool
    left_at: datetime | None
    duties: tuple[str, ...]
    teams: tuple[MemberLine, ...]
    me: bool

    @property
    def standing(self) -> str:
        """Say in a word whether they work here."""
        return "active" if self.active else "left" if self.left_at else "suspended"


@dataclass(frozen=True, slots=True)
class AccountLine:
    """A program or a wall display."""

    reference: str
    name: str
    active: bool


@dataclass(frozen=True, slots=True)
class OwnAgency:
    """The page of an agency's administrator. `unmanaged`: how many of its things nobody can manage."""

    name: str
    code: str
    teams: tuple[TeamLine, ...]
    officers: tuple[OfficerLine, ...]
    accounts: tuple[AccountLine, ...]
    unmanaged: int

    def account(self, reference: str) -> AccountLine:
        """Give one of its accounts. NotFound for another agency's."""
        found = next((one for one in self.accounts if one.reference == reference), None)
        if found is None:
            raise NotFound
        return found


@dataclass(frozen=True, slots=True)
class TeamPage:
    """One team with its members."""

    team: TeamLine
    members: tuple[MemberLine, ...]


@dataclass(frozen=True, slots=True)
class Unmanaged:
    """A thing that nobody manages: no title, nothing of its content. `theme` of a case only."""

    reference: str
    kind: str
    theme: str


async def read_own_agency(session: AsyncSession, asker: Asker) -> OwnAgency:
    """Read the asker's agency."""
    agency = await session.get_one(Agency, asker.agency)
    memberships = await _memberships(session, asker)
    accounts = await session.execute(
        select(Account)
        .where(col(Account.agency_id) == asker.agency)
        .order_by(col(Account.active).desc(), col(Account.name))
    )
    return OwnAgency(
        name=agency.name,
        code=agency.code,
        teams=await _teams(session, asker, memberships),
        officers=await _officers(session, asker, memberships),
        accounts=tuple(AccountLine(one.reference, one.name, one.active) for one in accounts.scalars()),
        unmanaged=len(await unmanaged(session, asker.agency, asker.at)),
    )


async def read_team(session: AsyncSession, asker: Asker, reference: str) -> TeamPage:
    """Read one team of the asker's agency. NotFound for another agency's."""
    memberships = await _memberships(session, asker)
    found = next((one for one in await _teams(session, asker, memberships) if one.reference == reference), None)
    if found is None:
        raise NotFound
    members = (_line(officer.reference, officer.name, row) for row, team, officer in memberships if _is(team, found))
    return TeamPage(found, tuple(sorted(members, key=lambda one: one.name)))


async def read_officer(session: AsyncSession, asker: Asker, reference: str) -> OfficerLine:
    """Read one officer of the asker's agency. NotFound for another agency's."""
    officers = await _officers(session, asker, await _memberships(session, asker))
    found = next((one for one in officers if one.reference == reference), None)
    if found is None:
        raise NotFound
    return found


async def read_account(session: AsyncSession, asker: Asker, reference: str) -> AccountLine:
    """Read one account of the asker's agency; NotFound for any other."""
    return (await read_own_agency(session, asker)).account(reference)


async def read_unmanaged(session: AsyncSession, asker: Asker) -> list[Unmanaged]:
    """List the agency's things that nobody can manage, by kind."""
    ids = await unmanaged(session, asker.agency, asker.at)
    rows = await session.execute(
        select(Resource, col(Case.theme))
        .outerjoin(Case, col(Case.id) == col(Resource.id))
        .where(col(Resource.id).in_(ids))
    )
    found = [Unmanaged(thing.reference, thing.kind, theme or "") for thing, theme in rows]
    return sorted(found, key=lambda one: (one.kind, one.theme, one.reference))


Membership = tuple[TeamMembership, Team, Officer]


async def _memberships(session: AsyncSession, asker: Asker) -> list[Membership]:
    rows = await session.execute(
        select(TeamMembership, Team, Officer)
        .join(Team, col(Team.id) == col(TeamMembership.team_id))
        .join(Officer, col(Officer.id) == col(TeamMembership.officer_id))
        .where(col(Team.agency_id) == asker.agency, col(Officer.agency_id) == asker.agency)
        .where(or_(col(TeamMembership.ends).is_(None), col(TeamMembership.ends) > asker.at))
    )
    return [(row[0], row[1], row[2]) for row in rows]


async def _teams(session: AsyncSession, asker: Asker, memberships: list[Membership]) -> tuple[TeamLine, ...]:
    members = defaultdict[UUID, set[UUID]](set)
    for _, team, officer in memberships:
        members[team.id].add(officer.id)
    rows = await session.execute(select(Team).where(col(Team.agency_id) == asker.agency))
    found = (TeamLine(t.reference, t.name, t.listed, len(members[t.id]), t.closed_at) for t in rows.scalars())
    return tuple(sorted(found, key=lambda one: (one.closed_at is not None, one.name)))


async def _officers(session: AsyncSession, asker: Asker, memberships: list[Membership]) -> tuple[OfficerLine, ...]:
    duties = defaultdict[UUID, set[str]](set)
    held = await session.execute(
        select(col(OfficerDuty.officer_id), col(OfficerDuty.duty))
        .join(Officer, col(Officer.id) == col(OfficerDuty.officer_id))
        .where(col(Officer.agency_id) == asker.agency)
        .where(or_(col(OfficerDuty.ends).is_(None), col(OfficerDuty.ends) > asker.at))
    )
    for holder, duty in held:
        duties[holder].add(duty)
    teams = defaultdict[UUID, list[MemberLine]](list)
    for row, team, officer in memberships:
        teams[officer.id].append(_line(team.reference, team.name, row))
    rows = await session.execute(
        select(Officer).where(col(Officer.agency_id) == asker.agency, col(Officer.account_id).is_(None))
    )
    found = [
        OfficerLine(
            reference=one.reference,
            name=one.name,
            mobile=one.mobile,
            active=one.active,
            left_at=one.left_at,
            duties=tuple(sorted(duties[one.id])),
            teams=tuple(sorted(teams[one.id], key=lambda line: line.name)),
            me=one.id == asker.officer,
        )
        for one in rows.scalars()
    ]
    return tuple(sorted(found, key=lambda one: (not one.active, one.left_at is not None, one.name)))


def _line(reference: str, name: str, row: TeamMembership) -> MemberLine:
    return MemberLine(reference, name, row.starts, row.ends)


def _is(team: Team, line: TeamLine) -> bool:
    return team.reference == line.reference
