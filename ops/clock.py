"""The database's time, kept between readings by this process' monotonic clock; it never goes backwards."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

SLOWEST = 0.5  # of the real pace, while the database's clock is behind what was already given
LONDON = ZoneInfo("Europe/London")  # times are stored in UTC and spoken in UK time


class Clock:
    """Access time. Wall clocks of workers differ; the database's is one."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Start from this machine's clock until the database was asked."""
        self._monotonic = monotonic
        self._told = datetime.now(UTC)
        self._told_at = monotonic()
        self._last, self._last_at = self._told, self._told_at

    def set(self, told: datetime) -> None:
        """Take what the database's clock says now."""
        self._told, self._told_at = told, self._monotonic()

    def now(self) -> datetime:
        """Give the present instant; never before one already given, and never standing still.

        A database whose clock was set back is met at half the pace: everything that waits for an instant, such as a
        grant's end or a board's next sums, would otherwise stand still for as long as it was set back.
        """
        tick = self._monotonic()
        present = self._told + timedelta(seconds=tick - self._told_at)
        least = self._last + timedelta(seconds=SLOWEST * (tick - self._last_at))
        self._last, self._last_at = max(present, least), tick
        return self._last
