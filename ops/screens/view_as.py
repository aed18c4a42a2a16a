"""View as: the part of another agency's view that the asker sees too. It never shows what others share with them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.agencies import Agency
from ops.access.asker import Asker
from ops.access.doors import find
from ops.access.principals import keys_within
from ops.errors import NotFound
from ops.screens.board import read_board
from ops.screens.board_values import Board
from ops.screens.case_file import read_case
from ops.screens.case_values import CaseFile
from ops.screens.lines import agency_tag, agency_tags
from ops.screens.values import AgencyTag

Shown = TypeVar("Shown")
Read = Callable[[Asker], Awaitable[Shown]]


@dataclass(frozen=True, slots=True)
class ViewAs:
    """Whose view, and those to choose from. `agency` is None until one is chosen."""

    reference: str
    title: str
    agency: AgencyTag | None
    agencies: tuple[AgencyTag, ...]


@dataclass(frozen=True, slots=True)
class Hidden:
    """Something that the asker sees and the agency does not."""

    reference: str
    title: str


@dataclass(frozen=True, slots=True)
class CaseAs:
    """A case as both see it; `theirs` is None when they see nothing of what the asker sees."""

    view: ViewAs
    theirs: CaseFile | None
    hidden: tuple[Hidden, ...]


@dataclass(frozen=True, slots=True)
class BoardAs:
    """A board as both see it; `theirs` is None when they see nothing of what the asker sees."""

    view: ViewAs
    theirs: Board | None
    hidden: tuple[Hidden, ...]


async def read_case_as(session: AsyncSession, asker: Asker, reference: str, agency: str) -> CaseAs:
    """Read a case through an agency's eyes. NotFound for who cannot read it, and for an agency that is not there."""
    await find(session, asker, reference, "case", Level.READ)
    mine = await read_case(session, asker, reference)
    view = await _view(session, reference, mine.head.title, agency)
    theirs = await _through(session, asker, view, lambda eyes: read_case(session, eyes, reference))
    seen = {report.reference for report in theirs.cards} if theirs else set()
    return CaseAs(view, theirs, _hidden({card.reference: card.title for card in mine.cards}, seen))


async def read_board_as(session: AsyncSession, asker: Asker, reference: str, agency: str) -> BoardAs:
    """Read a board through an agency's eyes. NotFound for who cannot read it, and for an agency that is not there."""
    await find(session, asker, reference, "operation", Level.READ)
    mine = await read_board(session, asker, reference, ())
    view = await _view(session, reference, mine.title, agency)
    theirs = await _through(session, asker, view, lambda eyes: read_board(session, eyes, reference, ()))
    return BoardAs(view, theirs, _hidden(_tasks(mine), set(_tasks(theirs)) if theirs else set()))


async def _view(session: AsyncSession, reference: str, title: str, agency: str) -> ViewAs:
    tags = await agency_tags(session)
    others = tuple(sorted(tags.values(), key=lambda tag: tag.name))
    chosen = None
    if agency:
        rows = await session.execute(select(Agency).where(col(Agency.reference) == agency))
        if (row := rows.scalar_one_or_none()) is None:
            raise NotFound
        chosen = agency_tag(row)
    return ViewAs(reference, title, chosen, others)


async def _through(session: AsyncSession, asker: Asker, view: ViewAs, read: Read[Shown]) -> Shown | None:
    if view.agency is None:
        return None
    eyes = replace(asker, beside=await keys_within(session, view.agency.id, asker.at))
    try:
        return await read(eyes)
    except NotFound:
        return None


def _tasks(board: Board) -> dict[str, str]:
    at_sites = {task.reference: f"{site.code} {task.title}" for site in board.sites for task in site.tasks}
    return {**at_sites, **{task.reference: task.title for task in board.loose_tasks}}


def _hidden(mine: dict[str, str], theirs: set[str]) -> tuple[Hidden, ...]:
    return tuple(Hidden(reference, title) for reference, title in mine.items() if reference not in theirs)
