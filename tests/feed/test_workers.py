"""Who is shown as here while workers come and go."""

from datetime import timedelta

from live.doorbell import Doorbell
from live.memory_doorbell import MemoryBackend
from live.presence import BEAT_EVERY, LEAVE_AFTER
from models.database import Database
from ops.feed.beats import DEAD_AFTER, Beats
from ops.feed.workers import Registry, present_on
from ops.jobs.clean_up import clean_up
from ops.transaction import Desk
from tests.cast import HOUR, HandClock, found_county

TOPIC = "operation:one"


async def here(database: Database, clock: HandClock, beats: Beats | None = None) -> int:
    async with database.reading() as session:
        return len((await present_on(session, [TOPIC], clock.now(), beats or Beats())).get(TOPIC, frozenset()))


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


async def test_whoever_looks_on_sees_nobody_leave_when_the_clock_steps(database: Database, clock: HandClock) -> None:
    county = await found_county(database)
    registry, tick = Registry(database, clock), 0.0
    beats = Beats(lambda: tick)
    await registry.report(0)
    await registry.arrive(county.bob.id, TOPIC)
    assert await here(database, clock, beats) == 1
    clock.advance(HOUR)
    assert await here(database, clock, beats) == 1
    tick += BEAT_EVERY
    await registry.beat()
    clock.advance(HOUR)
    assert await here(database, clock, beats) == 1
    tick += DEAD_AFTER.total_seconds()
    assert await here(database, clock, beats) == 0, "its own clock says so"


async def test_a_beat_that_was_made_long_before_we_looked_is_as_old_as_it_says(
    database: Database, clock: HandClock
) -> None:
    county = await found_county(database)
    registry, tick = Registry(database, clock), 0.0
    beats = Beats(lambda: tick)
    await registry.report(0)
    await registry.arrive(county.bob.id, TOPIC)
    assert await here(database, clock, beats) == 1
    tick += 100
    clock.advance(timedelta(seconds=60))
    await registry.beat()
    clock.advance(timedelta(seconds=40))
    assert await here(database, clock, beats) == 1
    tick += 5
    assert await here(database, clock, beats) == 0
