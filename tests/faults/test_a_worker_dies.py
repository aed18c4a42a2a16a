"""A worker is killed at the worst points of its work: nothing lost, nothing phantom, its screens live elsewhere."""

import asyncio
import random
import time

import pytest

from tests.faults.deaths import IN_CATCH_UP, POINTS, will
from tests.faults.ground import Ground, Worker
from tests.faults.load import Load, under_load
from tests.faults.oracle import everything_is_right
from tests.faults.pages import Page, all_live, kept_open
from tests.live.stage import until

ROUNDS_AT_NIGHT = 200
ELSEWHERE_WITHIN = 5.0  # seconds, by the table of docs/delivery.md; held at night, where nothing else runs
GONE_WITHIN = 50.0
PERSISTENT = 90.0  # seconds of load in which it must come past the point


async def killed_at(point: str, ground: Ground, worker: Worker, load: Load) -> float:
    """Let a worker die at a point of its work; give the seconds until all of its screens live elsewhere."""
    asked = will(ground.folder, worker.process.pid)
    async with load.going_on(), asyncio.timeout(PERSISTENT):
        asked.write_text(point)
        while worker.alive():
            if point == IN_CATCH_UP:
                ground.front.drop()
                await until(lambda: not worker.alive() or all(page.live or page.over for page in load.pages))
            await asyncio.sleep(0.1)
        asked.unlink()
        if len(ground.workers) == 1:
            await worker.start()
        return await all_live(load.pages)


@pytest.mark.timeout(4 * 3600)
async def test_a_worker_that_dies_anywhere_loses_nothing(mostly_three: Ground, seed: int, *, nightly: bool) -> None:
    ground, dice = mostly_three, random.Random(seed)
    points = [dice.choice(POINTS) for _ in range(ROUNDS_AT_NIGHT)] if nightly else list(POINTS)
    async with under_load(ground) as load:
        for number, point in enumerate(points):
            worker = dice.choice(ground.workers)
            took = await killed_at(point, ground, worker, load)
            print(f"{number}: died {point}; all live after {took:.1f} s")
            if nightly:
                assert len(ground.workers) == 1 or took < ELSEWHERE_WITHIN, f"{point}: {took:.1f} s"
            if not worker.alive():
                await worker.start()
                ground.front.drop()  # some of the pages come to it
                await all_live(load.pages)
            if number % 20 == 19:
                await everything_is_right(ground, load.pages)
        await everything_is_right(ground, load.pages)


@pytest.mark.nightly
async def test_whoever_was_on_a_worker_that_died_is_seen_to_be_gone(three: Ground) -> None:
    async with kept_open(three, ["asha"]) as boards:
        watcher: Page = boards[0]
        doomed = three.workers[0]
        with three.apart_from(doomed):
            three.front.drop()
            await all_live(boards)
        ruth = await three.person("ruth")
        others = [worker.server.port for worker in three.workers[1:]]
        three.front.upstreams[:] = [doomed.server.port]
        screen = ruth.watching(await ruth.landing())
        async with screen:
            await watcher.screen.until(lambda s: "Watching now: 2" in s.everything)
            three.front.upstreams[:] = others
            doomed.server.stop(__import__("signal").SIGKILL)
        began = time.monotonic()
        heard = len(watcher.screen.heard)
        async with asyncio.timeout(GONE_WITHIN):
            while "Watching now: 1" not in "".join(watcher.screen.heard[heard:]):
                await asyncio.sleep(0.1)
        print(f"gone after {time.monotonic() - began:.1f} s")
        three.front.upstreams.insert(0, doomed.server.port)
