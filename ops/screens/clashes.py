"""Visits planned at one place at overlapping hours by two agencies."""

from itertools import combinations
from uuid import UUID

from models.operations import VisitWindow
from ops.screens.on_operation import OnOperation
from ops.screens.values import TaskLine

Clash = tuple[VisitWindow, VisitWindow]


def clashes(seen: OnOperation, site: UUID) -> list[Clash]:
    """Give the pairs at a site that nobody settled and that are not over."""
    windows = [window for window in seen.windows if window.site_id == site and window.ends > seen.at]
    return [
        (first, second)
        for first, second in combinations(windows, 2)
        if first.agency_id != second.agency_id and first.starts < second.ends and second.starts < first.ends
    ]


def clashing(clash: Clash, task: TaskLine) -> bool:
    """Say whether a task is part of a clash: one of the two agencies means to do it then, and is not there yet."""
    ours = next((window for window in clash if window.agency_id == task.agency.id), None)
    if ours is None or task.status not in {"idle", "move"}:
        return False
    return task.due_at is None or ours.starts <= task.due_at <= ours.ends
