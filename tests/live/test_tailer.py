from collections.abc import Collection, Mapping
from datetime import timedelta
from uuid import UUID

import pytest

from live.audience import Level
from live.decider import Decider
from live.delivery import Change, Projection
from live.event import Event, Touch
from live.frames import Leaf
from live.ports import Disclosure
from live.screen import Screen, ScreenKind
from live.tailer import PRESENCE_EVERY, GapInJournalError
from live.turn import Turn
from tests.cast import NOW
from tests.live import paper
from tests.live.paper import PaperSnapshot
from tests.live.stage import Stage, breathe, clause, named


async def test_a_change_reaches_who_may_read_it_and_nobody_else(stage: Stage) -> None:
    bob, oscar = await stage.open("bob", "bob"), await stage.open("oscar", "oscar")
    stage.journal.make("post", clause("bob"), text="words")
    await stage.turn()
    assert bob.browser.page == {"post": {"post-full": "words"}}
    assert oscar.browser.raw == []


async def test_a_change_reaches_only_pages_of_its_topic(stage: Stage) -> None:
    board, case = await stage.open("bob", "bob"), await stage.open("bob", "bob", topic="case:1")
    stage.journal.make("post", clause("bob"))
    await stage.turn()
    assert (list(board.browser.page), case.browser.raw) == (["post"], [])


async def test_every_line_comes_in_order_and_a_thing_once_as_it_is_now(stage: Stage) -> None:
    bob = await stage.open("bob", "bob")
    for name in ("first", "second", "third"):
        stage.journal.make(name, clause("bob"))
    stage.journal.edit("first", "newest")
    await stage.turn()
    assert [(f["ref"], f["rev"]) for f in bob.browser.done("show")] == [("first", 2), ("second", 1), ("third", 1)]


async def test_the_same_bytes_go_to_everyone_and_are_drawn_once(stage: Stage) -> None:
    pages = [await stage.open(f"officer {number}", "fair work") for number in range(5)]
    stage.journal.make("post", clause("fair work"))
    await stage.turn()
    assert stage.journal.drawn["post"] == 1
    assert len({page.browser.raw[0] for page in pages}) == 1


async def test_a_missing_position_stops_the_turn(stage: Stage) -> None:
    await stage.open("bob", "bob")
    stage.journal.make("post", clause("bob"))
    stage.journal.script.events[-1] = Event(2, Touch.CONTENT, named("post"), (), NOW)
    with pytest.raises(GapInJournalError):
        await stage.turn()


async def test_after_a_failed_turn_everyone_fetches_the_page_again_and_hears_on(stage: Stage) -> None:
    bob = await stage.open("bob", "bob")
    stage.tailer.reset()
    await stage.turn()
    assert [frame["within"] for frame in bob.browser.done("resync")] == [0]
    bob = await stage.begun_again(bob)
    stage.journal.make("post", clause("bob"))
    await stage.turn()
    assert list(bob.browser.page) == ["post"]


async def test_a_page_that_waited_when_a_turn_failed_is_fetched_again_like_any_other(stage: Stage) -> None:
    bob = await stage.open("bob", "bob")
    bob.browser.reads.clear()
    for name in ("sent", "waiting"):
        stage.journal.make(name, clause("bob"))
        await stage.turn()
    stage.tailer.reset()
    del stage.journal.script.things[named("waiting")]
    bob.browser.reads.set()
    await breathe()
    for _ in range(3):
        await stage.turn()
    assert bob.browser.done("resync")


async def test_a_new_epoch_sends_everyone_for_a_new_page(stage: Stage) -> None:
    bob = await stage.open("bob", "bob")
    stage.journal.script.epoch = b"the second epoch"
    await stage.turn()
    assert [frame["within"] for frame in bob.browser.done("resync")] == [90]


def a_secret_in_the_batch_of_its_revoke(stage: Stage) -> None:
    stage.journal.edit("post", "still harmless")
    stage.journal.take("post", "bob")
    stage.journal.edit("post", "the secret")


async def test_a_revoke_and_a_secret_in_one_batch_never_show_the_secret(stage: Stage) -> None:
    stage.journal.make("post", clause("bob"), clause("alice"))
    bob, alice = await stage.open("bob", "bob"), await stage.open("alice", "alice")
    a_secret_in_the_batch_of_its_revoke(stage)
    await stage.turn()
    assert not bob.browser.saw("the secret")
    assert [frame["ref"] for frame in bob.browser.done("retract")] == ["post"]
    assert alice.browser.page == {"post": {"post-full": "the secret"}}


class OneByOne(Decider):
    """The mutant: each event is handled by itself, so content of the head is shown under older access."""

    async def apply(self, turn: Turn, events: list[Event]) -> None:
        for event in events:
            if event.touches is Touch.CONTENT:
                self._take_in([event])
                for room in self._hub.rooms.values():
                    self._show_as_kept(turn, event, room.screens)
            else:
                await super().apply(turn, [event])

    def _show_as_kept(self, turn: Turn, event: Event, screens: set[Screen]) -> None:
        kept = self._hub.admission(event.subject)
        for screen in screens:
            self.decide(turn, screen, Change(event.subject, kept, kept, changed=True))


async def test_handling_events_one_by_one_would_show_the_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("live.tailer.Decider", OneByOne)
    stage = Stage()
    stage.journal.make("post", clause("bob"))
    bob = await stage.open("bob", "bob")
    a_secret_in_the_batch_of_its_revoke(stage)
    await stage.turn()
    assert bob.browser.saw("the secret")
    await stage.strike()


async def test_what_is_written_during_a_turn_waits_for_the_next(stage: Stage) -> None:
    stage.journal.make("post", clause("bob"))
    bob = await stage.open("bob", "bob")
    stage.journal.edit("post", "before")
    stage.journal.asides["leaves"] = lambda: a_secret_in_the_batch_of_its_revoke(stage)
    await stage.turn()
    assert bob.browser.page == {"post": {"post-full": "before"}}
    await stage.turn()
    assert not bob.browser.saw("the secret")
    assert bob.browser.page == {}


class Loose(PaperSnapshot):
    """The mutant: content is read where it stands now, not at the moment of the access it is shown under."""

    async def leaves(self, kind: ScreenKind, projection: Projection, subjects: Collection[UUID]) -> Mapping[UUID, Leaf]:
        await self._ask("leaves")
        return {subject: self._leaf(self.journal.script.things[subject], projection) for subject in subjects}


async def test_reading_content_outside_the_snapshot_would_show_the_secret(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.journal.make("post", clause("bob"))
    bob = await stage.open("bob", "bob")
    monkeypatch.setattr(paper, "PaperSnapshot", Loose)
    stage.journal.edit("post", "before")
    stage.journal.asides["leaves"] = lambda: a_secret_in_the_batch_of_its_revoke(stage)
    await stage.turn()
    assert bob.browser.saw("the secret")


async def test_a_heartbeat_carries_a_cursor_that_leads_back_here(stage: Stage) -> None:
    stage.journal.make("post", clause("bob"))
    bob = await stage.open("bob", "bob")
    stage.tailer.beat()
    await breathe()
    place = stage.sealer.open(bob.browser.cursor, named("bob"))
    assert place is not None
    assert (place.position, stage.tailer.applied) == (1, 1)


async def test_who_has_yet_to_hear_something_gets_no_heartbeat_that_says_otherwise(stage: Stage) -> None:
    bob = await stage.open("bob", "bob")
    bob.browser.reads.clear()
    for name in ("under way", "waiting"):
        stage.journal.make(name, clause("bob"))
        await stage.turn()
    stage.tailer.beat()
    bob.browser.reads.set()
    await breathe()
    stage.tailer.beat()
    await breathe()
    assert bob.browser.done("beat") == []
    await stage.turn()
    stage.tailer.beat()
    await breathe()
    assert len(bob.browser.done("beat")) == 1


async def test_before_the_first_turn_there_is_no_heartbeat() -> None:
    stage = Stage()
    stage.tailer.beat()
    assert stage.tailer.applied == 0
    assert stage.tailer.seconds_until_due() is None


async def test_what_was_shown_is_on_record_before_it_leaves_with_its_readers(stage: Stage) -> None:
    await stage.open("bob", "bob")
    await stage.open("carol", "carol")
    stage.journal.make("post", clause("bob"), clause("carol", Level.DISCOVER))
    await stage.turn()
    assert stage.journal.disclosed_at == [(Disclosure(("post",), frozenset({named("bob")})), 1)]


async def test_what_a_page_does_not_draw_was_not_disclosed_on_it(stage: Stage) -> None:
    await stage.open("bob", "bob", kind=ScreenKind.CASE)
    stage.journal.script.undrawn.add(named("post"))
    stage.journal.make("post", clause("bob"))
    await stage.turn()
    assert stage.journal.disclosed_at == []


async def test_what_a_field_page_shows_only_in_its_sums_was_disclosed_on_it(stage: Stage) -> None:
    stage.journal.make("operation", clause("bob"))
    seat = await stage.open("bob", "bob", kind=ScreenKind.FIELD)
    seat.screen.root = "operation"
    for name, box in (("post", "operation"), ("report", None)):
        stage.journal.script.undrawn.add(named(name))
        stage.journal.make(name, clause("bob"), gate=box)
    await stage.turn()
    assert [disclosed.references for disclosed, _ in stage.journal.disclosed_at] == [("post",)]


async def test_when_the_record_cannot_be_written_nothing_leaves(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(*_: object) -> None:
        raise ConnectionError

    bob = await stage.open("bob", "bob")
    stage.journal.make("post", clause("bob"))
    monkeypatch.setattr(stage.journal, "disclosed", broken)
    with pytest.raises(ConnectionError):
        await stage.turn()
    await breathe()
    assert bob.browser.raw == []


async def test_hidden_events_leave_no_trace_on_the_wire(stage: Stage) -> None:
    bob = await stage.open("bob", "bob")
    for number in range(100):
        stage.journal.make(f"hidden {number}", clause("carol"))
        stage.journal.give(f"hidden {number}", clause("bob"))
        stage.journal.take(f"hidden {number}", "bob")
        stage.journal.pass_time(timedelta(seconds=1))
        await stage.turn()
    assert bob.browser.raw == []


async def test_a_grant_that_sleeps_leaves_no_trace_on_the_wire(stage: Stage) -> None:
    stage.journal.make("case")
    stage.journal.make("post", clause("bob"))
    bob = await stage.open("bob", "bob", "fair work")
    stage.journal.make("report", clause("fair work"), gate="case")
    stage.journal.pass_time(timedelta(seconds=1))
    await stage.turn()
    assert bob.browser.raw == []
    stage.journal.edit("post", "visible words")
    stage.journal.pass_time(timedelta(seconds=1))
    await stage.turn()
    assert [list(filled) for filled in bob.browser.filled()] == [["latest"]]


async def test_who_is_here_is_asked_for_once_a_second_however_much_happens(stage: Stage) -> None:
    await stage.open("bob", "bob")
    before = stage.journal.asked["present"]
    for number in range(9):
        stage.journal.make(f"post {number}", clause("bob"))
        stage.journal.pass_time(PRESENCE_EVERY / 10)
        await stage.turn()
    assert stage.journal.asked["present"] == before
    stage.journal.pass_time(PRESENCE_EVERY / 10)
    await stage.turn()
    assert stage.journal.asked["present"] == before + 1
