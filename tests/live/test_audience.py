import random
from datetime import timedelta

import pytest

from live.audience import NOBODY, Audience, Clause, Level
from tests.cast import HOUR, NOW, TICK
from tests.live.stage import clause


def test_a_clause_lives_from_its_start_until_just_before_its_end() -> None:
    grant = clause("bob", starts=NOW, ends=NOW + HOUR)
    assert [grant.live(t) for t in (NOW - TICK, NOW, NOW + HOUR - TICK, NOW + HOUR)] == [False, True, True, False]


def test_a_clause_without_an_end_lives_on() -> None:
    assert clause("bob").live(NOW + timedelta(days=10_000))


def test_nobody_admits_no_one() -> None:
    assert not NOBODY.admits({"bob"})
    assert NOBODY.level({"bob"}) == Level.NONE


def test_the_highest_of_several_grants_counts() -> None:
    found = Audience((clause("bob"), clause("bob", Level.CONTRIBUTE), clause("fair work", Level.DISCOVER))).at(NOW)
    assert found.level({"bob", "fair work"}) == Level.CONTRIBUTE
    assert found.level({"fair work"}) == Level.DISCOVER


def test_discovering_is_not_reading() -> None:
    found = Audience((clause("bob", Level.DISCOVER),)).at(NOW)
    assert not found.admits({"bob"})
    assert found.level({"bob"}) == Level.DISCOVER


def test_a_closed_gate_stops_everyone_but_the_owner() -> None:
    found = Audience((clause("bob"), clause("alice", Level.MANAGE, inside=True)), gate=()).at(NOW)
    assert not found.admits({"bob"})
    assert found.level({"bob"}) == Level.NONE
    assert found.level({"alice"}) == Level.MANAGE


def test_any_key_opens_the_gate_for_any_other_key() -> None:
    found = Audience((clause("bob"),), gate=(clause("fair work", Level.DISCOVER),)).at(NOW)
    assert found.admits({"bob", "fair work"})
    assert not found.admits({"bob"})
    assert not found.admits({"fair work"})


def test_a_gate_that_has_ended_is_closed() -> None:
    audience = Audience((clause("bob"),), gate=(clause("bob", ends=NOW),))
    assert audience.at(NOW - TICK).admits({"bob"})
    assert not audience.at(NOW).admits({"bob"})


@pytest.mark.parametrize(("inside", "level"), [(True, Level.MANAGE), (False, Level.CONTRIBUTE)])
def test_only_the_owners_own_officers_manage(inside: bool, level: Level) -> None:
    assert Audience((clause("bob", Level.MANAGE, inside=inside),)).at(NOW).level({"bob"}) == level


def test_the_next_change_is_the_next_boundary_of_any_clause_the_gates_included() -> None:
    audience = Audience((clause("bob", ends=NOW + 2 * HOUR),), gate=(clause("bob", starts=NOW + HOUR),))
    assert audience.next_change(NOW) == NOW + HOUR
    assert audience.next_change(NOW + HOUR) == NOW + 2 * HOUR
    assert audience.next_change(NOW + 2 * HOUR) is None


def test_principals_name_the_gates_too() -> None:
    audience = Audience((clause("bob"), clause("alice", inside=True)), gate=(clause("mash"),))
    assert audience.at(NOW).principals() == {"alice", "bob", "mash"}


def test_admits_and_level_agree(seed: int) -> None:
    dice, people = random.Random(seed), ("alice", "bob", "carol", "dora")
    for _ in range(2000):
        clauses = [_any_clause(dice, people) for _ in range(dice.randint(0, 4))]
        gate = dice.choice([None, tuple(_any_clause(dice, people) for _ in range(dice.randint(0, 2)))])
        found = Audience(tuple(clauses), gate).at(NOW)
        keys = frozenset(dice.sample(people, dice.randint(0, 3)))
        assert found.admits(keys) == (found.level(keys) >= Level.READ), f"--seed={seed}"


def _any_clause(dice: random.Random, people: tuple[str, ...]) -> Clause:
    starts, ends = NOW + dice.choice([-HOUR, timedelta(), TICK]), dice.choice([None, NOW, NOW + HOUR])
    return clause(dice.choice(people), Level(dice.randint(1, 4)), starts=starts, ends=ends, inside=dice.random() < 0.5)
