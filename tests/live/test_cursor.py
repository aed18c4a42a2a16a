import base64
from datetime import timedelta

import pytest

from live.cursor import CursorSealer, Place
from tests.cast import DAY, NOW
from tests.live.stage import EPOCH, named

SEALER = CursorSealer(b"k" * 32)
ALICE, BOB = named("alice"), named("bob")
PLACE = Place(EPOCH, 4711, NOW)


def test_a_cursor_opens_for_its_own_officer() -> None:
    assert SEALER.open(SEALER.seal(PLACE, ALICE), ALICE) == PLACE


def test_another_officers_cursor_is_refused() -> None:
    assert SEALER.open(SEALER.seal(PLACE, ALICE), BOB) is None


def test_a_cursor_of_another_deployment_is_refused() -> None:
    assert SEALER.open(CursorSealer(b"j" * 32).seal(PLACE, ALICE), ALICE) is None


def test_every_cursor_is_as_long_as_any_other() -> None:
    places = (Place(EPOCH, position, NOW + days * DAY) for position, days in ((0, 0), (1, 1), (2**62, 9999)))
    assert len({len(SEALER.seal(place, officer)) for place in places for officer in (ALICE, BOB)}) == 1


def test_equal_places_never_look_equal() -> None:
    assert len({SEALER.seal(PLACE, ALICE) for _ in range(1000)}) == 1000


def test_a_cursor_shows_nothing_of_its_place() -> None:
    sealed = base64.urlsafe_b64decode(SEALER.seal(PLACE, ALICE))
    assert EPOCH not in sealed
    assert PLACE.position.to_bytes(8) not in sealed


def test_a_cursor_altered_in_any_one_bit_is_refused() -> None:
    sealed = base64.urlsafe_b64decode(SEALER.seal(PLACE, ALICE))
    for bit in range(8 * len(sealed)):
        altered = bytearray(sealed)
        altered[bit // 8] ^= 1 << bit % 8
        assert SEALER.open(base64.urlsafe_b64encode(altered).decode(), ALICE) is None


@pytest.mark.parametrize("junk", ["", "A", "AAAA", "=", "not base64!", "é", "\ud800", "A" * 80, "A" * 10_000])
def test_junk_is_refused_without_a_word(junk: str) -> None:
    assert SEALER.open(junk, ALICE) is None


@pytest.mark.parametrize("words", ["", "/cases abc", "x" * 32])
def test_a_place_in_a_list_is_no_place_in_the_journal(words: str) -> None:
    sealed = SEALER.seal_words(words, ALICE)
    assert SEALER.open_words(sealed, ALICE) == words
    assert SEALER.open(sealed, ALICE) is None
    assert SEALER.open_words(SEALER.seal(PLACE, ALICE), ALICE) is None


def test_a_cursor_keeps_its_time_to_the_millisecond() -> None:
    place = Place(EPOCH, 1, NOW + DAY + timedelta(milliseconds=123))
    found = SEALER.open(SEALER.seal(place, ALICE), ALICE)
    assert found is not None
    assert abs(found.at - place.at) < timedelta(milliseconds=1)
