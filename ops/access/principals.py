"""The keys that an officer or account holds: agency, own teams, own detachments, themselves."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    BindParameter,
    CompoundSelect,
    Select,
    String,
    bindparam,
    literal_column,
    null,
    select,
    union_all,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.screen import Keys
from models.agencies import Account, Agency, Officer, OfficerDuty, Standing, Team, TeamMembership
from models.base import table_of
from models.operations import Detachment, DetachmentMember
from ops.access.asker import Asker
from ops.access.audiences import batches

AT_ONCE = 2000  # officers that one statement names, four times over; databases take some 32,000 names


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


def own_key(asker: Asker) -> str:
    """Name the asker alone: the officer, or the program that stands behind one."""
    return next((key for key in asker.keys if key.startswith("account:")), officer_key(asker.officer))


def agency_among(keys: Collection[str]) -> UUID | None:
    """Read which agency an officer's own keys are of; None without keys."""
    names = (name for kind, _, name in (key.partition(":") for key in keys) if kind == "agency")
    return next((UUID(name) for name in names), None)


class _Membership(NamedTuple):
    officer: UUID
    key: str
    starts: datetime
    ends: datetime | None


class OfficerNow(NamedTuple):
    """An active officer at one instant: whose, with which keys, and which duties."""

    agency: UUID
    keys: Keys
    duties: frozenset[str]


Officers = BindParameter[Any] | Select[Any]
_OFFICER, _AGENCY, _TEAM = table_of(Officer).c, table_of(Agency).c, table_of(Team).c
_ACCOUNT = table_of(Account).c
_IN_TEAM, _IN_DETACHMENT, _DUTY = table_of(TeamMembership).c, table_of(DetachmentMember).c, table_of(OfficerDuty).c
KIND = {
    kind: literal_column(f"'{kind}'", String).label("kind") for kind in ("detachment", "team", "officer", "account")
}
_THEMSELVES = frozenset({"officer", "account"})
Standings = CompoundSelect[UUID, str, UUID | None, UUID | None, datetime | None, datetime | None, datetime | None]


def _memberships(officers: Officers) -> tuple[Select[Any], Select[Any]]:
    detachments = (
        select(
            _IN_DETACHMENT.officer_id,
            KIND["detachment"],
            _IN_DETACHMENT.operation_id,
            _IN_DETACHMENT.agency_id,
            _IN_DETACHMENT.starts,
            _IN_DETACHMENT.ends,
            table_of(Detachment).c.left_at,
        )
        .join(table_of(Detachment), table_of(Detachment).c.id == _IN_DETACHMENT.detachment_id)
        .join(table_of(Officer), _OFFICER.id == _IN_DETACHMENT.officer_id)
        .where(_IN_DETACHMENT.officer_id.in_(officers), _IN_DETACHMENT.agency_id == _OFFICER.agency_id)
    )
    teams = (
        select(_IN_TEAM.officer_id, KIND["team"], _IN_TEAM.team_id, null(), _IN_TEAM.starts, _IN_TEAM.ends, null())
        .join(table_of(Team), _TEAM.id == _IN_TEAM.team_id)
        .join(table_of(Officer), _OFFICER.id == _IN_TEAM.officer_id)
        .where(_IN_TEAM.officer_id.in_(officers), _TEAM.agency_id == _OFFICER.agency_id)
    )
    return detachments, teams


def _themselves(officers: Officers) -> Select[Any]:
    own = select(_OFFICER.id, KIND["officer"], _OFFICER.id, _OFFICER.agency_id, null(), null(), null())
    return own.where(_OFFICER.id.in_(officers), _OFFICER.account_id.is_(None))


def _programs(officers: Officers) -> Select[Any]:
    """Give accounts as those who act under their names: with their own key, and no other."""
    own = select(_OFFICER.id, KIND["account"], _OFFICER.account_id, _OFFICER.agency_id, null(), null(), null())
    return own.where(_OFFICER.id.in_(officers), _OFFICER.account_id.is_not(None))


def standings(officers: Officers, *more: Select[Any]) -> Standings:
    """Select memberships, duties and whether they are active, of some officers, in one statement."""
    return union_all(
        *_memberships(officers),
        _themselves(officers)
        .join(table_of(Agency), _AGENCY.id == _OFFICER.agency_id)
        .where(_OFFICER.active, _AGENCY.standing == Standing.ACTIVE),
        _programs(officers)
        .join(table_of(Account), _ACCOUNT.id == _OFFICER.account_id)
        .join(table_of(Agency), _AGENCY.id == _OFFICER.agency_id)
        .where(_ACCOUNT.active, _AGENCY.standing == Standing.ACTIVE),
        select(_DUTY.officer_id, _DUTY.duty, null(), null(), _DUTY.starts, _DUTY.ends, null()).where(
            _DUTY.officer_id.in_(officers)
        ),
        *more,
    )


_WANTED: BindParameter[Any] = bindparam("officers", expanding=True)
_NOW = standings(_WANTED)
_EVER = union_all(*_memberships(_WANTED), _themselves(_WANTED), _programs(_WANTED))


class StandingRow(NamedTuple):
    """A row of either statement: a membership, a duty, or that there is such an officer."""

    officer: UUID
    kind: str  # of the membership, `officer`, `account`, or the name of the duty
    within: UUID | None
    agency: UUID | None
    starts: datetime | None
    ends: datetime | None
    left_at: datetime | None

    @property
    def own(self) -> tuple[str, ...]:
        """Give the keys that no membership makes."""
        assert self.agency is not None  # noqa: S101 - every officer has one
        if self.kind == "account":
            assert self.within is not None  # noqa: S101 - it is the account
            return (account_key(self.within),)
        return agency_key(self.agency), officer_key(self.officer)

    @property
    def membership(self) -> _Membership:
        """Give a membership as the key that it makes, and when."""
        assert self.within is not None  # noqa: S101 - the columns of a membership are never empty
        assert self.starts is not None  # noqa: S101
        if self.kind == "team":
            return _Membership(self.officer, team_key(self.within), self.starts, self.ends)
        assert self.agency is not None  # noqa: S101
        key = detachment_key(self.within, self.agency)
        return _Membership(self.officer, key, self.starts, _sooner(self.ends, self.left_at))


async def officers_now(session: AsyncSession, officers: Collection[UUID], at: datetime) -> dict[UUID, OfficerNow]:
    """Give each officer's agency, keys and duties at one instant, in one statement.

    An officer who is not active, or whose agency is not, is absent from the answer.
    """
    return now_of(await _standings(session, _NOW, officers), at)


def now_of(rows: Iterable[StandingRow], at: datetime) -> dict[UUID, OfficerNow]:
    """Work out from their rows what officers are at one instant."""
    memberships, duties = defaultdict[UUID, list[_Membership]](list), defaultdict[UUID, set[str]](set)
    active: list[StandingRow] = []
    for found in rows:
        if found.kind in _THEMSELVES:
            active.append(found)
        elif found.within is not None:
            memberships[found.officer].append(found.membership)
        elif found.starts is not None and found.starts <= at and (found.ends is None or at < found.ends):
            duties[found.officer].add(found.kind)
    return {
        one.officer: OfficerNow(
            one.agency, _keys(set(one.own), memberships[one.officer], at), frozenset(duties[one.officer])
        )
        for one in active
        if one.agency is not None
    }


async def keys_of(session: AsyncSession, officers: Collection[UUID], at: datetime) -> dict[UUID, Keys]:
    """Give each officer's keys at one instant, and when they change by themselves.

    An officer who is not active, or whose agency is not, has none and is absent from the answer.
    """
    return {officer: now.keys for officer, now in (await officers_now(session, officers, at)).items()}


async def keys_ever(session: AsyncSession, officers: Collection[UUID]) -> frozenset[str]:
    """Give every key that one of these officers holds or has held, active or not."""
    return frozenset[str]().union(*(await keys_ever_of(session, officers)).values())


async def keys_ever_of(session: AsyncSession, officers: Collection[UUID]) -> dict[UUID, frozenset[str]]:
    """Give every key that each of these officers holds or has held, active or not."""
    keys = defaultdict[UUID, set[str]](set)
    for found in await _standings(session, _EVER, officers):
        keys[found.officer].update(found.own if found.kind in _THEMSELVES else (found.membership.key,))
    return {officer: frozenset(held) for officer, held in keys.items()}


async def _standings(session: AsyncSession, statement: Standings, officers: Collection[UUID]) -> list[StandingRow]:
    found: list[StandingRow] = []
    for some in batches(officers, AT_ONCE):
        rows = await session.execute(statement, {"officers": some})
        found.extend(StandingRow(*row) for row in rows)
    return found


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


def _sooner(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((moment for moment in (one, other) if moment is not None), default=None)
