"""What is over leaves no trace; what lives stays."""

from datetime import timedelta

from sqlalchemy import select
from sqlmodel import col

from live.doorbell import Doorbell
from live.memory_doorbell import MemoryBackend
from models.database import Database
from models.journal import Answer, Presence, Worker
from models.sign_ins import HalfSignIn, PasskeyChallenge
from ops.feed.workers import FORGOTTEN_AFTER, Registry
from ops.jobs.clean_up import clean_up
from ops.transaction import Desk
from tests.cast import HandClock, file, found_county


async def test_a_dead_workers_officers_and_old_answers_go_and_the_living_stay(
    database: Database, clock: HandClock
) -> None:
    county = await found_county(database)
    dead, living = Registry(database, clock), Registry(database, clock)
    await dead.report(0)
    await dead.arrive(county.bob.id, "operation:one")
    await file(database, Answer(officer_id=county.bob.id, key="old", body_hash="", reference="", at=clock.now()))
    clock.advance(timedelta(hours=72) + FORGOTTEN_AFTER)
    await living.report(0)
    await living.arrive(county.carol.id, "operation:one")
    desk = Desk(database, Doorbell(MemoryBackend()), clock)
    await clean_up(desk, await clean_up(desk))
    async with database.reading() as session:
        assert [row.officer_id for row in (await session.execute(select(Presence))).scalars()] == [county.carol.id]
        assert list((await session.execute(select(col(Worker.id)))).scalars()) == [living.worker]
        assert (await session.execute(select(Answer))).first() is None


async def test_half_sign_ins_and_challenges_go_when_they_count_no_more(database: Database, clock: HandClock) -> None:
    county, now = await found_county(database), clock.now()
    for word, ends in (("old", now - timedelta(seconds=1)), ("new", now + timedelta(seconds=1))):
        half = HalfSignIn(officer_id=county.bob.id, secret_hash=word, started_at=now, expires_at=ends)
        await file(database, half, PasskeyChallenge(challenge_hash=word, asked_for="", bound_to="", expires_at=ends))
    await clean_up(Desk(database, Doorbell(MemoryBackend()), clock))
    async with database.reading() as session:
        assert list((await session.execute(select(col(HalfSignIn.secret_hash)))).scalars()) == ["new"]
        assert list((await session.execute(select(col(PasskeyChallenge.challenge_hash)))).scalars()) == ["new"]


async def test_whoever_beats_is_not_taken_for_dead_when_the_clock_is_set_forward(
    database: Database, clock: HandClock
) -> None:
    living, desk = Registry(database, clock), Desk(database, Doorbell(MemoryBackend()), clock)
    await living.report(0)
    clock.advance(2 * FORGOTTEN_AFTER)
    silent = await clean_up(desk)
    async with database.reading() as session:
        assert list((await session.execute(select(col(Worker.id)))).scalars()) == [living.worker]
    await living.beat()
    clock.advance(2 * FORGOTTEN_AFTER)
    await clean_up(desk, silent)
    async with database.reading() as session:
        assert list((await session.execute(select(col(Worker.id)))).scalars()) == [living.worker]
