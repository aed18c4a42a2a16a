"""Requests for access that wait for this officer: those to decide, and a question about one of their own."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.agencies import Officer
from models.grants import AccessRequest, RequestStep, Resource, Step
from ops.access.asker import Asker
from ops.actions.deciders import still_open
from ops.actions.request_course import Stage, courses
from ops.screens.lines import agency_tags
from ops.screens.request_things import Thing, things_to_decide
from ops.screens.waiting import ToDecide


async def requests_to_decide(session: AsyncSession, asker: Asker) -> list[ToDecide]:
    """List the open requests that this officer decides; one that waits for its requester's reply waits there."""
    found = await courses(session, await still_open(session, asker))
    asked = [course.request for course in found if course.stage(asker.at) is Stage.WAITING]
    if not asked:
        return []
    agencies = await agency_tags(session)
    things = await things_to_decide(session, asker, {one.resource_id for one in asked if one.resource_id})
    rows = await session.execute(select(Officer).where(col(Officer.id).in_([one.officer_id for one in asked])))
    officers = {officer.id: officer for officer in rows.scalars()}
    return [
        ToDecide(
            agency=agencies[officers[one.officer_id].agency_id],
            said=f"{officers[one.officer_id].name} asks for {in_words(things[one.resource_id])}",
            where=f"/requests/{one.reference}",
            act="Look and decide",
            since=one.asked_at,
            quoted=one.reason,
            due=one.lapses_at,
            shown=(things[one.resource_id].reference,) if things[one.resource_id].title else (),
        )
        for one in asked
        if one.resource_id in things
    ]


async def deciding_references(session: AsyncSession, asker: Asker) -> list[str]:
    """Name the open requests that this officer decides, those that wait for a reply too."""
    found = await courses(session, await still_open(session, asker))
    open_ones = [course for course in found if course.stage(asker.at) in {Stage.WAITING, Stage.QUESTION}]
    return [course.request.reference for course in open_ones]


async def questions_to_me(session: AsyncSession, asker: Asker) -> list[ToDecide]:
    """List the questions that owners put about this officer's own requests."""
    asked_back = select(col(RequestStep.request_id)).where(col(RequestStep.step) == Step.ASKED_BACK)
    mine = select(AccessRequest).where(
        col(AccessRequest.officer_id) == asker.officer,
        col(AccessRequest.lapses_at) > asker.at,
        col(AccessRequest.id).in_(asked_back),
    )
    found = [course for course in await courses(session, mine) if course.stage(asker.at) is Stage.QUESTION]
    if not found:
        return []
    agencies = await agency_tags(session)
    rows = await session.execute(
        select(col(Resource.id), col(Resource.owner_agency_id)).where(
            col(Resource.id).in_([course.request.resource_id for course in found])
        )
    )
    owners: dict[UUID | None, UUID] = {row[0]: row[1] for row in rows}
    return [
        ToDecide(
            agency=agencies[owners[course.request.resource_id]],
            said="They have a question about your request",
            where=f"/requests/{course.request.reference}",
            act="Reply",
            since=course.steps[-1].at,
            quoted=course.steps[-1].words,
            due=course.request.lapses_at,
        )
        for course in found
    ]


def in_words(thing: Thing) -> str:
    """Name a thing as far as its reader may know it."""
    if thing.title:
        return f"the {thing.kind} “{thing.title}”"
    return f"the {thing.kind} {thing.reference}" + (f", {thing.theme}" if thing.theme else "")
