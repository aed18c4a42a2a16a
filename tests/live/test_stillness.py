"""A page says that it stands still when its worker may show nothing, and is live again when it may."""

import pytest

from live.stillness import Stillness
from live.wire import COME_BACK
from tests.live.stage import Stage, breathe, clause, named


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


async def test_no_heartbeat_comes_before_what_its_turn_has_yet_to_say(stage: Stage, stillness: Stillness) -> None:
    """The beat's cursor says that all up to it was heard; whoever is cut between the two would never hear the rest."""
    stage.journal.make("seen", clause("bob"))
    await stage.open("eve", "eve")
    before = stage.sealer.seal(stage.place(), named("bob"))
    stage.journal.make("missed", clause("bob"))
    await stage.turn()
    bob = stage.knock("bob", "bob", cursor=before)
    stage.lease.end()
    stillness.look()
    stage.journal.asides["changed_since"] = stillness.look  # the lease is back by then, and bob is let in
    await stage.turn()
    told = [frame["do"] for frame in bob.browser.frames]
    assert told.index("show") < told.index("beat")


async def test_no_heartbeat_comes_before_what_waited_for_a_slow_page(stage: Stage, stillness: Stillness) -> None:
    bob = await stage.open("bob", "bob")
    bob.browser.reads.clear()
    for name in ("first", "second"):
        stage.journal.make(name, clause("bob"))
        await stage.turn()
    bob.browser.reads.set()
    await breathe()
    bob.browser.forget()
    stage.lease.end()
    stillness.look()
    stage.journal.asides["leaves"] = stillness.look
    await stage.turn()
    told = [frame["do"] for frame in bob.browser.frames]
    assert told.index("show") < told.index("beat")


@pytest.mark.parametrize("moment", ["leaves", "disclosed"])
async def test_a_lease_that_ends_in_a_turn_costs_no_page_its_line(stage: Stage, moment: str) -> None:
    bob, eve = await stage.open("bob", "bob"), await stage.open("eve", "eve", "bob")
    stage.journal.make("old", clause("bob"), clause("eve"))
    await stage.turn()
    stage.journal.edit("old", "words")
    stage.journal.take("old", "eve")
    stage.journal.make("new", clause("bob"))
    stage.journal.asides[moment] = stage.lease.end
    await stage.turn()
    assert not bob.browser.saw("words")
    assert not bob.running.done()
    assert not eve.running.done()
    await stage.turn()
    assert bob.browser.saw("words")
    assert {"old", "new"} <= bob.browser.page.keys()


async def test_a_retraction_needs_no_lease(stage: Stage) -> None:
    stage.journal.make("post", clause("bob"))
    bob = await stage.open("bob", "bob")
    bob.browser.forget()
    stage.lease.end()
    stage.journal.take("post", "bob")
    await stage.turn()
    assert bob.browser.done("retract") == [{"do": "retract", "ref": "post"}]
    assert not bob.running.done()


async def test_whoever_must_begin_again_hears_so_without_the_lease(stage: Stage) -> None:
    bob = await stage.open("bob", "bob")
    stage.tailer.reset()
    stage.journal.asides["changed_since"] = stage.lease.end
    await stage.turn()
    assert [frame["do"] for frame in bob.browser.frames] == ["resync"]
