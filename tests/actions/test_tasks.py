"""What officers do at the same moment happens in one order, and nobody waits for anybody in a circle."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import nullcontext
from itertools import pairwise

import pytest
import pytest_asyncio
from sqlalchemy.exc import IntegrityError

from live.doorbell import Doorbell
from live.memory_doorbell import MemoryBackend
from models.database import Database
from models.tasks import CheckInKind, TaskState
from ops.actions.check_ins import see_call
from ops.actions.links import remove_link
from ops.actions.reports import attach_to_report
from ops.actions.tasks import claim_task, move_task, release_task
from ops.errors import Refusal
from ops.screens.lines import task_lines
from ops.transaction import Desk
from tests.actions.office import LOCKED, Office
from tests.cast import NOW, HandClock, file, found_county


async def release(office: Office) -> None:
    await claim_task(office.desk, await office.asks(office.county.alice), office.county.knock.reference)
    await release_task(office.desk, await office.asks(office.county.alice), office.county.knock.reference)


async def move(office: Office) -> None:
    await move_task(office.desk, await office.asks(office.county.alice), office.county.knock.reference, "here", None)


async def post(office: Office) -> None:
    for audience in ("site", "agency"):
        await office.post(office.county.bob, audience=audience)


async def check_in(office: Office) -> None:
    for kind in (CheckInKind.SAFE, CheckInKind.HELP, CheckInKind.OK_NOW):
        await office.say(office.county.bob, kind, key=kind)


async def see(office: Office) -> None:
    with pytest.raises(Refusal):
        await see_call(office.desk, await office.asks(office.county.alice), "none")


async def unlink(office: Office) -> None:
    await remove_link(office.desk, await office.asks(office.county.alice), office.county.link.reference)


async def attach(office: Office) -> None:
    with pytest.raises(Refusal):
        await attach_to_report(office.desk, await office.asks(office.county.alice), office.county.visit.reference, [])


@pytest_asyncio.fixture
async def many(postgresql_database: Database, clock: HandClock) -> AsyncIterator[Office]:
    """Give an office with many writers: PostgreSQL's, as SQLite has one."""
    doorbell = Doorbell(MemoryBackend())
    async with doorbell.open():
        yield Office(Desk(postgresql_database, doorbell, clock), await found_county(postgresql_database))


@pytest.mark.parametrize("act", [release, move, post, check_in, see, unlink, attach])
async def test_an_act_takes_the_journals_lock_before_any_other(
    many: Office, act: Callable[[Office], Awaitable[None]]
) -> None:
    with many.statements() as seen:
        await act(many)
    first = [statement for begun, statement in pairwise(seen) if begun == "BEGIN"]
    assert set(first) == {LOCKED}


async def test_of_many_statuses_at_once_each_is_a_revision_of_its_own(many: Office) -> None:
    county = many.county
    alice = await many.asks(county.alice)
    moves = ("move", "here", "done", "wait", "move", "here")
    await asyncio.gather(*(move_task(many.desk, alice, county.knock.reference, to, None) for to in moves))
    async with many.desk.database.reading() as session:
        lines = await task_lines(session, [county.knock.id], alice.at)
        assert lines[county.knock.id].revision == 1 + len(moves)


async def test_two_states_of_a_task_are_never_one_revision(database: Database) -> None:
    county = await found_county(database)
    for refused in (False, True):
        state = TaskState(task_id=county.knock.id, revision=7, status="here", at=NOW, arrived_at=NOW)
        with pytest.raises(IntegrityError) if refused else nullcontext():
            await file(database, state)
