"""The lease: nothing may be sent without having lately seen the head, whatever froze the process meanwhile."""

import asyncio

import pytest

from live.lease import LEASE, OUTWAIT, Lease, boottime
from tests.cast import HOUR
from tests.live.stage import Stage, clause


class Hand:
    """A clock moved by hand."""

    def __init__(self) -> None:
        self.at = 100.0

    def __call__(self) -> float:
        return self.at


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
def lease(hand: Hand) -> Lease:
    return Lease(hand)


def test_it_starts_without_a_right_to_send(lease: Lease) -> None:
    assert not lease.holds()


def test_it_lasts_from_the_moment_before_the_head_was_read(lease: Lease, hand: Hand) -> None:
    t0 = hand.at
    hand.at += LEASE / 2  # reading, applying and reporting take their time, and none of it is given back
    lease.renew(t0)
    assert lease.holds()
    hand.at = t0 + LEASE
    assert not lease.holds()


def test_an_older_reading_never_shortens_it(lease: Lease, hand: Hand) -> None:
    lease.renew(hand.at)
    lease.renew(hand.at - LEASE)
    assert lease.holds()


def test_it_can_be_given_up(lease: Lease, hand: Hand) -> None:
    lease.renew(hand.at)
    lease.end()
    assert not lease.holds()


def test_whoever_revokes_outwaits_every_lease() -> None:
    assert OUTWAIT > LEASE


def test_its_clock_goes_on() -> None:
    before = boottime()
    assert boottime() >= before


async def test_a_request_waits_for_it(lease: Lease, hand: Hand) -> None:
    waiting = [asyncio.create_task(lease.wait(HOUR.total_seconds())) for _ in range(2)]
    await asyncio.sleep(0)
    lease.renew(hand.at)
    assert await asyncio.gather(*waiting) == [True, True]


async def test_a_request_does_not_wait_for_ever(lease: Lease) -> None:
    assert not await lease.wait(0.0)


async def test_a_turn_renews_it_from_before_the_head_was_read(stage: Stage) -> None:
    assert not stage.lease.holds()
    before = boottime()
    await stage.turn()
    assert stage.lease.holds()
    assert before <= boottime() - stage.lease.age()


async def test_a_turn_that_fails_renews_nothing(stage: Stage) -> None:
    def fail() -> None:
        raise ConnectionError

    await stage.turn()
    stage.lease.end()
    stage.journal.asides["events_after"] = fail
    with pytest.raises(ConnectionError):
        await stage.turn()
    assert not stage.lease.holds()


async def test_access_is_reported_before_the_lease_is_renewed(stage: Stage) -> None:
    held: list[bool] = []
    stage.journal.on_report = lambda: held.append(stage.lease.holds())
    stage.journal.make("post", clause("bob"))
    await stage.turn()
    stage.lease.end()
    stage.journal.take("post", "bob")
    await stage.turn()
    assert stage.journal.reports == [1, 2]
    assert held == [False, False]
    assert stage.lease.holds()


async def test_content_alone_is_not_reported(stage: Stage) -> None:
    await stage.turn()
    stage.journal.make("post", clause("bob"))
    await stage.turn()
    assert stage.journal.reports == [0]


async def test_access_that_no_open_screen_shows_is_reported_too(stage: Stage) -> None:
    await stage.turn()
    stage.journal.rekey("carol", "team")
    await stage.turn()
    assert stage.journal.reports == [0, 1]


async def test_a_worker_that_was_struck_off_looks_once_more_before_it_sends(stage: Stage) -> None:
    await stage.turn()
    stage.journal.registered = False
    stage.lease.end()
    await stage.turn()
    assert not stage.lease.holds(), "who revoked before it was entered has not waited for it"
    assert stage.tailer.seconds_until_due() == 0
    await stage.turn()
    assert stage.lease.holds()
    assert stage.tailer.seconds_until_due() is None


async def test_after_a_failed_turn_everything_is_reported_anew(stage: Stage) -> None:
    await stage.turn()
    stage.tailer.reset()
    await stage.turn()
    assert stage.journal.reports == [0, 0]


async def test_what_was_lost_is_let_go_before_it_is_reported(stage: Stage) -> None:
    stage.journal.make("post", clause("bob"))
    bob = await stage.open("bob", "bob")
    heard: list[bool] = []
    stage.journal.on_report = lambda: heard.append(bool(bob.browser.done("retract")))
    stage.journal.take("post", "bob")
    stage.journal.make("secret", clause("bob"))
    await stage.turn()
    assert heard == [True]
