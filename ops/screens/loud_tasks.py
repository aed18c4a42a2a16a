"""What one reader's board says of tasks louder than their own status: help, overdue, not heard of, planned twice.

A task's line is the same for everyone who may see it; this is not, so it comes with the sums of its site.
"""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from models.operations import Site
from ops.screens.board_values import LoudTask
from ops.screens.clashes import clashes, clashing
from ops.screens.on_operation import OnOperation
from ops.screens.watched import held_at, overdue, silent

_URGENCY = ("help", "late", "overlap", "silent")
_Said = tuple[UUID, str, datetime]  # of a task, its state, since when


def loud_tasks(seen: OnOperation, site: Site) -> tuple[LoudTask, ...]:
    """Give them by reference, of each task what is worst."""
    said = (*_helpless(seen, site), *_overdue(seen, site), *_silent(seen, site), *_twice(seen, site))
    found: dict[str, LoudTask] = {}
    for task, state, at in sorted(said, key=lambda one: (_URGENCY.index(one[1]), one[2])):
        reference = seen.tasks[task].reference
        found.setdefault(reference, LoudTask(reference, state, at))
    return tuple(found[reference] for reference in sorted(found))


def _helpless(seen: OnOperation, site: Site) -> Iterator[_Said]:
    for call in seen.open_calls[site.id]:
        for task in _theirs(seen, site, call.officer_id):
            yield task, "help", call.at


def _overdue(seen: OnOperation, site: Site) -> Iterator[_Said]:
    for late in overdue(seen, site):
        for task in _theirs(seen, site, late.officer):
            if seen.tasks[task].status == "here":
                yield task, "late", late.due_at


def _silent(seen: OnOperation, site: Site) -> Iterator[_Said]:
    for gone in silent(seen, site):
        for task in gone.tasks:
            yield task, "late" if gone.welfare_at <= seen.at else "silent", gone.heard_at


def _twice(seen: OnOperation, site: Site) -> Iterator[_Said]:
    for clash in clashes(seen, site.id):
        for task in seen.tasks_at[seen.references[site.id]]:
            if clashing(clash, seen.tasks[task]):
                yield task, "overlap", max(window.starts for window in clash)


def _theirs(seen: OnOperation, site: Site, officer: UUID) -> list[UUID]:
    held = (task for task in held_at(seen, site) if seen.claims[task].officer_id == officer)
    return [task for task in held if seen.tasks[task].status != "done"]
