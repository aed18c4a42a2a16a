"""What stands on a wall: places, states and agencies, and nothing that anybody typed on the day.

Visitors, press, or people who were just brought in may stand before it. So these values have no field for an officer's
name, for a post's words or a call's note, or for how many people were met: what is not here cannot be drawn.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.agencies import Officer
from models.grants import Resource
from models.walls import Wall as WallAccount
from ops.access.asker import Asker
from ops.errors import NotFound
from ops.screens.board_alerts import MOST_ALERTS, alerts
from ops.screens.board_values import Alert, Peg, SiteCard
from ops.screens.on_operation import OnOperation, Reach, on_operation
from ops.screens.site_cards import site_card
from ops.screens.values import AgencyTag

NO_POSTS = Reach(0, 0)
LAST_MOVES = 3  # as many as one reads in passing
SHORTER = {"overlap": "Same work twice"}  # two agencies stand beside it, on half the width
THERE = frozenset({"here", "help", "late"})


@dataclass(frozen=True, slots=True)
class WallAlert:
    """What needs somebody: at which site, what, which agencies, since when."""

    state: str
    within: str
    site_code: str
    title: str
    agencies: tuple[AgencyTag, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class WallSite:
    """A site; `alert`: something there needs somebody, so it is on every page of the wall."""

    reference: str
    code: str
    name: str
    state: str
    state_word: str
    since: datetime | None
    rail: tuple[Peg, ...]
    check_in_due: datetime | None
    alert: bool


@dataclass(frozen=True, slots=True)
class Move:
    """A task that came to its status lately."""

    reference: str
    within: str
    at: datetime
    agency: AgencyTag
    site_code: str
    title: str
    state: str
    state_word: str


@dataclass(frozen=True, slots=True)
class WallFigures:
    """How much is under way. How many people were safeguarded is not among it, neither in all nor at a site."""

    on_site: int
    assigned: int
    sites_active: int
    sites: int
    clear: int
    tasks: int


@dataclass(frozen=True, slots=True)
class Wall:
    """Everything on a wall at one moment."""

    reference: str
    title: str
    stage: str
    starts: datetime | None  # None where the account may only discover the operation: a stub has no dates
    now: datetime
    agencies: tuple[AgencyTag, ...]
    figures: WallFigures
    alerts: tuple[WallAlert, ...]
    more: int  # alerts beyond those that stand there
    sites: tuple[WallSite, ...]
    moves: tuple[Move, ...]  # newest first


async def read_wall_of(session: AsyncSession, asker: Asker) -> str:
    """Give the reference of the operation on whose wall an account is. NotFound for whoever is no wall."""
    rows = await session.execute(
        select(col(Resource.reference))
        .join(WallAccount, col(WallAccount.operation_id) == col(Resource.id))
        .join(Officer, col(Officer.account_id) == col(WallAccount.account_id))
        .where(col(Officer.id) == asker.officer)
    )
    reference: str | None = rows.scalar_one_or_none()
    if reference is None:
        raise NotFound
    return reference


async def read_wall(session: AsyncSession, asker: Asker) -> Wall:
    """Read everything on a wall at one moment. NotFound once its account knows nothing of the operation."""
    return wall_of(await on_operation(session, asker, await read_wall_of(session, asker), reach=NO_POSTS))


def wall_of(seen: OnOperation) -> Wall:
    """Work the wall out from what its account may see."""
    needed = [alert for alert in alerts(seen) if alert.agency is not None]  # a change of command names people
    cards = [site_card(seen, site) for site in seen.sites]
    loud = {alert.site_code for alert in needed if alert.state != "wait"}
    return Wall(
        reference=seen.reference,
        title=seen.operation.title if seen.readable else "",
        stage=seen.stage if seen.readable else "",
        starts=seen.operation.starts if seen.readable else None,
        now=seen.at,
        agencies=seen.detachments,
        figures=_figures(seen, cards),
        alerts=tuple(_alert(alert) for alert in needed[:MOST_ALERTS]),
        more=max(0, len(needed) - MOST_ALERTS),
        sites=tuple(_site(card, alert=card.code in loud) for card in cards),
        moves=_moves(seen),
    )


def _alert(alert: Alert) -> WallAlert:
    agencies = tuple(agency for agency in (alert.agency, alert.other) if agency is not None)
    title = SHORTER.get(alert.state, alert.title)
    return WallAlert(alert.state, alert.within, alert.site_code, title, agencies, alert.at)


def _site(card: SiteCard, *, alert: bool) -> WallSite:
    return WallSite(
        reference=card.reference,
        code=card.code,
        name=card.name,
        state=card.state,
        state_word=card.state_word,
        since=card.since,
        rail=card.rail,
        check_in_due=card.check_in_due,
        alert=alert,
    )


def _figures(seen: OnOperation, cards: list[SiteCard]) -> WallFigures:
    return WallFigures(
        on_site=sum(peg.count for card in cards for peg in card.rail if peg.state in THERE),
        assigned=seen.assigned,
        sites_active=sum(card.state in THERE for card in cards),
        sites=len(cards),
        clear=sum(task.status == "done" for task in seen.tasks.values()),
        tasks=len(seen.tasks),
    )


def _moves(seen: OnOperation) -> tuple[Move, ...]:
    moved = [(task.since, task) for task in seen.tasks.values() if task.since is not None and task.status != "idle"]
    newest = sorted(moved, key=lambda one: (one[0], one[1].reference), reverse=True)
    return tuple(
        Move(
            reference=task.reference,
            within=f"{task.reference} {task.site_reference}".strip(),
            at=at,
            agency=task.holder_agency or task.agency,
            site_code=task.site_code,
            title=task.title,
            state=task.status,
            state_word=task.status_word,
        )
        for at, task in newest[:LAST_MOVES]
    )
