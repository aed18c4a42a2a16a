"""A request for access: as whoever asked may know it, and as whoever decides it finds it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.agencies import Officer, Team
from models.grants import AccessRequest, RequestStep, Resource, Step
from ops.access.asker import Asker
from ops.access.doors import find_by_id
from ops.access.principals import officer_key, team_key
from ops.actions.deciders import Deciding, find_deciding
from ops.actions.grounds import ground_of
from ops.actions.request_course import Course, Stage, courses
from ops.errors import NotFound, Refusal
from ops.screens.grantee_choices import UsualTerms, usual_terms
from ops.screens.lines import agency_tags, officer_names
from ops.screens.request_things import Thing, known_things, things_to_decide
from ops.screens.values import AgencyTag

MOST = 100  # what the list of one's own requests shows
TOLD_OF_TYPED = frozenset({Step.ASKED_BACK, Step.REPLIED, Step.APPROVED, Step.REFUSED})


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step as its reader may know it: by whom, in words; officers by name only to their own agency."""

    step: str
    agency: AgencyTag
    officer: str
    words: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SentRequest:
    """One of the asker's own requests. `thing` is None while they may not know whether there is one."""

    part: ClassVar[str] = "sent"
    reference: str
    asked_for: str
    typed: bool
    thing: Thing | None
    whom: str
    level: Level
    until: datetime
    purpose: str
    reason: str
    asked_at: datetime
    lapses_at: datetime
    stage: Stage
    steps: tuple[StepLine, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """Whom an approval may be for."""

    value: str
    label: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class RequestToDecide:
    """A request as its decider sees it. `telling`: any answer would tell that the thing exists."""

    part: ClassVar[str] = "to decide"
    reference: str
    asked_for: str
    thing: Thing
    agency: AgencyTag
    requester: str
    whom: str
    level: Level
    until: datetime
    purpose: str
    reason: str
    asked_at: datetime
    lapses_at: datetime
    stage: Stage
    open: bool
    telling: bool
    passed_on: bool
    may_give: bool
    outside: bool
    about_somebody: bool
    choices: tuple[Choice, ...]
    usual: UsualTerms
    steps: tuple[StepLine, ...]


async def sent_requests(session: AsyncSession, asker: Asker, reference: str = "") -> list[SentRequest]:
    """List what the asker asked for, the newest first; with a reference that one alone."""
    mine = select(AccessRequest).where(col(AccessRequest.officer_id) == asker.officer)
    if reference:
        mine = mine.where(col(AccessRequest.reference) == reference)
    newest = mine.order_by(col(AccessRequest.asked_at).desc(), col(AccessRequest.id).desc()).limit(MOST)
    found = await courses(session, newest)
    # nothing of a typed reference is looked up before its requester was told: the page must not know more than they
    told = {c.request.resource_id for c in found if c.request.resource_id and (c.told or not c.request.typed)}
    things = await known_things(session, asker, told)
    return [await _sent(session, asker, course, things) for course in found]


async def read_sent(session: AsyncSession, asker: Asker, reference: str) -> SentRequest:
    """Read one of the asker's own requests; NotFound for anybody else's."""
    found = await sent_requests(session, asker, reference)
    if not found:
        raise NotFound
    return found[0]


async def read_deciding(session: AsyncSession, asker: Asker, reference: str) -> RequestToDecide:
    """Read a request that the asker may decide; NotFound for who may not."""
    deciding = await find_deciding(session, asker, reference)
    course, request, agencies = deciding.course, deciding.course.request, await agency_tags(session)
    may_give, about_somebody = await _ground(session, asker, deciding.resource)
    return RequestToDecide(
        reference=reference,
        asked_for=request.asked_for,
        thing=(await things_to_decide(session, asker, [deciding.resource.id]))[deciding.resource.id],
        agency=agencies[deciding.requester.agency_id],
        requester=deciding.requester.name,
        whom=await _whom(session, request),
        level=Level(request.level),
        until=request.until,
        purpose=request.purpose,
        reason=request.reason,
        asked_at=request.asked_at,
        lapses_at=request.lapses_at,
        stage=course.stage(asker.at),
        open=deciding.is_open(asker),
        telling=request.typed and not course.told,
        passed_on=course.passed_on,
        may_give=may_give,
        outside=deciding.requester.agency_id != deciding.resource.owner_agency_id,
        about_somebody=about_somebody,
        choices=await _choices(session, deciding),
        usual=await usual_terms(session, asker),
        steps=await _lines(session, asker, course.steps),
    )


async def _sent(session: AsyncSession, asker: Asker, course: Course, things: dict[UUID, Thing]) -> SentRequest:
    request = course.request
    known = (course.told or not request.typed) and request.resource_id is not None
    hidden = frozenset(Step) - TOLD_OF_TYPED if request.typed else frozenset({Step.PASSED_ON})
    return SentRequest(
        reference=request.reference,
        asked_for=request.asked_for,
        typed=request.typed,
        thing=things.get(request.resource_id) if known and request.resource_id else None,
        whom=await _whom(session, request),
        level=Level(request.level),
        until=request.until,
        purpose=request.purpose,
        reason=request.reason,
        asked_at=request.asked_at,
        lapses_at=request.lapses_at,
        stage=course.stage_for_requester(asker.at),
        steps=await _lines(session, asker, [step for step in course.steps if step.step not in hidden]),
    )


async def _ground(session: AsyncSession, asker: Asker, resource: Resource) -> tuple[bool, bool]:
    """Say whether the asker may give access to the thing, and whether it is about somebody."""
    try:
        found = await find_by_id(session, asker, resource.id, Level.MANAGE)
    except Refusal:
        return False, False
    return True, (await ground_of(session, asker, found)).about_somebody


async def _whom(session: AsyncSession, request: AccessRequest) -> str:
    """Name the team that a request is for; empty for whoever asks, and for a team that is not listed."""
    if request.principal == officer_key(request.officer_id):
        return ""
    team = await session.get(Team, UUID(request.principal.partition(":")[2]))
    return team.name if team and team.listed else "one of their teams"


async def _choices(session: AsyncSession, deciding: Deciding) -> tuple[Choice, ...]:
    asked, person = deciding.course.request.principal, deciding.requester
    rows = await session.execute(
        select(Team).where(col(Team.agency_id) == person.agency_id).order_by(col(Team.name), col(Team.id))
    )
    teams = [team for team in rows.scalars() if team.listed or team_key(team.id) == asked]
    return (
        Choice(f"officer:{person.reference}", person.name, chosen=asked == officer_key(person.id)),
        *(Choice(f"team:{team.reference}", team.name, chosen=asked == team_key(team.id)) for team in teams),
    )


async def _lines(session: AsyncSession, asker: Asker, steps: Sequence[RequestStep]) -> tuple[StepLine, ...]:
    if not steps:
        return ()
    agencies = await agency_tags(session)
    names = await officer_names(session, {step.officer_id for step in steps})
    rows = await session.execute(
        select(col(Officer.id), col(Officer.agency_id)).where(col(Officer.id).in_({step.officer_id for step in steps}))
    )
    of = {row[0]: row[1] for row in rows}
    return tuple(
        StepLine(
            step=step.step,
            agency=agencies[of[step.officer_id]],
            officer=names[step.officer_id] if of[step.officer_id] == asker.agency else "",
            words=step.words,
            at=step.at,
        )
        for step in steps
    )
