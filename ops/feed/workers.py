"""This process in the worker registry, and its officers in the presence table."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.presence import LEAVE_AFTER
from models.base import new_id
from models.database import Database
from models.journal import Presence, Worker
from ops.clock import Clock
from ops.feed.beats import BEATS, Beats

FORGOTTEN_AFTER = timedelta(hours=1)  # its row may go: it trusts a row for half as long before it writes it again


async def present_on(
    session: AsyncSession, topics: Collection[str], now: datetime, beats: Beats = BEATS
) -> dict[str, frozenset[UUID]]:
    """Say who has a page of each topic open on a worker that lives, or had a moment ago on one that has ended."""
    rows = await session.execute(
        select(
            col(Presence.topic),
            col(Presence.officer_id),
            col(Presence.worker_id),
            col(Worker.beat_at),
            col(Presence.left_at) > now,
        )
        .outerjoin(Worker, col(Worker.id) == col(Presence.worker_id))
        .where(col(Presence.topic).in_(topics), or_(col(Presence.left_at).is_(None), col(Presence.left_at) > now))
    )
    present = defaultdict[str, set[UUID]](set)
    for topic, officer, worker, at, shown_on in rows:
        beat_at: datetime | None = at  # of a worker that is in the registry
        if shown_on or (beat_at is not None and beats.lives(worker, beat_at, now)):
            present[topic].add(officer)
    return {topic: frozenset(officers) for topic, officers in present.items()}


async def here_on(session: AsyncSession, topic: str, now: datetime) -> frozenset[UUID]:
    """Say who has a page of one topic open, once for a session that shows one moment."""
    kept: dict[str, frozenset[UUID]] = session.info.setdefault(here_on, {})
    if topic not in kept:
        kept[topic] = (await present_on(session, [topic], now)).get(topic, frozenset())
    return kept[topic]


class Registry:
    """One worker's row and the presence rows under it. Presence is written on change only."""

    def __init__(self, database: Database, clock: Clock) -> None:
        """Name this worker afresh."""
        self._database = database
        self._clock = clock
        self.worker = new_id()

    async def arrive(self, officer: UUID, topic: str) -> None:
        row = Presence(worker_id=self.worker, officer_id=officer, topic=topic, since=self._clock.now())
        await self._database.file(row)

    async def depart(self, officer: UUID, topic: str) -> None:
        async with self._database.writing() as session:
            await session.execute(
                update(Presence)
                .where(
                    col(Presence.worker_id) == self.worker,
                    col(Presence.officer_id) == officer,
                    col(Presence.topic) == topic,
                    col(Presence.left_at).is_(None),
                )
                .values(left_at=self._clock.now())
            )

    async def beat(self) -> None:
        async with self._database.writing() as session:
            await session.execute(update(Worker).where(col(Worker.id) == self.worker).values(beat_at=self._clock.now()))

    async def stands(self, session: AsyncSession) -> bool:
        """Say whether whoever revokes knows of this worker, at a session's moment and for longer than any lease."""
        fresh = col(Worker.beat_at) > self._clock.now() - FORGOTTEN_AFTER / 2
        rows = await session.execute(select(col(Worker.id)).where(col(Worker.id) == self.worker, fresh))
        return rows.first() is not None

    async def report(self, applied: int) -> bool:
        """Say how far access holds here. False when nobody knew of this worker: it is entered, and must look again.

        Whoever revoked before it was entered has not waited for it.
        """
        async with self._database.writing() as session:
            now = self._clock.now()
            ours = update(Worker).where(col(Worker.id) == self.worker).values(applied=applied, beat_at=now)
            if (await session.execute(ours.returning(col(Worker.id)))).first() is not None:
                return True
            session.add(Worker(id=self.worker, started_at=now, beat_at=now, applied=applied))
            return False

    async def retire(self) -> None:
        """Take this worker off the tables: it ends in good order.

        Its officers are shown a little longer: by then their pages have come to another worker, and nobody saw them go.
        """
        async with self._database.writing() as session:
            await session.execute(
                update(Presence)
                .where(col(Presence.worker_id) == self.worker, col(Presence.left_at).is_(None))
                .values(left_at=self._clock.now() + timedelta(seconds=LEAVE_AFTER))
            )
            await session.execute(delete(Worker).where(col(Worker.id) == self.worker))
