from datetime import datetime
from uuid import UUID

import pytest

from live.audience import NOBODY, Audience, Clause
from live.delivery import Change
from live.hub import Hub
from live.plain_wire import PlainWire
from live.ports import Known
from live.screen import Keys, Life, Screen, ScreenKind
from tests.cast import HOUR, NOW
from tests.live.stage import BOARD, clause, named

POST, REPORT = named("post"), named("report")


async def nowhere(_: str) -> None:
    return


def page(topic: str = BOARD) -> Screen:
    return Screen(named("bob"), named("sign-in"), ScreenKind.BOARD, topic, "", "", PlainWire(nowhere))


def fact(*clauses: Clause, gate: tuple[Clause, ...] | None = None, roots: frozenset[UUID] = frozenset()) -> Known:
    return Known("reference", Audience(clauses, gate), roots)


def hub_with(subjects: dict[str, set[UUID]], now: datetime = NOW, **facts: Known) -> Hub:
    hub = Hub()
    for topic, inside in subjects.items():
        hub.open(topic, inside)
    hub.keep({named(name): known for name, known in facts.items()}, now)
    return hub


def test_the_last_screen_to_go_takes_its_topic_and_its_audiences_along() -> None:
    hub = hub_with({BOARD: {POST}}, post=fact(clause("bob")))
    first, last = page(), page()
    hub.add(first)
    hub.add(last)
    hub.remove(first)
    assert hub.knows(POST)
    hub.remove(last)
    assert (hub.rooms, hub.knows(POST)) == ({}, False)


def test_what_another_topic_still_shows_is_kept() -> None:
    hub = hub_with({BOARD: {POST, REPORT}, "case": {REPORT}}, post=fact(), report=fact())
    board, case = page(), page("case")
    hub.add(board)
    hub.add(case)
    hub.remove(board)
    assert (hub.knows(POST), hub.knows(REPORT)) == (False, True)


def test_removing_a_screen_that_never_came_in_is_nothing() -> None:
    Hub().remove(page())


def test_clearing_gives_the_screens_and_forgets_everything() -> None:
    hub, screen = hub_with({BOARD: {POST}}, post=fact()), page()
    hub.add(screen)
    assert hub.clear() == [screen]
    assert (list(hub.screens()), hub.knows(POST)) == ([], False)


def test_what_is_not_kept_is_seen_by_nobody() -> None:
    assert Hub().admission(POST) is NOBODY


def test_a_change_of_a_box_concerns_everything_inside_it() -> None:
    box = named("box")
    hub = hub_with({BOARD: {POST, REPORT}}, post=fact(roots=frozenset({POST})), report=fact(roots=frozenset({box})))
    assert hub.depending_on({box}) == {REPORT}


def test_an_admission_is_overdue_at_the_very_instant_of_its_end() -> None:
    hub = hub_with({BOARD: {POST}}, post=fact(clause("bob", ends=NOW + HOUR)))
    assert hub.next_due() == NOW + HOUR
    assert hub.overdue(NOW) == set()
    assert hub.overdue(NOW + HOUR) == {POST}


def test_what_is_seen_through_a_principal_is_named_the_gates_included() -> None:
    hub = hub_with({BOARD: {POST, REPORT}}, post=fact(clause("bob")), report=fact(gate=(clause("mash"),)))
    assert (hub.naming({"bob"}), hub.naming({"mash"}), hub.naming({"oscar"})) == ({POST}, {REPORT}, set())


def test_keys_that_make_no_difference_on_a_topic_part_no_classes() -> None:
    hub = hub_with({BOARD: {POST}, "case": {REPORT}}, post=fact(clause("bob")), report=fact(clause("carol")))
    bob, carol, dora = held_by("bob", "carol"), held_by("carol"), held_by("dora")
    for screen in (bob, carol, dora):
        hub.add(screen)
    assert {frozenset(one.screens): one.keys for one in hub.classes()} == {
        frozenset({bob}): {"bob"},
        frozenset({carol, dora}): frozenset(),
    }


def test_a_key_that_comes_to_make_a_difference_parts_whoever_holds_it() -> None:
    hub = hub_with({BOARD: {POST}}, post=fact(clause("bob")))
    carol, dora = held_by("carol"), held_by("dora")
    hub.add(carol)
    hub.add(dora)
    hub.keep({POST: fact(clause("carol"))}, NOW)
    assert {frozenset(one.screens) for one in hub.classes()} == {frozenset({carol}), frozenset({dora})}


def test_a_topic_that_opens_counts_what_another_one_keeps_already() -> None:
    hub = hub_with({BOARD: {POST}}, post=fact(clause("bob")))
    hub.open("case", {POST})
    bob = page("case")
    bob.keys = Keys(frozenset({"bob"}))
    hub.add(bob)
    assert [one.keys for one in hub.classes()] == [{"bob"}]


def test_a_screens_life_knows_no_way_back() -> None:
    screen = page()
    screen.become(Life.LIVE)
    screen.become(Life.CLOSED)
    with pytest.raises(RuntimeError, match="closed cannot become live"):
        screen.become(Life.LIVE)


def held_by(*keys: str) -> Screen:
    screen = page()
    screen.keys = Keys(frozenset(keys))
    return screen


def test_a_change_concerns_whoever_holds_a_key_of_it_before_or_after() -> None:
    hub = hub_with({BOARD: {POST}})
    bob, carol, dora = held_by("bob", "fair work"), held_by("carol"), held_by("dora", "board")
    for screen in (bob, carol, dora):
        hub.add(screen)
    before, after = Audience((clause("fair work"),), (clause("board"),)), Audience((clause("carol"),), None)
    for audience in (before, after):
        hub.keep({POST: Known("reference", audience, frozenset())}, NOW)
    change = Change(POST, before.at(NOW), after.at(NOW), changed=True)
    found = hub.concerned(hub.rooms[BOARD], change)
    assert {screen for viewing in found for screen in viewing.screens} == {bob, carol}


def test_who_got_other_keys_or_left_is_found_by_the_keys_of_now() -> None:
    hub = hub_with({BOARD: {POST}}, post=fact(clause("bob"), clause("carol"), clause("fair work")))
    bob, carol = held_by("bob"), held_by("carol")
    hub.add(bob)
    hub.add(carol)
    hub.rekey(bob, Keys(frozenset({"fair work"})))
    hub.remove(carol)
    holding = hub.rooms[BOARD].holding
    assert {key: [set(one.screens) for one in found] for key, found in holding.items()} == {"fair work": [{bob}]}
