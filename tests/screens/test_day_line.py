"""The day on one line: everything stands on it where it happened, and its hours are few enough to be read."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from ops.screens.day_line import MOST_HOURS, DayLine

BEGAN = datetime(2026, 3, 12, 6, 30, tzinfo=UTC)
MORNING = DayLine(BEGAN, BEGAN + timedelta(hours=4))


def test_a_moment_stands_where_it_was_and_what_lies_outside_at_the_nearer_end() -> None:
    places = [MORNING.place(BEGAN + timedelta(hours=hours)) for hours in (-1, 0, 1, 4, 5)]
    assert places == [0.0, 0.0, 25.0, 100.0, 100.0]


def test_its_hours_are_full_hours_within_it() -> None:
    assert [hour.hour for hour in MORNING.hours] == [7, 8, 9, 10]
    assert [hour.hour for hour in DayLine(BEGAN.replace(minute=0), BEGAN.replace(hour=7, minute=0)).hours] == [6, 7]


def test_a_long_one_has_every_so_many_hours_and_a_short_one_none() -> None:
    week = DayLine(BEGAN, BEGAN + timedelta(days=7)).hours
    assert 2 < len(week) <= MOST_HOURS
    assert {later - earlier for earlier, later in pairwise(week)} == {timedelta(hours=14)}
    assert DayLine(BEGAN, BEGAN + timedelta(minutes=10)).hours == ()
    assert DayLine(BEGAN, BEGAN).place(BEGAN) == 0.0
