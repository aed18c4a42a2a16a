"""An engine that knows nothing of our code finds the same levels in random worlds (nightly)."""

import random
from pathlib import Path

import pytest

from live.audience import Level
from models.database import Database
from tests.access.judge import ask, listed_levels
from tests.access.outside_judge import Levels, disagreements
from tests.cast import NOW
from tests.worlds import World, file_world, make_world

WORLDS = 3  # on each database: some 1,000 cells and 4,000 checks each


async def levels_in(database: Database, world: World) -> dict[tuple[str, str], int]:
    """Give what our lists say about everyone and everything."""
    levels: dict[tuple[str, str], int] = {}
    async with database.reading() as session:
        for officer in world.facts["officers"]:
            listed = await listed_levels(session, await ask(session, world, officer, NOW))
            for resource in world.facts["resources"]:
                levels[officer, resource] = listed.get(world.id(resource), 0)
    return levels


def one_wrong(levels: Levels) -> Levels:
    pair = next(pair for pair, level in levels.items() if level == Level.READ)
    return {**levels, pair: Level.NONE}


@pytest.mark.nightly
@pytest.mark.timeout(600)
@pytest.mark.parametrize("number", range(WORLDS))
async def test_the_outside_judge_agrees_and_would_say_so_if_not(
    database: Database, seed: int, number: int, tmp_path: Path
) -> None:
    world = make_world(random.Random(f"{seed}/outside/{number}"))
    await file_world(database, world)
    levels = await levels_in(database, world)
    said = await disagreements(world.facts, NOW, levels, tmp_path)
    assert not said, f"--seed={seed}: {said[:2000]}"
    assert await disagreements(world.facts, NOW, one_wrong(levels), tmp_path), "a judge who finds nothing is none"
