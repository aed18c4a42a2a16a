"""The order of a board's alerts: three are shown, and none hides behind many of another kind."""

from datetime import timedelta

from ops.screens.board_alerts import _in_order
from ops.screens.board_values import Alert
from tests.cast import NOW


def alert(state: str, minutes: int) -> Alert:
    at = NOW + timedelta(minutes=minutes)
    return Alert(state, "", state, "", "", None, "", at, "", "")


def order(*found: tuple[str, int]) -> list[tuple[str, int]]:
    placed = _in_order([alert(*one) for one in found])
    return [(one.title, int((one.at - NOW).total_seconds() // 60)) for one in placed]


def test_every_call_for_help_comes_first_the_oldest_before() -> None:
    calls = [("help", 1), ("help", 2), ("help", 3), ("help", 4)]
    assert order(("late", 0), ("wait", 0), *reversed(calls)) == [*calls, ("late", 0), ("wait", 0)]


def test_a_widened_report_is_among_the_first_however_many_officers_are_overdue() -> None:
    late = [("late", minutes) for minutes in range(5)]
    assert order(*late, ("wait", 9), ("overlap", 9))[:3] == [("late", 0), ("wait", 9), ("overlap", 9)]
    assert order(*late, ("wait", 9))[:4] == [("late", 0), ("wait", 9), ("late", 1), ("late", 2)]


def test_of_one_kind_the_oldest_comes_first() -> None:
    assert order(("late", 3), ("late", 1), ("late", 2)) == [("late", 1), ("late", 2), ("late", 3)]


def test_what_lies_open_by_mistake_comes_before_all_but_calls_for_help() -> None:
    older, widened = alert("wait", 0), alert("wait", 9)
    found = [alert("late", 0), older, alert("overlap", 0), widened, alert("help", 9)]
    assert [one.title for one in _in_order(found, [widened])][:2] == ["help", "wait"]
    assert _in_order(found, [widened])[1] == widened
