"""A broken glass on its own page: for its reviewers, the thing's managers, the officer's own lead, and the officer."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.agencies import Duty
from models.emergencies import BreakGlass
from models.grants import Resource
from ops.access.asker import Asker
from ops.access.duties import duties_of
from ops.access.rules import visible_to
from ops.actions.emergency_reviews import Broken, for_reviewer, glasses
from ops.actions.emergency_role import unreviewed
from ops.errors import NotFound
from ops.screens.emergency_lines import broken_by_ours
from ops.screens.lines import agency_tags
from ops.screens.request_things import Thing, known_things, things_to_decide
from ops.screens.values import AgencyTag


@dataclass(frozen=True, slots=True)
class EmergencyPage:
    """A broken glass. `thing` has a title for who reads it; `justified` is None before the review."""

    reference: str
    thing: Thing | None
    kind: str
    owner: AgencyTag
    agency: AgencyTag
    officer: str
    mine: bool
    reason: str
    at: datetime
    until: datetime
    open: bool
    review_due: datetime
    overdue: bool
    may_review: bool
    justified: bool | None
    words: str
    reviewed_at: datetime | None


@dataclass(frozen=True, slots=True)
class BreakingGlass:
    """The form: whether the officer's role stands, and what they opened that way before."""

    in_role: bool
    stopped: bool
    earlier: tuple[EmergencyPage, ...]


async def read_emergency(session: AsyncSession, asker: Asker, reference: str) -> EmergencyPage:
    """Read a broken glass; NotFound for who is not concerned."""
    this = col(BreakGlass.reference) == reference
    to_review = await glasses(session, (await for_reviewer(session, asker)).where(this))
    found = to_review or await glasses(
        session, select(BreakGlass).where(this, col(BreakGlass.officer_id) == asker.officer)
    )
    if not found and Duty.LEAD in asker.duties:
        found = await glasses(session, broken_by_ours(asker).where(this))
    if not found:
        found = await glasses(session, _managed(asker).where(this))
    if not found:
        raise NotFound
    return await _page(session, asker, found[0], may_review=bool(to_review) and found[0].review is None)


async def read_breaking_glass(session: AsyncSession, asker: Asker) -> BreakingGlass:
    """Read the form on which the glass is broken."""
    mine = select(BreakGlass).where(col(BreakGlass.officer_id) == asker.officer)
    earlier = await glasses(session, mine)
    return BreakingGlass(
        in_role=Duty.EMERGENCY in await duties_of(session, asker.officer, asker.at),
        stopped=await unreviewed(session, asker.officer, asker.at),
        earlier=tuple([await _page(session, asker, one, may_review=False) for one in reversed(earlier)]),
    )


async def _page(session: AsyncSession, asker: Asker, broken: Broken, *, may_review: bool) -> EmergencyPage:
    agencies, resource, grant = await agency_tags(session), broken.resource, broken.grant
    ours = resource.owner_agency_id == asker.agency
    things = await (things_to_decide if ours else known_things)(session, asker, [resource.id])
    until = min(moment for moment in (grant.ends, grant.revoked_at) if moment is not None)
    return EmergencyPage(
        reference=broken.glass.reference,
        thing=things.get(resource.id),
        kind=resource.kind,
        owner=agencies[resource.owner_agency_id],
        agency=agencies[broken.officer.agency_id],
        officer=broken.officer.name,
        mine=broken.officer.id == asker.officer,
        reason=broken.glass.reason,
        at=broken.glass.at,
        until=until,
        open=asker.at < until,
        review_due=broken.glass.review_due,
        overdue=broken.review is None and broken.glass.review_due <= asker.at,
        may_review=may_review,
        justified=broken.review.justified if broken.review else None,
        words=broken.review.words if broken.review else "",
        reviewed_at=broken.review.at if broken.review else None,
    )


def _managed(asker: Asker) -> Select[BreakGlass]:
    return (
        select(BreakGlass)
        .join(Resource, col(Resource.id) == col(BreakGlass.resource_id))
        .where(visible_to(asker, Level.MANAGE))
    )
