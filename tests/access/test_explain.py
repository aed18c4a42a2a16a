"""I18: there are reasons exactly where there is a level, and without what they name there is none."""

import random
from collections.abc import Iterable

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.database import Database
from models.grants import Grant, Resource
from ops.access.asker import Asker
from ops.access.explain import Reasons, why
from tests.access.judge import ask, door_level
from tests.cast import NOW, asker, found_county, grant, hold
from tests.worlds import file_world, make_world

REMOVED = 60  # how many explained cells are taken apart in each world


async def level_without(session: AsyncSession, who: Asker, resource: Resource, grants: Iterable[Grant]) -> int:
    """Give the level that is left when some live grants are revoked; they are given back."""
    these = (
        update(Grant)
        .where(col(Grant.id).in_([grant.id for grant in grants]))
        .execution_options(synchronize_session=False)
    )
    await session.execute(these.values(revoked_at=NOW))
    left = await door_level(session, who, resource.reference, resource.kind)
    await session.execute(these.values(revoked_at=None))
    return left


async def test_reasons_exist_exactly_where_a_level_does_and_removing_them_ends_it(
    database: Database, seed: int
) -> None:
    dice = random.Random(f"{seed}/why")
    world = make_world(dice)
    await file_world(database, world)
    async with database.writing() as session:
        cells: list[tuple[Asker, Resource, Reasons]] = []
        for officer in world.facts["officers"]:
            who = await ask(session, world, officer, NOW)
            for name in world.facts["resources"]:
                resource = await session.get_one(Resource, world.id(name))
                reasons = await why(session, who.keys, resource, NOW)
                level = await door_level(session, who, resource.reference, resource.kind)
                assert bool(reasons.grants) == (level >= Level.DISCOVER), f"--seed={seed}: {officer} on {name}"
                cells.extend([(who, resource, reasons)] if reasons.grants else [])
        for who, resource, reasons in dice.sample(cells, min(REMOVED, len(cells))):
            assert await level_without(session, who, resource, reasons.grants) == 0, f"--seed={seed}"


async def test_the_way_through_the_gate_is_named_where_it_was_needed(database: Database) -> None:
    county = await found_county(database)
    bob = await asker(database, county.bob)
    async with database.reading() as session:
        reasons = await why(session, bob.keys, county.visit, NOW)
    assert [grant.id for grant in reasons.grants] == [county.grants["Fair Work on the visit"].id]
    assert [grant.id for grant in reasons.gate] == [county.grants["Fair Work on the case"].id]


async def test_an_author_needs_no_gate_to_their_own(database: Database) -> None:
    county = await found_county(database)
    carol = await asker(database, county.carol)
    async with database.reading() as session:
        reasons = await why(session, carol.keys, county.assessment, NOW)
    assert [grant.id for grant in reasons.grants] == [county.grants["MASH on its assessment"].id]
    assert reasons.gate == ()


async def test_while_held_only_the_own_agencys_grants_are_reasons(database: Database) -> None:
    county = await found_county(database)
    await hold(database, county.visit)
    bob, alice = await asker(database, county.bob), await asker(database, county.alice)
    async with database.reading() as session:
        assert (await why(session, bob.keys, county.visit, NOW)).grants == ()
        assert (await why(session, alice.keys, county.visit, NOW)).grants


async def test_a_grant_of_no_level_is_no_reason(database: Database) -> None:
    county = await found_county(database)
    await grant(database, county.case, county.power, Level.NONE)
    oscar = await asker(database, county.oscar)
    async with database.reading() as session:
        assert (await why(session, oscar.keys, county.case, NOW)).grants == ()
