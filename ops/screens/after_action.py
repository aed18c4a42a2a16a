"""The after-action report: its first draft, all of it from the record, made for one reader and one audience.

For an audience it holds what both its reader and that agency may see. It says that others may hold more, without a
number.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import combinations
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.agencies import Agency, Officer
from models.operations import Operation, Site, Stage, VisitWindow
from models.tasks import CheckInKind, Claim, TaskState
from ops.access.asker import Asker
from ops.access.doors import find, find_by_id
from ops.access.principals import keys_within
from ops.errors import NotFound, Refusal
from ops.screens.day_line import DayLine
from ops.screens.debrief import Debrief, read_debrief
from ops.screens.decision_log import read_decision_log
from ops.screens.decision_values import DecisionLine
from ops.screens.lines import agency_tags
from ops.screens.on_operation import OnOperation, on_operation
from ops.screens.person_lines import PersonLine
from ops.screens.timeline import EVERY_POST, Entry, read_timeline
from ops.screens.values import AgencyTag, TaskLine


@dataclass(frozen=True, slots=True)
class SiteWork:
    """Who was at a site, from when, and until when: `clear` once every task was done, `until` at the latest."""

    code: str
    name: str
    agencies: tuple[AgencyTag, ...]
    first: datetime | None
    clear: datetime | None
    safeguarded: int
    until: datetime


@dataclass(frozen=True, slots=True)
class Avoided:
    """A visit that would have been made twice: the agencies that both planned one, and when that was settled."""

    site: str
    agencies: tuple[AgencyTag, AgencyTag]
    settled_at: datetime


@dataclass(frozen=True, slots=True)
class Call:
    """A call for help: when, and how long until somebody saw it; None for one that nobody did."""

    at: datetime
    site: str
    agency: AgencyTag
    answered_after: timedelta | None


@dataclass(frozen=True, slots=True)
class AfterAction:
    """The report. `audience` is None for the reader alone."""

    reference: str
    title: str
    purpose: str
    marking: str
    stage: str
    starts: datetime
    ends: datetime
    reader: str
    reader_agency: AgencyTag
    case: str  # in which the reader may keep it as a report; empty for who may not
    audience: AgencyTag | None
    audiences: tuple[AgencyTag, ...]
    made_at: datetime
    agencies: tuple[AgencyTag, ...]
    people: int
    safeguarded: int
    referrals: int
    arrests: int
    sites: tuple[SiteWork, ...]
    tasks: int
    clear: int
    moments: tuple[Entry, ...]
    decisions: tuple[DecisionLine, ...]
    people_met: tuple[PersonLine, ...]
    calls: tuple[Call, ...]
    never_claimed: tuple[TaskLine, ...]
    to_carry_on: tuple[TaskLine, ...]
    avoided: tuple[Avoided, ...]
    debrief: Debrief

    @property
    def line(self) -> DayLine:
        """Give the day on one line."""
        return DayLine(self.starts, self.ends)


async def read_report(session: AsyncSession, asker: Asker, reference: str, agency: str = "") -> AfterAction:
    """Make the report. NotFound for who cannot read the operation, and for an audience that cannot."""
    await find(session, asker, reference, "operation")
    chosen = await _audience(session, agency) if agency else None
    eyes = asker
    if chosen is not None:
        eyes = replace(asker, beside=await keys_within(session, chosen.id, asker.at))
    mine = await on_operation(session, asker, reference)
    seen = await on_operation(session, eyes, reference, reach=EVERY_POST)
    if not seen.readable:
        raise NotFound
    timeline = await read_timeline(session, eyes, reference)
    held = await _ever_held(session, seen)
    states = await _states(session, seen)
    kinds = [one.kind for one in seen.outcomes]
    reader = await session.get_one(Officer, asker.officer)
    tags = await agency_tags(session)
    end = next((one.at for one in reversed(timeline) if one.kind == "stage" and seen.stage == Stage.STOOD_DOWN), None)
    return AfterAction(
        reference=reference,
        title=seen.operation.title,
        purpose=seen.operation.purpose,
        marking=seen.operation.marking,
        stage=seen.stage,
        starts=seen.operation.starts,
        ends=end or seen.operation.ends,
        reader=reader.name,
        reader_agency=tags[reader.agency_id],
        case=await _case(session, asker, seen.operation),
        audience=chosen,
        audiences=mine.detachments,
        made_at=asker.at,
        agencies=seen.detachments,
        people=seen.assigned,
        safeguarded=kinds.count("safeguarded"),
        referrals=kinds.count("referral"),
        arrests=kinds.count("arrest"),
        sites=tuple(_site(seen, site, states, end or seen.operation.ends) for site in seen.sites),
        tasks=len(seen.tasks),
        clear=sum(task.status == "done" for task in seen.tasks.values()),
        moments=tuple(one for one in timeline if one.significant),
        decisions=tuple(reversed((await read_decision_log(session, eyes, reference)).decisions)),
        people_met=tuple(seen.people.values()),
        calls=_calls(seen),
        never_claimed=tuple(task for key, task in seen.tasks.items() if key not in held and task.status == "idle"),
        to_carry_on=tuple(task for key, task in seen.tasks.items() if key in held and task.status != "done"),
        avoided=await _avoided(session, seen),
        debrief=await read_debrief(session, eyes, reference),
    )


def shown_by_report(found: AfterAction) -> set[str]:
    """Name the things whose content the report shows."""
    return {
        found.reference,
        *(one.reference for one in found.moments if one.reference),
        *(one.reference for one in found.decisions),
        *(one.reference for one in (*found.never_claimed, *found.to_carry_on)),
        *(one.reference for one in found.people_met),
    }


async def _case(session: AsyncSession, asker: Asker, operation: Operation) -> str:
    try:
        found = await find_by_id(session, asker, operation.case_id or operation.id, Level.CONTRIBUTE)
    except Refusal:
        return ""
    return found.resource.reference if operation.case_id else ""


async def _audience(session: AsyncSession, reference: str) -> AgencyTag:
    rows = await session.execute(select(col(Agency.id)).where(col(Agency.reference) == reference))
    found = rows.scalar_one_or_none()
    if found is None:
        raise NotFound
    return (await agency_tags(session))[found]


async def _ever_held(session: AsyncSession, seen: OnOperation) -> set[UUID]:
    rows = await session.execute(select(col(Claim.task_id)).where(col(Claim.task_id).in_(seen.tasks)))
    return set(rows.scalars())


async def _states(session: AsyncSession, seen: OnOperation) -> list[TaskState]:
    rows = await session.execute(
        select(TaskState).where(col(TaskState.task_id).in_(seen.tasks)).order_by(col(TaskState.at))
    )
    return list(rows.scalars())


def _site(seen: OnOperation, site: Site, states: list[TaskState], end: datetime) -> SiteWork:
    here = {key: task for key, task in seen.tasks.items() if task.site_reference == seen.references[site.id]}
    came = [state for state in states if state.task_id in here and state.status == "here"]
    done = [state.at for state in states if state.task_id in here and state.status == "done"]
    all_clear = bool(here) and all(task.status == "done" for task in here.values())
    agencies = dict.fromkeys(here[state.task_id].agency for state in came)
    first = came[0].at if came else None
    clear = max(done, default=None) if all_clear else None
    return SiteWork(
        code=site.code,
        name=site.name,
        agencies=tuple(agencies),
        first=first,
        clear=clear,
        safeguarded=sum(one.kind == "safeguarded" for one in seen.outcomes if one.site_id == site.id),
        until=clear or min(seen.at, end),
    )


def _calls(seen: OnOperation) -> tuple[Call, ...]:
    codes = {site.id: site.code for site in seen.sites}
    found: list[Call] = []
    for call in (one for one in seen.check_ins if one.kind == CheckInKind.HELP):
        answers = [one.at for one in seen.check_ins if one.answers_id == call.id and one.kind == CheckInKind.SEEN]
        site = codes.get(call.site_id, "") if call.site_id else ""
        after = min(answers) - call.arrived_at if answers else None
        found.append(Call(call.at, site, seen.agencies[call.agency_id], after))
    return tuple(found)


async def _avoided(session: AsyncSession, seen: OnOperation) -> tuple[Avoided, ...]:
    """Give the visits of two agencies that overlapped until that was settled, or one of them withdrew its own."""
    codes = {site.id: site.code for site in seen.sites}
    rows = await session.execute(
        select(VisitWindow).where(col(VisitWindow.site_id).in_(codes)).order_by(col(VisitWindow.starts))
    )
    return tuple(
        Avoided(codes[one.site_id], (seen.agencies[one.agency_id], seen.agencies[other.agency_id]), ended)
        for one, other in combinations(rows.scalars(), 2)
        if one.site_id == other.site_id
        and one.agency_id != other.agency_id
        and (ended := _ended(one, other)) is not None
        and one.starts < other.ends
        and other.starts < one.ends
    )


def _ended(one: VisitWindow, other: VisitWindow) -> datetime | None:
    """Give when a clash of two visits ended: both were settled, or either was withdrawn."""
    gone = [at for at in (one.withdrawn_at, other.withdrawn_at) if at is not None]
    settled = one.settled_at if one.settled_at is not None and other.settled_at is not None else None
    return min([*gone, *([settled] if settled else [])], default=None)
