"""My day: the tasks of one field officer on one operation."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from models.operations import Site, Stage
from models.tasks import CheckIn, CheckInKind
from ops.access.asker import Asker
from ops.screens.board_values import SiteCard
from ops.screens.calls import COMMANDER, DEPUTY, EVERYONE, for_whom, seen_by_somebody
from ops.screens.heard import HeardEntry, heard_for
from ops.screens.on_operation import SITE_POSTS, OnOperation, on_operation, open_calls
from ops.screens.person_lines import PersonLine
from ops.screens.site_cards import site_card
from ops.screens.values import PostLine, SeenBy, TaskLine
from ops.screens.watched import watched

_NEAREST = ("here", "move", "wait", "idle", "done")


@dataclass(frozen=True, slots=True)
class UnseenCall:
    """A colleague's call for help that nobody has seen, and that has come to me."""

    reference: str
    name: str
    note: str
    site_code: str
    at: datetime


@dataclass(frozen=True, slots=True)
class MyDay:
    """What the field page shows one officer."""

    reference: str
    title: str
    now: datetime
    current: TaskLine | None  # the task that the officer holds or is at
    current_site: SiteCard | None
    status: str  # move, here, done or idle: the officer's own
    status_since: datetime | None
    status_seen: SeenBy | None
    check_in_due: datetime | None
    help_called_at: datetime | None
    help_seen_by: str
    next: tuple[TaskLine, ...]
    open_tasks: tuple[TaskLine, ...]  # asked of my agency, held by nobody: can be claimed
    held_elsewhere: tuple[TaskLine, ...]
    posts: tuple[PostLine, ...]  # my site's, newest first
    unseen: tuple[UnseenCall, ...]
    agency: UUID
    people: tuple[PersonLine, ...]  # met here, with my agency, or offered to it
    may_meet: bool
    heard: tuple[HeardEntry, ...]  # what others entered for me
    may_post: bool  # there is a place for a post: my task's, or the whole operation


async def read_my_day(session: AsyncSession, asker: Asker, reference: str) -> MyDay:
    """Read my tasks on one operation, what my agency has yet to take up, and the posts of where I am."""
    return await day_of(session, await on_operation(session, asker, reference), asker)


async def day_of(session: AsyncSession, seen: OnOperation, asker: Asker) -> MyDay:
    """Work my day out from what was gathered."""
    mine = {task for task, claim in seen.claims.items() if claim.officer_id == asker.officer}
    held = sorted((seen.tasks[task] for task in mine), key=_nearest)
    current = next((task for task in held if task.status != "done"), None)
    site = next((site for site in seen.sites if current and seen.references[site.id] == current.site_reference), None)
    call = max(open_calls(seen.own), key=lambda call: call.at, default=None)
    agency = {task: line for task, line in seen.tasks.items() if line.agency.id == asker.agency and task not in mine}
    return MyDay(
        reference=seen.reference,
        title=seen.operation.title if seen.readable else "",
        now=asker.at,
        current=current,
        current_site=site_card(seen, site) if site else None,
        status=current.status if current else "idle",
        status_since=current.since if current else None,
        status_seen=current.seen if current else None,
        check_in_due=next((w.due_at for w in watched(seen, site) if w.officer == asker.officer), None)
        if site
        else None,
        help_called_at=call.at if call else None,
        help_seen_by=_who_saw(seen, call) if call else "",
        next=tuple(task for task in held if task is not current),
        open_tasks=_by_place(
            line for task, line in agency.items() if task not in seen.claims and line.status != "done"
        ),
        held_elsewhere=_by_place(line for task, line in agency.items() if task in seen.claims),
        posts=tuple(islice((post for post in seen.posts.values() if _near(post, current)), SITE_POSTS)),
        unseen=tuple(_unseen(seen, asker, site)),
        agency=asker.agency,
        people=tuple(one for one in seen.people.values() if one.left_at is None and _mine(one, asker, current)),
        may_meet=seen.contributes and seen.stage != Stage.STOOD_DOWN,
        heard=await heard_for(session, seen.operation.id, asker.officer),
        may_post=current is not None or seen.contributes,
    )


def _unseen(seen: OnOperation, asker: Asker, site: Site | None) -> Iterator[UnseenCall]:
    """Give the calls that are mine to see: the commander's at once, the deputy's, everyone's at the site after that."""
    codes = {one.id: one.code for one in seen.sites}
    mine = {
        COMMANDER: asker.officer == seen.operation.commander_id,
        DEPUTY: asker.officer in {seen.operation.commander_id, seen.operation.deputy_id},
    }
    for call in open_calls(seen.check_ins):
        if call.officer_id == asker.officer or seen_by_somebody(seen.check_ins, call) is not None:
            continue
        near = call.site_id is None or (site is not None and call.site_id == site.id)
        if mine.get(to := for_whom(call, seen.at), near) or (to == EVERYONE and mine[DEPUTY]):
            code = codes[call.site_id] if call.site_id else ""
            yield UnseenCall(call.reference, seen.names[call.officer_id], call.note, code, call.at)


def _nearest(task: TaskLine) -> tuple[int, int, str]:
    return (_NEAREST.index(task.status), task.place, task.reference)


def _by_place(tasks: Iterable[TaskLine]) -> tuple[TaskLine, ...]:
    return tuple(sorted(tasks, key=lambda task: (task.place, task.reference)))


def _near(post: PostLine, current: TaskLine | None) -> bool:
    return current is None or not current.site_reference or post.site_reference == current.site_reference


def _mine(person: PersonLine, asker: Asker, current: TaskLine | None) -> bool:
    ours = asker.agency in {person.agency.id, person.offered_to.id if person.offered_to else None}
    here = current is not None and current.site_reference and person.site_reference == current.site_reference
    return ours or bool(here)


def _who_saw(seen: OnOperation, call: CheckIn) -> str:
    answers = (c for c in seen.own if c.kind == CheckInKind.SEEN and c.answers_id == call.id)
    return next((seen.names[answer.officer_id] for answer in answers), "")
