"""A site as one reader sees it: its state, its rail, its latest post, its counts."""

from collections import Counter, defaultdict
from datetime import datetime
from uuid import UUID

from models.operations import Site
from ops.screens.board_values import Peg, SiteCard
from ops.screens.clashes import clashes
from ops.screens.loud_tasks import loud_tasks
from ops.screens.on_operation import OnOperation
from ops.screens.values import TaskLine
from ops.screens.watched import held_at, overdue, silent, to_look_after, watched
from ops.screens.words import STATE_WORDS

FURTHEST = ("here", "move", "wait", "done", "idle")  # how far a site has come: the furthest along of its open tasks
WORST = ("help", "late", *FURTHEST)


def site_card(seen: OnOperation, site: Site) -> SiteCard:
    """Work out one site's card."""
    tasks = tasks_at(seen, site.id)
    state, since = _state(seen, site, tasks)
    loud = loud_tasks(seen, site)
    urgent = {one.reference: one.state for one in loud}
    return SiteCard(
        reference=seen.references[site.id],
        code=site.code,
        name=site.name,
        address=site.address,
        x=site.x,
        y=site.y,
        latitude=site.latitude,
        longitude=site.longitude,
        state=state,
        state_word=STATE_WORDS[state],
        since=since,
        rail=_rail(seen, site, tasks),
        tasks=tuple(sorted(tasks, key=lambda task: task.sort_as(urgent.get(task.reference, task.status)))),
        latest=seen.newest_at.get(seen.references[site.id]),
        safeguarded=sum(outcome.kind == "safeguarded" for outcome in seen.outcomes if outcome.site_id == site.id),
        clear=sum(task.status == "done" for task in tasks),
        total=len(tasks),
        check_in_due=min((found.due_at for found in watched(seen, site)), default=None),
        loud=loud,
    )


def tasks_at(seen: OnOperation, site: UUID) -> list[TaskLine]:
    """Give the visible tasks at a site."""
    return [seen.tasks[task] for task in seen.tasks_at[seen.references[site]]]


def _state(seen: OnOperation, site: Site, tasks: list[TaskLine]) -> tuple[str, datetime | None]:
    if calls := seen.open_calls[site.id]:
        return "help", calls[0].at
    late = [*(one.due_at for one in overdue(seen, site)), *(one.welfare_at for one in to_look_after(seen, site))]
    if late:
        return "late", min(late)
    open_tasks = [task for task in tasks if task.status != "done"]
    if tasks and not open_tasks:
        return "done", max((task.since for task in tasks if task.since), default=None)
    state = next((state for state in FURTHEST if any(task.status == state for task in open_tasks)), "idle")
    return state, min((task.since for task in open_tasks if task.status == state and task.since), default=None)


def _rail(seen: OnOperation, site: Site, tasks: list[TaskLine]) -> tuple[Peg, ...]:
    calling = {check_in.agency_id for check_in in seen.open_calls[site.id]}
    missed = {one.agency for one in overdue(seen, site)} | {one.agency for one in to_look_after(seen, site)}
    clashing = {window.agency_id for clash in clashes(seen, site.id) for window in clash}
    quiet = Counter(officer.agency for officer in silent(seen, site))
    holding = Counter(
        agency for agency, _ in {(seen.claims[t].agency_id, seen.claims[t].officer_id) for t in held_at(seen, site)}
    )
    doing = defaultdict[UUID, Counter[str]](Counter)
    for task in tasks:
        doing[(task.holder_agency or task.agency).id][task.status] += 1
    pegs = []
    for agency in seen.detachments:
        states = doing[agency.id]
        state = next((state for state in ("here", "move", "wait", "done") if states[state]), "")
        count = states[state] if state else 0
        if agency.id in calling:
            state, count = "help", max(count, 1)
        elif agency.id in missed:
            state = "late"
        elif agency.id in clashing and state in {"", "move"}:
            state = "overlap"
        pegs.append(Peg(agency, state, count, silent=0 < quiet[agency.id] == holding[agency.id]))
    return tuple(pegs)
