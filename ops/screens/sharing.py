"""Who can see a thing: every live grant in words, and for who manages it what rests behind each."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.agencies import Officer
from models.agreements import Agreement
from models.grants import Grant, Resource
from ops.access.asker import Asker
from ops.access.doors import Found, find
from ops.access.holders import holders
from ops.access.readers import Seers, seers_of
from ops.access.rules import live
from ops.screens.lines import agency_tags
from ops.screens.post_withdrawal import may_be_withdrawn
from ops.screens.principals_in_words import InWords, in_words
from ops.screens.titles import address_of, title_of
from ops.screens.values import AgencyTag

A_SECOND = timedelta(seconds=1)
GIVEN_HERE = frozenset({"case", "report", "profile", "operation"})  # sites are revealed, and tasks told, in the plan

LEVEL_WORDS = {
    Level.DISCOVER: "Know that it exists",
    Level.READ: "Read only, not share on",
    Level.CONTRIBUTE: "Read, and add their own",
    Level.MANAGE: "Manage it and share it",
}


@dataclass(frozen=True, slots=True)
class GrantLine:
    """A live grant. Why, basis and agreement are empty for who neither manages the thing nor was given it."""

    reference: str
    agency: AgencyTag
    part: str
    people: int
    level: str
    own: bool
    removable: bool
    sleeps: bool
    why: str = ""
    purpose: str = ""
    basis: str = ""
    agreement: str = ""
    until: datetime | None = None

    @property
    def last_moment(self) -> datetime | None:
        """Give the last second of it: an end at midnight belongs to the day before."""
        return self.until - A_SECOND if self.until else None


@dataclass(frozen=True, slots=True)
class Followed:
    """The thing that decides who sees another."""

    kind: str
    reference: str


@dataclass(frozen=True, slots=True)
class Sharing:
    """The page 'who can see this': exactly those whose level is discover or more.

    `colleagues` are those of them in the asker's own agency, by name; `knowing` counts who only knows that it exists.
    `follows`: the thing whose access this one has, for one that has none of its own.
    """

    kind: str
    reference: str
    title: str
    address: str
    owner: AgencyTag
    people: int
    knowing: int
    agencies: int
    colleagues: tuple[str, ...]
    grants: tuple[GrantLine, ...]
    may_give: bool
    follows: Followed | None
    shown: tuple[str, ...]  # what the page names of what the asker reads
    may_withdraw: bool  # a post of one's agency that still stands
    box: str  # the reference of the case or operation that it lies in; empty for one that is a box itself

    @property
    def register(self) -> str:
        """Give the address of its disclosure register; empty for who does not manage it, and for kinds without one."""
        return f"{self.address}/register" if self.may_give and self.kind in {"case", "profile"} else ""


async def read_sharing(session: AsyncSession, asker: Asker, kind: str, reference: str) -> Sharing:
    """Read who can see a thing; NotFound for who cannot read it."""
    found = await find(session, asker, reference, kind, Level.READ)
    resource = found.resource
    seers = await seers_of(session, resource.id, asker.at)
    agencies = await agency_tags(session)
    box = await session.get(Resource, resource.gate_id) if resource.gate_id else None
    address, follows = await address_of(session, asker, resource), await _followed(session, resource)
    return Sharing(
        kind=kind,
        reference=reference,
        title=await title_of(session, resource),
        address=address.path,
        owner=agencies[resource.owner_agency_id],
        people=len(seers.readers),
        knowing=len(seers.officers - seers.readers),
        agencies=await _how_many_agencies(session, seers.officers),
        colleagues=await _colleagues(session, asker, seers.officers),
        grants=await _lines(session, asker, agencies, found, seers),
        may_give=found.level >= Level.MANAGE and kind in GIVEN_HERE,
        follows=follows,
        shown=tuple({reference, *address.shown, *([follows.reference] if follows else [])}),
        may_withdraw=kind == "post" and await may_be_withdrawn(session, asker, reference),
        box=box.reference if box else "",
    )


async def live_grants(session: AsyncSession, resource: UUID, at: datetime) -> list[tuple[Grant, Agreement | None]]:
    """Give the grants on a thing that count now, the agreements that they cite beside them."""
    rows = await session.execute(
        select(Grant, Agreement)
        .outerjoin(Agreement, col(Agreement.id) == col(Grant.agreement_id))
        .where(col(Grant.resource_id) == resource, live(at))
    )
    return [(grant, agreement) for grant, agreement in rows]


async def _lines(
    session: AsyncSession, asker: Asker, agencies: dict[UUID, AgencyTag], found: Found, seers: Seers
) -> tuple[GrantLine, ...]:
    rows = await live_grants(session, found.resource.acl_id, asker.at)
    named = await in_words(session, asker, agencies, {(grant.principal, grant.grantee_agency_id) for grant, _ in rows})
    held = await holders(session, {grant.principal for grant, _ in rows}, asker.at)
    endless = [g for g, _ in rows if g.level >= Level.MANAGE and g.ends is None and held.get(g.principal)]
    lines = [
        _line(
            asker,
            found,
            grant,
            agreement,
            named[grant.principal],
            len(held.get(grant.principal, ())),
            last=endless == [grant],
            sleeps=bool(held.get(grant.principal)) and grant.principal not in seers.through,
        )
        for grant, agreement in rows
        # who sleeps sees nothing yet, and that they were given it is their agency's and its managers' to know
        if found.level >= Level.MANAGE or grant.principal in seers.through
    ]
    return tuple(sorted(lines, key=lambda line: (not line.own, line.agency.code, line.part, line.reference)))


def _line(
    asker: Asker,
    found: Found,
    grant: Grant,
    agreement: Agreement | None,
    words: InWords,
    people: int,
    *,
    last: bool,
    sleeps: bool,
) -> GrantLine:
    manages = found.level >= Level.MANAGE
    told = manages or grant.grantee_agency_id == asker.agency
    return GrantLine(
        reference=grant.reference if manages else "",
        agency=words.agency,
        part=words.part,
        people=people,
        level=LEVEL_WORDS[Level(grant.level)],
        own=grant.grantee_agency_id == found.resource.owner_agency_id,
        removable=manages and not last and found.resource.acl_id == found.resource.id,
        sleeps=sleeps and manages,
        why=grant.reason if told else "",
        purpose=grant.purpose if told else "",
        basis=grant.lawful_basis if told else "",
        agreement=agreement.name if agreement and told else "",
        until=grant.ends if told else None,
    )


async def _how_many_agencies(session: AsyncSession, officers: Collection[UUID]) -> int:
    rows = await session.execute(select(col(Officer.agency_id)).where(col(Officer.id).in_(officers)).distinct())
    return len(list(rows.scalars()))


async def _colleagues(session: AsyncSession, asker: Asker, officers: Collection[UUID]) -> tuple[str, ...]:
    rows = await session.execute(
        select(col(Officer.name))
        .where(col(Officer.id).in_(officers), col(Officer.agency_id) == asker.agency)
        .order_by(col(Officer.name))
    )
    return tuple(rows.scalars())


async def _followed(session: AsyncSession, resource: Resource) -> Followed | None:
    if resource.acl_id == resource.id:
        return None
    followed = await session.get_one(Resource, resource.acl_id)
    return Followed(followed.kind, followed.reference)
