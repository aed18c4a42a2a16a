"""'Who can see this' names exactly those who can, and two pairs of eyes see what each of them sees: random worlds."""

import random
from dataclasses import replace

from sqlalchemy import select
from sqlmodel import col

from live.audience import Level
from models.database import Database
from models.grants import Resource
from ops.access.rules import visible_to
from ops.screens.seen_by import seers_of
from tests.access.judge import ask
from tests.county import NOW
from tests.oracle import level
from tests.worlds import file_world, make_world

PAIRS = 12  # pairs of officers asked about every thing


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
    world = make_world(dice)
    await file_world(database, world)
    officers, seen = sorted(world.facts["officers"]), 0
    async with database.reading() as session:
        for _ in range(PAIRS):
            one, other = dice.sample(officers, 2)
            asks = replace(await ask(session, world, one, NOW), beside=(await ask(session, world, other, NOW)).keys)
            rows = await session.execute(select(col(Resource.id)).where(visible_to(asks)))
            both = {
                world.id(resource)
                for resource in world.facts["resources"]
                if min(level(world.facts, who, resource, NOW) for who in (one, other)) >= Level.READ
            }
            assert set(rows.scalars()) == both, f"--seed={seed}: {one} beside {other}"
            seen += len(both)
    assert seen, f"--seed={seed}: no pair saw anything together, which proves nothing"
