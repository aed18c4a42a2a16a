"""Moments as a script writes them, '08:12' on the day or '-21d 14:05' before it, and the instants they become."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated

from pydantic import BeforeValidator

_WRITTEN = re.compile(r"(?:(?P<days>[+-]\d+)d )?(?P<hours>\d\d):(?P<minutes>\d\d)(?::(?P<seconds>\d\d))?")


def parse_moment(written: object) -> timedelta:
    """Read a moment as time since midnight of the day; ValueError for anything else."""
    if isinstance(written, timedelta):
        return written
    found = _WRITTEN.fullmatch(written) if isinstance(written, str) else None
    if found is None:
        raise ValueError(f"a moment is written '08:12' or '-21d 14:05', in quotes, not {written!r}")
    days, hours, minutes, seconds = (int(found[name] or 0) for name in ("days", "hours", "minutes", "seconds"))
    return timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds)


Moment = Annotated[timedelta, BeforeValidator(parse_moment)]


@dataclass(frozen=True, slots=True)
class Calendar:
    """Places the script so that its `reached` moment is the present instant; everything moves by the same amount."""

    now: datetime
    reached: timedelta

    def at(self, moment: timedelta) -> datetime:
        """Give the instant of a scripted moment."""
        return self.now + (moment - self.reached)
