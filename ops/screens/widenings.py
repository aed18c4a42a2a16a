"""Reports that another agency came to read: told to who read them before, until each has seen it."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.grants import Grant, Resource
from models.widenings import Widening, WideningSeen
from ops.access.asker import Asker
from ops.access.readers import readers_of
from ops.access.rules import live, visible_to
from ops.screens.lines import agency_tags
from ops.screens.titles import titles_of
from ops.screens.values import AgencyTag
from ops.screens.waiting import ToDecide


@dataclass(frozen=True, slots=True)
class Widened:
    """A report that the asker reads now includes another agency. It names the agency, never a reader."""

    reference: str
    report: str
    title: str
    agency: AgencyTag
    added: AgencyTag
    at: datetime
    may_hold: bool


async def widened(session: AsyncSession, asker: Asker, case: UUID | None = None) -> tuple[Widened, ...]:
    """List what the asker was not yet told, in one case or in all, the oldest first.

    Told are those who read the report when it was widened and read it still; not the agency that came in, nor the
    officer who let it in. A grant that sleeps, has ended or is held is no news to anybody.
    """
    candidates = await _unseen(session, asker, case)
    readers = await readers_of(session, {resource.id for _, _, resource in candidates}, asker.at)
    own = await _own_grants(session, asker, {resource.id for _, _, resource in candidates})
    managed = await _managed(session, asker, {resource.gate_id or resource.id for _, _, resource in candidates})
    agencies = await agency_tags(session)
    titles = await titles_of(session, [resource for _, _, resource in candidates])
    return tuple(
        Widened(
            reference=widening.reference,
            report=resource.reference,
            title=titles[resource.id],
            agency=agencies[resource.owner_agency_id],
            added=agencies[grant.grantee_agency_id],
            at=widening.at,
            may_hold=resource.gate_id in managed or resource.id in managed,
        )
        for widening, grant, resource in candidates
        if grant.principal in readers[resource.id].principals
        and any(read_before(mine, widening) for mine in own[resource.id])
    )


async def widenings_to_see(session: AsyncSession, asker: Asker) -> list[ToDecide]:
    """List them for the watch page."""
    return [
        ToDecide(
            agency=one.agency,
            said=f"shared “{one.title}”, which now includes {one.added.name}.",
            where=f"/reports/{one.report}",
            act="Look at it",
            since=one.at,
            shown=(one.report,),
        )
        for one in await widened(session, asker)
    ]


async def _unseen(session: AsyncSession, asker: Asker, case: UUID | None) -> list[tuple[Widening, Grant, Resource]]:
    seen = select(col(WideningSeen.widening_id)).where(col(WideningSeen.officer_id) == asker.officer)
    rows = await session.execute(
        select(Widening, Grant, Resource)
        .join(Grant, col(Grant.id) == col(Widening.grant_id))
        .join(Resource, col(Resource.id) == col(Widening.resource_id))
        .where(
            col(Widening.id).not_in(seen),
            col(Grant.grantee_agency_id) != asker.agency,
            or_(col(Grant.granted_by).is_(None), col(Grant.granted_by) != asker.officer),
            col(Resource.held).is_(False),
            live(asker.at),
            visible_to(asker),
            *([col(Resource.gate_id) == case] if case else []),
        )
        .order_by(col(Widening.at), col(Widening.id))
    )
    return [(widening, grant, resource) for widening, grant, resource in rows]


async def _own_grants(session: AsyncSession, asker: Asker, reports: Collection[UUID]) -> dict[UUID, list[Grant]]:
    """Give every grant there ever was on these reports that names one of the asker's keys."""
    rows = await session.execute(
        select(Grant).where(
            col(Grant.resource_id).in_(reports),
            col(Grant.principal).in_(sorted(asker.keys)),
            col(Grant.level) >= int(Level.READ),
        )
    )
    found = defaultdict[UUID, list[Grant]](list)
    for grant in rows.scalars():
        found[grant.resource_id].append(grant)
    return found


def read_before(mine: Grant, widening: Widening) -> bool:
    """Say whether a grant counted when the report was widened; the journal's order decides, not the clock."""
    place = widening.position or 0
    begun = (mine.position or 0) < place and mine.starts <= widening.at
    ended = mine.revoked_at is not None and (mine.revoked_position or 0) <= place
    return begun and not ended and (mine.ends is None or mine.ends > widening.at)


async def _managed(session: AsyncSession, asker: Asker, places: Collection[UUID]) -> set[UUID]:
    rows = await session.execute(
        select(col(Resource.id)).where(
            or_(col(Resource.id).in_(places), col(Resource.gate_id).in_(places)),
            visible_to(asker, Level.MANAGE),
        )
    )
    return set(rows.scalars())
