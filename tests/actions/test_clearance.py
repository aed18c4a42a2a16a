"""The barrier: whatever changes access waits until every registered process has confirmed, or can send no more."""

import asyncio
from pathlib import Path

from sqlalchemy import select, update
from sqlmodel import col

from live.lease import OUTWAIT, boottime
from models.base import new_id
from models.database import Database
from models.grants import Grant
from models.journal import Clearance, Worker
from ops.actions.grants import revoke_access
from ops.clearance import clear
from tests.actions.office import Office
from tests.cast import NOW, file

ACT = 10


async def registered(database: Database, applied: int) -> Worker:
    """Let a process stand in the registry."""
    worker = Worker(id=new_id(), started_at=NOW, beat_at=NOW, applied=applied)
    await file(database, worker)
    return worker


async def recorded(database: Database) -> list[Clearance]:
    async with database.reading() as session:
        return list((await session.execute(select(Clearance))).scalars())


async def workers(database: Database) -> set[object]:
    async with database.reading() as session:
        return set((await session.execute(select(col(Worker.id)))).scalars())


async def test_with_nobody_to_wait_for_it_is_clear_at_once(database: Database) -> None:
    await clear(database, ACT, ACT)
    (clearance,) = await recorded(database)
    assert (clearance.first, clearance.last, clearance.confirmed) == (ACT, ACT, True)


async def test_it_waits_for_who_is_behind(database: Database) -> None:
    ahead, behind = await registered(database, ACT), await registered(database, ACT - 1)
    clearing = asyncio.create_task(clear(database, ACT, ACT))
    done, _ = await asyncio.wait({clearing}, timeout=0.2)
    assert not done
    async with database.writing() as session:
        await session.execute(update(Worker).where(col(Worker.id) == behind.id).values(applied=ACT))
    await clearing
    assert [clearance.confirmed for clearance in await recorded(database)] == [True]
    assert await workers(database) == {ahead.id, behind.id}


async def test_who_stays_silent_is_outwaited_and_struck_off(database: Database) -> None:
    awake, silent = await registered(database, ACT), await registered(database, ACT - 1)
    began = boottime()
    await clear(database, ACT, ACT)
    assert boottime() - began >= OUTWAIT
    assert [clearance.confirmed for clearance in await recorded(database)] == [False]
    assert await workers(database) == {awake.id}
    assert silent.id not in await workers(database)


async def test_an_act_waits_without_being_asked_to(office: Office) -> None:
    await registered(office.desk.database, 0)
    grant = office.county.grants["Fair Work on the visit"]
    began = boottime()
    await revoke_access(office.desk, await office.asks(office.county.alice), grant.reference, "")
    assert boottime() - began >= OUTWAIT
    (clearance,) = await recorded(office.desk.database)
    async with office.desk.database.reading() as session:
        row = await session.get_one(Grant, grant.id)
        assert clearance.first <= (row.revoked_position or 0) <= clearance.last


async def test_the_database_going_away_ends_in_outwaiting(tmp_path: Path) -> None:
    nowhere = Database(f"sqlite:///{tmp_path / 'no folder' / 'cabinet.db'}")
    began = boottime()
    await clear(nowhere, ACT, ACT)
    assert boottime() - began >= OUTWAIT
    await nowhere.close()
