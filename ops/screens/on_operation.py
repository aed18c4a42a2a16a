"""Everything of one operation that one officer may see, gathered with a constant number of queries."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import NamedTuple, Protocol
from uuid import UUID

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Admission, Level
from models.grants import Resource
from models.operations import Operation, Outcome, Site, VisitWindow
from models.tasks import CheckIn, CheckInKind, Claim, Post
from ops.access.asker import Asker
from ops.access.doors import find_row
from ops.access.rules import visible_to
from ops.errors import NotFound
from ops.screens.changes_of_command import ChangeOfCommand, in_command
from ops.screens.lines import post_lines, task_lines
from ops.screens.person_lines import PersonLine, person_lines
from ops.screens.values import AgencyTag, PostLine, TaskLine
from ops.screens.whole_operation import (
    KINDS,
    NEWEST,
    PostPlace,
    Thing,
    WholeOperation,
    newest_places,
    things_on,
    whole_operation,
)

FEED_LINES = 60  # what one reads back on a screen; older posts are in the timeline
SITE_POSTS = 12  # what one scrolls through on a phone, of the site that one is at


class Reach(NamedTuple):
    """How many posts a screen shows: the newest of all, and the newest at each site."""

    lines: int
    at_site: int


WHOLE_PAGE = Reach(FEED_LINES, SITE_POSTS)
LATEST_OF_SITES = Reach(0, 1)  # the sums of a board: its feed comes as leaves


@dataclass(frozen=True)
class OnOperation:
    """What the screens of an operation are worked out from; all of it visible to the asker.

    `posts` are the newest of all and of each site, newest first. `own` are the asker's own check-ins and who answered
    them, also where the asker sees nothing else: nobody else's sums are made of these.
    """

    operation: Operation
    reference: str
    owner: AgencyTag
    discovered: bool
    readable: bool
    contributes: bool
    manages: bool
    stage: str
    at: datetime
    agencies: dict[UUID, AgencyTag]
    detachments: tuple[AgencyTag, ...]
    assigned: int
    references: dict[UUID, str]
    sites: tuple[Site, ...]
    tasks: dict[UUID, TaskLine]
    claims: dict[UUID, Claim]
    posts: dict[UUID, PostLine]
    outcomes: tuple[Outcome, ...]
    people: dict[UUID, PersonLine]  # people met, in the order in which they were
    check_ins: tuple[CheckIn, ...]
    own: tuple[CheckIn, ...]
    windows: tuple[VisitWindow, ...]
    names: dict[UUID, str]
    officers: dict[UUID, str]  # their references
    change: ChangeOfCommand | None
    signs: dict[UUID, datetime]  # of the holders of its tasks: when those were last heard whose pages are gone

    @property
    def projection(self) -> str:
        """Say how much of it there is."""
        return "full" if self.readable else "stub"

    @cached_property
    def tasks_at(self) -> dict[str, list[UUID]]:
        """Give the tasks by their site's reference."""
        found = defaultdict[str, list[UUID]](list)
        for task, line in self.tasks.items():
            found[line.site_reference].append(task)
        return found

    @cached_property
    def unheld(self) -> list[tuple[datetime, TaskLine]]:
        """Give the tasks with an hour that nobody has begun or holds, by that hour."""
        idle = (line for task, line in self.tasks.items() if line.status == "idle" and task not in self.claims)
        found = [(line.due_at, line) for line in idle if line.due_at is not None]
        return sorted(found, key=lambda one: (one[0], one[1].reference))

    @cached_property
    def newest_at(self) -> dict[str, PostLine]:
        """Give the newest post of each site, by the site's reference."""
        return {post.site_reference: post for post in reversed(self.posts.values())}

    @cached_property
    def open_calls(self) -> dict[UUID | None, list[CheckIn]]:
        """Give the calls for help that nobody took back, by where they were made."""
        found = defaultdict[UUID | None, list[CheckIn]](list)
        for call in open_calls(self.check_ins):
            found[call.site_id].append(call)
        return found

    @cached_property
    def checked_in(self) -> dict[UUID, datetime]:
        """Give when each officer checked in last."""
        found: dict[UUID, datetime] = {}
        for one in self.check_ins:
            found[one.officer_id] = max(one.at, found.get(one.officer_id, one.at))
        return found


def open_calls(check_ins: Collection[CheckIn]) -> list[CheckIn]:
    """Give the calls for help among check-ins that nobody has taken back."""
    ended = {check_in.answers_id for check_in in check_ins if check_in.kind == CheckInKind.OK_NOW}
    return [call for call in check_ins if call.kind == CheckInKind.HELP and call.id not in ended]


class Sight(Protocol):
    """Who may know a thing at this moment, as one process keeps it for its open screens; nobody what it does not."""

    def __call__(self, subject: UUID) -> Admission:
        """Give the admission."""
        ...


async def on_operation(
    session: AsyncSession,
    asker: Asker,
    reference: str,
    sight: Sight | None = None,
    reach: Reach = WHOLE_PAGE,
    least: Level = Level.DISCOVER,
) -> OnOperation:
    """Gather what the asker may see of an operation; NotFound for one they cannot even discover.

    `least`: NONE for who came in by the door of something on it, which its owner shows without the operation too.
    `sight`: admissions of this session's moment, where they are kept already. Without, the database is asked.
    """
    (operation, owner), level = await _door(session, asker, reference, sight, least)
    whole = await whole_operation(session, operation, reference, asker.at)
    if sight is None:
        seen = await _visible(session, asker, operation.id)
        newest = await _newest_posts(session, asker, operation.id, reach)
    else:
        things = await things_on(session, operation.id)
        await task_lines(session, [thing.id for thing in things if thing.kind == "task"], asker.at)  # once for all
        seen = [thing for thing in things if sight(thing.id).admits(asker.keys)]
        newest = await _newest_seen(session, asker, operation.id, sight, reach)
    posts = await post_lines(session, newest, asker.at)
    met = await person_lines(session, [thing.id for thing in seen if thing.kind == "encounter"], asker.at)
    tasks = await task_lines(session, [thing.id for thing in seen if thing.kind == "task"], asker.at)
    return _part(whole, asker, (reference, owner), level, seen, tasks, posts, met)


_Owned = tuple[Operation, UUID]  # and the agency whose it is


async def _door(
    session: AsyncSession, asker: Asker, reference: str, sight: Sight | None, least: Level
) -> tuple[_Owned, Level]:
    if sight is None:
        operation, found = await find_row(session, asker, reference, Operation, least)
        return (operation, found.resource.owner_agency_id), found.level
    kept: dict[str, _Owned | None] = session.info.setdefault(on_operation, {})
    if reference not in kept:
        rows = await session.execute(
            select(Operation, col(Resource.owner_agency_id))
            .join(Resource, col(Resource.id) == col(Operation.id))
            .where(col(Resource.reference) == reference)
        )
        found_row = rows.one_or_none()
        kept[reference] = (found_row[0], found_row[1]) if found_row else None
    row = kept[reference]
    level = sight(row[0].id).level(asker.keys) if row else Level.NONE
    if row is None or level < least:
        raise NotFound
    return row, level


def _part(
    whole: WholeOperation,
    asker: Asker,
    named: tuple[str, UUID],
    level: Level,
    seen: Collection[Thing],
    tasks: dict[UUID, TaskLine],
    posts: dict[UUID, PostLine],
    met: dict[UUID, PersonLine],
) -> OnOperation:
    """Take out of the whole what goes with the things that are seen."""
    ids, readable, (reference, owner) = {thing.id for thing in seen}, level >= Level.READ, named
    said = {one.id for one in whole.check_ins if one.officer_id == asker.officer}
    check_ins = tuple(c for c in whole.check_ins if (c.site_id in ids if c.site_id else readable))
    own = tuple(c for c in whole.check_ins if c.id in said or c.answers_id in said)
    claims = {task: claim for task, claim in whole.claims.items() if task in ids}
    holding = {claim.officer_id for claim in claims.values()}
    people = {*(one.officer_id for one in (*check_ins, *own)), *holding}
    if readable:
        people |= in_command(whole.operation, whole.change)
    newest = sorted(posts.items(), key=lambda post: (post[1].happened_at, post[1].reference), reverse=True)
    return OnOperation(
        operation=whole.operation,
        reference=reference,
        owner=whole.agencies[owner],
        discovered=level >= Level.DISCOVER,
        readable=readable,
        contributes=level >= Level.CONTRIBUTE,
        manages=level >= Level.MANAGE,
        stage=whole.stage,
        at=asker.at,
        agencies=whole.agencies,
        detachments=whole.detachments if readable else (),
        assigned=whole.assigned if readable else 0,
        references={thing.id: thing.reference for thing in seen},
        sites=tuple(site for site in whole.sites if site.id in ids),
        tasks=tasks,
        claims=claims,
        posts=dict(newest),
        outcomes=tuple(outcome for outcome in whole.outcomes if outcome.id in ids),
        people=dict(sorted(met.items(), key=lambda one: one[1].sort)),
        check_ins=check_ins,  # those without a site are for readers of the operation
        own=own,
        windows=tuple(window for window in whole.windows if window.site_id in ids),
        names={officer: name for officer, name in whole.names.items() if officer in people},
        officers={officer: reference for officer, reference in whole.officers.items() if officer in people},
        change=whole.change if readable else None,
        signs={officer: at for officer, at in whole.signs.items() if officer in holding},
    )


async def _visible(session: AsyncSession, asker: Asker, operation: UUID) -> list[Thing]:
    columns = (col(Resource.id), col(Resource.reference), col(Resource.kind))
    rows = await session.execute(
        select(*columns).where(col(Resource.gate_id) == operation, col(Resource.kind).in_(KINDS), visible_to(asker))
    )
    return [Thing(*row) for row in rows]


async def _newest_seen(session: AsyncSession, asker: Asker, operation: UUID, sight: Sight, reach: Reach) -> list[UUID]:
    """Choose the same as `_newest_posts` out of the newest places, or ask for it where those do not reach."""
    places = await newest_places(session, operation)
    if len(places) >= NEWEST:
        return await _newest_posts(session, asker, operation, reach)
    # most of what anyone sees, worked out once for all of them
    await post_lines(session, _newest_of(places, Reach(reach.lines, SITE_POSTS)), asker.at)
    return _newest_of((place for place in places if sight(place.id).admits(asker.keys)), reach)


def _newest_of(places: Iterable[PostPlace], reach: Reach) -> list[UUID]:
    at_site = Counter[UUID]()
    chosen: list[UUID] = []
    for number, place in enumerate(places):
        if place.site_id is not None:
            at_site[place.site_id] += 1
        if number < reach.lines or (place.site_id is not None and at_site[place.site_id] <= reach.at_site):
            chosen.append(place.id)
    return chosen


async def _newest_posts(session: AsyncSession, asker: Asker, operation: UUID, reach: Reach) -> list[UUID]:
    """Give the newest visible posts of the whole operation, and the newest at each site."""
    newest_first = (col(Post.happened_at).desc(), col(Resource.reference).desc())
    ranked = (
        select(
            col(Post.id),
            col(Post.site_id),
            func.row_number().over(order_by=newest_first).label("place"),
            func.row_number().over(partition_by=col(Post.site_id), order_by=newest_first).label("place_at_site"),
        )
        .join(Resource, col(Resource.id) == col(Post.id))
        .where(col(Resource.gate_id) == operation, visible_to(asker))
        .subquery()
    )
    newest_there = and_(ranked.c.site_id.is_not(None), ranked.c.place_at_site <= reach.at_site)
    rows = await session.execute(select(ranked.c.id).where(or_(ranked.c.place <= reach.lines, newest_there)))
    return list(rows.scalars())
