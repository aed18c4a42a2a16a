"""The demo's wall: one account that sees every site, and a new code each time that the demo is started."""

from dataclasses import replace

from sqlalchemy import select
from sqlmodel import col

from models.agencies import Account
from models.grants import Resource
from models.operations import Operation, OperationStage, Stage
from models.walls import Wall
from ops.actions.beginning import on_the_server
from ops.actions.walls import file_wall, new_code
from ops.transaction import Desk

NAME = "Control room"


async def demo_wall(desk: Desk) -> str:
    """Make the wall when it is not there yet; gives a code for it, none once the operation is over."""
    async with on_the_server(desk) as work:
        over = select(col(OperationStage.operation_id)).where(col(OperationStage.stage) == Stage.STOOD_DOWN)
        rows = await work.session.execute(
            select(Operation, Resource)
            .join(Resource, col(Resource.id) == col(Operation.id))
            .where(col(Operation.id).not_in(over))
            .order_by(col(Operation.starts).desc())
            .limit(1)
        )
        found = rows.one_or_none()
        if found is None:
            return ""
        operation, box = found
        work.asker = replace(work.asker, officer=operation.commander_id, agency=box.owner_agency_id)
        walls = await work.session.execute(
            select(Wall, Account)
            .join(Account, col(Account.id) == col(Wall.account_id))
            .where(col(Wall.operation_id) == operation.id, col(Account.active), col(Account.name) == NAME)
        )
        if there := walls.first():
            return new_code(work, *there, box.reference).code
        inside = select(Resource).where(col(Resource.gate_id) == box.id, col(Resource.kind) == "site")
        sites = list((await work.session.execute(inside.order_by(col(Resource.id)))).scalars())
        return (await file_wall(work, box, NAME, sites)).code
