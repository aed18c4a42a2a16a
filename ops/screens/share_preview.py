"""Before access is given: how many people see the thing now and would then, who they are, who is near and will not."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.agencies import Officer
from models.agreements import Agreement
from models.attachments import Attachment
from models.grants import Grant, Resource
from ops.access.asker import Asker
from ops.access.doors import find
from ops.access.holders import holders
from ops.access.rules import live
from ops.actions.grantees import grantee_of
from ops.actions.grants import Given
from ops.actions.grounds import ground_of
from ops.actions.terms import judged
from ops.screens.lines import agency_tags
from ops.screens.principals_in_words import in_words
from ops.screens.seen_by import readers_of
from ops.screens.sharing import A_SECOND, LEVEL_WORDS
from ops.screens.values import AgencyTag


@dataclass(frozen=True, slots=True)
class Preview:
    """What giving would do. `waits`: its people are not in the case yet, so it takes effect when they are."""

    agency: AgencyTag
    part: str
    level: str
    gained: int
    now: int
    after: int
    files: int
    future: bool  # later members of the group will see it too
    waits: bool
    replaces: bool
    agreement: str
    until: datetime | None
    will_not: tuple[AgencyTag, ...]
    fenced: tuple[AgencyTag, ...]

    @property
    def last_moment(self) -> datetime | None:
        """Give the last second of it: an end at midnight belongs to the day before."""
        return self.until - A_SECOND if self.until else None


async def preview(session: AsyncSession, asker: Asker, kind: str, reference: str, given: Given) -> Preview:
    """Work out what a grant would change. Refuses exactly what giving refuses, and writes nothing."""
    found = await find(session, asker, reference, kind, Level.MANAGE)
    ground = await ground_of(session, asker, found)
    grant = await judged(session, asker, ground, await grantee_of(session, asker, given.who), given.terms)
    agencies = await agency_tags(session)
    words = (await in_words(session, asker, agencies, [(grant.principal, grant.grantee_agency_id)]))[grant.principal]
    readers = (await readers_of(session, [found.resource.id], asker.at))[found.resource.id].officers
    held = (await holders(session, [grant.principal], asker.at)).get(grant.principal, frozenset())
    entering = held if grant.level >= Level.READ else frozenset[UUID]()
    if grant.grantee_agency_id != found.resource.owner_agency_id and found.resource.gate_id is not None:
        entering &= await _admitted(session, asker, found.resource.gate_id)
    after = readers | entering
    agreement = await session.get(Agreement, grant.agreement_id) if grant.agreement_id else None
    near = await _near(session, asker, found.resource)
    seeing = await _agencies_of(session, after)
    return Preview(
        agency=words.agency,
        part=words.part,
        level=LEVEL_WORDS[Level(grant.level)],
        gained=len(after - readers),
        now=len(readers),
        after=len(after),
        files=await _files(session, found.resource),
        future=not grant.principal.startswith("officer:"),
        waits=grant.level >= Level.READ and bool(held) and not entering,
        replaces=await _replaces(session, asker, grant),
        agreement=agreement.name if agreement else "",
        until=grant.ends,
        will_not=_tags(agencies, near - seeing - ground.fences.keys()),
        fenced=_tags(agencies, set(ground.named_fences) - seeing),
    )


def _tags(agencies: dict[UUID, AgencyTag], ids: set[UUID]) -> tuple[AgencyTag, ...]:
    return tuple(sorted((agencies[agency] for agency in ids), key=lambda tag: tag.code))


async def _admitted(session: AsyncSession, asker: Asker, gate: UUID) -> frozenset[UUID]:
    rows = await session.execute(
        select(col(Grant.principal)).where(col(Grant.resource_id) == gate, live(asker.at)).distinct()
    )
    held = await holders(session, list(rows.scalars()), asker.at)
    return frozenset[UUID]().union(*held.values())


async def _near(session: AsyncSession, asker: Asker, resource: Resource) -> set[UUID]:
    """Give the agencies on the same case or operation, if the asker reads it and so may know them."""
    box = resource.gate_id or resource.id
    readers = (await readers_of(session, [box], asker.at))[box].officers
    return set(await _agencies_of(session, readers)) if asker.officer in readers else set()


async def _agencies_of(session: AsyncSession, officers: frozenset[UUID]) -> frozenset[UUID]:
    rows = await session.execute(select(col(Officer.agency_id)).where(col(Officer.id).in_(officers)).distinct())
    return frozenset(rows.scalars())


async def _files(session: AsyncSession, resource: Resource) -> int:
    rows = await session.execute(select(col(Attachment.id)).where(col(Attachment.parent_id) == resource.id))
    return len(list(rows.scalars()))


async def _replaces(session: AsyncSession, asker: Asker, grant: Grant) -> bool:
    rows = await session.execute(
        select(col(Grant.id)).where(
            col(Grant.resource_id) == grant.resource_id, col(Grant.principal) == grant.principal, live(asker.at)
        )
    )
    return rows.first() is not None
