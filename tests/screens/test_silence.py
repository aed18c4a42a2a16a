"""Of whom nothing is heard any more: grey after two minutes, looked after at ten, and any sign ends it."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlmodel import SQLModel

from live.audience import Level
from live.doorbell import Doorbell
from live.memory_doorbell import MemoryBackend
from models.agencies import Officer
from models.base import new_id, new_reference
from models.database import Database
from models.grants import Resource
from models.journal import Presence, Worker
from models.tasks import CheckIn, Claim, Post, PostVersion, TaskState
from ops.access.asker import Asker
from ops.actions.tasks import CLAIM_LEASE
from ops.jobs.clean_up import clean_up
from ops.screens.board import board_of, next_change
from ops.screens.board_values import Board, LoudTask
from ops.screens.on_operation import on_operation
from ops.topics import operation_topic
from ops.transaction import Desk, new_resource
from tests import cast
from tests.cast import HOUR, NOW, County, HandClock, file, found_county

MINUTE = timedelta(minutes=1)


async def at_work(database: Database, county: County, officer: Officer, task: Resource, status: str = "move") -> None:
    """Let an officer hold a task of the farm, and be on the way to it."""
    until = NOW + CLAIM_LEASE
    holds = Claim(task_id=task.id, officer_id=officer.id, agency_id=officer.agency_id, at=NOW - HOUR, lease_until=until)
    moved = TaskState(
        task_id=task.id, revision=9, status=status, officer_id=officer.id, at=NOW - HOUR, arrived_at=NOW - HOUR
    )
    await file(database, holds, moved)


async def phone(
    database: Database, county: County, officer: Officer, left: datetime | None, beat: datetime | None = None
) -> None:
    """Let an officer's page of the operation be there until it left; or until its process last beat."""
    worker = new_id()
    if beat is not None:
        await file(database, Worker(id=worker, started_at=NOW - HOUR, beat_at=beat))
    topic = operation_topic(county.operation.reference)
    await file(database, Presence(worker_id=worker, officer_id=officer.id, topic=topic, since=NOW - HOUR, left_at=left))


async def board(database: Database, county: County, reader: Officer, at: datetime = NOW) -> tuple[Board, object]:
    asks: Asker = await cast.asker(database, reader, at)
    async with database.reading() as session:
        seen = await on_operation(session, asks, county.operation.reference)
        return await board_of(session, asks, seen, ()), next_change(seen)


async def said_of(database: Database, county: County, reader: Officer, at: datetime = NOW) -> dict[str, str]:
    """Give what a reader's board says louder of each task."""
    shown, _ = await board(database, county, reader, at)
    loud: list[LoudTask] = [one for site in shown.sites for one in site.loud]
    return {one.reference: one.state for one in loud}


async def test_grey_after_two_minutes_looked_after_at_ten_and_the_board_knows_when(database: Database) -> None:
    county = await found_county(database)
    knock = county.knock.reference
    await at_work(database, county, county.bob, county.knock)
    await phone(database, county, county.bob, NOW)
    told = []
    for minutes in (1, 2, 9, 10):
        at = NOW + minutes * MINUTE
        shown, _ = await board(database, county, county.alice, at)
        titles = [alert.title for alert in shown.alerts]
        told.append(((await said_of(database, county, county.alice, at)).get(knock), "Nothing heard" in titles))
    assert told == [(None, False), ("silent", False), ("silent", False), ("late", True)]
    _, next_one = await board(database, county, county.alice, NOW + MINUTE)
    assert next_one == NOW + 2 * MINUTE
    _, next_one = await board(database, county, county.alice, NOW + 2 * MINUTE)
    assert next_one == NOW + 10 * MINUTE


async def test_the_alert_names_the_officer_and_its_one_act_is_to_have_reached_them(database: Database) -> None:
    county = await found_county(database)
    await at_work(database, county, county.bob, county.knock)
    await phone(database, county, county.bob, NOW - 11 * MINUTE)
    shown, _ = await board(database, county, county.alice)
    (alert,) = [alert for alert in shown.alerts if alert.state == "late"]
    assert (alert.title, alert.act_label, alert.site_code) == ("Nothing heard", "Checked OK", "S1")
    assert alert.text.startswith("Bob: no sign since ")
    assert dict(alert.fields)["officer"] == county.bob.reference
    assert next(site for site in shown.sites if site.code == "S1").state == "late"


async def test_who_has_the_page_open_or_never_had_one_is_not_silent(database: Database) -> None:
    county = await found_county(database)
    await at_work(database, county, county.bob, county.knock)
    assert await said_of(database, county, county.alice) == {}
    await phone(database, county, county.bob, NOW - 20 * MINUTE)
    assert set((await said_of(database, county, county.alice)).values()) == {"late"}
    await phone(database, county, county.bob, None, beat=NOW)
    assert await said_of(database, county, county.alice) == {}


@pytest.mark.parametrize("sign", ["check-in", "post", "status", "heard by radio"])
async def test_any_sign_ends_it(database: Database, sign: str) -> None:
    county = await found_county(database)
    await at_work(database, county, county.bob, county.knock)
    await phone(database, county, county.bob, NOW - 20 * MINUTE)
    for row in _sign(county, county.bob, sign):
        await file(database, row)
    assert await said_of(database, county, county.alice) == {}


def _sign(county: County, officer: Officer, sign: str) -> list[SQLModel]:
    just_now = NOW - MINUTE
    if sign == "status":
        return [
            TaskState(
                task_id=county.knock.id,
                revision=10,
                status="wait",
                officer_id=officer.id,
                at=just_now - HOUR / 2,  # it happened before, and arrived now: that is the sign
                arrived_at=just_now,
            )
        ]
    if sign == "post":
        thing = new_resource("post", county.police.id, acl=county.farm.id, gate=county.operation.id)
        post = Post(
            id=thing.id,
            operation_id=county.operation.id,
            author_id=officer.id,
            agency_id=officer.agency_id,
            happened_at=just_now,
            arrived_at=just_now,
        )
        return [thing, post, PostVersion(post_id=thing.id, number=1, text="t", officer_id=officer.id, at=just_now)]
    entered = county.alice.id if sign == "heard by radio" else None
    return [
        CheckIn(
            reference=new_reference(),
            operation_id=county.operation.id,
            site_id=county.farm.id,
            officer_id=officer.id,
            agency_id=officer.agency_id,
            kind="safe",
            at=just_now,
            arrived_at=just_now,
            entered_by=entered,
            channel="radio" if entered else "",
        )
    ]


async def test_only_who_sees_what_the_officer_holds_reads_that_they_are_silent(database: Database) -> None:
    county = await found_county(database)
    before = await board(database, county, county.carol)
    await cast.grant(database, county.operation, county.oscar, Level.DISCOVER, agreement=county.agreement)
    outside = await board(database, county, county.oscar)
    hidden = county.interview  # a restricted task
    await at_work(database, county, county.alice, hidden)
    await phone(database, county, county.alice, NOW - 20 * MINUTE)
    assert hidden.reference in await said_of(database, county, county.alice)
    for reader, shown in ((county.carol, before), (county.oscar, outside)):
        assert await board(database, county, reader) == shown


async def test_it_goes_through_a_restart_whether_the_process_ended_well_or_was_killed(database: Database) -> None:
    county = await found_county(database)
    await at_work(database, county, county.bob, county.knock)
    await phone(database, county, county.bob, None, beat=NOW - 20 * MINUTE)
    killed = await board(database, county, county.alice)
    assert [alert.title for alert in killed[0].alerts if alert.state == "late"] == ["Nothing heard"]


async def test_clearing_up_after_dead_processes_keeps_since_when_nothing_is_heard(
    database: Database, clock: HandClock
) -> None:
    county = await found_county(database)
    await at_work(database, county, county.bob, county.knock)
    await phone(database, county, county.bob, None, beat=NOW - 2 * HOUR)
    before = await board(database, county, county.alice)
    desk = Desk(database, Doorbell(MemoryBackend()), clock)
    await clean_up(desk, await clean_up(desk))  # silent over two rounds
    async with database.reading() as session:
        assert (await session.execute(select(Worker))).first() is None
    assert await board(database, county, county.alice) == before
