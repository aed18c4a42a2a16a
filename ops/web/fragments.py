"""Draws what the engine sends, from the pages' own templates: leaves once for all, sums once a viewing class."""

from collections.abc import Collection, Iterator, Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from live.delivery import Projection
from live.frames import Fragment, Leaf
from live.ports import Aggregate
from live.screen import ScreenKind
from models.operations import Site
from ops.access.asker import Asker
from ops.errors import NotFound
from ops.feed.workers import here_on
from ops.screens.board import board_of, next_change
from ops.screens.board_values import Board, SiteCard
from ops.screens.debrief import read_debrief
from ops.screens.decision_log import decision_lines
from ops.screens.lines import post_lines, sites_named, task_lines
from ops.screens.my_day import MyDay, day_of
from ops.screens.on_operation import LATEST_OF_SITES, WHOLE_PAGE, OnOperation, Sight, on_operation
from ops.screens.person_lines import person_lines
from ops.screens.plan_pages import read_who_is_ready
from ops.screens.wall import NO_POSTS, Wall, wall_of
from ops.topics import operation_topic
from ops.web.case_fragments import case_aggregate, case_leaves
from ops.web.templates import Templates
from ops.web.watch_fragments import watch_aggregate

Drawn = dict[SiteCard, tuple[Fragment, ...]]
WALL_PARTS = ("figures", "alerts", "grid", "moves")
REACH = {ScreenKind.BOARD: LATEST_OF_SITES, ScreenKind.WALL: NO_POSTS}
FIELD_PARTS = ("now", "checkin", "radio", "met", "next", "posts", "dock")
PAGES = {  # of one sum each: what it is called, and its template
    ScreenKind.DEBRIEF: ("notes", "record/_notes.html"),
    ScreenKind.READINESS: ("ready", "plan/_ready.html"),
}
LEAVES_ONLY = frozenset({ScreenKind.DECISIONS, ScreenKind.PEOPLE})  # every entry is a line by itself


class Painter:
    """Chooses what a kind of screen shows of a subject, and renders it."""

    def __init__(self, templates: Templates, sight: Sight | None = None) -> None:
        """Take the templates that the pages use, and the admissions kept for the screens of this process."""
        self._templates = templates
        self._sight = sight

    async def leaves(
        self, session: AsyncSession, kind: ScreenKind, projection: Projection, subjects: Collection[UUID], at: datetime
    ) -> Mapping[UUID, Leaf]:
        """Draw each subject once, the same for everyone who may see it; absent: that screen draws nothing of it."""
        match kind:
            case ScreenKind.BOARD if projection is Projection.FULL:
                return await self._board_leaves(session, subjects, at)
            case ScreenKind.DECISIONS if projection is Projection.FULL:
                return await self._decisions(session, subjects, at)
            case ScreenKind.WALL if projection is Projection.FULL:
                return await self._told_by_sums(session, subjects, at)
            case ScreenKind.PEOPLE if projection is Projection.FULL:
                return await self._people(session, subjects, at, "operation/_person.html", "people")
            case ScreenKind.CASE:
                return await case_leaves(self._templates, session, projection, subjects, at)
            case _:
                return {}

    async def aggregate(self, session: AsyncSession, kind: ScreenKind, reference: str, asker: Asker) -> Aggregate:
        """Draw the sums of a box as one asker sees them; nothing for who may not even discover it."""
        try:
            if kind is ScreenKind.CASE:
                return await case_aggregate(self._templates, session, reference, asker)
            if kind is ScreenKind.WATCH:
                return await watch_aggregate(self._templates, session, asker)
            if kind in LEAVES_ONLY | PAGES.keys():
                return await self._page(session, kind, reference, asker)
            reach = REACH.get(kind, WHOLE_PAGE)
            seen = await on_operation(session, asker, reference, self._sight, reach)
        except NotFound:
            return Aggregate(())
        return Aggregate(await self._on_operation(session, kind, asker, seen), next_change(seen))

    async def _on_operation(
        self, session: AsyncSession, kind: ScreenKind, asker: Asker, seen: OnOperation
    ) -> tuple[Fragment, ...]:
        if kind is ScreenKind.WALL:
            return wall_parts(self._templates, wall_of(seen))
        if kind is ScreenKind.FIELD:
            return field_parts(self._templates, await day_of(session, seen, asker))
        return await self._board_sums(session, asker, seen)

    async def _decisions(self, session: AsyncSession, subjects: Collection[UUID], at: datetime) -> dict[UUID, Leaf]:
        leaves: dict[UUID, Leaf] = {}
        for decision, line in (await decision_lines(session, subjects, at)).items():
            html = self._templates.render("operation/_decision.html", {"decision": line})
            part = Fragment(f"decision-{line.reference}", html, "decisions")
            leaves[decision] = Leaf(line.reference, line.revision, (part,))
        return leaves

    async def _people(
        self, session: AsyncSession, subjects: Collection[UUID], at: datetime, template: str, into: str
    ) -> dict[UUID, Leaf]:
        leaves: dict[UUID, Leaf] = {}
        for person, line in (await person_lines(session, subjects, at)).items():
            html = self._templates.render(template, {"person": line})
            leaves[person] = Leaf(line.reference, line.revision, (Fragment(f"encounter-{line.reference}", html, into),))
        return leaves

    async def _page(self, session: AsyncSession, kind: ScreenKind, reference: str, asker: Asker) -> Aggregate:
        if kind in LEAVES_ONLY:
            return Aggregate(())
        part, template = PAGES[kind]
        if kind is ScreenKind.DEBRIEF:
            shown: dict[str, object] = {"debrief": await read_debrief(session, asker, reference)}
        else:
            shown = {"ready": (await read_who_is_ready(session, asker, reference)).ready}
        return Aggregate((Fragment(part, self._templates.render(template, shown)),))

    async def _board_sums(self, session: AsyncSession, asker: Asker, seen: OnOperation) -> tuple[Fragment, ...]:
        present = await here_on(session, operation_topic(seen.reference), seen.at)
        drawn: Drawn = session.info.setdefault(board_parts, {})
        return board_parts(self._templates, await board_of(session, asker, seen, present), drawn)

    async def _board_leaves(self, session: AsyncSession, subjects: Collection[UUID], at: datetime) -> dict[UUID, Leaf]:
        leaves: dict[UUID, Leaf] = {}
        for task, line in (await task_lines(session, subjects, at)).items():
            html = self._templates.render("board/_task.html", {"task": line, "loud": None})
            into = f"tasks-{line.site_reference}" if line.site_reference else "loose-tasks"
            leaves[task] = Leaf(line.reference, line.revision, (Fragment(f"task-{line.reference}", html, into),))
        for post, written in (await post_lines(session, subjects, at)).items():
            html = self._templates.render("board/_post.html", {"post": written})
            part = Fragment(f"post-{written.reference}", html, "feed")
            leaves[post] = Leaf(written.reference, written.revision, (part,))
        leaves.update(await self._people(session, subjects, at, "board/_met.html", "met"))
        leaves.update(await self._site_shells(session, subjects))
        return leaves

    async def _told_by_sums(self, session: AsyncSession, subjects: Collection[UUID], at: datetime) -> dict[UUID, Leaf]:
        """Give what a wall's sums tell of as leaves without a part: it is on record that they were shown."""
        tasks, sites = await task_lines(session, subjects, at), await sites_named(session, subjects)
        leaves = {task: Leaf(line.reference, line.revision, ()) for task, line in tasks.items()}
        return leaves | {site.id: Leaf(reference, 0, ()) for site, reference, _ in sites}

    async def _site_shells(self, session: AsyncSession, subjects: Collection[UUID]) -> dict[UUID, Leaf]:
        leaves: dict[UUID, Leaf] = {}
        for site, reference, _ in await sites_named(session, subjects):
            html = self._templates.render("board/_site.html", {"site": _shell(site, reference), "whole": False})
            leaves[site.id] = Leaf(reference, 0, (Fragment(f"site-{reference}", html, "sites", once=True),))
        return leaves


def board_parts(templates: Templates, board: Board, drawn: Drawn) -> tuple[Fragment, ...]:
    """Draw every sum of a board. `drawn`: what was drawn of its sites already; most readers see most sites alike."""
    parts: list[Fragment] = []
    for site in board.sites:
        if site not in drawn:
            drawn[site] = tuple(_site_parts(templates, site))
        parts.extend(drawn[site])
    if board.readable:
        for name in ("figures", "stage", "alerts", "whos", "map"):
            html = templates.render(f"board/_{name}.html", {"board": board})
            parts.append(Fragment(name, html))
    return tuple(parts)


def _site_parts(templates: Templates, site: SiteCard) -> Iterator[Fragment]:
    for name in ("site_head", "rail", "latest", "site_foot"):
        html = templates.render(f"board/_{name}.html", {"site": site})
        yield Fragment(f"{name.replace('_', '-')}-{site.reference}", html)


def field_parts(templates: Templates, day: MyDay) -> tuple[Fragment, ...]:
    """Draw every part of a field page; all of it is one officer's own."""
    return tuple(
        Fragment(f"field-{name}", templates.render(f"field/_{name}.html", {"day": day})) for name in FIELD_PARTS
    )


def wall_parts(templates: Templates, wall: Wall) -> tuple[Fragment, ...]:
    """Draw every part of a wall; each is a sum over what its account may see."""
    return tuple(
        Fragment(f"wall-{name}", templates.render(f"wall/_{name}.html", {"wall": wall})) for name in WALL_PARTS
    )


def _shell(site: Site, reference: str) -> SiteCard:
    """Give a site as everyone who sees it sees it: the rest differs by reader and comes as sums."""
    return SiteCard(
        reference=reference,
        code=site.code,
        name=site.name,
        address=site.address,
        x=site.x,
        y=site.y,
        latitude=site.latitude,
        longitude=site.longitude,
        state="idle",
        state_word="",
        since=None,
        rail=(),
        tasks=(),
        latest=None,
        safeguarded=0,
        clear=0,
        total=0,
        check_in_due=None,
    )
