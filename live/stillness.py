"""Tells every open page that it stands still, once this worker may show nothing; no page may look live that is not."""

import asyncio

from live.frames import stale
from live.lease import Lease
from live.tailer import Tailer

LOOK_EVERY = 0.25  # seconds: a board says within three that it is behind (docs/delivery.md)


class Stillness:
    """Looks at the lease by a clock of its own: a turn that waits for the database tells nobody anything."""

    def __init__(self, lease: Lease, tailer: Tailer) -> None:
        """Watch one worker's lease for its screens."""
        self._lease = lease
        self._tailer = tailer
        self._still = False

    async def run(self) -> None:
        """Look now and then until cancelled."""
        while True:
            self.look()
            await asyncio.sleep(LOOK_EVERY)

    def look(self) -> None:
        """Tell what has changed: nothing may be shown any more, or it may again."""
        still = not self._lease.holds()
        if still == self._still:
            return
        self._still = still
        if not still:
            self._tailer.beat()
            return
        for screen in self._tailer.screens():
            if screen.wire.stuck:
                screen.wire.abort()  # what waits in its buffer may not leave any more
            else:
                screen.wire.tell(stale())
