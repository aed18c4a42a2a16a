"""Counted when everything else in this folder has run: a proof that judged little has proved little."""

import pytest

from tests.proof import counted

JUDGING = (
    "test_after_every_act_and_every_instant_everything_agrees",
    "test_nobody_in_a_random_world_receives_what_the_oracle_does_not_give",
)
COMPARING = ("test_what_cannot_be_discovered_changes_no_byte",)


def unless_narrowed(request: pytest.FixtureRequest, names: tuple[str, ...]) -> None:
    """Skip where somebody chose single tests; a whole run that judged nothing fails."""
    chosen = {item.nodeid.partition("::")[2].partition("[")[0] for item in request.session.items}
    if not chosen.issuperset(names):
        pytest.skip("only some tests were chosen")


def test_enough_was_judged_in_this_run(request: pytest.FixtureRequest) -> None:
    unless_narrowed(request, JUDGING)
    assert sum(counted.cells.values()) >= counted.FEWEST_CELLS
    assert min(counted.opened.values()) > 0
    assert sum(counted.opened.values()) >= counted.FEWEST_CELLS / 50
    assert counted.acts >= counted.FEWEST_ACTS


def test_enough_was_compared_between_twin_worlds_in_this_run(request: pytest.FixtureRequest) -> None:
    unless_narrowed(request, COMPARING)
    assert counted.steps["paired"] >= counted.FEWEST_STEPS
    assert counted.steps["hidden"] >= counted.FEWEST_HIDDEN
