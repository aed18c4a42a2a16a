"""The demo county, loaded once; the tests here only read it."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from models.cabinet import METADATA
from models.database import Database
from ops.storage import Storage
from ops.world.people import load_demo
from tests.cast import NOW
from tests.world.county import County, read_county


@pytest_asyncio.fixture(scope="session")
async def county(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[County]:
    """Give the county at 10:12 of its day."""
    folder = tmp_path_factory.mktemp("county")
    database = Database(f"sqlite:///{folder / 'cabinet.db'}")
    async with database.connection() as connection:
        await connection.run_sync(METADATA.create_all)
    await load_demo(database, NOW, Storage.at(folder / "files"))
    async with database.reading() as session:
        yield await read_county(session, NOW)
    await database.close()
