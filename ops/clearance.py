"""The revocation barrier: an act on access is answered when no process can write another byte of what it took.

Each process reports how far access holds in it (live.standing); one that stays silent has lost its lease when we have
waited long enough (live.lease says why). Both ways are equally safe, and no process can hold an answer up for longer.
"""

import asyncio
import logging
from contextlib import suppress

from sqlalchemy import delete, select
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col

from live.answers import begins_anew
from live.faults import told
from live.lease import OUTWAIT, boottime
from models.database import Database
from models.journal import Clearance, Worker
from ops.metrics import CLEARED

log = logging.getLogger(__name__)

FIRST_LOOK = 0.004  # seconds; doubled with every look
LONGEST_PAUSE = 0.05  # seconds between looks
RECORD_WITHIN = 1.0  # seconds for the record: a database that went away holds no answer up for longer

_AWAY = (SQLAlchemyError, OSError, TimeoutError)  # the database: what was committed stays, only nobody can report


async def clear(database: Database, first: int, last: int) -> None:
    """Wait until access up to `last` holds everywhere, and write down how that came about.

    Called after the commit and the ring, outside any transaction. Never raises because the database is away: the
    act is done, and the leases end by themselves.
    """
    began = boottime()
    try:
        confirmed = await _all_confirm(database, last, began + OUTWAIT)
        took = boottime() - began
        CLEARED.labels(confirmed=str(confirmed).lower()).observe(took)
        async with asyncio.timeout(RECORD_WITHIN):
            await _write_down(
                database, Clearance(first=first, last=last, milliseconds=round(took * 1000), confirmed=confirmed)
            )
    except _AWAY as away:
        log.error("how an act on access was cleared is not on record: %s", told(away))  # noqa: TRY400 - the words stay out
        await asyncio.sleep(began + OUTWAIT - boottime())
    begins_anew()


async def _all_confirm(database: Database, position: int, until: float) -> bool:
    """Look until nobody is behind a position, or until the leases are over."""
    pause = FIRST_LOOK
    while (left := until - boottime()) > 0:
        with suppress(TimeoutError):
            async with asyncio.timeout(left):
                if await _nobody_is_behind(database, position):
                    return True
        await asyncio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)
    return False


async def _nobody_is_behind(database: Database, position: int) -> bool:
    async with database.reading() as session:
        behind = await session.execute(select(col(Worker.id)).where(col(Worker.applied) < position).limit(1))
        return behind.first() is None


async def _write_down(database: Database, clearance: Clearance) -> None:
    """Keep the record, and strike off who stayed silent: nobody need wait for them again.

    Safe, because whoever had not reported holds no lease now, and gets none before it is entered again and has looked
    once more; the condition leaves alone who reported in this very moment.
    """
    async with database.writing() as session:
        session.add(clearance)
        if not clearance.confirmed:
            await session.execute(delete(Worker).where(col(Worker.applied) < clearance.last))
