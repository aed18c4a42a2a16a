from collections.abc import AsyncIterator

import pytest_asyncio

from live.doorbell import Doorbell
from live.memory_doorbell import MemoryBackend
from models.database import Database
from ops.transaction import Desk
from tests.actions.office import Office
from tests.cast import HandClock, found_county


@pytest_asyncio.fixture
async def office(database: Database, clock: HandClock) -> AsyncIterator[Office]:
    doorbell = Doorbell(MemoryBackend())
    async with doorbell.open():
        yield Office(Desk(database, doorbell, clock), await found_county(database))
