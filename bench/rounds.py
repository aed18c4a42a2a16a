"""Several rounds of one contender made into one row: the median of each figure; exact only if every round was."""

from collections import defaultdict
from statistics import median as middle
from typing import Any

from measure import Figures


def median(taken: list[Figures]) -> list[Figures]:
    """Give one row for each contender and size, in the order in which they were first measured."""
    groups = defaultdict[tuple[int, str], list[Figures]](list)
    for one in taken:
        groups[one.screens, one.name].append(one)
    return [_row(rounds) for rounds in sorted(groups.values(), key=lambda rounds: rounds[0].screens)]


def _row(rounds: list[Figures]) -> Figures:
    first = rounds[0]
    return Figures(
        first.name,
        first.screens,
        opened=middle(one.opened for one in rounds),
        kilobytes=middle(one.kilobytes for one in rounds),
        phases={name: _phase([one.phases[name] for one in rounds if name in one.phases]) for name in first.phases},
        trouble=[told for one in rounds for told in one.trouble],
    )


def _phase(rounds: list[dict[str, Any]]) -> dict[str, Any]:
    numbers = {key for key, value in rounds[0].items() if isinstance(value, int | float)}
    return {key: middle(one[key] for one in rounds if one[key] is not None) for key in numbers}
