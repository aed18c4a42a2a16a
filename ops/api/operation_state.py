"""What the screens of an operation read, as representations: the same in an answer and in a frame."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from live.frames import Record
from models.operations import Site as SiteRow
from models.operations import Stage
from models.tasks import TaskStatus
from ops.api.answers import BASE
from ops.api.given import agency_ref, files, seen_by
from ops.api.shapes import operations as shapes
from ops.screens.board_values import Alert, Board, SiteCard
from ops.screens.lines import post_lines, sites_named, task_lines
from ops.screens.lists import OperationRow
from ops.screens.my_day import MyDay
from ops.screens.on_operation import OnOperation
from ops.screens.values import PostLine, TaskLine


def operation_line(row: OperationRow) -> shapes.OperationLine | shapes.OperationStub:
    """Show an operation in a list."""
    agency = agency_ref(row.agency)
    if row.stub:
        return shapes.OperationStub(reference=row.reference, agency=agency)
    return shapes.OperationLine(
        reference=row.reference, agency=agency, title=row.title, purpose=row.purpose, starts=row.starts
    )


def state_of(seen: OnOperation, board: Board) -> shapes.OperationState:
    """Show everything on an operation."""
    return shapes.OperationState(
        **dict(sums_of(seen, board)),
        sites=tuple(site(row, seen.references[row.id], seen.reference) for row in seen.sites),
        tasks=tuple(task(line) for line in seen.tasks.values()),
        posts=tuple(post(line) for line in seen.posts.values()),
    )


def sums_of(seen: OnOperation, board: Board) -> shapes.OperationSums:
    """Show what one viewing class sees of things together."""
    stub = shapes.OperationStub(reference=seen.reference, agency=agency_ref(seen.owner))
    return shapes.OperationSums(
        operation=_head(seen) if seen.readable else stub,
        site_states=tuple(_site_state(card) for card in board.sites),
        figures=shapes.Figures.model_validate(board.figures) if seen.readable else None,
        alerts=tuple(_alert(alert) for alert in board.alerts) if seen.readable else (),
        present=tuple(shapes.Present(name=who.name, agency=agency_ref(who.agency)) for who in board.present),
    )


async def operation_records(session: AsyncSession, subjects: Collection[UUID], at: datetime) -> dict[UUID, Record]:
    """Write sites, tasks and posts, each as everyone who may see it sees it."""
    found: dict[UUID, Record] = {}
    for key, task_line in (await task_lines(session, subjects, at)).items():
        found[key] = Record(task_line.reference, "task", task_line.revision, task(task_line).model_dump_json())
    for key, post_line in (await post_lines(session, subjects, at)).items():
        found[key] = Record(post_line.reference, "post", post_line.revision, post(post_line).model_dump_json())
    for row, reference, operation in await sites_named(session, subjects):
        found[row.id] = Record(reference, "site", 0, site(row, reference, operation).model_dump_json())
    return found


def site(row: SiteRow, reference: str, operation: str) -> shapes.Site:
    """Show a site."""
    return shapes.Site(
        reference=reference,
        operation=operation,
        code=row.code,
        name=row.name,
        address=row.address,
        x=row.x,
        y=row.y,
    )


def task(line: TaskLine) -> shapes.Task:
    """Show a task."""
    return shapes.Task(
        reference=line.reference,
        version=line.revision,
        site=line.site_reference or None,
        site_code=line.site_code,
        title=line.title,
        status=TaskStatus(line.status),
        status_word=line.status_word,
        agency=agency_ref(line.agency),
        holder=line.holder,
        holder_agency=agency_ref(line.holder_agency) if line.holder_agency else None,
        since=line.since,
        due_at=line.due_at,
        restricted=line.restricted,
        seen_by=seen_by(line.seen),
    )


def post(line: PostLine) -> shapes.Post:
    """Show a post."""
    return shapes.Post(
        reference=line.reference,
        version=line.revision,
        agency=agency_ref(line.agency),
        author=line.author,
        site=line.site_reference or None,
        site_code=line.site_code,
        task_title=line.task_title,
        text=line.text,
        happened_at=line.happened_at,
        arrived_at=line.arrived_at,
        late=line.late,
        files=files(line.files),
        seen_by=seen_by(line.seen),
    )


def _head(seen: OnOperation) -> shapes.OperationHead:
    row = seen.operation
    return shapes.OperationHead(
        reference=seen.reference,
        agency=agency_ref(seen.owner),
        title=row.title,
        purpose=row.purpose,
        marking=row.marking,
        stage=Stage(seen.stage),
        starts=row.starts,
        ends=row.ends,
        detachments=tuple(agency_ref(one) for one in seen.detachments),
    )


def _site_state(card: SiteCard) -> shapes.SiteState:
    return shapes.SiteState(
        site=card.reference,
        state=card.state,
        since=card.since,
        rail=tuple(shapes.Peg(agency=agency_ref(peg.agency), state=peg.state, count=peg.count) for peg in card.rail),
        latest=card.latest.reference if card.latest else None,
        safeguarded=card.safeguarded,
        clear=card.clear,
        total=card.total,
        check_in_due=card.check_in_due,
    )


def _alert(alert: Alert) -> shapes.Alert:
    return shapes.Alert(
        state=alert.state,
        about=alert.within or None,
        title=alert.title,
        text=alert.text,
        agency=agency_ref(alert.agency) if alert.agency else None,
        at=alert.at,
        acknowledge=f"{BASE}{alert.act_url}" if alert.state == "help" and alert.act_url else "",
    )


def my_tasks(day: MyDay) -> shapes.MyTasks:
    """Show one officer's day."""
    held = [day.current, *day.next] if day.current else day.next
    return shapes.MyTasks(
        held=tuple(task(line) for line in held),
        open=tuple(task(line) for line in day.open_tasks),
        held_elsewhere=tuple(task(line) for line in day.held_elsewhere),
        check_in_due=day.check_in_due,
        help_called_at=day.help_called_at,
        help_seen_by=day.help_seen_by,
    )
