"""What taking access away closes, and what it cannot take back: worked out before the act, kept after it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.grants import Grant, Resource
from ops.access.asker import Asker
from ops.access.holders import holders
from ops.access.readers import readers_of
from ops.access.rules import live
from ops.actions.grants import managed_grant
from ops.screens.audited import Use, disclosures, readers_in, with_files
from ops.screens.cleared import Cleared, cleared
from ops.screens.lines import agency_tags, files_of
from ops.screens.offline import Offline, offline_since
from ops.screens.principals_in_words import in_words
from ops.screens.sharing import LEVEL_WORDS
from ops.screens.titles import title_of
from ops.screens.values import AgencyTag


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a grant gave.

    `lost` counts people for whom it is the only way to the thing, `opened` who looked at it, `listed` who saw a line
    of it in a list and no more.
    """

    reference: str
    kind: str
    thing: str
    title: str
    agency: AgencyTag
    part: str
    level: str
    people: int
    lost: int
    still: int
    files: int
    listed: int
    opened: int
    last_opened_at: datetime | None
    downloaded: int
    last_downloaded_at: datetime | None
    revoked_at: datetime | None
    why: str
    cleared: Cleared | None
    offline: tuple[Offline, ...]


async def read_receipt(session: AsyncSession, asker: Asker, reference: str) -> Receipt:
    """Read what a grant gave and what was done with it; NotFound for who does not manage the thing."""
    grant, resource = await managed_grant(session, asker, reference)
    agencies = await agency_tags(session)
    words = (await in_words(session, asker, agencies, [(grant.principal, grant.grantee_agency_id)]))[grant.principal]
    held = (await holders(session, [grant.principal], asker.at)).get(grant.principal, frozenset())
    readers = (await readers_of(session, [resource.id], asker.at))[resource.id].officers
    without = readers if grant.revoked_at else readers - await _through_this_only(session, asker, grant, held, readers)
    seen = await _seen(session, resource, grant, held)
    return Receipt(
        reference=grant.reference,
        kind=resource.kind,
        thing=resource.reference,
        title=await title_of(session, resource),
        agency=words.agency,
        part=words.part,
        level=LEVEL_WORDS[Level(grant.level)],
        people=len(held),
        lost=len(held - without),
        still=len(without),
        files=len((await files_of(session, [resource.id]))[resource.id]),
        listed=seen.only_listed,
        opened=len(seen.opened),
        last_opened_at=max(seen.opened.values(), default=None),
        downloaded=len(seen.downloads),
        last_downloaded_at=max(seen.downloads, default=None),
        revoked_at=grant.revoked_at,
        why=grant.revoked_why,
        cleared=await _cleared(session, grant),
        offline=await offline_since(session, grant, resource, held, asker.at),
    )


async def _cleared(session: AsyncSession, grant: Grant) -> Cleared | None:
    at = grant.revoked_position
    return (await cleared(session, [at])).get(at) if at else None


async def _through_this_only(
    session: AsyncSession, asker: Asker, grant: Grant, held: frozenset[UUID], readers: frozenset[UUID]
) -> frozenset[UUID]:
    """Give the readers who hold this grant's principal and no other one that reads."""
    others = await session.execute(
        select(col(Grant.principal)).where(
            col(Grant.resource_id) == grant.resource_id,
            col(Grant.id) != grant.id,
            col(Grant.level) >= int(Level.READ),
            live(asker.at),
        )
    )
    kept = await holders(session, list(others.scalars()), asker.at)
    return (held & readers) - frozenset[UUID]().union(*kept.values())


async def _seen(session: AsyncSession, resource: Resource, grant: Grant, held: frozenset[UUID]) -> Use:
    """Find in the audit what this grant's people, and nobody else, did with the thing and its files."""
    use = Use()
    for row, listed in await disclosures(session, await with_files(session, resource), grant.starts):
        use.count(row, held & readers_in(row), listed=listed)
    return use
