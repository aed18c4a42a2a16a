"""The live board of an operation as one officer may see it."""

from collections.abc import Collection
from datetime import datetime
from itertools import islice
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.agencies import Officer
from ops.access.asker import Asker
from ops.screens.board_alerts import alerts, answer_due
from ops.screens.board_values import Board, Figures, SiteCard
from ops.screens.board_widenings import widened_alerts
from ops.screens.calls import COMMANDER, DEPUTY, moves_on, seen_by_somebody
from ops.screens.on_operation import FEED_LINES, OnOperation, on_operation
from ops.screens.site_cards import site_card
from ops.screens.values import AgencyTag, Who
from ops.screens.watched import unheard, watched


async def read_board(session: AsyncSession, asker: Asker, reference: str, present: Collection[UUID]) -> Board:
    """Read everything on the board at one moment. `present`: who has a page of it open."""
    return await board_of(session, asker, await on_operation(session, asker, reference), present)


async def board_of(session: AsyncSession, asker: Asker, seen: OnOperation, present: Collection[UUID]) -> Board:
    """Work the board out from what was gathered."""
    widened = await widened_alerts(session, asker, seen) if seen.readable else ()
    sites = tuple(site_card(seen, site) for site in seen.sites)
    return Board(
        reference=seen.reference,
        title=seen.operation.title if seen.readable else "",
        purpose=seen.operation.purpose if seen.readable else "",
        stage=seen.stage if seen.readable else "",
        starts=seen.operation.starts if seen.readable else None,
        now=seen.at,
        readable=seen.readable,
        manages=seen.manages,
        duty={seen.operation.deputy_id: DEPUTY, seen.operation.commander_id: COMMANDER}.get(asker.officer, ""),
        agencies=seen.detachments,
        figures=_figures(seen, sites),
        alerts=alerts(seen, *widened),
        sites=sites,
        loose_tasks=tuple(
            sorted(
                (task for task in seen.tasks.values() if task.site_reference not in {s.reference for s in sites}),
                key=lambda task: task.sort,
            )
        ),
        people=tuple(seen.people.values()),
        feed=tuple(islice(seen.posts.values(), FEED_LINES)),
        present=await who_is_here(session, present, seen.agencies) if seen.readable else (),
        in_command=" ".join(seen.officers[one] for one in _in_command(seen) if one in seen.officers),
    )


def next_change(seen: OnOperation) -> datetime | None:
    """Give the next moment at which the sums change by time alone.

    A check-in or a task falls due, a visit's hours begin or end, a call for help that nobody saw goes on, an officer
    has been silent for so long that it shows.
    """
    dues = (officer.due_at for site in seen.sites for officer in watched(seen, site))
    tasks = (due for due, _ in seen.unheld)
    hours = (moment for window in seen.windows for moment in (window.starts, window.ends))
    every = (call for calls in seen.open_calls.values() for call in calls)
    unseen = (call for call in every if seen_by_somebody(seen.check_ins, call) is None)
    calls = (moment for call in unseen for moment in moves_on(call))
    offers = (due for one in seen.people.values() if (due := answer_due(one)) is not None)
    gone = (at for site in seen.sites for one in unheard(seen, site) for at in (one.grey_at, one.welfare_at))
    return min((moment for moment in (*dues, *tasks, *hours, *calls, *gone, *offers) if moment > seen.at), default=None)


async def who_is_here(
    session: AsyncSession, present: Collection[UUID], agencies: dict[UUID, AgencyTag]
) -> tuple[Who, ...]:
    """Show officers who have the page open, by name."""
    kept: dict[frozenset[UUID], tuple[Who, ...]] = session.info.setdefault(who_is_here, {})
    here = frozenset(present)
    if here not in kept:
        columns = (col(Officer.name), col(Officer.agency_id))
        rows = await session.execute(select(*columns).where(col(Officer.id).in_(here)).order_by(col(Officer.name)))
        kept[here] = tuple(Who(initials(name), name, agencies[agency]) for name, agency in rows)
    return kept[here]


def initials(name: str) -> str:
    """Give the first and last initial, ranks left out."""
    words = [word for word in name.split() if word not in RANKS] or [name]
    return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper()


RANKS = frozenset({"DI", "DC", "DS", "PC", "Sgt", "Insp", "WM", "Nurse", "Dr", "Mr", "Mrs", "Ms"})


def _in_command(seen: OnOperation) -> tuple[UUID, ...]:
    return tuple(one for one in (seen.operation.commander_id, seen.operation.deputy_id) if one is not None)


def _figures(seen: OnOperation, sites: tuple[SiteCard, ...]) -> Figures:
    kinds = [outcome.kind for outcome in seen.outcomes]
    return Figures(
        safeguarded=kinds.count("safeguarded"),
        referrals=kinds.count("referral"),
        arrests=kinds.count("arrest"),
        on_site=sum(peg.count for site in sites for peg in site.rail if peg.state in {"here", "help", "late"}),
        assigned=seen.assigned,
        sites_active=sum(site.state in {"here", "help", "late"} for site in sites),
        sites=len(sites),
        clear=sum(task.status == "done" for task in seen.tasks.values()),
        tasks=len(seen.tasks),
    )
