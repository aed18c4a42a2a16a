"""Who is told of a broken glass: the owner's reviewers and managers, and the lead of whoever broke it."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import Select, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.agencies import Duty, Officer
from models.emergencies import BreakGlass, BreakGlassReview
from models.grants import Grant, Resource
from ops.access.asker import Asker
from ops.access.rules import visible_to
from ops.actions.emergency_reviews import Broken, for_reviewer, glasses
from ops.screens.glass_line import GlassLine
from ops.screens.lines import agency_tags
from ops.screens.request_things import things_to_decide
from ops.screens.requests_to_decide import in_words
from ops.screens.waiting import ToDecide


async def emergencies_to_review(session: AsyncSession, asker: Asker) -> list[ToDecide]:
    """List the broken glasses that this officer reviews, and has not yet."""
    reviewed = select(col(BreakGlassReview.break_glass_id))
    waiting = (await for_reviewer(session, asker)).where(col(BreakGlass.id).not_in(reviewed))
    found = await glasses(session, waiting)
    if not found:
        return []
    agencies = await agency_tags(session)
    things = await things_to_decide(session, asker, {one.resource.id for one in found})
    return [
        ToDecide(
            agency=agencies[one.officer.agency_id],
            said=f"{one.officer.name} used emergency access to open {in_words(things[one.resource.id])}",
            where=f"/emergency-access/{one.glass.reference}",
            act="Review",
            since=one.glass.at,
            quoted=one.glass.reason,
            due=one.glass.review_due,
            shown=(one.resource.reference,) if things[one.resource.id].title else (),
        )
        for one in found
    ]


async def emergencies_of_ours(session: AsyncSession, asker: Asker) -> list[ToDecide]:
    """Tell a lead of the glasses that others of their agency broke, until their owner has reviewed them."""
    if Duty.LEAD not in asker.duties:
        return []
    found = await glasses(session, broken_by_ours(asker))
    if not found:
        return []
    agencies = await agency_tags(session)
    return [
        ToDecide(
            agency=agencies[one.resource.owner_agency_id],
            said=f"{one.officer.name} of your agency used emergency access on a {one.resource.kind} of theirs",
            where=f"/emergency-access/{one.glass.reference}",
            act="Look",
            since=one.glass.at,
            quoted=one.glass.reason,
            due=one.glass.review_due,
        )
        for one in found
        if one.review is None and one.resource.owner_agency_id != asker.agency
    ]


def broken_by_ours(asker: Asker) -> Select[BreakGlass]:
    """Select the glasses that others of the asker's agency broke."""
    return (
        select(BreakGlass)
        .join(Officer, col(Officer.id) == col(BreakGlass.officer_id))
        .where(col(Officer.agency_id) == asker.agency, col(Officer.id) != asker.officer)
    )


async def open_on(session: AsyncSession, asker: Asker, resources: Collection[UUID]) -> dict[UUID, list[GlassLine]]:
    """Give, for things that the asker manages, the broken glasses that are open or not yet reviewed."""
    rows = await session.execute(
        select(BreakGlass, Resource, Grant, Officer, BreakGlassReview)
        .join(Resource, col(Resource.id) == col(BreakGlass.resource_id))
        .join(Grant, col(Grant.id) == col(BreakGlass.grant_id))
        .join(Officer, col(Officer.id) == col(BreakGlass.officer_id))
        .outerjoin(BreakGlassReview, col(BreakGlassReview.break_glass_id) == col(BreakGlass.id))
        .where(
            col(BreakGlass.resource_id).in_(resources),
            visible_to(asker, Level.MANAGE),
            or_(col(Grant.ends) > asker.at, col(BreakGlassReview.id).is_(None)),
        )
        .order_by(col(BreakGlass.at), col(BreakGlass.id))
    )
    found = [Broken(*row) for row in rows]
    agencies = await agency_tags(session) if found else {}
    lines: dict[UUID, list[GlassLine]] = {}
    for one in found:
        until = min(moment for moment in (one.grant.ends, one.grant.revoked_at) if moment is not None)
        line = GlassLine(
            reference=one.glass.reference,
            agency=agencies[one.officer.agency_id],
            officer=one.officer.name,
            reason=one.glass.reason,
            at=one.glass.at,
            until=until,
            review_due=one.glass.review_due,
        )
        lines.setdefault(one.resource.id, []).append(line)
    return lines
