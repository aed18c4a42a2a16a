"""What a program holds when it has to begin again: only what is gone is told as gone."""

from datetime import UTC, datetime, timedelta
from typing import Any

from ops.client.held import NEWEST, Change, Held

BEGAN = datetime(2026, 10, 13, 8, tzinfo=UTC)


def post(minute: int) -> dict[str, Any]:
    """Make a post of a minute of the day."""
    return {"reference": f"post-{minute}", "happened_at": (BEGAN + timedelta(minutes=minute)).isoformat()}


def state(*minutes: int) -> dict[str, Any]:
    """Make a state with these posts, newest first."""
    return {"posts": [post(one) for one in sorted(minutes, reverse=True)], "tasks": [], "sites": [], "people_met": []}


def gone(changes: list[Change]) -> list[str]:
    """Name what was told as gone."""
    return [change.before["reference"] for change in changes if change.now is None]


def test_a_post_that_is_only_older_than_a_state_goes_is_not_told_as_gone() -> None:
    """Of a quiet site a state has posts that are older than others which it leaves out."""
    held = Held()
    held.begin(state(0, 1, *range(2, 22)), "")
    later = held.begin(state(0, *range(22, 22 + NEWEST)), "")
    assert (gone(later), len(later)) == ([], NEWEST)


def test_a_post_that_a_state_would_have_and_has_not_is_gone() -> None:
    held = Held()
    held.begin(state(1, 2, 3), "")
    assert gone(held.begin(state(1, 3), "")) == ["post-2"]
    held.begin(state(1, 3, *range(100, 100 + NEWEST)), "")
    assert gone(held.begin(state(1, *range(100, 110), *range(111, 101 + NEWEST)), "")) == ["post-110"]


def test_a_post_that_a_state_was_too_short_for_is_not_new_when_it_is_shown_again() -> None:
    held = Held()
    held.begin(state(1), "")
    held.begin(state(*range(100, 100 + NEWEST)), "")
    (again,) = held.apply({"do": "show", "kind": "post", "is": {**post(1), "seen_by": "somebody more"}})
    assert again.before == post(1)
