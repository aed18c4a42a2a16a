"""Which boxes an asker knows of, as lists read them once; of two who look: what both know of, and what both read."""

from dataclasses import replace
from itertools import product
from uuid import UUID

from sqlalchemy import select

from models.database import Database
from ops.access.asker import Asker
from ops.access.rules import boxes_known_to
from tests.cast import asker, found_county


async def boxes(database: Database, asks: Asker) -> dict[UUID, bool]:
    known = boxes_known_to(asks)
    async with database.reading() as session:
        return {box: bool(readable) for box, readable in await session.execute(select(known))}


async def test_two_know_of_what_each_knows_of_and_read_what_each_reads(database: Database) -> None:
    county = await found_county(database)
    asks = {name: await asker(database, officer) for name, officer in county.everyone().items()}
    alone = {name: await boxes(database, one) for name, one in asks.items()}
    assert alone["dora"] == {county.case.id: False}
    assert alone["alice"][county.case.id] is True
    assert alone["oscar"] == {}
    for one, other in product(asks, repeat=2):
        both = await boxes(database, replace(asks[one], beside=asks[other].keys))
        common = alone[one].keys() & alone[other].keys()
        assert both == {box: alone[one][box] and alone[other][box] for box in common}, (one, other)
