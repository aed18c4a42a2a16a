from datetime import timedelta

import pytest

from live.audience import Level
from live.catch_up import OLDEST_CURSOR, SPREAD_SECONDS
from live.cursor import Place
from live.mailbox import MAILBOX_REFERENCES
from tests.cast import TICK
from tests.live.stage import EPOCH, Seat, Stage, clause, named


async def late(stage: Stage, place: Place) -> Seat:
    """Let Bob's page join with a cursor from some time ago."""
    seat = stage.knock("bob", "bob", cursor=stage.sealer.seal(place, named("bob")))
    await stage.turn()
    return seat


async def test_who_joins_hears_what_they_missed_and_may_see_oldest_first(stage: Stage) -> None:
    stage.journal.make("old", clause("bob"))
    place = stage.place()
    stage.journal.make("first", clause("bob"))
    stage.journal.make("hidden", clause("carol"))
    stage.journal.make("second", clause("bob"))
    bob = await late(stage, place)
    assert [frame["ref"] for frame in bob.browser.done("show")] == ["first", "second"]
    assert not bob.browser.done("resync")


async def test_who_missed_nothing_hears_nothing_but_the_sums(stage: Stage) -> None:
    stage.journal.make("old", clause("bob"))
    bob = await late(stage, stage.place())
    assert len(bob.browser.frames) == len(bob.browser.filled()) == 1


async def test_what_was_edited_twice_comes_once_as_it_is_now(stage: Stage) -> None:
    place = stage.place()
    stage.journal.make("post", clause("bob"))
    stage.journal.edit("post", "newest words")
    bob = await late(stage, place)
    assert [frame["rev"] for frame in bob.browser.done("show")] == [2]
    assert bob.browser.page == {"post": {"post-full": "newest words"}}


async def test_a_gap_is_filled_under_the_access_of_now(stage: Stage) -> None:
    place = stage.place()
    stage.journal.make("post", clause("bob"), text="secret")
    stage.journal.take("post", "bob")
    bob = await late(stage, place)
    assert not bob.browser.saw("secret")


async def test_what_one_came_to_see_in_the_gap_is_shown(stage: Stage) -> None:
    subject = stage.journal.make("post", clause("bob"))
    stage.journal.script.gained[named("bob")] = (subject,)
    bob = await late(stage, stage.place())
    assert list(bob.browser.page) == ["post"]


async def test_who_lost_access_in_the_gap_fetches_the_page_again(stage: Stage) -> None:
    stage.journal.script.lost.add(named("bob"))
    bob = await late(stage, stage.place())
    assert [frame["within"] for frame in bob.browser.done("resync")] == [0]


async def test_a_cursor_may_be_as_old_as_the_limit_and_no_older(stage: Stage) -> None:
    place = stage.place()
    stage.journal.pass_time(OLDEST_CURSOR)
    assert not (await late(stage, place)).browser.done("resync")
    stage.journal.pass_time(timedelta(milliseconds=1))
    assert (await late(stage, place)).browser.done("resync")


@pytest.mark.parametrize("cursor", ["", "junk"])
async def test_without_a_cursor_of_its_own_a_page_is_fetched_again(stage: Stage, cursor: str) -> None:
    bob = stage.knock("bob", "bob", cursor=cursor)
    await stage.turn()
    assert bob.browser.done("resync")


async def test_another_officers_cursor_is_worth_nothing(stage: Stage) -> None:
    bob = stage.knock("bob", "bob", cursor=stage.sealer.seal(stage.place(), named("carol")))
    await stage.turn()
    assert bob.browser.done("resync")


async def test_too_much_to_send_is_decided_by_what_is_permitted_only(stage: Stage) -> None:
    place = stage.place()
    for number in range(MAILBOX_REFERENCES + 1):
        stage.journal.make(f"hidden {number}", clause("carol"))
    assert not (await late(stage, place)).browser.done("resync")
    for number in range(MAILBOX_REFERENCES + 1):
        stage.journal.make(f"seen {number}", clause("bob"))
    last = await late(stage, place)
    assert last.browser.done("resync")
    assert not last.browser.done("show")


async def test_another_epoch_spreads_the_pages(stage: Stage) -> None:
    bob = await late(stage, Place(b"some other epoch", 0, stage.journal.script.now))
    assert [frame["within"] for frame in bob.browser.done("resync")] == [SPREAD_SECONDS]


async def test_another_epoch_spreads_even_the_pages_that_have_long_been_open(stage: Stage) -> None:
    long_ago = stage.journal.script.now - OLDEST_CURSOR - TICK
    bob = await late(stage, Place(b"some other epoch", 0, long_ago))
    assert [frame["within"] for frame in bob.browser.done("resync")] == [SPREAD_SECONDS]


async def test_a_gap_is_the_same_whether_or_not_hidden_things_happened(stage: Stage) -> None:
    place = stage.place()
    stage.journal.make("post", clause("bob"))
    quiet = await late(stage, place)
    for number in range(1000):
        stage.journal.make(f"hidden {number}", clause("carol"))
    loud = await late(stage, place)
    assert loud.browser.raw == quiet.browser.raw
    assert place.epoch == EPOCH


async def test_what_one_came_to_discover_in_the_gap_comes_as_a_stub(stage: Stage) -> None:
    subject = stage.journal.make("report", clause("bob", Level.DISCOVER), text="secret")
    stage.journal.script.gained[named("bob")] = (subject,)
    bob = await late(stage, stage.place())
    assert list(bob.browser.page) == ["report"]
    assert not bob.browser.saw("secret")


async def test_a_change_in_what_one_merely_discovers_is_not_told_after_a_gap(stage: Stage) -> None:
    place = stage.place()
    stage.journal.make("report", clause("bob", Level.DISCOVER))
    bob = await late(stage, place)
    assert not bob.browser.done("show")
