"""Who decides a request: the owner's leads; its managers once it was passed on to them, or where nobody leads."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, false, or_, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.agencies import Agency, Duty, Officer, Standing
from models.grants import AccessRequest, RequestStep, Resource, Step
from ops.access.asker import Asker
from ops.access.duties import holding
from ops.access.rules import visible_to
from ops.actions.request_course import FINAL, Course, Stage, courses
from ops.errors import NotFound


@dataclass(frozen=True, slots=True)
class Deciding:
    """A request, the thing that it is for, and who asks, as one of its deciders finds them."""

    course: Course
    resource: Resource
    requester: Officer
    lost_standing: bool

    def is_open(self, asker: Asker) -> bool:
        """Say whether it can still be decided."""
        return self.course.stage(asker.at) in {Stage.WAITING, Stage.QUESTION} and not self.lost_standing


async def for_decider(session: AsyncSession, asker: Asker) -> Select[AccessRequest]:
    """Select the requests, decided ones too, that an officer may decide. Never their own, whatever their duties."""
    to_us = (
        select(AccessRequest)
        .join(Resource, col(Resource.id) == col(AccessRequest.resource_id))
        .where(col(Resource.owner_agency_id) == asker.agency, col(AccessRequest.officer_id) != asker.officer)
    )
    if Duty.LEAD in asker.duties:
        return to_us
    passed_on = select(col(RequestStep.request_id)).where(col(RequestStep.step) == Step.PASSED_ON)
    return to_us.where(
        visible_to(asker, Level.MANAGE),
        or_(col(AccessRequest.id).in_(passed_on), await _nobody_leads(session, asker)),
    )


async def still_open(session: AsyncSession, asker: Asker) -> Select[AccessRequest]:
    """Select those that wait for a decision now, the oldest first; who lost their standing no longer asks."""
    ended = select(col(RequestStep.request_id)).where(col(RequestStep.step).in_(FINAL))
    return (
        (await for_decider(session, asker))
        .join(Officer, col(Officer.id) == col(AccessRequest.officer_id))
        .join(Agency, col(Agency.id) == col(Officer.agency_id))
        .where(
            col(AccessRequest.lapses_at) > asker.at,
            col(Officer.active),
            col(Agency.standing) == Standing.ACTIVE,
            col(AccessRequest.id).not_in(ended),
        )
        .order_by(col(AccessRequest.asked_at), col(AccessRequest.id))
    )


async def find_deciding(session: AsyncSession, asker: Asker, reference: str) -> Deciding:
    """Find a request that the asker may decide; to everyone else there is none."""
    mine = await for_decider(session, asker)
    found = await courses(session, mine.where(col(AccessRequest.reference) == reference))
    if not found:
        raise NotFound
    course = found[0]
    resource = await session.get_one(Resource, course.request.resource_id)
    requester = await session.get_one(Officer, course.request.officer_id)
    agency = await session.get_one(Agency, requester.agency_id)
    lost = not requester.active or agency.standing != Standing.ACTIVE
    return Deciding(course, resource, requester, lost)


async def _nobody_leads(session: AsyncSession, asker: Asker) -> ColumnElement[bool]:
    """Judge requests: true where the agency has no lead but, perhaps, the one who asks."""
    rows = await session.execute(holding(Duty.LEAD, asker.at).where(col(Officer.agency_id) == asker.agency))
    leads = set(rows.scalars())
    if len(leads) > 1:
        return false()
    return col(AccessRequest.officer_id).in_(leads) if leads else true()
