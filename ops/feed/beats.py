"""Which workers live, as this process has seen them beat: by its own clock, whatever becomes of the database's."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

DEAD_AFTER = timedelta(seconds=45)  # a worker that has not beaten for so long shows nobody any more


@dataclass(slots=True)
class _Seen:
    """A worker's newest beat: which it was, the moment it was made at the earliest, and when it was last looked at."""

    beat_at: datetime
    made: float
    looked: float


class Beats:
    """The newest beat of each worker, with the moment on our own clock at which it was made.

    A beat that we have not seen before was made since we last looked. Only of one whose worker we did not look at for
    long, or never, we believe the instant that is written beside it.
    """

    def __init__(self, monotonic: Callable[[], float] = time.monotonic) -> None:
        """Take the clock to measure with."""
        self._monotonic = monotonic
        self._seen: dict[UUID, _Seen] = {}

    def lives(self, worker: UUID, beat_at: datetime, now: datetime) -> bool:
        """Say whether a worker whose newest beat this is lives. `now` is of the clock that wrote the beat."""
        tick = self._monotonic()
        seen = self._seen.get(worker)
        if seen is None or seen.beat_at != beat_at:
            unseen_for = math.inf if seen is None else tick - seen.looked
            age = min(max(0.0, (now - beat_at).total_seconds()), unseen_for)
            seen = self._seen[worker] = _Seen(beat_at, tick - age, tick)
        seen.looked = tick
        return tick - seen.made < DEAD_AFTER.total_seconds()


BEATS = Beats()  # of this process
