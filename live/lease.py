"""The freshness lease: a worker sends content only while it has lately seen the head of the journal.

Why nothing leaves after a revoke was answered. Let the revoke be committed at position p, and a worker not have
reported p. A lease is renewed from t0, read before the head was; whatever that head contains of access has been applied
*and reported* before the renewal. So the newest lease of this worker comes from a head below p, which was read before
the commit: its t0 lies before the commit, and the lease is over LEASE after it. Whoever revokes waits longer than that.
No clocks are compared between machines; a clock that counts sleep makes a thawed process old at once.
"""

import asyncio
import math
import time
from collections.abc import Callable

LEASE = 2.0  # seconds from reading the clock before the head is read until the last byte that rests on it
OUTWAIT = 1.1 * LEASE  # seconds after which no silent worker holds a lease, even where its clock is slow


def boottime() -> float:
    """Give seconds on a clock that goes on while the process is frozen and while the machine sleeps."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


class Lease:
    """One worker's right to send content. It starts without."""

    def __init__(self, clock: Callable[[], float] = boottime) -> None:
        """Take the clock that it is measured with."""
        self.clock = clock
        self._ends = -math.inf
        self._renewed: asyncio.Future[None] | None = None

    def holds(self) -> bool:
        """Say whether a byte of content may leave now. Asked directly before every byte, kept by nobody."""
        return self.clock() < self._ends

    def renew(self, t0: float) -> None:
        """Lengthen it: t0 was read before the head was, and all access up to that head is applied and reported."""
        self._ends = max(self._ends, t0 + LEASE)
        if self._renewed is not None and not self._renewed.done():
            self._renewed.set_result(None)

    def end(self) -> None:
        """Give it up: this worker leaves, or trusts no longer what it kept."""
        self._ends = -math.inf

    def wanes(self) -> bool:
        """Say whether less than half of it is left."""
        return self.age() > LEASE / 2

    def age(self) -> float:
        """Give the seconds since the t0 that it rests on; infinite for one that never was."""
        return self.clock() - (self._ends - LEASE)

    async def wait(self, patience: float) -> bool:
        """Wait until it holds, for so many seconds at most; say whether it does."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + patience
        while not self.holds():
            if self._renewed is None or self._renewed.done():
                self._renewed = loop.create_future()
            done, _ = await asyncio.wait({self._renewed}, timeout=max(0.0, deadline - loop.time()))
            if not done:
                return self.holds()
        return True
