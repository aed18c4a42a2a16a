from live.audience import Level
from live.mailbox import MAILBOX_REFERENCES
from live.wire import COME_BACK
from tests.cast import HOUR
from tests.live.stage import Seat, Stage, breathe, clause


async def stop_reading(stage: Stage, seat: Seat) -> None:
    """Let one message be under way to a browser that does not read: whatever follows must wait."""
    seat.browser.reads.clear()
    stage.journal.make("under way", clause("bob"))
    await stage.turn()
    assert not seat.screen.wire.idle


async def read_again(stage: Stage, seat: Seat) -> None:
    """Let the browser read what was under way, then what waited."""
    seat.browser.reads.set()
    await breathe()
    await stage.turn()


async def test_a_slow_screen_waits_by_reference_and_then_sees_the_newest(stage: Stage) -> None:
    bob = await stage.open("bob", "bob")
    await stop_reading(stage, bob)
    stage.journal.make("post", clause("bob"), text="old words")
    await stage.turn()
    stage.journal.edit("post", "new words")
    await stage.turn()
    await read_again(stage, bob)
    assert not bob.browser.saw("old words")
    assert bob.browser.page["post"] == {"post-full": "new words"}


async def test_a_slow_screen_that_lost_something_is_cut(stage: Stage) -> None:
    stage.journal.make("post", clause("bob"))
    bob = await stage.open("bob", "bob")
    await stop_reading(stage, bob)
    stage.journal.edit("post", "the secret")
    await stage.turn()
    stage.journal.take("post", "bob")
    await stage.turn()
    assert await bob.running == COME_BACK
    bob.browser.reads.set()
    await stage.turn()
    assert bob.browser.raw == []


async def test_a_slow_screen_that_lost_nothing_is_left_to_read(stage: Stage) -> None:
    stage.journal.make("post", clause("carol"))
    bob = await stage.open("bob", "bob")
    await stop_reading(stage, bob)
    stage.journal.take("post", "carol")
    await stage.turn()
    await read_again(stage, bob)
    assert "under way" in bob.browser.page


async def test_what_waits_is_judged_at_the_instant_it_is_written(stage: Stage) -> None:
    stage.journal.make("post", clause("bob", ends=stage.journal.script.now + HOUR))
    bob = await stage.open("bob", "bob")
    await stop_reading(stage, bob)
    stage.journal.edit("post", "the secret")
    await stage.turn()
    stage.journal.pass_time(HOUR)
    bob.browser.reads.set()
    await breathe()
    await stage.turn()
    assert not bob.browser.saw("the secret")
    assert "post" in [frame["ref"] for frame in bob.browser.done("retract")]


async def test_a_slow_screen_that_falls_back_to_discovering_is_cut_too(stage: Stage) -> None:
    stage.journal.make("case", clause("bob"), clause("fair work", Level.DISCOVER))
    bob = await stage.open("bob", "bob", "fair work")
    await stop_reading(stage, bob)
    stage.journal.take("case", "bob")
    await stage.turn()
    assert await bob.running == COME_BACK


async def test_what_waited_comes_before_what_is_new(stage: Stage) -> None:
    bob = await stage.open("bob", "bob")
    await stop_reading(stage, bob)
    stage.journal.make("older", clause("bob"))
    await stage.turn()
    stage.journal.make("newer", clause("bob"))
    await read_again(stage, bob)
    assert [frame["ref"] for frame in bob.browser.done("show")] == ["under way", "older", "newer"]


async def test_a_slow_screen_never_holds_up_another(stage: Stage) -> None:
    slow, quick = await stage.open("bob", "bob"), await stage.open("carol", "bob")
    slow.browser.reads.clear()
    for number in range(3):
        stage.journal.make(f"post {number}", clause("bob"))
        await stage.turn()
    assert len(quick.browser.page) == 3


async def test_too_much_for_a_slow_screen_ends_in_one_resync(stage: Stage) -> None:
    bob = await stage.open("bob", "bob")
    await stop_reading(stage, bob)
    for number in range(MAILBOX_REFERENCES + 10):
        stage.journal.make(f"post {number}", clause("bob"))
        await stage.turn()
    await read_again(stage, bob)
    await stage.turn()
    assert len(bob.browser.done("resync")) == 1
    assert not bob.browser.saw("post 1")


async def test_what_still_waits_for_a_slow_screen_is_not_on_record_yet(stage: Stage) -> None:
    bob = await stage.open("bob", "bob")
    bob.browser.reads.clear()
    for name in ("under way", "waiting"):
        stage.journal.make(name, clause("bob"))
        await stage.turn()
    assert [disclosure.references for disclosure, _ in stage.journal.disclosed_at] == [("under way",)]
    await read_again(stage, bob)
    assert [disclosure.references for disclosure, _ in stage.journal.disclosed_at] == [("under way",), ("waiting",)]
