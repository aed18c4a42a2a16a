"""What was done on the day: tasks and who held them, check-ins."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from models.agencies import Officer
from models.base import new_reference
from models.tasks import CheckIn, Claim, Task, TaskState, TaskStatus
from ops.transaction import Fact
from ops.world.grants import give_all, own
from ops.world.scene import Filed, Scene
from ops.world.written import Access
from ops.world.written_day import CheckInPart, Step, TaskPart

LEASE = timedelta(hours=12)  # no phone renews a demo's claims, and the board should look the same after lunch


def place_of(scene: Scene, site: str, access: Sequence[Access], author: Officer, kind: str) -> Filed:
    """File a thing on the operation: ordinary ones follow their site's access, restricted ones their own."""
    if access:
        return restricted_place(scene, author, kind)
    acl = scene.thing(site).resource.id if site else scene.operation.id
    resource = scene.add_resource(kind, scene.operation.owner_agency_id, acl=acl, gate=scene.operation.id)
    return Filed(resource, _topics(scene))


def restricted_place(scene: Scene, author: Officer, kind: str) -> Filed:
    """File a thing on the operation that has its own access."""
    return Filed(scene.add_resource(kind, author.agency_id, gate=scene.operation.id), _topics(scene))


def own_detachment(scene: Scene, officer: Officer) -> Access:
    """Give what an officer made on an operation to that officer's detachment to manage."""
    return own(f"{scene.code_of(officer.agency_id)}@")


def site_id(scene: Scene, code: str) -> UUID | None:
    """Give a site's id, or None for the operation as a whole."""
    return scene.thing(code).resource.id if code else None


def make_task(scene: Scene, part: TaskPart, place: int) -> None:
    """Enter a task and everything that was done about it."""
    maker, at = scene.officer(part.by), scene.calendar.at(part.made)
    filed = place_of(scene, part.site, part.access, maker, "task")
    task = Task(
        id=filed.resource.id,
        operation_id=scene.operation.id,
        site_id=site_id(scene, part.site),
        agency_id=scene.agency(part.asked).id,
        title=part.title,
        place=place,
        due_at=None if part.due is None else scene.calendar.at(part.due),
        restricted=bool(part.access),
        made_by=maker.id,
        made_at=at,
    )
    if part.code:
        scene.file_as(part.code, "task", filed)
    begun = TaskState(task_id=task.id, revision=1, status=TaskStatus.IDLE, officer_id=maker.id, at=at, arrived_at=at)
    scene.ledger.file(task, begun)
    given = [own_detachment(scene, maker), *part.access] if part.access else []
    grants = give_all(scene, filed, given, at, maker)
    scene.ledger.record(at, Fact.TASK_MADE, task.id, filed.topics, maker.id, task, begun, *grants)
    _follow(scene, filed, part.steps)


def check_in(scene: Scene, part: CheckInPart, earlier: dict[str, CheckIn]) -> None:
    """Enter a check-in; `earlier` keeps those that later ones answer."""
    officer, at = scene.officer(part.by), scene.calendar.at(part.at)
    arrived = at if part.arrived is None else scene.calendar.at(part.arrived)
    row = CheckIn(
        reference=new_reference(),
        operation_id=scene.operation.id,
        site_id=site_id(scene, part.site),
        officer_id=officer.id,
        agency_id=officer.agency_id,
        kind=part.kind,
        note=part.note,
        answers_id=earlier[part.answers].id if part.answers else None,
        at=at,
        arrived_at=arrived,
    )
    if part.code:
        earlier[part.code] = row
    scene.ledger.file(row)
    subject = row.site_id or scene.operation.id
    scene.ledger.record(arrived, Fact.CHECKED_IN, subject, _topics(scene), officer.id, row)


def _topics(scene: Scene) -> tuple[str, ...]:
    return next(filed.topics for filed in scene.filed.values() if filed.resource is scene.operation)


def _follow(scene: Scene, task: Filed, steps: Sequence[Step]) -> None:
    claim: Claim | None = None
    revision = 1
    for step in steps:
        officer, at = scene.officer(step.officer), scene.calendar.at(step.at)
        if step.act == "claim" or claim is None:
            claim = _claim(scene, task, officer, at)
        if step.act in tuple(TaskStatus):
            revision += 1
            _move(scene, task, step, revision, officer, at)
        if step.act in {"done", "release"}:
            _release(scene, task, claim, at)
            claim = None


def _claim(scene: Scene, task: Filed, officer: Officer, at: datetime) -> Claim:
    claim = Claim(
        task_id=task.resource.id,
        officer_id=officer.id,
        agency_id=officer.agency_id,
        at=at,
        lease_until=scene.calendar.now + LEASE,
    )
    scene.ledger.file(claim)
    scene.ledger.record(at, Fact.TASK_CLAIMED, task.resource.id, task.topics, officer.id, claim)
    return claim


def _move(scene: Scene, task: Filed, step: Step, revision: int, officer: Officer, at: datetime) -> None:
    state = TaskState(
        task_id=task.resource.id, revision=revision, status=step.act, officer_id=officer.id, at=at, arrived_at=at
    )
    scene.ledger.file(state)
    scene.ledger.record(at, Fact.TASK_MOVED, task.resource.id, task.topics, officer.id, state)


def _release(scene: Scene, task: Filed, claim: Claim, at: datetime) -> None:
    claim.ended_at, claim.ended_why = at, "released"
    scene.ledger.record(
        at, Fact.TASK_RELEASED, task.resource.id, task.topics, claim.officer_id, claim, stamp="ended_position"
    )
