"""The disclosure register of a case or a profile: to whom it was disclosed, on what ground, and what came of it."""

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.agencies import Agency, Duty, Officer
from models.agreements import Agreement
from models.cases import Case
from models.grants import Grant, Resource
from ops.access.asker import Asker
from ops.access.doors import find
from ops.errors import NotAllowed, NotFound
from ops.screens.audited import Use, disclosures, readers_in, with_files
from ops.screens.lines import agency_tags
from ops.screens.principals_in_words import InWords, in_words
from ops.screens.sharing import LEVEL_WORDS
from ops.screens.titles import title_of
from ops.screens.values import AgencyTag

Shown = Callable[[Grant, str, InWords], "RegisterGrant"]
OF = frozenset({"case", "profile"})
MARKING = "OFFICIAL-SENSITIVE"  # of a register whose case may not be read, and of individuals: they carry none


@dataclass(frozen=True, slots=True)
class RegisterGrant:
    """One grant that ever was, and how it stands. What somebody wrote about it is empty for who does not manage it."""

    part: str
    level: str
    why: str
    purpose: str
    basis: str
    agreement: str
    necessity: str
    starts: datetime
    until: datetime | None
    revoked_at: datetime | None
    revoked_why: str


@dataclass(frozen=True, slots=True)
class RegisterAgency:
    """What one agency was given, and what its officers did with it. `people` counts who opened it."""

    agency: AgencyTag
    own: bool
    grants: tuple[RegisterGrant, ...]
    people: int
    only_listed: int
    first_opened_at: datetime | None
    last_opened_at: datetime | None
    downloads: int
    last_download_at: datetime | None
    last_live_at: datetime | None


@dataclass(frozen=True, slots=True)
class Register:
    """The register. Title and theme are empty for an information manager who may not read the thing."""

    kind: str
    reference: str
    title: str
    theme: str
    marking: str
    owner: AgencyTag
    agencies: tuple[RegisterAgency, ...]
    readable: bool
    managed: bool
    reader: str
    at: datetime

    @property
    def address(self) -> str:
        """Give the address of the thing itself."""
        return f"/{self.kind}s/{self.reference}"


async def read_register(session: AsyncSession, asker: Asker, kind: str, reference: str) -> Register:
    """Read the register: for who manages the thing, and for the information manager of the agency that owns it.

    It tells of this thing alone, never of reports, cases or people beside it. Who is there by duty alone is shown no
    word that anybody wrote of a grant: a reason tells what a case says. NotFound and NotAllowed as any door.
    """
    resource, level = await _door(session, asker, kind, reference)
    readable, managed = level >= Level.READ, level >= Level.MANAGE
    agencies, case = await agency_tags(session), await session.get(Case, resource.id)
    title = await title_of(session, resource) if readable else ""
    reader = await session.get_one(Officer, asker.officer)
    return Register(
        kind=kind,
        reference=resource.reference,
        title=title,
        theme=case.theme if case else "",
        marking=case.marking if case and readable else MARKING,
        owner=agencies[resource.owner_agency_id],
        agencies=await _agencies(session, asker, resource, agencies, _grant if managed else _wordless),
        readable=readable,
        managed=managed,
        reader=reader.name,
        at=asker.at,
    )


async def _door(session: AsyncSession, asker: Asker, kind: str, reference: str) -> tuple[Resource, Level]:
    try:
        return (await find(session, asker, reference, kind, Level.MANAGE)).resource, Level.MANAGE
    except (NotFound, NotAllowed) as refusal:
        rows = await session.execute(
            select(Resource).where(
                col(Resource.reference) == reference,
                col(Resource.kind) == kind,
                col(Resource.owner_agency_id) == asker.agency,
            )
        )
        resource = rows.scalar_one_or_none()
        if resource is None or Duty.INFORMATION_MANAGER not in asker.duties:
            raise
        return resource, Level.READ if isinstance(refusal, NotAllowed) else Level.NONE


async def _agencies(
    session: AsyncSession, asker: Asker, resource: Resource, tags: dict[UUID, AgencyTag], shown: Shown
) -> tuple[RegisterAgency, ...]:
    grants = await _grants(session, asker, resource, tags, shown)
    uses = await _uses(session, resource)
    lines = [
        _line(tags[agency], grants.get(agency, []), uses.get(agency, Use()), own=agency == resource.owner_agency_id)
        for agency in grants.keys() | uses.keys()
    ]
    return tuple(sorted(lines, key=lambda line: (not line.own, line.agency.code)))


async def _grants(
    session: AsyncSession, asker: Asker, resource: Resource, tags: dict[UUID, AgencyTag], shown: Shown
) -> dict[UUID, list[RegisterGrant]]:
    rows = await session.execute(
        select(Grant, col(Agreement.name))
        .outerjoin(Agreement, col(Agreement.id) == col(Grant.agreement_id))
        .where(col(Grant.resource_id) == resource.id)
        .order_by(col(Grant.granted_at), col(Grant.id))
    )
    found = [(grant, agreement or "") for grant, agreement in rows]
    words = await in_words(session, asker, tags, {(grant.principal, grant.grantee_agency_id) for grant, _ in found})
    lines = defaultdict[UUID, list[RegisterGrant]](list)
    for grant, agreement in found:
        ground = agreement or ("Emergency access" if grant.emergency else "")
        lines[grant.grantee_agency_id].append(shown(grant, ground, words[grant.principal]))
    return lines


def _grant(grant: Grant, agreement: str, words: InWords) -> RegisterGrant:
    return RegisterGrant(
        part=words.part,
        level=LEVEL_WORDS.get(Level(grant.level), ""),
        why=grant.reason,
        purpose=grant.purpose,
        basis=grant.lawful_basis,
        agreement=agreement,
        necessity=grant.necessity,
        starts=grant.starts,
        until=grant.ends,
        revoked_at=grant.revoked_at,
        revoked_why=grant.revoked_why,
    )


def _wordless(grant: Grant, agreement: str, words: InWords) -> RegisterGrant:
    return replace(_grant(grant, agreement, words), why="", purpose="", basis="", necessity="", revoked_why="")


async def _uses(session: AsyncSession, resource: Resource) -> dict[UUID, Use]:
    """Give what each agency's officers did with it, from the audit."""
    acts = await disclosures(session, await with_files(session, resource))
    employers = await _employers(session, {officer for row, _ in acts for officer in readers_in(row)})
    uses = defaultdict[UUID, Use](Use)
    for row, listed in acts:
        by_agency = defaultdict[UUID, set[UUID]](set)
        for officer in readers_in(row) & employers.keys():
            by_agency[employers[officer]].add(officer)
        for agency, officers in by_agency.items():
            uses[agency].count(row, officers, listed=listed)
    return uses


async def _employers(session: AsyncSession, officers: Collection[UUID]) -> dict[UUID, UUID]:
    rows = await session.execute(
        select(col(Officer.id), col(Agency.id))
        .join(Agency, col(Agency.id) == col(Officer.agency_id))
        .where(col(Officer.id).in_(officers))
    )
    return {row[0]: row[1] for row in rows}


def _line(agency: AgencyTag, grants: Collection[RegisterGrant], use: Use, *, own: bool) -> RegisterAgency:
    return RegisterAgency(
        agency=agency,
        own=own,
        grants=tuple(grants),
        people=len(use.opened),
        only_listed=use.only_listed,
        first_opened_at=use.first_opened_at,
        last_opened_at=max(use.opened.values(), default=None),
        downloads=len(use.downloads),
        last_download_at=max(use.downloads, default=None),
        last_live_at=max(use.live.values(), default=None),
    )
