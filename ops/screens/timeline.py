"""What happened on an operation, in order, as one officer may see it; the significant events among it.

Worked out from what a reader sees at a moment, now or then: so the timeline can tell nothing that a board does not.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.agencies import Officer
from models.grants import Resource
from models.operations import CommandTaken, Decision, OperationStage, Stage
from models.people_met import Step
from models.planning import Briefing
from models.tasks import CheckInKind, Claim, TaskState
from ops.access.asker import Asker
from ops.access.doors import find
from ops.access.past import Moment, had_come, moment_at
from ops.access.rules import visible_to
from ops.actions.fingerprints import fingerprint_of
from ops.screens.lines import LATE_AFTER, agency_tags, officer_names
from ops.screens.on_operation import OnOperation, Reach, on_operation
from ops.screens.person_lines import steps_of
from ops.screens.values import AgencyTag
from ops.screens.words import STATE_WORDS

EVERY_POST = Reach(5000, 0)
STAGES = {Stage.PLANNED: "Operation planned", Stage.RUNNING: "Operation began", Stage.STOOD_DOWN: "Stood down"}
OUTCOMES = {
    "safeguarded": "A person was safeguarded",
    "referral": "A referral was made",
    "arrest": "An arrest",
}
SIGNIFICANT = frozenset({"stage", "command", "briefing", "help", "answer", "outcome", "decision", "taken over"})
STEPS = {
    Step.MET: "was met",
    Step.OFFERED: "was offered to {}",
    Step.ACCEPTED: "was taken over",
    Step.DECLINED: "was not taken over",
    Step.TAKEN_BACK: "was kept after all",
    Step.LEFT: "went their own way",
}
CHECK_INS = {
    CheckInKind.HELP: "Need help",
    CheckInKind.OK_NOW: "OK again after a call for help",
    CheckInKind.SEEN: "A call for help was seen",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened. `arrived_at` is there where it was told late; `reference` names what it is about."""

    at: datetime
    kind: str
    words: str
    agency: AgencyTag | None = None
    site: str = ""
    by: str = ""
    reference: str = ""
    arrived_at: datetime | None = None

    @property
    def significant(self) -> bool:
        """Say whether it is one of the events that the whole day turned on."""
        return self.kind in SIGNIFICANT

    @property
    def sort(self) -> str:
        """Give where it stands: by when, and among what happened at once in an order that says nothing."""
        said = fingerprint_of(self.words, self.by, self.site, self.reference)
        return f"{self.at.astimezone(UTC).isoformat(timespec='microseconds')} {self.kind} {said[:16]}"


async def read_timeline(session: AsyncSession, asker: Asker, reference: str) -> tuple[Entry, ...]:
    """Read the timeline of an operation, the decisions that the asker may read among it. NotFound for who cannot."""
    await find(session, asker, reference, "operation", Level.READ)
    seen = await on_operation(session, asker, reference, reach=EVERY_POST)
    found = [*await entries_of(session, seen), *await _decisions(session, asker, seen)]
    return tuple(_in_order(found))


async def timeline_after(session: AsyncSession, asker: Asker, reference: str, after: str, most: int) -> list[Entry]:
    """Read so many entries of the timeline, from behind the one whose `sort` is named."""
    found = sorted(await read_timeline(session, asker, reference), key=lambda one: one.sort)
    return [one for one in found if one.sort > after][:most]


async def entries_of(session: AsyncSession, seen: OnOperation) -> list[Entry]:
    """Give what happened until the moment of what was gathered, of the things in it."""
    then = await moment_at(session, seen.at)
    found = [*_posts(seen), *_check_ins(seen), *_outcomes(seen), *await _task_entries(session, seen, then)]
    found.extend(await _people_met(session, seen, then))
    if seen.readable:
        found.extend(await _of_the_operation(session, seen, then))
    return _in_order(found)


def _in_order(found: list[Entry]) -> list[Entry]:
    """Put it in order; nothing happened before there was an operation, even where it bears the same time."""
    return sorted(found, key=lambda one: (one.at, one.words != STAGES[Stage.PLANNED], one.kind, one.words))


def _posts(seen: OnOperation) -> Iterator[Entry]:
    for post in seen.posts.values():
        late = post.arrived_at if post.late else None
        yield Entry(post.happened_at, "post", post.text, post.agency, post.site_code, post.author, post.reference, late)


def _check_ins(seen: OnOperation) -> Iterator[Entry]:
    codes = {site.id: site.code for site in seen.sites}
    for one in seen.check_ins:
        if one.kind in CHECK_INS:
            words = f"{CHECK_INS[CheckInKind(one.kind)]}: {one.note}" if one.note else CHECK_INS[CheckInKind(one.kind)]
            late = one.arrived_at if one.arrived_at != one.at else None
            site = codes.get(one.site_id, "") if one.site_id else ""
            by = seen.names.get(one.officer_id, "")
            kind = "help" if one.kind == CheckInKind.HELP else "answer"
            yield Entry(one.at, kind, words, seen.agencies[one.agency_id], site, by, "", late)


def _outcomes(seen: OnOperation) -> Iterator[Entry]:
    codes = {site.id: site.code for site in seen.sites}
    for one in seen.outcomes:
        site = codes.get(one.site_id, "") if one.site_id else ""
        yield Entry(one.at, "outcome", OUTCOMES[one.kind], None, site, "", seen.references.get(one.id, ""))


async def _task_entries(session: AsyncSession, seen: OnOperation, then: Moment) -> list[Entry]:
    claims = await session.execute(
        select(Claim).where(
            col(Claim.task_id).in_(seen.tasks), had_come(col(Claim.position), then), col(Claim.at) <= then.at
        )
    )
    states = await session.execute(
        select(TaskState).where(
            col(TaskState.task_id).in_(seen.tasks),
            col(TaskState.revision) > 1,
            had_come(col(TaskState.position), then),
            col(TaskState.arrived_at) <= then.at,
        )
    )
    held, moved = list(claims.scalars()), list(states.scalars())
    people = {claim.officer_id for claim in held} | {state.officer_id for state in moved if state.officer_id}
    names, agencies = await officer_names(session, people), await agency_tags(session)
    found: list[Entry] = []
    for claim in held:
        task, by = seen.tasks[claim.task_id], names[claim.officer_id]
        words, agency = f"Took “{task.title}”", agencies[claim.agency_id]
        found.append(Entry(claim.at, "task", words, agency, task.site_code, by, task.reference))
    for state in moved:
        task = seen.tasks[state.task_id]
        words, by = (
            f"“{task.title}”: {STATE_WORDS[state.status]}",
            names.get(state.officer_id, "") if state.officer_id else "",
        )
        found.append(Entry(state.at, "task", words, task.agency, task.site_code, by, task.reference))
    return found


async def _people_met(session: AsyncSession, seen: OnOperation, then: Moment) -> list[Entry]:
    """Give what happened to the people met; that somebody took them over is one of the events of the day."""
    steps, tags = await steps_of(session, seen.people, then), await agency_tags(session)
    names = await officer_names(session, {step.officer_id for taken in steps.values() for step in taken})
    found: list[Entry] = []
    for person, taken in steps.items():
        line = seen.people[person]
        for step in taken:
            words = STEPS[Step(step.step)].format(tags[step.agency_id].name)
            kind = "taken over" if step.step == Step.ACCEPTED else "person"
            by, agency = names[step.officer_id], tags[step.agency_id] if step.step != Step.OFFERED else None
            late = step.arrived_at if step.arrived_at - step.at > LATE_AFTER else None
            site, reference = line.site_code, line.reference
            found.append(Entry(step.at, kind, f"{line.label} {words}", agency, site, by, reference, late))
    return found


async def _of_the_operation(session: AsyncSession, seen: OnOperation, then: Moment) -> list[Entry]:
    """Give what its readers know of the operation itself: stages, changes of command, briefings."""
    box, found = seen.operation.id, list[Entry]()
    stages = await session.execute(
        select(OperationStage).where(
            col(OperationStage.operation_id) == box,
            had_come(col(OperationStage.position), then),
            col(OperationStage.at) <= then.at,
        )
    )
    for stage in stages.scalars():
        words = STAGES[Stage(stage.stage)]
        found.append(Entry(stage.at, "stage", f"{words}: {stage.why}" if stage.why else words))
    changes = list(
        (
            await session.execute(
                select(CommandTaken).where(
                    col(CommandTaken.operation_id) == box,
                    had_come(col(CommandTaken.position), then),
                    col(CommandTaken.at) <= then.at,
                )
            )
        ).scalars()
    )
    names = await officer_names(session, {one for change in changes for one in (change.from_id, change.to_id)})
    for change in changes:
        words = f"{names[change.to_id]} took command from {names[change.from_id]}: {change.reason}"
        found.append(Entry(change.at, "command", words))
    briefings = await session.execute(
        select(Briefing).where(
            col(Briefing.operation_id) == box,
            col(Briefing.published_at) <= then.at,
            had_come(col(Briefing.position), then),
        )
    )
    for briefing in briefings.scalars():
        words = f"Briefing published, version {briefing.number}"
        found.append(Entry(briefing.published_at or briefing.at, "briefing", words))
    return found


async def _decisions(session: AsyncSession, asker: Asker, seen: OnOperation) -> list[Entry]:
    rows = await session.execute(
        select(Decision, col(Resource.reference), Officer)
        .join(Resource, col(Resource.id) == col(Decision.id))
        .join(Officer, col(Officer.id) == col(Decision.officer_id))
        .where(col(Decision.operation_id) == seen.operation.id, visible_to(asker))
    )
    return [
        Entry(
            decision.at,
            "decision",
            f"Decided: {decision.decided}",
            seen.agencies[officer.agency_id],
            "",
            officer.name,
            reference,
        )
        for decision, reference, officer in rows
    ]
