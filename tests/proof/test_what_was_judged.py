"""Counted when everything else in this folder has run: a proof that judged little has proved little."""

import pytest

from tests.proof import counted


def test_enough_was_judged_in_this_run() -> None:
    if not all(counted.cells.values()):
        pytest.skip("not everything ran")
    print(counted.cells, counted.opened, counted.acts)
    assert sum(counted.cells.values()) >= counted.FEWEST_CELLS
    assert min(counted.opened.values()) > 0
    assert sum(counted.opened.values()) >= counted.FEWEST_CELLS / 50
    assert counted.acts >= counted.FEWEST_ACTS


def test_enough_was_compared_between_twin_worlds_in_this_run() -> None:
    if not counted.steps["paired"]:
        pytest.skip("the twin worlds did not run")
    print(counted.steps)
    assert counted.steps["paired"] >= counted.FEWEST_STEPS
    assert counted.steps["hidden"] >= counted.FEWEST_HIDDEN
