"""A site as one reader sees it: its state, its rail, its latest post, its counts."""

from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from models.operations import Site
from models.tasks import CheckIn, CheckInKind
from ops.screens.board_values import Peg, SiteCard
from ops.screens.on_operation import OnOperation
from ops.screens.values import TaskLine
from ops.screens.words import STATE_WORDS

FURTHEST = ("here", "move", "wait", "done", "idle")  # how far a site has come: the furthest along of its open tasks
WORST = ("help", "late", *FURTHEST)


@dataclass(frozen=True, slots=True)
class Silent:
    """An officer at a site who has not been heard for longer than the site's interval."""

    officer: UUID
    agency: UUID
    heard_at: datetime
    due_at: datetime


def site_card(seen: OnOperation, site: Site) -> SiteCard:
    """Work out one site's card."""
    tasks = tasks_at(seen, site.id)
    state, since = _state(seen, site, tasks)
    posts = [line for line in seen.posts.values() if line.site_reference == seen.references[site.id]]
    return SiteCard(
        reference=seen.references[site.id],
        code=site.code,
        name=site.name,
        address=site.address,
        x=site.x,
        y=site.y,
        state=state,
        state_word=STATE_WORDS[state],
        since=since,
        rail=_rail(seen, site, tasks),
        tasks=tuple(sorted(tasks, key=lambda task: task.sort)),
        latest=posts[0] if posts else None,
        safeguarded=sum(outcome.kind == "safeguarded" for outcome in seen.outcomes if outcome.site_id == site.id),
        clear=sum(task.status == "done" for task in tasks),
        total=len(tasks),
        check_in_due=min((found.due_at for found in watched(seen, site)), default=None),
    )


def tasks_at(seen: OnOperation, site: UUID) -> list[TaskLine]:
    """Give the visible tasks at a site."""
    return [task for task in seen.tasks.values() if task.site_reference == seen.references[site]]


def calls_for_help(seen: OnOperation, site: UUID | None) -> list[CheckIn]:
    """Give the calls for help at a site that nobody has taken back."""
    return [call for call in open_calls(seen.check_ins) if call.site_id == site]


def open_calls(check_ins: Collection[CheckIn]) -> list[CheckIn]:
    """Give the calls for help among check-ins that nobody has taken back."""
    ended = {check_in.answers_id for check_in in check_ins if check_in.kind == CheckInKind.OK_NOW}
    return [call for call in check_ins if call.kind == CheckInKind.HELP and call.id not in ended]


def watched(seen: OnOperation, site: Site) -> list[Silent]:
    """Give the officers who hold a task at a site and are on site, with the moment by which each must be heard."""
    interval = timedelta(minutes=site.check_in_minutes)
    found: dict[UUID, Silent] = {}
    for task_id, claim in seen.claims.items():
        task = seen.tasks[task_id]
        if task.site_reference != seen.references[site.id] or task.status != "here" or seen.stage != "running":
            continue
        heard = max([claim.at, *([task.since] if task.since else []), *_heard(seen, claim.officer_id)])
        found[claim.officer_id] = Silent(claim.officer_id, claim.agency_id, heard, heard + interval)
    return list(found.values())


def silent(seen: OnOperation, site: Site) -> list[Silent]:
    """Give who should have been heard by now."""
    return [officer for officer in watched(seen, site) if officer.due_at <= seen.at]


def unheld(seen: OnOperation) -> list[tuple[datetime, TaskLine]]:
    """Give the visible tasks with an hour that nobody has begun or holds, by that hour."""
    open_ones = ((key, task) for key, task in seen.tasks.items() if task.status == "idle" and key not in seen.claims)
    found = [(task.due_at, task) for _, task in open_ones if task.due_at is not None]
    return sorted(found, key=lambda one: (one[0], one[1].reference))


def _heard(seen: OnOperation, officer: UUID) -> list[datetime]:
    return [check_in.at for check_in in seen.check_ins if check_in.officer_id == officer]


def _state(seen: OnOperation, site: Site, tasks: list[TaskLine]) -> tuple[str, datetime | None]:
    if calls := calls_for_help(seen, site.id):
        return "help", calls[0].at
    if late := silent(seen, site):
        return "late", min(officer.due_at for officer in late)
    open_tasks = [task for task in tasks if task.status != "done"]
    if tasks and not open_tasks:
        return "done", max((task.since for task in tasks if task.since), default=None)
    state = next((state for state in FURTHEST if any(task.status == state for task in open_tasks)), "idle")
    return state, min((task.since for task in open_tasks if task.status == state and task.since), default=None)


def _rail(seen: OnOperation, site: Site, tasks: list[TaskLine]) -> tuple[Peg, ...]:
    calling = {check_in.agency_id for check_in in calls_for_help(seen, site.id)}
    overdue = {officer.agency for officer in silent(seen, site)}
    pegs = []
    for agency in seen.detachments:
        states = Counter(task.status for task in tasks if (task.holder_agency or task.agency).id == agency.id)
        state = next((state for state in ("here", "move", "wait", "done") if states[state]), "")
        count = states[state]
        if agency.id in calling:
            state, count = "help", max(count, 1)
        elif agency.id in overdue:
            state = "late"
        pegs.append(Peg(agency, state, count if state else 0))
    return tuple(pegs)
