"""Duties: whose, which, and from their first instant until their last."""

from datetime import datetime
from uuid import UUID

import pytest
from sqlalchemy import update
from sqlmodel import col

from models.agencies import Duty, Officer, OfficerDuty
from models.database import Database
from ops.access.duties import duties_now, duties_of, holding, must_hold
from ops.errors import NotFound
from tests.cast import HOUR, NOW, TICK, asker, file, found_county

BEGINS, ENDS = NOW, NOW + HOUR


async def told(database: Database, officer: UUID, duty: Duty, at: datetime) -> list[bool]:
    """Say whether an officer holds a duty, as each of three ways tells it."""
    async with database.reading() as session:
        everyone = await duties_now(session, at)
        holders = set((await session.execute(holding(duty, at))).scalars())
        return [
            duty in await duties_of(session, officer, at),
            duty in everyone.get(officer, frozenset()),
            officer in holders,
        ]


async def test_a_duty_is_held_from_its_first_instant_until_its_last(database: Database) -> None:
    county = await found_county(database)
    await file(database, OfficerDuty(officer_id=county.oscar.id, duty=Duty.LEAD, starts=BEGINS, ends=ENDS))
    for at, holds in ((BEGINS - TICK, False), (BEGINS, True), (ENDS - TICK, True), (ENDS, False)):
        assert await told(database, county.oscar.id, Duty.LEAD, at) == [holds] * 3, at


async def test_a_duty_without_an_end_goes_on_and_is_nobody_elses_and_no_other(database: Database) -> None:
    county = await found_county(database)
    expected = {
        "alice": {Duty.LEAD},
        "alan": {Duty.ADMINISTRATOR, Duty.INFORMATION_MANAGER},
        "bob": {Duty.LEAD, Duty.ADMINISTRATOR, Duty.INFORMATION_MANAGER},
        "carol": {Duty.LEAD, Duty.EMERGENCY},
        "carl": {Duty.ADMINISTRATOR, Duty.INFORMATION_MANAGER},
        "dora": {Duty.LEAD},
        "oscar": set[Duty](),
        "olga": {Duty.PLATFORM_OPERATOR},
    }
    for name, officer in county.everyone().items():
        for duty in Duty:
            assert await told(database, officer.id, duty, NOW) == [duty in expected[name]] * 3, (name, duty)


async def test_who_is_not_active_is_not_among_those_who_hold_a_duty(database: Database) -> None:
    county = await found_county(database)
    async with database.writing() as session:
        await session.execute(update(Officer).where(col(Officer.id) == county.dora.id).values(active=False))
    async with database.reading() as session:
        leads = set((await session.execute(holding(Duty.LEAD, NOW))).scalars())
    assert leads == {county.alice.id, county.bob.id, county.carol.id}


async def test_a_page_of_a_duty_is_not_there_for_who_holds_none_of_those_that_it_asks_for(database: Database) -> None:
    county = await found_county(database)
    alan = await asker(database, county.alan)
    must_hold(alan, Duty.LEAD, Duty.ADMINISTRATOR)
    with pytest.raises(NotFound):
        must_hold(alan, Duty.LEAD, Duty.EMERGENCY)
