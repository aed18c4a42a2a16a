"""A program follows a day on which workers die and the bell is cut: nothing is lost, twice, or too late."""

import random
from collections import Counter
from contextlib import AsyncExitStack

import pytest

from tests.faults.deaths import IN_CATCH_UP, IN_FAN_OUT, POINTS
from tests.faults.ground import Ground
from tests.faults.load import Load
from tests.faults.oracle import WORD, everything_is_right
from tests.faults.pages import all_live
from tests.faults.posting import Posting
from tests.faults.programs import account, followed, script
from tests.faults.removals import Removals
from tests.faults.test_a_secret_after_a_removal import desk_of
from tests.faults.test_a_worker_dies import killed_at
from tests.faults.test_the_bell import cut_off, killed

SCRIPTS = ("asha", "ruth", "dan", "steve")
ROUNDS_AT_NIGHT = 20


@pytest.mark.timeout(3600)
async def test_a_programs_feed_outlives_workers_and_the_bell(mostly_three: Ground, seed: int, *, nightly: bool) -> None:
    ground, dice = mostly_three, random.Random(f"{seed}/programs")
    posting, removals = await Posting.of(ground), await Removals.of(ground)
    async with AsyncExitStack() as stack:
        desk = await stack.enter_async_context(desk_of(ground))
        robots = [await script(ground, name) for name in SCRIPTS]
        operation = posting.operation.removeprefix("/operations/")
        robots.append(await account(ground, desk, "ENV", operation))
        on_board = await stack.enter_async_context(followed(ground, robots, posting.operation))
        housing = [await script(ground, "imran")]  # whose agency is given the report, and loses it
        in_case = await stack.enter_async_context(followed(ground, housing, removals.case))
        load = Load(ground, posting, removals, [*on_board, *in_case])
        points = [dice.choice(POINTS) for _ in range(ROUNDS_AT_NIGHT)] if nightly else [IN_FAN_OUT, IN_CATCH_UP]
        for point in points:
            worker = dice.choice(ground.workers)
            await killed_at(point, ground, worker, load)
            if not worker.alive():
                await worker.start()
                ground.front.drop()  # some of the programs come to it
                await all_live(load.pages)
        for fault, seconds in ((killed, 0.3), (cut_off, 1.0)) if ground.bell else ():
            async with load.going_on():
                await fault(ground, seconds)
        truth = await everything_is_right(ground, load.pages)
        assert all(page.returns for page in load.pages), "every line broke, and every program came back"
        for program in on_board:
            often = Counter(word for text in program.news() for word in WORD.findall(text))
            assert set(often.values()) <= {1}, f"{program.person.name} was told twice of {often.most_common(3)}"
            officer = truth.officers[program.person.name]
            print(f"{program.person.name}: {len(often)} posts, {len(program.lives)} states, {program.returns} returns")
            assert all(truth.reads(officer, truth.words[word].resource, len(truth.entries)) for word in often)
        assert on_board[0].news(), "there was something to tell"
