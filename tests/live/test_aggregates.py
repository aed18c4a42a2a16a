from datetime import timedelta

import pytest

from live import aggregates
from live.aggregates import PAUSE
from tests.live.paper import PaperSnapshot
from tests.live.stage import Stage, breathe, clause

MILLISECOND = timedelta(milliseconds=1)


async def test_a_page_that_joins_gets_every_sum(stage: Stage) -> None:
    stage.journal.make("post", clause("bob"), text="words")
    bob = stage.knock("bob", "bob")
    await stage.turn()
    assert bob.browser.sums == {"count": "1", "latest": "words"}


async def test_one_viewing_class_is_drawn_once(stage: Stage) -> None:
    stage.journal.make("post", clause("fair work"))
    pages = [await stage.open(f"officer {number}", "fair work", "key of no consequence") for number in range(5)]
    stage.journal.pass_time(PAUSE)
    stage.journal.drawn.clear()
    stage.journal.make("other", clause("fair work"))
    await stage.turn()
    assert stage.journal.drawn["sums"] == 1
    assert {page.browser.sums["count"] for page in pages} == {"2"}


async def test_classes_with_other_keys_have_other_sums(stage: Stage) -> None:
    stage.journal.make("post", clause("bob"), text="for bob")
    stage.journal.make("note", clause("carol"), text="for carol")
    bob, carol = stage.knock("bob", "bob"), stage.knock("carol", "carol")
    await stage.turn()
    assert (bob.browser.sums["latest"], carol.browser.sums["latest"]) == ("for bob", "for carol")


async def test_sums_come_at_most_once_a_second(stage: Stage) -> None:
    bob = await stage.open("bob", "bob")
    stage.journal.pass_time(PAUSE)
    for number in range(5):
        stage.journal.make(f"post {number}", clause("bob"))
        await stage.turn()
        stage.journal.pass_time(MILLISECOND)
    assert [filled["count"] for filled in bob.browser.filled()] == ["1"]
    stage.journal.pass_time(PAUSE)
    await stage.turn()
    assert [filled["count"] for filled in bob.browser.filled()] == ["1", "5"]


async def test_sums_that_wait_say_when_they_are_due(stage: Stage) -> None:
    stage.journal.make("old", clause("bob"))
    await stage.open("bob", "bob")
    stage.journal.make("post", clause("bob"))
    await stage.turn()
    assert stage.tailer.seconds_until_due() == PAUSE.total_seconds()


async def test_only_the_parts_that_changed_are_sent(stage: Stage) -> None:
    stage.journal.make("post", clause("bob"), text="words")
    bob = await stage.open("bob", "bob")
    stage.journal.pass_time(PAUSE)
    stage.journal.edit("post", "other words")
    await stage.turn()
    assert [list(filled) for filled in bob.browser.filled()] == [["latest"]]


async def test_nothing_is_sent_when_nothing_changed(stage: Stage) -> None:
    stage.journal.make("post", clause("bob"), text="words")
    bob = await stage.open("bob", "bob")
    stage.journal.pass_time(PAUSE)
    stage.journal.edit("post", "words")
    await stage.turn()
    assert not bob.browser.filled()


async def test_a_page_that_did_not_read_gets_every_sum_once_it_does(stage: Stage) -> None:
    stage.journal.make("post", clause("bob"), text="words")
    bob = await stage.open("bob", "bob")
    bob.browser.reads.clear()
    for number in range(3):
        stage.journal.pass_time(PAUSE)
        stage.journal.edit("post", f"words {number}")
        await stage.turn()
    bob.browser.reads.set()
    await stage.turn()
    await stage.turn()
    assert bob.browser.sums == {"count": "1", "latest": "words 2"}
    assert len(bob.browser.filled()[-1]) == 2


async def test_hidden_events_draw_no_sums(stage: Stage) -> None:
    bob = await stage.open("bob", "bob")
    stage.journal.pass_time(PAUSE)
    stage.journal.drawn.clear()
    stage.journal.make("hidden", clause("carol"))
    await stage.turn()
    assert bob.browser.raw == []
    assert stage.journal.drawn["sums"] == 0


async def test_sums_that_change_by_time_are_drawn_when_they_are_due(stage: Stage) -> None:
    await stage.open("bob", "bob")
    stage.journal.script.sums_due = stage.journal.script.now + 2 * PAUSE
    stage.journal.pass_time(PAUSE)
    stage.journal.make("post", clause("bob"))
    await stage.turn()
    stage.journal.drawn.clear()
    await stage.turn()
    assert stage.journal.drawn["sums"] == 0
    stage.journal.pass_time(PAUSE)
    await stage.turn()
    assert stage.journal.drawn["sums"] == 1


async def test_who_falls_into_another_class_loses_the_sums_of_the_old_one(stage: Stage) -> None:
    stage.journal.make("post", clause("everyone"), text="for everyone")
    stage.journal.make("note", clause("mash"), text="for MASH alone")
    carl, carol = await stage.open("carl", "everyone"), await stage.open("carol", "everyone", "mash")
    assert carol.browser.sums == {"count": "2", "latest": "for MASH alone"}
    stage.journal.pass_time(PAUSE)
    stage.journal.take("note", "mash")
    await stage.turn()
    assert carol.browser.sums == carl.browser.sums == {"count": "1", "latest": "for everyone"}


async def test_who_loses_a_key_loses_the_sums_that_came_with_it(stage: Stage) -> None:
    stage.journal.make("post", clause("everyone"), text="for everyone")
    stage.journal.make("note", clause("mash"), text="for MASH alone")
    carl, carol = await stage.open("carl", "everyone"), await stage.open("carol", "everyone", "mash")
    stage.journal.pass_time(PAUSE)
    stage.journal.rekey("carol", "everyone")
    await stage.turn()
    assert carol.browser.sums == carl.browser.sums == {"count": "1", "latest": "for everyone"}


async def test_a_class_that_nobody_is_in_any_longer_is_forgotten(stage: Stage) -> None:
    bob = await stage.open("bob", "bob")
    stage.tailer.leave(bob.screen)
    await stage.turn()
    assert stage.tailer._aggregates._shown == {}


async def test_whoever_arrives_changes_the_sums(stage: Stage) -> None:
    await stage.open("bob", "bob")
    stage.journal.pass_time(PAUSE)
    stage.journal.drawn.clear()
    stage.journal.script.present = {"operation:orchard": frozenset({stage.seats[0].screen.officer})}
    await stage.turn()
    assert stage.journal.drawn["sums"] == 1
    stage.journal.pass_time(PAUSE)
    await stage.turn()
    assert stage.journal.drawn["sums"] == 1


async def test_what_a_screen_lost_leaves_its_sums_without_waiting_out_the_pause(stage: Stage) -> None:
    stage.journal.make("post", clause("bob"), text="words")
    bob = await stage.open("bob", "bob")
    stage.journal.edit("post", "secret words")
    await stage.turn()  # within the pause of the first sums: these wait
    stage.journal.take("post", "bob")
    await stage.turn()
    assert bob.browser.sums["count"] == "0"


async def test_lines_do_not_wait_for_the_sums(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*_: object) -> None:
        raise ConnectionError

    bob = await stage.open("bob", "bob")
    stage.journal.pass_time(PAUSE)
    stage.journal.make("post", clause("bob"), text="words")
    monkeypatch.setattr(PaperSnapshot, "aggregate", never)
    with pytest.raises(ConnectionError):
        await stage.tailer.turn()
    await breathe()
    assert bob.browser.saw("words")


async def test_when_a_turn_is_used_up_the_other_classes_are_due_at_once(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.journal.make("post", clause("everyone"), text="words")
    seats = [await stage.open(name, "everyone", name) for name in ("bob", "carol", "dora")]
    stage.journal.make("note", clause("bob"), clause("carol"), clause("dora"), text="parts them")
    await stage.turn()
    stage.journal.pass_time(PAUSE)
    await stage.turn()
    stage.journal.pass_time(PAUSE)
    stage.journal.edit("note", "new words")
    monkeypatch.setattr(aggregates, "BUDGET", -1.0)
    for behind in (2, 1, 0):
        await stage.tailer.turn()
        await breathe()
        assert [seat.browser.sums["latest"] for seat in seats].count("parts them") == behind
        assert (stage.tailer.seconds_until_due() == 0) == (behind > 0)
