"""A page says that it stands still when its worker may show nothing, and is live again when it may."""

from collections.abc import Callable
from datetime import timedelta

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
async def test_a_turn_that_outlives_its_lease_looks_again_and_goes_on(stage: Stage, moment: str) -> None:
    bob = await stage.open("bob", "bob")
    stage.journal.make("new", clause("bob"))
    stage.journal.asides[moment] = stage.lease.end
    await stage.turn()
    assert "new" in bob.browser.page


def lease_ends(stage: Stage, *others: Callable[[], object]) -> Callable[[], None]:
    """Let the lease end, and something else happen with it."""

    def happen() -> None:
        stage.lease.end()
        for other in others:
            other()

    return happen


@pytest.mark.parametrize("moment", ["leaves", "disclosed"])
async def test_a_turn_whose_access_has_changed_meanwhile_says_nothing_and_costs_no_page_its_line(
    stage: Stage, moment: str
) -> None:
    bob, eve = await stage.open("bob", "bob"), await stage.open("eve", "eve", "bob")
    stage.journal.make("old", clause("bob"), clause("eve"))
    stage.journal.make("lost", clause("bob"))
    await stage.turn()
    stage.journal.edit("old", "words")
    stage.journal.take("old", "eve")
    stage.journal.edit("lost", "the secret")
    stage.journal.make("new", clause("bob"))
    stage.journal.asides[moment] = lease_ends(stage, lambda: stage.journal.take("lost", "bob"))
    await stage.turn()
    assert not bob.browser.saw("words")
    assert not bob.running.done()
    assert not eve.running.done()
    await stage.turn()
    assert bob.browser.saw("words")
    assert bob.browser.page.keys() == {"old", "new"}
    assert not bob.browser.saw("the secret")


async def test_a_turn_in_which_access_ended_by_itself_does_not_go_on(stage: Stage) -> None:
    bob = await stage.open("bob", "bob")
    stage.journal.make("short", clause("bob", ends=stage.journal.script.now))
    stage.journal.make("new", clause("bob", ends=stage.journal.script.now + timedelta(microseconds=1)))
    stage.journal.asides["leaves"] = stage.lease.end
    await stage.turn()
    assert bob.browser.page == {}
    assert not bob.running.done()


async def test_a_worker_that_was_struck_off_in_a_turn_does_not_go_on(stage: Stage) -> None:
    bob = await stage.open("bob", "bob")
    stage.journal.make("new", clause("bob"))
    stage.journal.asides["leaves"] = lease_ends(stage, lambda: setattr(stage.journal, "registered", False))
    await stage.turn()
    assert bob.browser.page == {}


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
    carol = lease_ends(stage, lambda: stage.journal.rekey("carol", "carol"))
    stage.journal.asides["changed_since"] = carol
    await stage.turn()
    assert [frame["do"] for frame in bob.browser.frames] == ["resync"]
