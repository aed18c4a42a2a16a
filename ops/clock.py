"""The database's time, kept between readings by this process' monotonic clock; it never goes backwards."""

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")  # times are stored in UTC and spoken in UK time


class Clock:
    """Access time. Wall clocks of workers differ; the database's is one."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Start from this machine's clock until the database was asked."""
        self._monotonic = monotonic
        self._told = datetime.now(UTC)
        self._told_at = monotonic()
        self._last = self._told

    def set(self, told: datetime) -> None:
        """Take what the database's clock says now."""
        self._told, self._told_at = told, self._monotonic()

    def now(self) -> datetime:
        """Give the present instant; never before one already given."""
        present = self._told + timedelta(seconds=self._monotonic() - self._told_at)
        self._last = max(self._last, present)
        return self._last
