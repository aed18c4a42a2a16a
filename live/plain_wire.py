"""The plain sink: the frames of one loop turn joined into one ASGI message, one message under way at a time."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from live.frames import Frame, joined
from live.wire import COME_BACK, FINISH_WITHIN, Link

Send = Callable[[str], Awaitable[None]]


class PlainWire:
    """A way out over any ASGI server. Where the server offers no link, what it buffers is out of our hands."""

    def __init__(self, send: Send, link: Link | None = None) -> None:
        """Take the transport's send, which waits while the client does not read."""
        self._send = send
        self._link = link
        self._next: list[Frame] = []
        self._woken = asyncio.Event()
        self._sending: asyncio.Task[int] | None = None  # the run, while a message is under way
        self._code: int | None = None
        self._on_idle: Callable[[], None] = _nobody

    @property
    def idle(self) -> bool:
        """Say whether frames handed over now leave at once."""
        return self._sending is None and (self._link is None or self._link.empty)

    @property
    def stuck(self) -> bool:
        """Say whether something of ours is on its way: it leaves by itself."""
        return not self.idle

    def put(self, frames: Sequence[Frame]) -> None:
        """Hand over frames for the next message."""
        if self._code is None:
            self._next.extend(frames)
            self._woken.set()

    def tell(self, frame: Frame) -> None:
        """Say what holds no content, lease or not; without a link there is no lease below us."""
        if self._link is None:
            self.put([frame])
        elif self._code is None and not self._next:
            self._link.tell(frame.message)

    def finish(self, code: int) -> None:
        """Close once what was handed over has left; a socket that does not read it in time is cut."""
        self._code = code
        self._woken.set()
        asyncio.get_running_loop().call_later(FINISH_WITHIN, self._end_late)

    def close(self, code: int) -> None:
        """Close at once; a socket that does not read is cut: a close would wait behind what it has not read."""
        self._next.clear()
        if self.idle:
            self.finish(code)
        else:
            self.abort()

    def abort(self) -> None:
        """Cut the socket; without a link, only what this side still holds is kept from leaving."""
        self._next.clear()
        self.finish(COME_BACK)
        if self._link is not None:
            self._link.abort()
        if self._sending is not None:
            self._sending.cancel()

    async def run(self, on_idle: Callable[[], None]) -> int:
        """Send until asked to close."""
        self._on_idle = on_idle
        if self._link is not None:
            self._link.when_empty(self._when_empty)
        while True:
            await self._woken.wait()
            self._woken.clear()
            frames, self._next = self._next, []
            if frames:
                await self._send_whole(joined(frames))
            if self._code is not None and self.idle:
                return self._code
            if frames and self.idle:
                on_idle()

    def _when_empty(self) -> None:
        if self._code is None:
            self._on_idle()
        self._woken.set()

    def _end_late(self) -> None:
        if not self.idle:
            self.abort()

    async def _send_whole(self, message: str) -> None:
        self._sending = asyncio.current_task()
        try:
            await self._send(message)
        except asyncio.CancelledError:
            if self._code != COME_BACK:
                raise
        finally:
            self._sending = None


def _nobody() -> None:
    """Nobody waits yet."""
