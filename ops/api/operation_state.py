"""What is on an operation, as representations: the same in an answer and in a frame."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter
from sqlalchemy.ext.asyncio import AsyncSession

from live.frames import Record
from models.coordinates import write_coordinates
from models.operations import Site as SiteRow
from ops.api.screens import Over
from ops.api.shapes import operations as shapes
from ops.api.shapes.person_met import PersonMet
from ops.screens.board_values import Board, SiteCard
from ops.screens.lines import post_lines, sites_named, task_lines
from ops.screens.my_day import MyDay
from ops.screens.on_operation import OnOperation
from ops.screens.person_lines import person_lines

_HEAD: TypeAdapter[shapes.AnyOperationHead] = TypeAdapter(shapes.AnyOperationHead)


def state_of(seen: OnOperation, board: Board) -> shapes.OperationState:
    """Show everything on an operation."""
    return shapes.OperationState(
        **dict(sums_of(seen, board)),
        sites=tuple(site(row, seen.references[row.id], seen.reference) for row in seen.sites),
        tasks=tuple(map(shapes.Task.model_validate, seen.tasks.values())),
        people_met=tuple(map(PersonMet.model_validate, seen.people.values())),
        posts=tuple(map(shapes.Post.model_validate, seen.posts.values())),
    )


def sums_of(seen: OnOperation, board: Board) -> shapes.OperationSums:
    """Show what one viewing class sees of things together."""
    return shapes.OperationSums(
        operation=_HEAD.validate_python(Over(seen, seen.operation)),
        site_states=tuple(map(shapes.SiteState.model_validate, board.sites)),
        figures=shapes.Figures.model_validate(board.figures) if seen.readable else None,
        alerts=tuple(map(shapes.Alert.model_validate, board.alerts)) if seen.readable else (),
        present=tuple(map(shapes.Present.model_validate, board.present)),
    )


def board_then(board: Board) -> dict[str, object]:
    """Show a board as it stood: what a representation of it is read from."""
    return {
        "readable": board.readable,
        "title": board.title,
        "purpose": board.purpose,
        "stage": board.stage,
        "figures": board.figures,
        "alerts": board.alerts,
        "sites": tuple(site(card, card.reference, board.reference) for card in board.sites),
        "site_states": board.sites,
        "tasks": (*(task for card in board.sites for task in card.tasks), *board.loose_tasks),
        "people": board.people,
        "posts": board.feed,
    }


async def operation_records(session: AsyncSession, subjects: Collection[UUID], at: datetime) -> dict[UUID, Record]:
    """Write sites, tasks, posts and people met, each as everyone who may see it sees it."""
    found: dict[UUID, Record] = {}
    for key, task in (await task_lines(session, subjects, at)).items():
        shown = shapes.Task.model_validate(task)
        found[key] = Record(task.reference, "task", task.revision, shown.model_dump_json())
    for key, post in (await post_lines(session, subjects, at)).items():
        found[key] = Record(post.reference, "post", post.revision, shapes.Post.model_validate(post).model_dump_json())
    for key, person in (await person_lines(session, subjects, at)).items():
        written = PersonMet.model_validate(person).model_dump_json()
        found[key] = Record(person.reference, "encounter", person.revision, written)
    for row, reference, operation in await sites_named(session, subjects):
        found[row.id] = Record(reference, "site", 0, site(row, reference, operation).model_dump_json())
    return found


def site(row: SiteRow | SiteCard, reference: str, operation: str) -> shapes.Site:
    """Show a site."""
    return shapes.Site(
        reference=reference,
        operation=operation,
        code=row.code,
        name=row.name,
        address=row.address,
        x=row.x,
        y=row.y,
        coordinates=write_coordinates(row.latitude, row.longitude),
    )


def my_tasks(day: MyDay) -> shapes.MyTasks:
    """Show one officer's day."""
    held = [day.current, *day.next] if day.current else day.next
    return shapes.MyTasks(
        held=tuple(map(shapes.Task.model_validate, held)),
        open=tuple(map(shapes.Task.model_validate, day.open_tasks)),
        held_elsewhere=tuple(map(shapes.Task.model_validate, day.held_elsewhere)),
        check_in_due=day.check_in_due,
        help_called_at=day.help_called_at,
        help_seen_by=day.help_seen_by,
        heard=tuple(map(shapes.HeardEntry.model_validate, day.heard)),
    )
