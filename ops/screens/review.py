"""The access review of a lead: what ends soon, what nobody used, what leavers hold, what goes to whole agencies."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.grants import Grant, Resource
from ops.access.asker import Asker
from ops.access.holders import holders
from ops.access.rules import live, visible
from ops.screens.audited import Use, disclosures, readers_in, with_files
from ops.screens.grant_lines import Given, given_lines

SOON = timedelta(days=14)
UNUSED_AFTER = timedelta(days=14)
MOST = 200  # what one sitting looks at; the rest comes with the next
ENDING, UNUSED, NOBODY, BROAD = "ending", "unused", "nobody", "broad"


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """One grant, and when it ends by itself. `renewable`: it does, and it may be given again on the same terms."""

    given: Given
    until: datetime | None
    renewable: bool


@dataclass(frozen=True, slots=True)
class Review:
    """Grants on what the asker manages, by what is to be looked at; and how many of our own end soon with others."""

    ending: tuple[ReviewLine, ...]
    unused: tuple[ReviewLine, ...]
    nobody: tuple[ReviewLine, ...]
    broad: tuple[ReviewLine, ...]
    elsewhere: int
    ours_ending: int

    @property
    def references(self) -> list[str]:
        """Give the things of which a line is shown."""
        return [line.given.thing for lines in (self.ending, self.unused, self.nobody, self.broad) for line in lines]


async def read_review(session: AsyncSession, asker: Asker) -> Review:
    """Read the review. Of the agency's things that the asker does not manage only a number is told."""
    found = await _on_mine(session, asker)
    held = await holders(session, {grant.principal for grant, _ in found}, asker.at)
    picked: dict[str, list[tuple[Grant, Resource]]] = {ENDING: [], UNUSED: [], NOBODY: [], BROAD: []}
    for grant, thing in found:
        outside = grant.grantee_agency_id != thing.owner_agency_id
        people = held.get(grant.principal, frozenset())
        if grant.ends is not None and grant.ends <= asker.at + SOON:
            picked[ENDING].append((grant, thing))
        if not people:
            picked[NOBODY].append((grant, thing))
        elif outside and grant.starts <= asker.at - UNUSED_AFTER and not await _opened(session, grant, thing, people):
            picked[UNUSED].append((grant, thing))
        if outside and grant.principal.startswith("agency:"):
            picked[BROAD].append((grant, thing))
    lines = {why: await _lines(session, asker, some) for why, some in picked.items()}
    return Review(
        ending=lines[ENDING],
        unused=lines[UNUSED],
        nobody=lines[NOBODY],
        broad=lines[BROAD],
        elsewhere=await _elsewhere(session, asker),
        ours_ending=await _ours_ending(session, asker),
    )


async def _on_mine(session: AsyncSession, asker: Asker) -> list[tuple[Grant, Resource]]:
    rows = await session.execute(
        select(Grant, Resource)
        .join(Resource, col(Resource.id) == col(Grant.resource_id))
        .where(visible(asker.keys, asker.at, Level.MANAGE), col(Resource.owner_agency_id) == asker.agency)
        .where(live(asker.at))
        .order_by(col(Grant.ends).is_(None), col(Grant.ends), col(Grant.id))
        .limit(MOST)
    )
    return [(grant, thing) for grant, thing in rows]


async def _opened(session: AsyncSession, grant: Grant, thing: Resource, people: frozenset[object]) -> bool:
    use = Use()
    for row, listed in await disclosures(session, await with_files(session, thing), grant.starts):
        use.count(row, [officer for officer in readers_in(row) if officer in people], listed=listed)
    return bool(use.opened)


async def _elsewhere(session: AsyncSession, asker: Asker) -> int:
    """Count what ends soon on things of the agency that somebody else manages."""
    rows = await session.execute(
        select(col(Grant.id))
        .join(Resource, col(Resource.id) == col(Grant.resource_id))
        .where(
            col(Resource.owner_agency_id) == asker.agency,
            ~visible(asker.keys, asker.at, Level.MANAGE),
            live(asker.at),
            col(Grant.ends) <= asker.at + SOON,
        )
    )
    return len(list(rows))


async def _ours_ending(session: AsyncSession, asker: Asker) -> int:
    """Count what others gave to the asker's own keys and that ends soon."""
    rows = await session.execute(
        select(col(Grant.id))
        .join(Resource, col(Resource.id) == col(Grant.resource_id))
        .where(
            col(Resource.owner_agency_id) != asker.agency,
            or_(*(col(Grant.principal) == key for key in sorted(asker.keys))),
            live(asker.at),
            col(Grant.ends) <= asker.at + SOON,
        )
    )
    return len(list(rows))


async def _lines(session: AsyncSession, asker: Asker, found: list[tuple[Grant, Resource]]) -> tuple[ReviewLine, ...]:
    given = await given_lines(session, asker, found)
    return tuple(
        ReviewLine(
            given=given[grant.id],
            until=grant.ends,
            renewable=grant.ends is not None
            and (grant.agreement_id is not None or grant.grantee_agency_id == thing.owner_agency_id),
        )
        for grant, thing in found
    )
