"""Whether this process should be sent anyone: not while it leaves."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


class Readiness:
    """Known to those who spread people over processes."""

    def __init__(self) -> None:
        """Stay until told to leave."""
        self.leaving = False

    @contextmanager
    def notice(self, seconds: float) -> Iterator[None]:
        """While the block runs, let a termination wait so many seconds, in which this process says that it leaves."""
        if not seconds:
            yield
            return
        loop = asyncio.get_running_loop()
        stop = signal.getsignal(signal.SIGTERM)

        def leave(number: int, frame: FrameType | None) -> None:
            self.leaving = True
            if callable(stop):
                loop.call_soon_threadsafe(loop.call_later, seconds, stop, number, frame)

        signal.signal(signal.SIGTERM, leave)
        try:
            yield
        finally:
            signal.signal(signal.SIGTERM, stop)
