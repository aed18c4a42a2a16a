"""To whom access may be given: an agency, a team, an officer, a detachment or an account, as forms name them."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.agencies import Account, Agency, Officer, Standing, Team, TeamMembership
from models.grants import Resource
from models.operations import Detachment
from models.sign_ins import Credential
from ops.access.asker import Asker
from ops.access.principals import account_key, agency_key, detachment_key, officer_key, team_key
from ops.access.rules import visible_to
from ops.errors import Invalid

UNKNOWN = "Choose an agency, a team or a person who can be given access."


@dataclass(frozen=True, slots=True)
class Grantee:
    """A principal, the agency that it belongs to, and whether that agency enforces."""

    key: str
    agency: UUID
    enforcement: bool


async def grantee_of(session: AsyncSession, asker: Asker, who: str) -> Grantee:
    """Find who a form names.

    'agency:REF', 'team:REF', 'officer:REF', 'account:REF', 'detachment:OPERATION@AGENCY' or a work e-mail. Raises
    Invalid for anyone who is not there or not active, for a detachment to an operation that the asker cannot discover,
    and for an e-mail that two agencies' officers share: one message for all.
    """
    kind, _, name = who.strip().partition(":")
    found: tuple[str, UUID] | None = None
    match kind:
        case "agency":
            found = await _agency(session, name)
        case "team":
            found = await _team(session, name)
        case "officer":
            found = await _officer(session, name)
        case "account":
            found = await _account(session, name)
        case "detachment":
            found = await _detachment(session, asker, name)
        case _ if "@" in who:
            found = await _by_email(session, who)
    agency = await session.get(Agency, found[1]) if found else None
    if found is None or agency is None or agency.standing != Standing.ACTIVE:
        raise Invalid({"who": UNKNOWN})
    return Grantee(found[0], agency.id, agency.enforcement)


async def own_teams(session: AsyncSession, asker: Asker) -> list[Team]:
    """Give the teams that the asker is in, the one joined first to begin with."""
    rows = await session.execute(
        select(Team)
        .join(TeamMembership, col(TeamMembership.team_id) == col(Team.id))
        .where(col(TeamMembership.officer_id) == asker.officer, col(Team.agency_id) == asker.agency)
        .order_by(col(TeamMembership.starts), col(Team.name))
    )
    return [team for team in rows.scalars() if team_key(team.id) in asker.keys]


async def teams_of_agency(session: AsyncSession, asker: Asker) -> list[Team]:
    """Give the open teams of the asker's agency, by name."""
    rows = await session.execute(
        select(Team).where(col(Team.agency_id) == asker.agency, col(Team.closed_at).is_(None)).order_by(col(Team.name))
    )
    return list(rows.scalars())


async def _agency(session: AsyncSession, reference: str) -> tuple[str, UUID] | None:
    agency = (await session.execute(select(Agency).where(col(Agency.reference) == reference))).scalar_one_or_none()
    return (agency_key(agency.id), agency.id) if agency else None


async def _team(session: AsyncSession, reference: str) -> tuple[str, UUID] | None:
    found = await session.execute(select(Team).where(col(Team.reference) == reference, col(Team.closed_at).is_(None)))
    team = found.scalar_one_or_none()
    return (team_key(team.id), team.agency_id) if team else None


async def _officer(session: AsyncSession, reference: str) -> tuple[str, UUID] | None:
    found = await session.execute(select(Officer).where(col(Officer.reference) == reference, col(Officer.active)))
    officer = found.scalar_one_or_none()
    return (officer_key(officer.id), officer.agency_id) if officer else None


async def _by_email(session: AsyncSession, email: str) -> tuple[str, UUID] | None:
    found = await session.execute(
        select(Officer)
        .join(Credential, col(Credential.officer_id) == col(Officer.id))
        .where(func.lower(col(Credential.email)) == email.strip().lower(), col(Officer.active))
    )
    officers = list(found.scalars())  # someone with two employers is two officers, perhaps with one address
    return (officer_key(officers[0].id), officers[0].agency_id) if len(officers) == 1 else None


async def _account(session: AsyncSession, reference: str) -> tuple[str, UUID] | None:
    found = await session.execute(select(Account).where(col(Account.reference) == reference, col(Account.active)))
    account = found.scalar_one_or_none()
    return (account_key(account.id), account.agency_id) if account else None


async def _detachment(session: AsyncSession, asker: Asker, name: str) -> tuple[str, UUID] | None:
    operation, _, agency = name.partition("@")
    found = await session.execute(
        select(Detachment)
        .join(Resource, col(Resource.id) == col(Detachment.operation_id))
        .join(Agency, col(Agency.id) == col(Detachment.agency_id))
        .where(col(Resource.reference) == operation, col(Agency.reference) == agency, col(Detachment.left_at).is_(None))
        .where(visible_to(asker, Level.DISCOVER))
    )
    detachment = found.scalar_one_or_none()
    if detachment is None:
        return None
    return detachment_key(detachment.operation_id, detachment.agency_id), detachment.agency_id
