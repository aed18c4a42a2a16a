"""Sixteen writers at once, with pauses and rollbacks: the journal loses nothing and has no gap; a serial one does."""

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from uuid import UUID, uuid4

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from live.doorbell import Doorbell
from live.memory_doorbell import MemoryBackend
from models.database import Database
from ops.access.asker import Asker
from ops.clock import Clock
from ops.feed.journal import SqlJournal
from ops.feed.workers import Registry
from ops.transaction import Desk, Fact
from ops.web.fragments import Painter
from ops.web.templates import Templates
from tests.cast import found_county

WRITERS = 16
ACTS, ACTS_AT_NIGHT = 12, 200  # for each writer
ROLLED_BACK = 0.1  # of all acts
LONGEST_PAUSE = 0.02  # seconds inside a transaction: the fault, not a wait


class RolledBackError(Exception):
    """What ends one act in ten."""


Act = Callable[[UUID], AsyncIterator[None]]


async def committed_by_all(acts: int, dice: random.Random, act: Act) -> set[UUID]:
    """Let every writer act; gives the subjects of what was committed."""
    committed: set[UUID] = set()

    async def writer(own: random.Random) -> None:
        for _ in range(acts):
            subject = uuid4()
            kept = own.random() >= ROLLED_BACK
            with suppress(RolledBackError):
                async with asynccontextmanager(act)(subject):
                    await asyncio.sleep(own.random() * LONGEST_PAUSE)
                    if not kept:
                        raise RolledBackError
                committed.add(subject)

    await asyncio.gather(*(writer(random.Random(dice.random())) for _ in range(WRITERS)))
    return committed


async def followed(read: Callable[[int], AsyncIterator[tuple[int, UUID]]], until: asyncio.Event) -> list[UUID]:
    """Read behind a cursor for as long as they write, and once more."""
    cursor, heard = 0, list[UUID]()
    while True:
        last = until.is_set()
        async for position, subject in read(cursor):
            cursor = position
            heard.append(subject)
        if last:
            return heard
        await asyncio.sleep(0)


async def both(
    acts: int, seed: int, act: Act, read: Callable[[int], AsyncIterator[tuple[int, UUID]]]
) -> tuple[set[UUID], list[UUID]]:
    done = asyncio.Event()
    following = asyncio.create_task(followed(read, done))
    committed = await committed_by_all(acts, random.Random(seed), act)
    done.set()
    return committed, await following


async def test_the_journal_loses_nothing_and_has_no_gap(database: Database, seed: int, *, nightly: bool) -> None:
    county = await found_county(database)
    doorbell, clock = Doorbell(MemoryBackend()), Clock()
    journal = SqlJournal(database, clock, Painter(Templates(partnership="", demo=False)), Registry(database, clock))
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(doorbell.open())
        desk = Desk(database, doorbell, clock)
        await desk.set_clock()
        asker = Asker(county.dora.id, county.dora.agency_id, frozenset(), clock.now())
        async with journal.snapshot() as snapshot:
            before = snapshot.head

        async def act(subject: UUID) -> AsyncIterator[None]:
            async with desk.work(asker) as work:
                work.record(Fact.POST_MADE, subject, ())
                yield

        async def read(cursor: int) -> AsyncIterator[tuple[int, UUID]]:
            async with journal.snapshot() as moment:
                events = await moment.events_after(max(cursor, before))
                assert [event.position for event in events] == list(range(max(cursor, before) + 1, moment.head + 1))
                for event in events:
                    yield event.position, event.subject

        committed, heard = await both(ACTS_AT_NIGHT if nightly else ACTS, seed, act, read)
    assert len(heard) == len(set(heard)), "nothing twice"
    assert set(heard) == committed, "nothing lost, nothing that was rolled back"


async def test_a_serial_cursor_loses_commits(postgresql_database: Database, seed: int, *, nightly: bool) -> None:
    """The same judge on the usual way: were it to pass, the test above would prove nothing."""
    database = postgresql_database
    async with database.writing() as session:
        await session.execute(text("CREATE TABLE serial_journal (position BIGSERIAL PRIMARY KEY, subject UUID)"))

    async def insert(session: AsyncSession, subject: UUID) -> None:
        await session.execute(text("INSERT INTO serial_journal (subject) VALUES (:subject)"), {"subject": subject})

    async def act(subject: UUID) -> AsyncIterator[None]:
        async with database.writing() as session:
            await insert(session, subject)
            yield

    async def read(cursor: int) -> AsyncIterator[tuple[int, UUID]]:
        async with database.reading() as session:
            rows = await session.execute(
                text("SELECT position, subject FROM serial_journal WHERE position > :cursor ORDER BY position"),
                {"cursor": cursor},
            )
            for position, subject in rows.all():
                yield position, subject

    committed, heard = await both(ACTS_AT_NIGHT if nightly else ACTS, seed, act, read)
    assert committed - set(heard), "a serial cursor was expected to lose commits"
