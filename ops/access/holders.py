"""Who holds a key: all officers behind it at one instant, and when that changes by itself."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy import and_, bindparam, func, null, or_, select, union_all
from sqlalchemy.ext.asyncio import AsyncSession

from models.agencies import Account, Agency, Officer, Standing, Team, TeamMembership
from models.base import Instant, table_of
from models.operations import Detachment, DetachmentMember
from ops.access.principals import KIND, account_key, agency_key, detachment_key, officer_key, team_key

HOLDERS = "holders"  # in the info of a session that shows one moment, with its instant: the officers behind each key

_OFFICER, _AGENCY, _TEAM, _DETACHMENT = (table_of(one).c for one in (Officer, Agency, Team, Detachment))
_ACCOUNT = table_of(Account).c
_IN_TEAM, _IN_DETACHMENT = table_of(TeamMembership).c, table_of(DetachmentMember).c
_AT = bindparam("at", type_=Instant)
_ACTIVE = and_(_AGENCY.id == _OFFICER.agency_id, _AGENCY.standing == Standing.ACTIVE)
_HOLDERS = union_all(
    select(_IN_DETACHMENT.officer_id, KIND["detachment"], _IN_DETACHMENT.operation_id, _IN_DETACHMENT.agency_id)
    .join(table_of(Officer), and_(_OFFICER.id == _IN_DETACHMENT.officer_id, _OFFICER.active))
    .join(table_of(Agency), _ACTIVE)
    .join(table_of(Detachment), _DETACHMENT.id == _IN_DETACHMENT.detachment_id)
    .where(
        _IN_DETACHMENT.operation_id.in_(bindparam("detachment", expanding=True)),
        _IN_DETACHMENT.agency_id == _OFFICER.agency_id,
        _IN_DETACHMENT.starts <= _AT,
        or_(_IN_DETACHMENT.ends.is_(None), _IN_DETACHMENT.ends > _AT),
        or_(_DETACHMENT.left_at.is_(None), _DETACHMENT.left_at > _AT),
    ),
    select(_IN_TEAM.officer_id, KIND["team"], _IN_TEAM.team_id, null())
    .join(table_of(Officer), and_(_OFFICER.id == _IN_TEAM.officer_id, _OFFICER.active))
    .join(table_of(Agency), _ACTIVE)
    .join(table_of(Team), and_(_TEAM.id == _IN_TEAM.team_id, _TEAM.agency_id == _OFFICER.agency_id))
    .where(
        _IN_TEAM.team_id.in_(bindparam("team", expanding=True)),
        _IN_TEAM.starts <= _AT,
        or_(_IN_TEAM.ends.is_(None), _IN_TEAM.ends > _AT),
    ),
    select(_OFFICER.id, KIND["officer"], _OFFICER.id, _OFFICER.agency_id)
    .join(table_of(Agency), _ACTIVE)
    .where(
        _OFFICER.active,
        or_(
            _OFFICER.agency_id.in_(bindparam("agency", expanding=True)),
            _OFFICER.id.in_(bindparam("officer", expanding=True)),
        ),
    ),
    select(_OFFICER.id, KIND["account"], _OFFICER.account_id, _OFFICER.agency_id)
    .join(table_of(Account), and_(_ACCOUNT.id == _OFFICER.account_id, _ACCOUNT.active))
    .join(table_of(Agency), _ACTIVE)
    .where(_OFFICER.account_id.in_(bindparam("account", expanding=True))),
)


async def holders(session: AsyncSession, principals: Collection[str], at: datetime) -> dict[str, frozenset[UUID]]:
    """Give the active officers and programs who hold each key at one instant; keys nobody holds are absent."""
    ids = _ids_by_kind(principals)
    asked = {kind: sorted(ids[kind]) for kind in ("detachment", "team", "agency", "officer", "account")}
    found = defaultdict[str, set[UUID]](set)
    by_agency = defaultdict[tuple[UUID, UUID], set[UUID]](set)
    for officer, kind, within, agency in await session.execute(_HOLDERS, {**asked, "at": at}):
        if kind == "detachment":
            by_agency[within, agency].add(officer)
        elif kind == "team":
            found[team_key(within)].add(officer)
        elif kind == "account":
            found[account_key(within)].add(officer)
        else:
            found[agency_key(agency)].add(officer)
            found[officer_key(officer)].add(officer)
    found.update({detachment_key(*within): officers for within, officers in by_agency.items()})
    wanted = frozenset(principals)
    return {principal: frozenset(officers) for principal, officers in found.items() if principal in wanted}


def _ids_by_kind(principals: Collection[str]) -> dict[str, set[UUID]]:
    ids = defaultdict[str, set[UUID]](set)
    for principal in principals:
        kind, _, name = principal.partition(":")
        ids[kind].add(UUID(name.partition("@")[0]))
    return ids


_MOMENTS = union_all(
    *(
        select(func.min(moment)).where(moment > _AT)
        for moment in (
            _IN_DETACHMENT.starts,
            _IN_DETACHMENT.ends,
            _DETACHMENT.left_at,
            _IN_TEAM.starts,
            _IN_TEAM.ends,
        )
    )
)


async def next_change_of_holders(session: AsyncSession, at: datetime) -> datetime | None:
    """Give the first moment after an instant at which somebody comes to hold a key, or ceases to, by time alone."""
    moments = (await session.execute(_MOMENTS, {"at": at})).scalars()
    return min((moment for moment in moments if moment is not None), default=None)
