import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio

from live import follower
from live.follower import Follower
from tests.cast import HOUR
from tests.live.stage import Seat, Stage, clause, until


class HandBell:
    """A bell rung by hand."""

    def __init__(self) -> None:
        self.sound = True
        self.rung = asyncio.Event()

    async def rings(self) -> AsyncIterator[None]:
        while True:
            await self.rung.wait()
            self.rung.clear()
            yield


class Watch:
    """A stage that a follower keeps current."""

    def __init__(self, stage: Stage) -> None:
        self.stage, self.bell = stage, HandBell()
        self.follower = Follower(stage.tailer, self.bell)

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[Seat]:
        """Let Bob watch while the follower runs."""
        bob = self.stage.knock("bob", "bob")
        tasks = [asyncio.create_task(self.follower.run()), asyncio.create_task(self.follower.listen())]
        await until(lambda: bob.browser.frames, "joining")
        yield bob
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@pytest_asyncio.fixture
async def watch(stage: Stage) -> Watch:
    return Watch(stage)


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a follower look by itself so rarely that only what is tested can wake it."""
    monkeypatch.setattr(follower, "LOOK_EVERY", HOUR.total_seconds())
    monkeypatch.setattr(follower, "LOOK_WITHOUT_BELL", HOUR.total_seconds())
    monkeypatch.setattr(follower, "BEAT_EVERY", HOUR.total_seconds())


async def test_a_ring_brings_what_is_new(watch: Watch, patient: None) -> None:
    async with watch.kept() as bob:
        watch.stage.journal.make("post", clause("bob"))
        watch.bell.rung.set()
        await until(lambda: "post" in bob.browser.page, "the post")


async def test_a_lost_ring_only_delays(watch: Watch) -> None:
    async with watch.kept() as bob:
        watch.stage.journal.make("post", clause("bob"))
        await until(lambda: "post" in bob.browser.page, "the post")


async def test_without_a_bell_it_looks_more_often(watch: Watch, patient: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(follower, "LOOK_WITHOUT_BELL", 0.01)
    watch.bell.sound = False
    async with watch.kept() as bob:
        watch.stage.journal.make("post", clause("bob"))
        await until(lambda: "post" in bob.browser.page, "the post")


async def test_who_joins_wakes_it(watch: Watch, patient: None) -> None:
    async with watch.kept():
        carol = watch.stage.knock("carol", "carol")
        watch.follower.wake()
        await until(lambda: carol.browser.frames, "joining")


async def test_it_turns_when_time_alone_asks_for_it(watch: Watch, patient: None) -> None:
    journal = watch.stage.journal
    journal.make("post", clause("bob", ends=journal.script.now + HOUR / 36_000))
    async with watch.kept() as bob:
        journal.pass_time(HOUR)
        await until(lambda: bob.browser.done("retract"), "the retraction")


async def test_a_heartbeat_comes_without_anything_happening(
    watch: Watch, patient: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(follower, "BEAT_EVERY", 0.01)
    async with watch.kept() as bob:
        await until(lambda: len(bob.browser.done("beat")) >= 2, "two heartbeats")


async def test_a_turn_that_fails_ends_in_a_resync_and_the_next_one_works(
    watch: Watch, patient: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise ConnectionError

    monkeypatch.setattr(follower, "REST_AFTER_FAILURE", 0.01)
    async with watch.kept() as bob:
        watch.stage.journal.asides["events_after"] = fail
        watch.stage.journal.make("post", clause("bob"))
        watch.bell.rung.set()
        await until(lambda: "a turn failed" in caplog.text, "the failure")
        watch.bell.rung.set()
        await until(lambda: bob.browser.done("resync"), "the resync")
        again = await watch.stage.begun_again(bob)
        watch.stage.journal.make("next", clause("bob"))
        watch.bell.rung.set()
        await until(lambda: "next" in again.browser.page, "the next post")


async def test_a_journal_out_of_reach_only_delays(
    watch: Watch, patient: None, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail() -> None:
        raise ConnectionError

    monkeypatch.setattr(follower, "REST_AFTER_FAILURE", 0.01)
    async with watch.kept() as bob:
        watch.stage.journal.asides["snapshot"] = fail
        watch.stage.journal.make("post", clause("bob"))
        watch.bell.rung.set()
        await until(lambda: "out of reach" in caplog.text, "the failure")
        watch.bell.rung.set()
        await until(lambda: "post" in bob.browser.page, "the post")
        assert not bob.browser.done("resync"), "nothing was decided, so nothing is doubted"
