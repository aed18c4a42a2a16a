"""The day on one line: where a moment stands on it, and the hours along it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

MOST_HOURS = 12  # that are written along it
WHOLE = 100.0


@dataclass(frozen=True, slots=True)
class DayLine:
    """From its start to its end; places are hundredths of its length."""

    starts: datetime
    ends: datetime

    def place(self, at: datetime) -> float:
        """Give where a moment stands, from 0 to 100; what lies outside, at the nearer end."""
        whole = max((self.ends - self.starts).total_seconds(), 1.0)
        return round(min(max((at - self.starts).total_seconds() / whole, 0.0), 1.0) * WHOLE, 1)

    @property
    def hours(self) -> tuple[datetime, ...]:
        """Give the full hours along it, or every so many of them on a long one."""
        first = self.starts.replace(minute=0, second=0, microsecond=0)
        full = first if first == self.starts else first + timedelta(hours=1)
        count = max(0, int((self.ends - full) // timedelta(hours=1)) + 1)
        step = -(-count // MOST_HOURS) or 1
        return tuple(full + timedelta(hours=number) for number in range(0, count, step))
