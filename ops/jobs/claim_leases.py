"""Claims live as long as their holder's page does: a dead phone loses its tasks, a living one renews them."""

import asyncio
import logging
import random
from uuid import UUID

from sqlalchemy import select, update
from sqlmodel import col

from live.faults import told
from models.grants import Resource
from models.tasks import Claim, Task
from ops.access.asker import Asker
from ops.actions.tasks import CLAIM_LEASE, topics_of
from ops.feed.workers import present_on
from ops.topics import operation_topic
from ops.transaction import Desk, Fact, take_journal_lock

log = logging.getLogger(__name__)

SWEEP_EVERY = 30.0  # seconds; a lease is twenty times as long


async def sweep_for_ever(desk: Desk) -> None:
    """Renew and end claims until cancelled. A failed sweep is logged, and the next one comes."""
    while True:
        await asyncio.sleep(SWEEP_EVERY * random.uniform(0.5, 1.0))  # noqa: S311 - spread over the workers
        try:
            await renew_claims(desk)
            await end_lapsed_claims(desk)
        except Exception as fault:  # noqa: BLE001 - nothing may stop the sweeps
            log.error("a sweep of claim leases failed: %s", told(fault))  # noqa: TRY400 - the words stay out


async def renew_claims(desk: Desk) -> None:
    """Lengthen the lease of every claim whose holder has a page of the operation open."""
    now = desk.clock.now()
    async with desk.database.reading() as session:
        rows = await session.execute(
            select(col(Claim.id), col(Claim.officer_id), col(Resource.reference))
            .join(Task, col(Task.id) == col(Claim.task_id))
            .join(Resource, col(Resource.id) == col(Task.operation_id))
            .where(col(Claim.ended_at).is_(None), col(Claim.lease_until) < now + CLAIM_LEASE)
        )
        claims = [(claim, officer, operation_topic(reference)) for claim, officer, reference in rows]
        present = await present_on(session, {topic for _, _, topic in claims}, now)
    living = [claim for claim, officer, topic in claims if officer in present.get(topic, frozenset())]
    if not living:
        return
    async with desk.database.writing() as session:
        await take_journal_lock(session)  # before any row's, as everybody does: two workers renew the same claims
        await session.execute(
            update(Claim)
            .where(col(Claim.id).in_(living), col(Claim.ended_at).is_(None))
            .values(lease_until=now + CLAIM_LEASE)
        )


async def end_lapsed_claims(desk: Desk) -> None:
    """End every claim whose lease is over; screens hear of each as of any release."""
    now = desk.clock.now()
    async with desk.database.reading() as session:
        rows = await session.execute(
            select(col(Claim.id)).where(col(Claim.ended_at).is_(None), col(Claim.lease_until) <= now)
        )
        lapsed = list(rows.scalars())
    for claim in lapsed:
        await _end(desk, claim)


async def _end(desk: Desk, claim_id: UUID) -> None:
    async with desk.database.reading() as session:
        holder = await session.get_one(Claim, claim_id)
    nobody = Asker(holder.officer_id, holder.agency_id, frozenset(), desk.clock.now())
    async with desk.work(nobody, changes_access=True) as work:  # the lock first: two workers end it once
        claim = await work.session.get_one(Claim, claim_id, populate_existing=True)
        if claim.ended_at is not None or claim.lease_until > work.asker.at:
            return
        claim.ended_at, claim.ended_why = work.asker.at, "lease over"
        task = await work.session.get_one(Task, claim.task_id)
        work.record(
            Fact.TASK_RELEASED, task.id, await topics_of(work, task.operation_id), claim, stamp="ended_position"
        )
