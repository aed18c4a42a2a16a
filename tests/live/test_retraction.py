from live.audience import Level
from live.event import Touch
from live.screen import CloseCode
from tests.cast import HOUR, TICK
from tests.live.stage import Stage, clause, named


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
    stage.journal.tell(Touch.SIGN_IN, named("bob"))
    stage.journal.edit("post", "the secret")
    await stage.turn()
    assert bob.running.done()
    assert bob.running.result() == CloseCode.SIGNED_OUT
    assert not bob.browser.saw("the secret")
