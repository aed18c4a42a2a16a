"""What the engine tells of its own work: numbers, about nobody."""

from collections.abc import Sequence
from typing import Protocol


class Meter(Protocol):
    """Whoever counts."""

    def shown(self, ages: Sequence[float]) -> None:
        """Note how many seconds old each change was when its frames were handed over."""
        ...

    def resynced(self, screens: int) -> None:
        """Note how many screens were told to fetch their page again."""
        ...


class Unmetered:
    """Counts nothing."""

    def shown(self, ages: Sequence[float]) -> None:
        """Pass."""

    def resynced(self, screens: int) -> None:
        """Pass."""
