from datetime import timedelta

import pytest

from live.audience import Level
from live.delivery import Change
from live.event import Event, Touch
from live.mailbox import MAILBOX_REFERENCES
from live.ports import Disclosure
from live.screen import CloseCode, Life, Screen, ScreenKind
from live.tailer import GapInJournalError, Tailer, _Turn
from tests.cast import HOUR, TICK
from tests.live.stage import Seat, Stage, breathe, clause, named


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
    stage.journal.script.events[-1] = Event(2, Touch.CONTENT, named("post"), ())
    with pytest.raises(GapInJournalError):
        await stage.turn()


async def test_after_a_failed_turn_everyone_fetches_the_page_again_and_hears_on(stage: Stage) -> None:
    bob = await stage.open("bob", "bob")
    stage.tailer.reset()
    await stage.turn()
    assert [frame["within"] for frame in bob.browser.done("resync")] == [0]
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


# --- access before content -------------------------------------------------------------------------------------------


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


class OneByOne(Tailer):
    """The mutant: each event is handled by itself, so content of the head is shown under older access."""

    async def _apply(self, turn: _Turn, events: list[Event]) -> None:
        for event in events:
            if event.touches is Touch.CONTENT:
                self._take_in([event])
                for room in self._hub.rooms.values():
                    self._show_as_kept(turn, event, room.screens)
            else:
                await super()._apply(turn, [event])

    def _show_as_kept(self, turn: _Turn, event: Event, screens: set[Screen]) -> None:
        kept = self._hub.admission(event.subject)
        for screen in screens:
            self._decide(turn, screen, Change(event.subject, kept, kept, changed=True))


async def test_handling_events_one_by_one_would_show_the_secret() -> None:
    stage = Stage(OneByOne)
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


# --- retraction ------------------------------------------------------------------------------------------------------


async def test_a_retraction_names_exactly_what_that_screen_lost(stage: Stage) -> None:
    stage.journal.make("case", clause("bob"), clause("carol"))
    stage.journal.make("his own", clause("bob", inside=True), gate="case")
    stage.journal.make("shared", clause("bob"), clause("carol"), gate="case")
    stage.journal.make("hers", clause("carol"), gate="case")
    bob, carol = await stage.open("bob", "bob"), await stage.open("carol", "carol")
    stage.journal.take("case", "bob")
    await stage.turn()
    assert sorted(frame["ref"] for frame in bob.browser.done("retract")) == ["case", "shared"]
    assert carol.browser.done("retract") == []


async def test_losing_one_of_two_ways_in_retracts_nothing(stage: Stage) -> None:
    stage.journal.make("post", clause("bob"), clause("fair work"))
    bob = await stage.open("bob", "bob", "fair work")
    stage.journal.take("post", "bob")
    await stage.turn()
    assert bob.browser.done("retract") == []


async def test_being_admitted_wakes_what_slept(stage: Stage) -> None:
    stage.journal.make("case")
    stage.journal.make("report", clause("bob"), gate="case", text="words")
    bob = await stage.open("bob", "bob")
    stage.journal.give("case", clause("bob", Level.DISCOVER))
    await stage.turn()
    assert bob.browser.page == {"case": {"case-stub": "stub"}, "report": {"report-full": "words"}}


async def test_who_falls_back_to_discovering_keeps_the_stub_alone(stage: Stage) -> None:
    stage.journal.make("case", clause("bob"), clause("fair work", Level.DISCOVER))
    bob = await stage.open("bob", "bob", "fair work")
    bob.browser.page = {"case": {"case-full": "words"}}
    stage.journal.take("case", "bob")
    await stage.turn()
    assert bob.browser.page == {"case": {"case-stub": "stub"}}


async def test_who_comes_to_read_what_they_discovered_keeps_the_whole_alone(stage: Stage) -> None:
    stage.journal.make("case", clause("bob", Level.DISCOVER), text="words")
    bob = await stage.open("bob", "bob")
    bob.browser.page = {"case": {"case-stub": "stub"}}
    stage.journal.give("case", clause("bob"))
    await stage.turn()
    assert bob.browser.page == {"case": {"case-full": "words"}}


async def test_a_stub_stays_silent_about_what_happens_inside(stage: Stage) -> None:
    stage.journal.make("case", clause("bob", Level.DISCOVER))
    bob = await stage.open("bob", "bob")
    stage.journal.edit("case", "secret")
    await stage.turn()
    assert bob.browser.raw == []


# --- time ------------------------------------------------------------------------------------------------------------


async def test_a_grant_that_runs_out_is_retracted_at_that_instant_by_time_alone(stage: Stage) -> None:
    now = stage.journal.script.now
    stage.journal.make("post", clause("bob", ends=now + HOUR))
    bob = await stage.open("bob", "bob")
    assert stage.tailer.seconds_until_due() == HOUR.total_seconds()
    stage.journal.pass_time(HOUR - TICK)
    await stage.turn()
    assert bob.browser.done("retract") == []
    stage.journal.pass_time(TICK)
    await stage.turn()
    assert [frame["ref"] for frame in bob.browser.done("retract")] == ["post"]


async def test_a_grant_that_begins_shows_the_thing_at_that_instant(stage: Stage) -> None:
    now = stage.journal.script.now
    stage.journal.make("site", clause("bob", starts=now + HOUR), text="revealed")
    bob = await stage.open("bob", "bob")
    assert bob.browser.page == {}
    stage.journal.pass_time(HOUR)
    await stage.turn()
    assert bob.browser.page == {"site": {"site-full": "revealed"}}


async def test_a_gate_that_runs_out_retracts_what_lies_behind_it(stage: Stage) -> None:
    stage.journal.make("case", clause("bob", Level.DISCOVER, ends=stage.journal.script.now + HOUR))
    stage.journal.make("report", clause("bob"), gate="case")
    bob = await stage.open("bob", "bob")
    stage.journal.pass_time(HOUR)
    await stage.turn()
    assert sorted(frame["ref"] for frame in bob.browser.done("retract")) == ["case", "report"]


# --- keys ------------------------------------------------------------------------------------------------------------


async def test_an_officer_who_leaves_a_team_loses_what_only_the_team_saw(stage: Stage) -> None:
    stage.journal.make("note", clause("mash"))
    stage.journal.make("post", clause("council"))
    carol, cara = await stage.open("carol", "council", "mash"), await stage.open("cara", "council", "mash")
    stage.journal.rekey("carol", "council")
    await stage.turn()
    assert [frame["ref"] for frame in carol.browser.done("retract")] == ["note"]
    assert cara.browser.done("retract") == []


async def test_an_officer_who_joins_a_team_sees_at_once_what_the_team_sees(stage: Stage) -> None:
    stage.journal.make("note", clause("mash"), text="words")
    carl = await stage.open("carl", "council")
    stage.journal.rekey("carl", "council", "mash")
    await stage.turn()
    assert carl.browser.page == {"note": {"note-full": "words"}}


async def test_a_membership_that_runs_out_takes_its_keys_along_by_time_alone(stage: Stage) -> None:
    ends = stage.journal.script.now + HOUR
    stage.journal.make("note", clause("mash"))
    stage.journal.enrol("carol", "council", "mash", until=ends)
    carol = await stage.open("carol")
    assert stage.tailer.seconds_until_due() == HOUR.total_seconds()
    stage.journal.enrol("carol", "council")
    stage.journal.pass_time(HOUR)
    await stage.turn()
    assert [frame["ref"] for frame in carol.browser.done("retract")] == ["note"]


async def test_a_new_key_and_a_secret_in_one_batch_are_judged_with_the_new_keys(stage: Stage) -> None:
    stage.journal.make("note", clause("mash"))
    carol = await stage.open("carol", "council", "mash")
    stage.journal.edit("note", "harmless")
    stage.journal.rekey("carol", "council")
    stage.journal.edit("note", "the secret")
    await stage.turn()
    assert not carol.browser.saw("the secret")
    assert carol.browser.done("retract")


async def test_who_sees_a_thing_is_told_when_the_number_of_readers_changes(stage: Stage) -> None:
    stage.journal.make("note", clause("mash"), clause("alice"))
    alice, oscar = await stage.open("alice", "alice"), await stage.open("oscar", "oscar")
    stage.journal.rekey("carl", "council", "mash")
    await stage.turn()
    assert [frame["ref"] for frame in alice.browser.done("show")] == ["note"]
    assert oscar.browser.raw == []


async def test_an_officer_without_keys_is_closed_and_hears_nothing_more(stage: Stage) -> None:
    stage.journal.make("post", clause("bob"))
    bob = await stage.open("bob", "bob")
    stage.journal.rekey("bob")
    stage.journal.edit("post", "the secret")
    await stage.turn()
    assert bob.running.done()
    assert bob.running.result() == CloseCode.SIGNED_OUT
    assert bob.browser.raw == []


async def test_an_officer_without_keys_does_not_get_in(stage: Stage) -> None:
    bob = stage.knock("bob")
    await stage.turn()
    assert bob.running.done()
    assert bob.browser.raw == []


async def test_a_sign_in_that_ended_is_closed(stage: Stage) -> None:
    stage.journal.make("post", clause("bob"))
    bob = await stage.open("bob", "bob")
    stage.journal.script.ended.add(bob.screen.sign_in)
    stage.journal.rekey("bob", "bob")
    stage.journal.edit("post", "the secret")
    await stage.turn()
    assert bob.running.done()
    assert bob.running.result() == CloseCode.SIGNED_OUT
    assert not bob.browser.saw("the secret")


# --- slow screens ----------------------------------------------------------------------------------------------------


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


async def test_a_slow_screen_is_judged_again_before_it_hears_what_waited(stage: Stage) -> None:
    stage.journal.make("post", clause("bob"))
    bob = await stage.open("bob", "bob")
    await stop_reading(stage, bob)
    stage.journal.edit("post", "the secret")
    await stage.turn()
    stage.journal.take("post", "bob")
    await stage.turn()
    await read_again(stage, bob)
    assert not bob.browser.saw("the secret")
    assert "post" in [frame["ref"] for frame in bob.browser.done("retract")]


async def test_what_waits_is_judged_at_the_instant_it_is_written(stage: Stage) -> None:
    stage.journal.make("post", clause("bob", ends=stage.journal.script.now + HOUR))
    bob = await stage.open("bob", "bob")
    await stop_reading(stage, bob)
    stage.journal.edit("post", "the secret")
    await stage.turn()
    stage.journal.pass_time(HOUR)
    await read_again(stage, bob)
    assert not bob.browser.saw("the secret")
    assert "post" in [frame["ref"] for frame in bob.browser.done("retract")]


async def test_a_slow_screen_that_falls_back_to_discovering_keeps_the_stub_alone(stage: Stage) -> None:
    stage.journal.make("case", clause("bob"), clause("fair work", Level.DISCOVER))
    bob = await stage.open("bob", "bob", "fair work")
    bob.browser.page = {"case": {"case-full": "words"}}
    await stop_reading(stage, bob)
    stage.journal.take("case", "bob")
    await stage.turn()
    await read_again(stage, bob)
    assert bob.browser.page["case"] == {"case-stub": "stub"}


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


# --- coming and going ------------------------------------------------------------------------------------------------


async def test_who_left_hears_nothing_and_is_forgotten(stage: Stage) -> None:
    bob = await stage.open("bob", "bob")
    stage.tailer.leave(bob.screen)
    stage.journal.make("post", clause("bob"))
    await stage.turn()
    assert bob.browser.raw == []
    assert stage.hub.rooms == {}
    assert bob.screen.life is Life.CLOSED


async def test_who_leaves_before_being_let_in_leaves_nothing_behind(stage: Stage) -> None:
    bob = stage.knock("bob", "bob")
    stage.tailer.leave(bob.screen)
    await stage.turn()
    assert stage.hub.rooms == {}


@pytest.mark.parametrize("question", ["keys", "subjects_of", "known", "access_lost", "changed_since", "aggregate"])
async def test_who_leaves_while_being_let_in_leaves_nothing_behind(stage: Stage, question: str) -> None:
    bob = stage.knock("bob", "bob")
    stage.journal.asides[question] = lambda: stage.tailer.leave(bob.screen)
    await stage.turn()
    await stage.turn()
    assert stage.hub.rooms == {}
    assert bob.browser.raw == []


@pytest.mark.parametrize("question", ["events_after", "known", "leaves", "aggregate"])
async def test_who_leaves_in_the_middle_of_a_turn_does_not_disturb_it(stage: Stage, question: str) -> None:
    stage.journal.make("case", clause("bob"))
    bob, carol = await stage.open("bob", "bob"), await stage.open("carol", "carol", topic="case:2")
    stage.journal.make("post", clause("bob"))
    stage.journal.make("other", clause("carol"), topic="case:2")
    stage.journal.take("case", "bob")
    stage.journal.asides[question] = lambda: stage.tailer.leave(bob.screen)
    await stage.turn()
    assert list(carol.browser.page) == ["other"]
    await stage.turn()
    assert list(stage.hub.rooms) == ["case:2"]


async def test_who_left_does_not_come_back_with_a_reset(stage: Stage) -> None:
    bob = await stage.open("bob", "bob")
    stage.tailer.leave(bob.screen)
    stage.tailer.reset()
    await stage.turn()
    await stage.turn()
    assert stage.hub.rooms == {}


# --- heartbeat and record --------------------------------------------------------------------------------------------


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
    assert stage.journal.disclosed_at == [(Disclosure("post", frozenset({named("bob")})), 1)]


async def test_what_a_page_does_not_draw_was_not_disclosed_on_it(stage: Stage) -> None:
    await stage.open("bob", "bob", kind=ScreenKind.FIELD)
    stage.journal.script.undrawn.add(named("post"))
    stage.journal.make("post", clause("bob"))
    await stage.turn()
    assert stage.journal.disclosed_at == []


async def test_what_still_waits_for_a_slow_screen_is_not_on_record_yet(stage: Stage) -> None:
    bob = await stage.open("bob", "bob")
    bob.browser.reads.clear()
    for name in ("under way", "waiting"):
        stage.journal.make(name, clause("bob"))
        await stage.turn()
    assert [disclosure.reference for disclosure, _ in stage.journal.disclosed_at] == ["under way"]
    await read_again(stage, bob)
    assert [disclosure.reference for disclosure, _ in stage.journal.disclosed_at] == ["under way", "waiting"]


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
    assert [part["id"] for frame in bob.browser.done("fill") for part in frame["parts"]] == ["latest"]
