"""Who there is, as everyone may know it: agencies and listed teams; of one's own agency all teams and officers."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.agencies import Account, Agency, Officer, Standing, Team
from models.sign_ins import SignIn
from models.tokens import ApiToken
from ops.access.asker import Asker
from ops.errors import NotFound
from ops.screens.lines import agency_tag
from ops.screens.values import AgencyTag


@dataclass(frozen=True, slots=True)
class ListedTeam:
    """A team by its name."""

    reference: str
    name: str


@dataclass(frozen=True, slots=True)
class ListedAgency:
    """An agency that takes part."""

    reference: str
    code: str
    name: str
    kind: str
    enforcement: bool
    teams: tuple[ListedTeam, ...]


@dataclass(frozen=True, slots=True)
class ListedOfficer:
    """A colleague by name."""

    reference: str
    name: str


@dataclass(frozen=True, slots=True)
class OwnToken:
    """The token that was sent."""

    reference: str
    name: str
    scopes: tuple[str, ...]
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Myself:
    """Who asks with a token."""

    account: bool
    reference: str
    name: str
    agency: AgencyTag
    duties: tuple[str, ...]
    token: OwnToken


async def listed_agencies(session: AsyncSession, asker: Asker, after: str, most: int) -> list[ListedAgency]:
    """List the agencies that take part, in the order of their references."""
    rows = await session.execute(
        select(Agency)
        .where(col(Agency.standing) == Standing.ACTIVE, col(Agency.reference) > after)
        .order_by(col(Agency.reference))
        .limit(most)
    )
    agencies = list(rows.scalars())
    teams = await _teams(session, asker, [agency.id for agency in agencies])
    return [_listed(agency, teams) for agency in agencies]


async def listed_agency(session: AsyncSession, asker: Asker, reference: str) -> ListedAgency:
    """Show one of them. NotFound for an agency that takes no part."""
    rows = await session.execute(
        select(Agency).where(col(Agency.standing) == Standing.ACTIVE, col(Agency.reference) == reference)
    )
    agency = rows.scalar_one_or_none()
    if agency is None:
        raise NotFound
    return _listed(agency, await _teams(session, asker, [agency.id]))


async def colleagues(session: AsyncSession, asker: Asker, after: str, most: int) -> list[ListedOfficer]:
    """List the active officers of the asker's own agency, in the order of their references."""
    rows = await session.execute(
        select(Officer)
        .where(col(Officer.agency_id) == asker.agency, col(Officer.active), col(Officer.reference) > after)
        .order_by(col(Officer.reference))
        .limit(most)
    )
    return [ListedOfficer(one.reference, one.name) for one in rows.scalars()]


async def myself(session: AsyncSession, asker: Asker) -> Myself:
    """Tell the asker who they are, and about the token that they sent."""
    officer = await session.get_one(Officer, asker.officer)
    account = await session.get_one(Account, officer.account_id) if officer.account_id else None
    agency = await session.get_one(Agency, asker.agency)
    signed_in = await session.get_one(SignIn, asker.sign_in)
    token = await session.get_one(ApiToken, asker.sign_in)
    shown = account or officer
    return Myself(
        account=account is not None,
        reference=shown.reference,
        name=shown.name,
        agency=agency_tag(agency),
        duties=tuple(sorted(asker.duties)),
        token=OwnToken(signed_in.reference, token.name, tuple(token.scopes), signed_in.expires_at),
    )


def _listed(agency: Agency, teams: dict[UUID, list[ListedTeam]]) -> ListedAgency:
    found = tuple(sorted(teams[agency.id], key=lambda team: team.name))
    return ListedAgency(agency.reference, agency.code, agency.name, agency.kind, agency.enforcement, found)


async def _teams(session: AsyncSession, asker: Asker, agencies: list[UUID]) -> dict[UUID, list[ListedTeam]]:
    rows = await session.execute(
        select(Team).where(
            col(Team.agency_id).in_(agencies),
            col(Team.closed_at).is_(None),
            or_(col(Team.listed), col(Team.agency_id) == asker.agency),
        )
    )
    found = defaultdict[UUID, list[ListedTeam]](list)
    for team in rows.scalars():
        found[team.agency_id].append(ListedTeam(team.reference, team.name))
    return found
