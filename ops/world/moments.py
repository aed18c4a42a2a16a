"""Moments as a script writes them, '08:12' on the day or '-21d 14:05' before it, and as a calendar does."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import BeforeValidator

from ops.clock import LONDON

_WRITTEN = re.compile(r"(?:(?P<days>[+-]\d+)d )?(?P<hours>\d\d):(?P<minutes>\d\d)(?::(?P<seconds>\d\d))?")


def parse_moment(written: object) -> timedelta | datetime:
    """Read a moment of the script as time since midnight of its day, a date and time as an instant; else ValueError."""
    if isinstance(written, timedelta):
        return written
    if isinstance(written, datetime):
        return _instant(written)
    found = _WRITTEN.fullmatch(written) if isinstance(written, str) else None
    if found is None:
        return _dated(written)
    days, hours, minutes, seconds = (int(found[name] or 0) for name in ("days", "hours", "minutes", "seconds"))
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


Moment = Annotated[timedelta | datetime, BeforeValidator(parse_moment)]


@dataclass(frozen=True, slots=True)
class Calendar:
    """Places the script so that its `reached` moment is the present instant; everything moves by the same amount."""

    now: datetime
    reached: timedelta | datetime

    def at(self, moment: timedelta | datetime) -> datetime:
        """Give the instant of a scripted moment. What has a date stays where it is."""
        if isinstance(moment, datetime):
            return moment
        reached = self.reached if isinstance(self.reached, timedelta) else _since_midnight(self.now)
        return self.now + (moment - reached)


def _dated(written: object) -> datetime:
    try:
        return _instant(datetime.fromisoformat(str(written)))
    except ValueError:
        raise ValueError(
            f"a moment is written '08:12', '-21d 14:05' or '2026-11-30 08:12', in quotes, not {written!r}"
        ) from None


def _instant(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=LONDON)


def _since_midnight(now: datetime) -> timedelta:
    there = now.astimezone(LONDON)
    return timedelta(hours=there.hour, minutes=there.minute, seconds=there.second, microseconds=there.microsecond)
