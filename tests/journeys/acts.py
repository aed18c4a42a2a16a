"""Acts on a stage's database from outside its servers, whose bells therefore do not ring."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import select
from sqlmodel import col

from live.doorbell import Doorbell
from live.event import Touch
from live.memory_doorbell import MemoryBackend
from models.agencies import Agency, Officer
from models.database import Database
from models.grants import Grant, Resource
from models.operations import Site
from ops.access.asker import Asker
from ops.clock import Clock
from ops.transaction import Desk, Fact
from tests.journeys.conftest import Stage


@asynccontextmanager
async def desk_of(stage: Stage) -> AsyncIterator[Desk]:
    """Work on the stage's database from outside its servers, whose bells therefore do not ring."""
    database = Database(stage.database_url)
    doorbell = Doorbell(MemoryBackend())
    desk = Desk(database, doorbell, Clock())
    async with doorbell.open():
        await desk.set_clock()
        yield desk
    await database.close()


async def somebody(desk: Desk) -> Asker:
    """Give an officer without keys: the act is past every door."""
    async with desk.database.reading() as session:
        officer = (await session.execute(select(Officer).limit(1))).scalar_one()
    return Asker(officer.id, officer.agency_id, frozenset(), desk.clock.now())


async def take_site(stage: Stage, site_code: str, agency_code: str) -> None:
    """Revoke every grant of one agency on one site."""
    async with desk_of(stage) as desk:
        asker = await somebody(desk)
        async with desk.work(asker, changes_access=True) as work:
            site = (await work.session.execute(select(Site).where(col(Site.code) == site_code))).scalar_one()
            operation = await work.session.get_one(Resource, site.operation_id)
            grants = await work.session.execute(
                select(Grant)
                .join(Agency, col(Agency.id) == col(Grant.grantee_agency_id))
                .where(
                    col(Grant.resource_id) == site.id,
                    col(Grant.revoked_at).is_(None),
                    col(Agency.code) == agency_code,
                )
            )
            for grant in grants.scalars():
                grant.revoked_at = asker.at
                topics = (f"operation:{operation.reference}",)
                work.record(Fact.ACCESS_REVOKED, site.id, topics, grant, touches=Touch.ACCESS, stamp="revoked_position")
