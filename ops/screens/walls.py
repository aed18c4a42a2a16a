"""The walls of an operation, as its managers see them listed: which sites each shows, and how many screens."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.agencies import Account, Officer
from models.grants import Grant, Resource
from models.operations import Detachment, Operation, Site, Stage
from models.sign_ins import Factor, SignIn
from models.walls import Wall
from ops.access.asker import Asker
from ops.access.doors import find_row
from ops.access.principals import account_key, detachment_key
from ops.access.rules import live
from ops.actions.operation_ends import stage_of


@dataclass(frozen=True, slots=True)
class SiteChoice:
    """A site; `seen_by`: how many of the agencies that take part see it now."""

    reference: str
    code: str
    name: str
    seen_by: int


@dataclass(frozen=True, slots=True)
class WallLine:
    """A wall that was not ended; `sites`: references of those that it shows."""

    reference: str
    name: str
    sites: frozenset[str]
    screens: int
    seen_at: datetime | None


@dataclass(frozen=True, slots=True)
class Walls:
    """The page. `over`: the operation was stood down, and its walls ended with it."""

    operation: str
    title: str
    over: bool
    agencies: int
    sites: tuple[SiteChoice, ...]
    walls: tuple[WallLine, ...]


async def read_walls(session: AsyncSession, asker: Asker, reference: str) -> Walls:
    """Read the page; NotAllowed for who does not manage the operation, NotFound for who does not see it."""
    operation, found = await find_row(session, asker, reference, Operation, Level.MANAGE)
    sites = await session.execute(
        select(Site, col(Resource.reference))
        .join(Resource, col(Resource.id) == col(Site.id))
        .where(col(Site.operation_id) == operation.id)
        .order_by(col(Site.place), col(Site.code))
    )
    agencies = await session.execute(
        select(col(Detachment.agency_id)).where(
            col(Detachment.operation_id) == operation.id, col(Detachment.left_at).is_(None)
        )
    )
    own = found.resource.owner_agency_id
    detachments = {detachment_key(operation.id, agency) for agency in agencies.scalars() if agency != own}
    given = await _given(session, asker, operation.id)
    return Walls(
        operation=reference,
        title=operation.title,
        over=await stage_of(session, operation.id) == Stage.STOOD_DOWN,
        agencies=len(detachments) + 1,
        sites=tuple(SiteChoice(name, site.code, site.name, len(given[name] & detachments) + 1) for site, name in sites),
        walls=await _walls(session, asker, operation.id, given),
    )


async def _given(session: AsyncSession, asker: Asker, operation: UUID) -> dict[str, set[str]]:
    """Name the principals that each site is given to now."""
    rows = await session.execute(
        select(col(Resource.reference), col(Grant.principal))
        .join(Grant, col(Grant.resource_id) == col(Resource.id))
        .where(col(Resource.gate_id) == operation, col(Resource.kind) == "site", live(asker.at))
    )
    found = defaultdict[str, set[str]](set)
    for site, principal in rows:
        found[site].add(principal)
    return found


async def _walls(
    session: AsyncSession, asker: Asker, operation: UUID, given: dict[str, set[str]]
) -> tuple[WallLine, ...]:
    rows = await session.execute(
        select(Wall, Account, col(SignIn.seen_at))
        .join(Account, col(Account.id) == col(Wall.account_id))
        .join(Officer, col(Officer.account_id) == col(Account.id))
        .outerjoin(
            SignIn,
            (col(SignIn.officer_id) == col(Officer.id))
            & (col(SignIn.factor) == Factor.WALL)
            & col(SignIn.ended_at).is_(None)
            & (col(SignIn.expires_at) > asker.at),
        )
        .where(col(Wall.operation_id) == operation, col(Account.active))
        .order_by(col(Wall.made_at), col(Wall.reference))
    )
    screens = defaultdict[tuple[str, str, str], list[datetime]](list)
    found: list[tuple[Wall, Account, datetime | None]] = [(wall, account, seen_at) for wall, account, seen_at in rows]
    for wall, account, seen_at in found:
        screens[wall.reference, account.name, account_key(account.id)].extend([] if seen_at is None else [seen_at])
    return tuple(
        WallLine(
            reference=reference,
            name=name,
            sites=frozenset(site for site, principals in given.items() if key in principals),
            screens=len(seen),
            seen_at=max(seen, default=None),
        )
        for (reference, name, key), seen in screens.items()
    )
