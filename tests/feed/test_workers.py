"""Who is shown as here while workers come and go."""

from datetime import timedelta

from live.doorbell import Doorbell
from live.memory_doorbell import MemoryBackend
from live.presence import LEAVE_AFTER
from models.database import Database
from ops.feed.workers import DEAD_AFTER, Registry, present_on
from ops.jobs.clean_up import clean_up
from ops.transaction import Desk
from tests.cast import HandClock, found_county

TOPIC = "operation:one"


async def here(database: Database, clock: HandClock) -> int:
    async with database.reading() as session:
        return len((await present_on(session, [TOPIC], clock.now())).get(TOPIC, frozenset()))


async def test_an_officer_whose_worker_retires_is_shown_until_their_page_has_moved(
    database: Database, clock: HandClock
) -> None:
    county = await found_county(database)
    leaving, staying = Registry(database, clock), Registry(database, clock)
    for worker in (leaving, staying):
        await worker.report(0)
    await leaving.arrive(county.bob.id, TOPIC)
    await leaving.retire()
    await clean_up(Desk(database, Doorbell(MemoryBackend()), clock))
    assert await here(database, clock) == 1
    await staying.arrive(county.bob.id, TOPIC)
    clock.advance(timedelta(seconds=LEAVE_AFTER))
    assert await here(database, clock) == 1


async def test_an_officer_who_does_not_come_back_is_gone_a_moment_later(database: Database, clock: HandClock) -> None:
    county = await found_county(database)
    leaving = Registry(database, clock)
    await leaving.report(0)
    await leaving.arrive(county.bob.id, TOPIC)
    await leaving.retire()
    clock.advance(timedelta(seconds=LEAVE_AFTER))
    assert await here(database, clock) == 0


async def test_the_officers_of_a_worker_that_died_are_gone_after_its_last_beat(
    database: Database, clock: HandClock
) -> None:
    county = await found_county(database)
    dead = Registry(database, clock)
    await dead.report(0)
    await dead.arrive(county.bob.id, TOPIC)
    clock.advance(DEAD_AFTER)
    assert await here(database, clock) == 0
