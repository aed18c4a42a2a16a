"""Who can see a thing: every live grant in words, and for who manages it what rests behind each."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.agencies import Officer
from models.agreements import Agreement
from models.cases import Case
from models.grants import Grant, Resource
from models.profiles import Profile
from models.reports import ReportVersion
from ops.access.asker import Asker
from ops.access.doors import Found, find
from ops.access.principals import holders
from ops.access.rules import live
from ops.screens.lines import agency_tags
from ops.screens.principals_in_words import InWords, in_words
from ops.screens.seen_by import Readers, readers_of
from ops.screens.values import AgencyTag

A_SECOND = timedelta(seconds=1)

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
class Sharing:
    """The page 'who can see this'."""

    kind: str
    reference: str
    title: str
    owner: AgencyTag
    people: int
    agencies: int
    grants: tuple[GrantLine, ...]
    may_give: bool
    box: str  # the reference of the case or operation that it lies in; empty for one that is a box itself

    @property
    def address(self) -> str:
        """Give the address of the thing itself."""
        return f"/{self.kind}s/{self.reference}"


async def read_sharing(session: AsyncSession, asker: Asker, kind: str, reference: str) -> Sharing:
    """Read who can see a thing; NotFound for who cannot read it."""
    found = await find(session, asker, reference, kind, Level.READ)
    readers = (await readers_of(session, [found.resource.id], asker.at))[found.resource.id]
    agencies = await agency_tags(session)
    box = await session.get(Resource, found.resource.gate_id) if found.resource.gate_id else None
    return Sharing(
        kind=kind,
        reference=reference,
        title=await title_of(session, found.resource),
        owner=agencies[found.resource.owner_agency_id],
        people=len(readers.officers),
        agencies=await _how_many_agencies(session, readers),
        grants=await _lines(session, asker, agencies, found, readers),
        may_give=found.level >= Level.MANAGE and found.resource.acl_id == found.resource.id,
        box=box.reference if box else "",
    )


async def title_of(session: AsyncSession, resource: Resource) -> str:
    """Give what a readable thing is called on its own page; empty for what has no title."""
    match resource.kind:
        case "case":
            return (await session.get_one(Case, resource.id)).title
        case "profile":
            return (await session.get_one(Profile, resource.id)).label
        case "report":
            titles = await session.execute(
                select(col(ReportVersion.title))
                .where(col(ReportVersion.report_id) == resource.id)
                .order_by(col(ReportVersion.number).desc())
                .limit(1)
            )
            return titles.scalar_one()
        case _:
            return ""


async def live_grants(session: AsyncSession, resource: UUID, at: datetime) -> list[tuple[Grant, Agreement | None]]:
    """Give the grants on a thing that count now, the agreements that they cite beside them."""
    rows = await session.execute(
        select(Grant, Agreement)
        .outerjoin(Agreement, col(Agreement.id) == col(Grant.agreement_id))
        .where(col(Grant.resource_id) == resource, live(at))
    )
    return [(grant, agreement) for grant, agreement in rows]


async def _lines(
    session: AsyncSession, asker: Asker, agencies: dict[UUID, AgencyTag], found: Found, readers: Readers
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
            sleeps=_sleeps(found, grant, readers, held.get(grant.principal, frozenset())),
        )
        for grant, agreement in rows
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


def _sleeps(found: Found, grant: Grant, readers: Readers, held: frozenset[UUID]) -> bool:
    """Say whether a grant waits for its people to be admitted to the case."""
    outside = grant.grantee_agency_id != found.resource.owner_agency_id
    return outside and grant.level >= Level.READ and bool(held) and held.isdisjoint(readers.officers)


async def _how_many_agencies(session: AsyncSession, readers: Readers) -> int:
    rows = await session.execute(select(col(Officer.agency_id)).where(col(Officer.id).in_(readers.officers)).distinct())
    return len(list(rows.scalars()))
