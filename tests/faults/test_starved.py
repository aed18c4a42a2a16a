"""Workers that stand still now and then, as on a machine that does too much: late, but nobody's line is cut for it."""

import asyncio
import random
from pathlib import Path

import pytest

from live.lease import LEASE
from tests.faults.frozen import frozen
from tests.faults.ground import Ground, one_process
from tests.faults.load import under_load
from tests.faults.oracle import everything_is_right
from tests.faults.pages import all_live, nobody_began_again

LOSES = "imran"  # whose access is taken: his page begins again, or is cut with what it lost
TIMES, TIMES_AT_NIGHT = 4, 200
TRIES = 40
MOST_BETWEEN = 0.3  # seconds: it falls into every part of a turn


@pytest.mark.timeout(1800)
async def test_a_worker_that_stands_still_for_longer_than_its_lease_cuts_nobody(
    mostly_three: Ground, seed: int, *, nightly: bool
) -> None:
    ground, dice = mostly_three, random.Random(seed)
    async with under_load(ground) as load:
        async with load.going_on():
            for _ in range(TIMES_AT_NIGHT if nightly else TIMES):
                await asyncio.sleep(dice.uniform(0, MOST_BETWEEN))
                with frozen(dice.choice(ground.workers).server):
                    await asyncio.sleep(1.1 * LEASE)
            await all_live(load.pages)
        others = [page for page in load.pages if page.person.name != LOSES]
        assert not any(page.codes for page in others), [page.codes for page in others]
        assert nobody_began_again(others)
        await everything_is_right(ground, load.pages)


@pytest.mark.nightly
@pytest.mark.timeout(600)
async def test_a_worker_that_spoke_however_late_it_is_would_cut_them(tmp_path: Path, seed: int) -> None:
    dice = random.Random(seed)
    async with one_process(tmp_path, seams=("tests.faults.mutants.speaks_late",)) as ground, under_load(ground) as load:
        others = [page for page in load.pages if page.person.name != LOSES]
        async with load.going_on():
            for _ in range(TRIES):
                await asyncio.sleep(dice.uniform(0, MOST_BETWEEN))
                with frozen(ground.workers[0].server):
                    await asyncio.sleep(1.1 * LEASE)
                if any(page.codes for page in others):
                    return
    pytest.fail("nobody was cut: the round above shows nothing")
