"""A building for each test: on both databases, on SQLite alone, or two processes over one PostgreSQL and Valkey."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest
import pytest_asyncio

from models.database import Database
from tests import cast
from tests.web.building import Building, running, settle


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    """Found the county today: the application asks the database what time it is, and nobody else."""
    monkeypatch.setattr(cast, "NOW", datetime.now(UTC))


@pytest_asyncio.fixture
async def building(database: Database, tmp_path: Path, _today: None) -> AsyncIterator[Building]:
    county = await settle(database, tmp_path)
    async with running(database, tmp_path) as app:
        yield Building(app, database, county, tmp_path)


@pytest_asyncio.fixture
async def small(sqlite_database: Database, tmp_path: Path, _today: None) -> AsyncIterator[Building]:
    """Give a building on SQLite alone, for what no database changes."""
    county = await settle(sqlite_database, tmp_path)
    async with running(sqlite_database, tmp_path) as app:
        yield Building(app, sqlite_database, county, tmp_path)


@pytest_asyncio.fixture
async def large(postgresql_database: Database, tmp_path: Path, _today: None) -> AsyncIterator[Building]:
    """Give a building on PostgreSQL alone."""
    county = await settle(postgresql_database, tmp_path)
    async with running(postgresql_database, tmp_path) as app:
        yield Building(app, postgresql_database, county, tmp_path)


class Two(NamedTuple):
    """Two processes over one cabinet."""

    here: Building
    there: Building


@pytest_asyncio.fixture
async def two(database: Database, tmp_path: Path, _today: None) -> AsyncIterator[Two]:
    county = await settle(database, tmp_path)
    async with running(database, tmp_path) as here, running(database, tmp_path) as there:
        yield Two(Building(here, database, county, tmp_path), Building(there, database, county, tmp_path))


@pytest_asyncio.fixture
async def belled(postgresql_database: Database, valkey: str, tmp_path: Path, _today: None) -> AsyncIterator[Building]:
    """Give a building on PostgreSQL and Valkey."""
    county = await settle(postgresql_database, tmp_path)
    async with running(postgresql_database, tmp_path, valkey) as app:
        yield Building(app, postgresql_database, county, tmp_path)
