"""Coordinates: what maps write is read, nothing else is, and what was read is written back to the digit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.coordinates import read_coordinates, write_coordinates

DIGITS = 10  # behind the point


@pytest.mark.parametrize(
    "said", ["53.012", "91, 0", "0, 181", "nan, 0", "1e1, 0", "1, 2, 3", ",", "53.012; -1.134", "٥٣, 1"]
)
def test_what_is_nowhere_on_the_globe_is_refused(said: str) -> None:
    with pytest.raises(ValueError, match="latitude and longitude"):
        read_coordinates(said)


def test_nothing_written_is_no_place() -> None:
    assert [read_coordinates(said) for said in ("", "  ")] == [(None, None)] * 2
    assert write_coordinates(None, None) == ""


@given(st.decimals(-90, 90, places=DIGITS), st.decimals(-180, 180, places=DIGITS))
def test_a_place_comes_back_to_the_digit(latitude: object, longitude: object) -> None:
    place = read_coordinates(f"{latitude:f}, {longitude:f}")
    assert place == (float(str(latitude)), float(str(longitude)))
    assert read_coordinates(write_coordinates(*place)) == place
