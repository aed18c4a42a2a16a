"""A dead phone loses its tasks; a living one keeps them."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest_asyncio
from sqlalchemy import select
from sqlmodel import col

from live.doorbell import Doorbell
from live.memory_doorbell import MemoryBackend
from models.database import Database
from models.journal import JournalEntry
from models.tasks import Claim
from ops.actions.tasks import CLAIM_LEASE
from ops.feed.workers import Registry
from ops.jobs.claim_leases import end_lapsed_claims, renew_claims
from ops.topics import operation_topic
from ops.transaction import Desk, Fact
from tests.cast import NOW, County, HandClock, file, found_county


@pytest_asyncio.fixture
async def desk(database: Database, clock: HandClock) -> AsyncIterator[Desk]:
    doorbell = Doorbell(MemoryBackend())
    async with doorbell.open():
        yield Desk(database, doorbell, clock)


async def bob_holds_the_knock(database: Database, county: County) -> Claim:
    claim = Claim(
        task_id=county.knock.id,
        officer_id=county.bob.id,
        agency_id=county.fair_work.id,
        at=NOW,
        lease_until=NOW + CLAIM_LEASE,
    )
    await file(database, claim)
    return claim


async def held(database: Database) -> bool:
    async with database.reading() as session:
        return (await session.execute(select(Claim).where(col(Claim.ended_at).is_(None)))).first() is not None


async def releases(database: Database) -> int:
    async with database.reading() as session:
        rows = await session.execute(select(JournalEntry).where(col(JournalEntry.kind) == Fact.TASK_RELEASED))
        return len(rows.all())


async def test_a_claim_whose_lease_is_over_ends_once_and_is_told(desk: Desk, clock: HandClock) -> None:
    await bob_holds_the_knock(desk.database, await found_county(desk.database))
    clock.advance(CLAIM_LEASE)
    await end_lapsed_claims(desk)
    await end_lapsed_claims(desk)
    assert not await held(desk.database)
    assert await releases(desk.database) == 1


async def test_a_claim_is_kept_until_the_very_instant_its_lease_ends(desk: Desk, clock: HandClock) -> None:
    await bob_holds_the_knock(desk.database, await found_county(desk.database))
    clock.advance(CLAIM_LEASE - timedelta(microseconds=1))
    await end_lapsed_claims(desk)
    assert await held(desk.database)


async def test_a_holder_with_an_open_page_keeps_the_claim(desk: Desk, clock: HandClock) -> None:
    county = await found_county(desk.database)
    await bob_holds_the_knock(desk.database, county)
    registry = Registry(desk.database, clock)
    clock.advance(CLAIM_LEASE - timedelta(seconds=20))
    await registry.report(0)
    await registry.arrive(county.bob.id, operation_topic(county.operation.reference))
    await renew_claims(desk)
    clock.advance(timedelta(seconds=30))
    await end_lapsed_claims(desk)
    assert await held(desk.database)


async def test_a_holder_on_a_dead_worker_does_not(desk: Desk, clock: HandClock) -> None:
    county = await found_county(desk.database)
    await bob_holds_the_knock(desk.database, county)
    registry = Registry(desk.database, clock)
    await registry.report(0)
    await registry.arrive(county.bob.id, operation_topic(county.operation.reference))
    clock.advance(CLAIM_LEASE)
    await renew_claims(desk)
    await end_lapsed_claims(desk)
    assert not await held(desk.database)
