"""'Who can see this' names exactly those who can, and two pairs of eyes see what each of them sees: random worlds."""

import random
from dataclasses import replace
from itertools import combinations

import pytest
from sqlalchemy import select
from sqlmodel import col

from live.audience import Level
from models.database import Database
from models.grants import Resource
from ops.access.readers import seers_of
from ops.access.rules import visible_to
from tests.access.judge import ask
from tests.county import NOW
from tests.oracle import level
from tests.worlds import World, file_world, make_world

PAIRS = 12  # pairs by chance, and as many again of those that share something


async def test_who_can_see_this_is_everyone_with_a_level_and_nobody_else(database: Database, seed: int) -> None:
    world = make_world(random.Random(f"{seed}/seers"))
    await file_world(database, world)
    names = {world.id(name): name for name in world.facts["officers"]}
    async with database.reading() as session:
        for resource in world.facts["resources"]:
            seers = await seers_of(session, world.id(resource), NOW)
            levels = {name: level(world.facts, name, resource, NOW) for name in names.values()}
            knowing = {name for name, found in levels.items() if found >= Level.DISCOVER}
            reading = {name for name, found in levels.items() if found >= Level.READ}
            assert {names[officer] for officer in seers.officers} == knowing, f"--seed={seed}: {resource}"
            assert {names[officer] for officer in seers.readers} == reading, f"--seed={seed}: {resource}"


async def test_two_pairs_of_eyes_see_what_each_of_them_sees(database: Database, seed: int) -> None:
    dice = random.Random(f"{seed}/eyes")
    world, sharing = world_with_shared_sights(dice)
    await file_world(database, world)
    officers = sorted(world.facts["officers"])
    pairs = [
        *(tuple(dice.sample(officers, 2)) for _ in range(PAIRS)),
        *dice.sample(sharing, min(PAIRS, len(sharing))),
    ]
    async with database.reading() as session:
        for one, other in pairs:
            asks = replace(await ask(session, world, one, NOW), beside=(await ask(session, world, other, NOW)).keys)
            rows = await session.execute(select(col(Resource.id)).where(visible_to(asks)))
            both = {world.id(resource) for resource in read_by(world, one) & read_by(world, other)}
            assert set(rows.scalars()) == both, f"--seed={seed}: {one} beside {other}"


@pytest.mark.parametrize("luckless", [1544114880])
def test_a_world_for_two_pairs_of_eyes_always_has_a_pair_that_sees_something_together(luckless: int) -> None:
    """With this seed twelve pairs by chance shared nothing, so that the test above had nothing to find."""
    world, sharing = world_with_shared_sights(random.Random(f"{luckless}/eyes"))
    assert sharing
    assert all(read_by(world, one) & read_by(world, other) for one, other in sharing)


def world_with_shared_sights(dice: random.Random) -> tuple[World, list[tuple[str, str]]]:
    """Throw counties until some pair of officers, by the oracle, may read the same thing; give those pairs as well."""
    while True:
        world = make_world(dice)
        read = {officer: read_by(world, officer) for officer in sorted(world.facts["officers"])}
        sharing = [(one, other) for one, other in combinations(read, 2) if read[one] & read[other]]
        if sharing:
            return world, sharing


def read_by(world: World, officer: str) -> set[str]:
    """Name what the oracle lets this officer read."""
    return {name for name in world.facts["resources"] if level(world.facts, officer, name, NOW) >= Level.READ}
