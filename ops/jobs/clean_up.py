"""What nobody needs any more: answers to old commands, steps that nobody took, the traces of workers that died."""

import asyncio
import logging
import random
from collections.abc import Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from uuid import UUID

from sqlalchemy import and_, delete, or_, select, update
from sqlmodel import col

from live.faults import told
from models.imports import Import, ImportRow
from models.journal import Answer, Presence, Worker
from models.sign_ins import HalfSignIn, PasskeyChallenge
from ops.actions.imports import KEPT_FOR as LINES_KEPT_FOR
from ops.actions.once import KEPT_FOR
from ops.feed.workers import FORGOTTEN_AFTER
from ops.transaction import Desk

log = logging.getLogger(__name__)

CLEAN_EVERY = 3600.0  # seconds
NOBODY: Mapping[UUID, datetime] = MappingProxyType({})
LAST_SIGN_KEPT = timedelta(hours=24)  # boards say since when nothing is heard of an officer


async def clean_for_ever(desk: Desk) -> None:
    """Clean up now and then until cancelled. A failed round is logged, and the next one comes."""
    silent = NOBODY
    while True:
        await asyncio.sleep(CLEAN_EVERY * random.uniform(0.5, 1.0))  # noqa: S311 - spread over the workers
        try:
            silent = await clean_up(desk, silent)
        except Exception as fault:  # noqa: BLE001 - nothing may stop the rounds
            log.error("cleaning up failed: %s", told(fault))  # noqa: TRY400 - the words stay out


async def clean_up(desk: Desk, silent: Mapping[UUID, datetime] = NOBODY) -> Mapping[UUID, datetime]:
    """Forget answers, challenges and half sign-ins after their time, and dead workers with whom they showed.

    Gives the workers whose last beat is old, for the next round: only one that was `silent` before, and has not beaten
    since, is dead. A clock that was set forward makes all beats look old, and whoever revokes must wait for the living.
    """
    now = desk.clock.now()
    async with desk.database.writing() as session:
        await session.execute(delete(Answer).where(col(Answer.at) < now - KEPT_FOR))
        await session.execute(delete(PasskeyChallenge).where(col(PasskeyChallenge.expires_at) < now))
        await session.execute(delete(HalfSignIn).where(col(HalfSignIn.expires_at) < now))
        old = select(col(Import.id)).where(col(Import.at) < now - LINES_KEPT_FOR, col(Import.state) != "publishing")
        await session.execute(delete(ImportRow).where(col(ImportRow.import_id).in_(old)))
        rows = await session.execute(
            select(col(Worker.id), col(Worker.beat_at)).where(col(Worker.beat_at) < now - FORGOTTEN_AFTER)
        )
        found: dict[UUID, datetime] = {row.id: row.beat_at for row in rows}
        still = {worker for worker, beat_at in found.items() if silent.get(worker) == beat_at}
        dead = select(col(Worker.beat_at)).where(col(Worker.id) == col(Presence.worker_id), col(Worker.id).in_(still))
        left = update(Presence).where(col(Presence.left_at).is_(None), dead.exists())
        await session.execute(left.values(left_at=dead.scalar_subquery()))  # when they were last here is still told
        await session.execute(
            delete(Worker).where(col(Worker.id).in_(still), col(Worker.beat_at) < now - FORGOTTEN_AFTER)
        )
        gone = and_(col(Presence.left_at).is_(None), col(Presence.worker_id).not_in(select(col(Worker.id))))
        await session.execute(delete(Presence).where(or_(gone, col(Presence.left_at) < now - LAST_SIGN_KEPT)))
    return found
