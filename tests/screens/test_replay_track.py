"""The track under a replay: every call for help stands on it, and no flag stands in another's words."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from ops.screens.replay_track import APART, WIDE, Flag, Track, track_of
from ops.screens.timeline import OUTCOMES, Entry

FIRST = datetime(2026, 3, 12, 6, 30, tzinfo=UTC)
LAST = FIRST + timedelta(minutes=WIDE)  # so that a minute is a step of the track


def happened(minute: int, kind: str, words: str = "", site: str = "") -> Entry:
    return Entry(FIRST + timedelta(minutes=minute), kind, words, site=site)


def drawn(*entries: Entry) -> Track:
    return track_of(sorted(entries, key=lambda one: one.at), FIRST, LAST)


def room_of(flag: Flag) -> tuple[int, int]:
    if not flag.words:
        return flag.x, flag.x
    return (flag.x - APART, flag.x) if flag.before else (flag.x, flag.x + APART)


def says(track: Track) -> list[tuple[int, str]]:
    return [(flag.x, flag.words) for flag in track.flags]


def test_calls_near_each_other_all_stand_there_and_share_their_words() -> None:
    track = drawn(
        happened(300, "help", "Need help: A cable", "S1"),
        happened(310, "help", "Need help: A dog", "S2"),
        happened(700, "help", "Need help: A fire", "S3"),
    )
    assert says(track) == [(300, ""), (310, "2 calls for help"), (700, "Need help S3")]
    assert [flag.told_at for flag in track.flags if flag.words] == [FIRST + timedelta(minutes=n) for n in (300, 700)]


def test_that_a_call_was_seen_or_is_over_is_no_call_of_its_own() -> None:
    track = drawn(
        happened(300, "help", "Need help", "S1"),
        happened(305, "answer", "A call for help was seen", "S1"),
        happened(500, "answer", "OK again after a call for help", "S1"),
    )
    assert says(track) == [(300, "Need help S1")]
    assert len(track.bars) == 2  # of what happened, though


def test_a_call_is_never_left_out_for_another_event_and_that_one_not_drawn_into_its_words() -> None:
    track = drawn(
        happened(250, "briefing"),
        happened(300, "help", "Need help", "S1"),
        happened(400, "command"),
        happened(460, "stage", "Stood down: rain"),
    )
    assert says(track) == [(300, "Need help S1"), (460, "Stood down")]


def test_near_the_end_the_words_stand_before_the_flag() -> None:
    track = drawn(happened(960, "help", "Need help", "S1"), happened(970, "help", "Need help", "S2"))
    assert [(flag.x, flag.words, flag.before) for flag in track.flags] == [
        (960, "2 calls for help", True),
        (970, "", True),
    ]


@pytest.mark.parametrize(
    ("kind", "said"), [("safeguarded", "Safeguarded S1"), ("referral", "Referral S1"), ("arrest", "Arrest S1")]
)
def test_what_came_of_it_is_said_in_a_word(kind: str, said: str) -> None:
    assert says(drawn(happened(100, "outcome", OUTCOMES[kind], "S1"))) == [(100, said)]


def test_no_flag_stands_in_the_words_of_another() -> None:
    for step in (7, 40, 90, 149, 150, 151):
        kinds = ("help", "command", "help", "briefing", "answer", "outcome")
        track = drawn(
            *(happened(at, kinds[at // step % len(kinds)], OUTCOMES["arrest"], "S1") for at in range(0, WIDE, step))
        )
        rooms = [room_of(flag) for flag in track.flags]
        for flag, (left, right) in zip(track.flags, rooms, strict=True):
            inside = [other for other in track.flags if other is not flag and left < other.x < right]
            assert not inside, (step, flag)
        worded = sorted(room_of(flag) for flag in track.flags if flag.words)
        assert all(one[1] <= other[0] for one, other in pairwise(worded))
        assert all(left >= 0 and right <= WIDE for left, right in worded)
