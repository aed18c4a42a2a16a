"""A page says that it stands still when its worker may show nothing, and is live again when it may."""

import pytest

from live.stillness import Stillness
from live.wire import COME_BACK
from tests.live.stage import Stage, breathe, clause


@pytest.fixture
def stillness(stage: Stage) -> Stillness:
    return Stillness(stage.lease, stage.tailer)


async def test_a_page_is_told_once_that_it_stands_still(stage: Stage, stillness: Stillness) -> None:
    bob = await stage.open("bob", "bob")
    stillness.look()
    assert bob.browser.frames == []
    stage.lease.end()
    for _ in range(3):
        stillness.look()
        await breathe()
    assert bob.browser.frames == [{"do": "stale"}]


async def test_no_heartbeat_is_sent_while_nothing_may_be_shown(stage: Stage) -> None:
    bob = await stage.open("bob", "bob")
    stage.lease.end()
    stage.tailer.beat()
    await breathe()
    assert bob.browser.frames == [], "the server would cut the line rather than let it leave"


async def test_it_is_live_again_with_the_next_heartbeat(stage: Stage, stillness: Stillness) -> None:
    bob = await stage.open("bob", "bob")
    stage.lease.end()
    stillness.look()
    await stage.turn()
    stillness.look()
    await breathe()
    assert [frame["do"] for frame in bob.browser.frames] == ["stale", "beat"]


async def test_a_page_that_does_not_read_is_cut(stage: Stage, stillness: Stillness) -> None:
    bob = await stage.open("bob", "bob")
    bob.browser.reads.clear()
    stage.journal.make("post", clause("bob"))
    await stage.turn()
    stage.lease.end()
    stillness.look()
    assert await bob.running == COME_BACK
    bob.browser.reads.set()
    await breathe()
    assert bob.browser.raw == []


async def test_pages_that_wait_after_a_failed_turn_are_told_too(stage: Stage, stillness: Stillness) -> None:
    bob = await stage.open("bob", "bob")
    stage.tailer.reset()
    stage.lease.end()
    stillness.look()
    await breathe()
    assert bob.browser.frames == [{"do": "stale"}]
