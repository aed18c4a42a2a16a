"""An agency's teams, and who is in them from when until when."""

from datetime import datetime
from typing import Protocol

from sqlalchemy import or_, select
from sqlmodel import col

from models.agencies import Officer, Team, TeamMembership
from models.audit import Act
from ops.access.asker import Asker
from ops.actions.administration import (
    administering,
    administering_afresh,
    checked_name,
    keeping_managers,
    own,
    record_keys,
)
from ops.actions.fingerprints import fingerprint_of, must_be_as_read
from ops.errors import Conflict, Invalid
from ops.transaction import Desk, Work


class Said(Protocol):
    """What is said of a team, wherever it was read."""

    @property
    def name(self) -> str: ...
    @property
    def listed(self) -> bool: ...


async def make_team(desk: Desk, asker: Asker, name: str, *, listed: bool) -> str:
    """Make a team; `listed` ones are named to other agencies. Gives its reference."""
    async with administering(desk, asker) as work:
        team = Team(agency_id=work.asker.agency, name=await _free_name(work, name, None), listed=listed)
        work.add(team)
        work.audit(Act.TEAM_MADE, team.reference)
        return team.reference


async def revise_team(desk: Desk, asker: Asker, reference: str, name: str, *, listed: bool, based_on: str) -> None:
    """Rename a team, list or unlist it. Changed when somebody did since `based_on`, its `team_version` then."""
    async with administering(desk, asker) as work:
        team = await _open_team(work, reference)
        free = await _free_name(work, name, team)
        must_be_as_read(based_on, team_version(team))
        team.name, team.listed = free, listed
        work.audit(Act.TEAM_REVISED, reference)


def team_version(team: Said) -> str:
    """Name what is said of a team now."""
    return fingerprint_of(team.name, team.listed)


async def close_team(desk: Desk, asker: Asker, reference: str) -> None:
    """Close a team: its memberships end now. Conflict when some of the agency's things would have no manager."""
    async with administering_afresh(desk, asker) as work:
        team = await _open_team(work, reference)
        async with keeping_managers(work):
            ended = await _memberships(work, team)
            for membership in ended:
                membership.ends = max(work.asker.at, membership.starts)
            team.closed_at = work.asker.at
        work.audit(Act.TEAM_CLOSED, reference)
        record_keys(work, (membership.officer_id for membership in ended))


async def join_team(
    desk: Desk, asker: Asker, officer: str, team: str, starts: datetime | None, ends: datetime | None
) -> None:
    """Put an officer into a team, from now unless `starts` is later. Nobody puts themselves into one."""
    async with administering_afresh(desk, asker) as work:
        member = await own(work, Officer, officer)
        joined = await _chosen_team(work, team)
        begins = max(starts or work.asker.at, work.asker.at)
        if member.id == work.asker.officer:
            raise Conflict("Nobody puts themselves into a team. Ask another administrator.")
        if member.left_at is not None:
            raise Conflict("This officer has left.")
        if ends is not None and ends <= begins:
            raise Invalid({"until": "Choose an end after the beginning."})
        if any(one.officer_id == member.id for one in await _memberships(work, joined)):
            raise Conflict("This officer is in that team already.")
        membership = TeamMembership(team_id=joined.id, officer_id=member.id, starts=begins, ends=ends)
        work.add(membership)
        work.audit(Act.TEAM_JOINED, officer, team)
        record_keys(work, [member.id], membership)


async def leave_team(desk: Desk, asker: Asker, officer: str, team: str, ends: datetime | None) -> None:
    """Take an officer out of a team, now or at a later moment. Conflict when things would be left to nobody then."""
    async with administering_afresh(desk, asker) as work:
        member, left = await own(work, Officer, officer), await _chosen_team(work, team)
        when = max(ends or work.asker.at, work.asker.at)
        memberships = [one for one in await _memberships(work, left) if one.officer_id == member.id]
        if not memberships:
            raise Conflict("This officer is not in that team.")
        async with keeping_managers(work, when):
            for membership in memberships:
                membership.ends = max(when, membership.starts)
        work.audit(Act.TEAM_LEFT, officer, team)
        record_keys(work, [member.id])


async def _memberships(work: Work, team: Team) -> list[TeamMembership]:
    rows = await work.session.execute(
        select(TeamMembership).where(
            col(TeamMembership.team_id) == team.id,
            or_(col(TeamMembership.ends).is_(None), col(TeamMembership.ends) > work.asker.at),
        )
    )
    return list(rows.scalars())


async def _open_team(work: Work, reference: str) -> Team:
    team = await own(work, Team, reference)
    if team.closed_at is not None:
        raise Conflict("This team is closed.")
    return team


async def _chosen_team(work: Work, reference: str) -> Team:
    """Give the open team that a form chose."""
    rows = await work.session.execute(
        select(Team).where(
            col(Team.reference) == reference, col(Team.agency_id) == work.asker.agency, col(Team.closed_at).is_(None)
        )
    )
    team = rows.scalar_one_or_none()
    if team is None:
        raise Invalid({"team": "Choose one of your agency’s teams."})
    return team


async def _free_name(work: Work, name: str, team: Team | None) -> str:
    written = checked_name(name, "name")
    rows = await work.session.execute(
        select(Team).where(col(Team.agency_id) == work.asker.agency, col(Team.closed_at).is_(None))
    )
    if any(other.name.lower() == written.lower() and other is not team for other in rows.scalars()):
        raise Invalid({"name": "Your agency has a team of that name."})
    return written
