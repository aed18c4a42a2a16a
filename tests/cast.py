"""A small county: an owner, a grantee by agency, by team, in person, and an outsider; one case, one operation."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import SQLModel, col

from live.audience import Level
from models.agencies import Agency, Officer, Team
from models.agreements import Agreement
from models.base import new_id as new_id
from models.database import Database
from models.grants import Grant, Resource
from models.operations import Detachment
from ops.access.asker import Asker
from ops.access.duties import duties_of
from ops.access.principals import keys_of
from ops.clock import Clock
from tests.county import DAY as DAY
from tests.county import HOUR as HOUR
from tests.county import NOW as NOW
from tests.county import TICK as TICK
from tests.county import County as County
from tests.county import key as key
from tests.county import new_grant as new_grant
from tests.founding import Founder


class HandClock(Clock):
    """A clock that moves when it is told to."""

    def __init__(self, start: datetime) -> None:
        self._seconds = 0.0
        super().__init__(monotonic=lambda: self._seconds)
        self._last = start
        self.set(start)

    def advance(self, by: timedelta) -> datetime:
        """Let time pass; gives the new instant."""
        self._seconds += by.total_seconds()
        return self.now()


async def found_county(database: Database) -> County:
    """Build the county and file it."""
    writer = Founder(NOW)
    county = writer.found()
    async with database.writing() as session:
        for rows in writer.layers:
            session.add_all(rows)
            await session.flush()
    return county


async def grant(
    database: Database,
    resource: Resource,
    principal: Agency | Team | Officer | Detachment,
    level: Level = Level.READ,
    *,
    starts: datetime = NOW - DAY,
    ends: datetime | None = None,
    agreement: Agreement | None = None,
    emergency: bool = False,
) -> Grant:
    """File a grant, past every check of an action: what the rule makes of it is the question."""
    row = new_grant(resource, principal, level, starts=starts, ends=ends, agreement=agreement, emergency=emergency)
    await file(database, row)
    return row


async def revoke(database: Database, row: Grant, at: datetime = NOW) -> None:
    """Revoke a grant."""
    async with database.writing() as session:
        await session.execute(update(Grant).where(col(Grant.id) == row.id).values(revoked_at=at))


async def hold(database: Database, resource: Resource, *, held: bool = True) -> None:
    """Hold a resource, or end the hold."""
    async with database.writing() as session:
        await session.execute(update(Resource).where(col(Resource.id) == resource.id).values(held=held))


async def file(database: Database, *rows: SQLModel) -> None:
    """File rows."""
    async with database.writing() as session:
        session.add_all(rows)


async def detachment(database: Database, operation: Resource, agency: Agency) -> Detachment:
    """Give an agency's officers on an operation."""
    async with database.reading() as session:
        rows = await session.execute(
            select(Detachment).where(
                col(Detachment.operation_id) == operation.id, col(Detachment.agency_id) == agency.id
            )
        )
        return rows.scalar_one()


async def asker(database: Database, officer: Officer, at: datetime = NOW) -> Asker:
    """Give the officer as one who asks at an instant."""
    async with database.reading() as session:
        return await asker_in(session, officer.id, officer.agency_id, at)


async def asker_in(session: AsyncSession, officer: UUID, agency: UUID, at: datetime) -> Asker:
    """Give the officer as one who asks; without keys when they or their agency are not active."""
    keys = (await keys_of(session, [officer], at)).get(officer)
    return Asker(officer, agency, keys.held if keys else frozenset(), at, await duties_of(session, officer, at))
