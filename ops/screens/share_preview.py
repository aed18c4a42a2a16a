"""Before access is given: how many people see the thing now and would then, who they are, who is near and will not."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.agreements import Agreement
from models.attachments import Attachment
from models.grants import Grant, Resource
from ops.access.asker import Asker
from ops.access.doors import find
from ops.access.holders import holders
from ops.access.readers import officers_admitted, readers_of
from ops.access.rules import live
from ops.actions.grantees import grantee_of
from ops.actions.grants import Given
from ops.actions.grounds import cases_naming, ground_of
from ops.actions.terms import judged
from ops.screens.lines import agency_tags
from ops.screens.near import WillNot, will_not_see
from ops.screens.principals_in_words import in_words
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
    out: WillNot

    @property
    def teams(self) -> tuple[str, ...]:
        """Name the teams of one's own agency that will not see it."""
        return self.out.teams

    @property
    def will_not(self) -> tuple[AgencyTag, ...]:
        """Give the agencies near that will not see it."""
        return self.out.agencies

    @property
    def fenced(self) -> tuple[AgencyTag, ...]:
        """Give the agencies that a ring-fence keeps out."""
        return self.out.fenced

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
        entering &= await officers_admitted(session, found.resource.gate_id, asker.at)
    after = readers | entering
    agreement = await session.get(Agreement, grant.agreement_id) if grant.agreement_id else None
    out = await will_not_see(session, asker, await _boxes(session, found.resource), after, ground.named_fences)
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
        out=out,
    )


async def _boxes(session: AsyncSession, resource: Resource) -> set[UUID]:
    """Give the cases or the operation around a thing: around a person, the cases that name them."""
    if resource.kind == "profile":
        return await cases_naming(session, resource.id)
    return {resource.gate_id or resource.id}


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
