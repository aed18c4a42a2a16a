"""The frame sink: messages encoded once for all sockets, handed straight to each socket's buffer, joined per turn."""

import asyncio
from collections.abc import Callable, Sequence

from live.frames import Frame
from live.wire import COME_BACK, FINISH_WITHIN, Link

LOOK_AGAIN = 0.25  # seconds between looks whether what was kept back may leave


class FrameWire:
    """A way out over a server that offers a link. Nothing is copied or encoded for one socket alone.

    A process that was stopped between handing over and the end of the loop turn finds its lease over. What was handed
    over is kept back until the lease holds again: by then all access is applied, and a wire that is not idle was cut
    if its screen lost anything.
    """

    def __init__(self, link: Link) -> None:
        """Take the socket's link."""
        self._link = link
        self._next: list[bytes] = []
        self._kept_back = False
        self._loop = asyncio.get_running_loop()
        self._code: int | None = None
        self._ended: asyncio.Future[int] = self._loop.create_future()
        self._emptied: Callable[[], None] = _nobody

    @property
    def idle(self) -> bool:
        """Say whether frames handed over now leave at once."""
        return self._link.empty and not self._kept_back

    @property
    def stuck(self) -> bool:
        """Say whether bytes of ours wait where they leave by themselves."""
        return not self._link.empty

    def put(self, frames: Sequence[Frame]) -> None:
        """Hand over frames; they leave together at the end of this loop turn."""
        if self._code is not None or not frames:
            return
        if not self._next:
            self._loop.call_soon(self._leave)
        self._next.extend([frame.message for frame in frames])

    def tell(self, frame: Frame) -> None:
        """Say what holds no content, lease or not."""
        if self._code is None and self._link.empty:
            self._link.tell(frame.message)

    def finish(self, code: int) -> None:
        """Close once what was handed over has left; a socket that does not read it in time is cut."""
        if self._code is not None:
            return
        self._code = code
        self._loop.call_soon(self._end_when_empty)
        self._loop.call_later(FINISH_WITHIN, self._end_late)

    def close(self, code: int) -> None:
        """Close at once; a socket that does not read is cut: a close would wait behind what it has not read."""
        self._next.clear()
        if self._link.empty:
            self._code = code
            self._end()
        else:
            self.abort()

    def abort(self) -> None:
        """Cut the socket at once."""
        self._next.clear()
        self._code = COME_BACK
        self._link.abort()
        self._end()

    async def run(self, on_idle: Callable[[], None]) -> int:
        """Wait until asked to close."""
        self._emptied = on_idle
        self._link.when_empty(self._when_empty)
        return await self._ended

    def _leave(self) -> None:
        was_kept_back, self._kept_back = self._kept_back, bool(self._next) and self._link.silent
        if self._kept_back:
            self._loop.call_later(LOOK_AGAIN, self._leave)
            return
        messages, self._next = self._next, []
        if messages:
            self._link.write(messages)
        if was_kept_back and self._link.empty:
            self._when_empty()

    def _when_empty(self) -> None:
        if self._code is None:
            self._emptied()
        else:
            self._end_when_empty()

    def _end_when_empty(self) -> None:
        if self.idle:
            self._end()

    def _end_late(self) -> None:
        if not self._ended.done():
            self.abort()

    def _end(self) -> None:
        if not self._ended.done() and self._code is not None:
            self._ended.set_result(self._code)


def _nobody() -> None:
    """Nobody waits yet."""
