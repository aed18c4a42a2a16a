"""Officers at a site who are looked after: by when each must check in, and of whom nothing is heard any more."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from models.operations import Site, Stage
from ops.screens.on_operation import OnOperation

GREY_AFTER = timedelta(minutes=2)  # whose page is gone so long, and who did nothing since, is shown as silent
WELFARE_AFTER = timedelta(minutes=10)  # then somebody must look after them
_AT_WORK = frozenset({"move", "here", "wait"})


@dataclass(frozen=True, slots=True)
class Watched:
    """An officer who holds a task at a site and is on site: when they were heard, by when they must be heard again."""

    officer: UUID
    agency: UUID
    heard_at: datetime
    due_at: datetime


@dataclass(frozen=True, slots=True)
class Silent:
    """An officer on their way to a site or at it, of whom nothing is heard; `tasks` are what they hold there."""

    officer: UUID
    agency: UUID
    heard_at: datetime
    tasks: tuple[UUID, ...]

    @property
    def grey_at(self) -> datetime:
        """Give when the board shows it."""
        return self.heard_at + GREY_AFTER

    @property
    def welfare_at(self) -> datetime:
        """Give when somebody must look after them."""
        return self.heard_at + WELFARE_AFTER


def watched(seen: OnOperation, site: Site) -> list[Watched]:
    """Give the officers who hold a task at a site and are on site, with the moment by which each must be heard."""
    interval = timedelta(minutes=site.check_in_minutes)
    found: dict[UUID, Watched] = {}
    for task_id in held_at(seen, site):
        task, claim = seen.tasks[task_id], seen.claims[task_id]
        if task.status == "here":
            checked_in = seen.checked_in.get(claim.officer_id, claim.at)
            heard = max(claim.at, task.since or claim.at, checked_in)
            found[claim.officer_id] = Watched(claim.officer_id, claim.agency_id, heard, heard + interval)
    return list(found.values())


def overdue(seen: OnOperation, site: Site) -> list[Watched]:
    """Give who should have checked in by now."""
    return [officer for officer in watched(seen, site) if officer.due_at <= seen.at]


def unheard(seen: OnOperation, site: Site) -> list[Silent]:
    """Give the officers at work at a site whose pages are gone and who did nothing since, however short a time ago."""
    found: dict[UUID, Silent] = {}
    for task_id in held_at(seen, site):
        claim = seen.claims[task_id]
        if seen.tasks[task_id].status in _AT_WORK and claim.officer_id in seen.signs:
            before = found[claim.officer_id].tasks if claim.officer_id in found else ()
            heard = seen.signs[claim.officer_id]
            found[claim.officer_id] = Silent(claim.officer_id, claim.agency_id, heard, (*before, task_id))
    return list(found.values())


def silent(seen: OnOperation, site: Site) -> list[Silent]:
    """Give of whom nothing has been heard for so long that the board shows it."""
    return [officer for officer in unheard(seen, site) if officer.grey_at <= seen.at]


def to_look_after(seen: OnOperation, site: Site) -> list[Silent]:
    """Give of whom nothing has been heard for so long that somebody must look after them."""
    return [officer for officer in unheard(seen, site) if officer.welfare_at <= seen.at]


def held_at(seen: OnOperation, site: Site) -> list[UUID]:
    """Give the visible tasks at a site that somebody holds, while the operation runs."""
    if seen.stage != Stage.RUNNING:
        return []
    return [task for task in seen.tasks_at[seen.references[site.id]] if task in seen.claims]
