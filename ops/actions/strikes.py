"""The strike: a planned operation runs from now on."""

from live.audience import Level
from models.audit import Act
from models.operations import Operation, OperationStage, Stage
from ops.access.asker import Asker
from ops.actions.operation_ends import stage_of
from ops.actions.tasks import refuse_stood_down
from ops.errors import Conflict, NotAllowed
from ops.topics import operation_topic
from ops.transaction import Desk, Fact, Work


async def strike(desk: Desk, asker: Asker, operation: str) -> None:
    """Begin an operation. Only its commander or deputy may; Conflict for one that runs already or was stood down."""
    async with desk.work(asker, changes_access=True) as work:  # the lock first, so that it begins once
        row, _ = await work.find_row(operation, Operation, Level.MANAGE)
        if work.asker.officer not in {row.commander_id, row.deputy_id}:
            raise NotAllowed("The commander gives the word, or the deputy.")
        await _must_be_planned(work, row)
        stage = OperationStage(
            operation_id=row.id, stage=Stage.RUNNING, officer_id=work.asker.officer, at=work.asker.at, why="strike"
        )
        work.add(stage)
        work.audit(Act.STRUCK, operation)
        work.record(Fact.STAGE_REACHED, row.id, (operation_topic(operation),), stage)


async def _must_be_planned(work: Work, operation: Operation) -> None:
    stage = await stage_of(work.session, operation.id)
    refuse_stood_down(stage)
    if stage == Stage.RUNNING:
        raise Conflict("This operation runs already.")
