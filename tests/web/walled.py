"""Walls for the walks: an account on the wall of the operation, with its grants, and a screen that was paired to it."""

from datetime import UTC, datetime

from sqlalchemy import select
from sqlmodel import col

from live.audience import Level
from models.agencies import Account, Officer
from models.grants import Grant, Resource
from models.sign_ins import Factor
from models.walls import Wall
from ops.proof.oracle import Facts, level
from tests import cast
from tests.cast import file
from tests.web.building import Building, Visitor

WALL_FORMS: dict[str, dict[str, str]] = {
    "/operations/{ref}/walls": {"name": "Control room", "sites": "{farm}"},
    "/walls/{ref}": {"sites": "{farm}"},
    "/walls/{ref}/code": {},
    "/walls/{ref}/end": {},
    "/wall/code": {"code": "wrong"},
}


async def wall_on(building: Building, *things: Resource) -> tuple[Wall, Officer]:
    """File a wall that may read these things; gives it, and the name under which its account acts."""
    county = building.county
    account = Account(agency_id=county.police.id, name="Control room")
    await file(building.database, account)
    acts = Officer(agency_id=county.police.id, name=account.name, active=False, account_id=account.id)
    wall = Wall(operation_id=county.operation.id, account_id=account.id, made_by=county.alice.id, made_at=cast.NOW)
    await file(building.database, acts, wall)
    await file(building.database, *(_grant(building, account, thing) for thing in things))
    return wall, acts


async def the_wall(building: Building) -> Officer:
    """Give the name under which the first wall of the building acts."""
    async with building.database.reading() as session:
        rows = await session.execute(
            select(Officer).join(Wall, col(Wall.account_id) == col(Officer.account_id)).order_by(col(Wall.id)).limit(1)
        )
        return rows.scalar_one()


async def screen_of(building: Building, acts: Officer) -> Visitor:
    """Pair a screen, without the form."""
    return await building.enter(acts, by=Factor.WALL)


async def walls(building: Building, officer: Officer, facts: Facts) -> list[tuple[str, bool]]:
    """A wall of the operation: there for who manages that."""
    wall, _ = await wall_on(building, building.county.operation)
    reach = level(facts, officer.id, building.county.operation.id, datetime.now(UTC))  # type: ignore[arg-type]  # any name will do; here an id
    return [(wall.reference, reach >= Level.MANAGE)]


def _grant(building: Building, account: Account, thing: Resource) -> Grant:
    return Grant(
        resource_id=thing.id,
        principal=f"account:{account.id.hex}",
        grantee_agency_id=account.agency_id,
        level=int(Level.READ),
        starts=cast.NOW - cast.DAY,
        granted_by=building.county.alice.id,
        granted_at=cast.NOW - cast.DAY,
    )
