"""Rows that come at once are committed together, and one that cannot be filed hurts nobody else's."""

import asyncio

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from models.agencies import Agency, Kind, Team
from models.base import new_id
from models.database import Database


def agency(place: int) -> Agency:
    return Agency(code=f"A{place}", name=f"Agency {place}", kind=Kind.STATUTORY, tally=place, desk="desk")


def nobodys_team() -> Team:
    return Team(agency_id=new_id(), name="of an agency that is not there")


async def count(database: Database, what: type[Agency] | type[Team]) -> int:
    async with database.reading() as session:
        return int((await session.execute(select(func.count()).select_from(what))).scalar_one())


async def test_what_comes_while_another_is_filed_is_filed_together(database: Database) -> None:
    commits: list[object] = []
    event.listen(database._writer.sync_engine, "commit", commits.append)
    await asyncio.gather(*(database.file(agency(place)) for place in range(1, 21)))
    assert await count(database, Agency) == 20
    assert len(commits) <= 2


async def test_a_row_that_cannot_be_filed_fails_alone(database: Database) -> None:
    wanted = [agency(1), nobodys_team(), agency(2), agency(3)]
    ended = await asyncio.gather(*(database.file(row) for row in wanted), return_exceptions=True)
    assert [type(one) for one in ended] == [type(None), IntegrityError, type(None), type(None)]
    assert (await count(database, Agency), await count(database, Team)) == (3, 0)


async def test_rows_brought_together_are_filed_all_or_not_at_all(database: Database) -> None:
    with pytest.raises(IntegrityError):
        await database.file(agency(1), nobodys_team())
    assert await count(database, Agency) == 0


async def test_who_stops_waiting_keeps_nobody_else_waiting(database: Database) -> None:
    async with database.writing():  # nothing else is committed meanwhile on SQLite
        gone = asyncio.create_task(database.file(agency(1)))
        staying = asyncio.create_task(database.file(agency(2)))
        await asyncio.sleep(0)
        gone.cancel()
    await staying
    async with database.reading() as session:
        assert set((await session.execute(select(col(Agency.tally)))).scalars()) >= {2}
