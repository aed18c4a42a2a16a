"""The plain sink: the frames of one loop turn joined into one message, one message under way at a time."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from live.frames import Frame, joined

Send = Callable[[str], Awaitable[None]]
COME_BACK = 1012  # the code of a socket that was cut: the page is right, only its line was not


class Wire:
    """One socket's way out. It never queues: while a message is under way, `idle` is False and nothing is taken."""

    def __init__(self, send: Send) -> None:
        """Take the transport's send, which waits while the client does not read."""
        self._send = send
        self._next: list[Frame] = []
        self._woken = asyncio.Event()
        self._sending: asyncio.Task[int] | None = None  # the run, while a message is under way
        self._code: int | None = None

    @property
    def idle(self) -> bool:
        """Say whether frames handed over now leave at once."""
        return self._sending is None

    def close(self, code: int) -> None:
        """Close the socket with a code; what was handed over and has not left is dropped."""
        self._next.clear()
        self.finish(code)

    def finish(self, code: int) -> None:
        """Close the socket with a code once what was handed over has left; nothing more is taken."""
        self._code = code
        self._woken.set()

    def abort(self) -> None:
        """Cut the socket at once, without a word: what was handed over and has not left never leaves."""
        self._next.clear()
        self.finish(COME_BACK)
        if self._sending is not None:
            self._sending.cancel()

    def put(self, frames: Sequence[Frame]) -> None:
        """Hand over frames for the next message. Only while idle."""
        if self._code is None:
            self._next.extend(frames)
            self._woken.set()

    async def run(self, on_idle: Callable[[], None]) -> int:
        """Send until asked to close, and give the code; call `on_idle` after each message."""
        while True:
            await self._woken.wait()
            self._woken.clear()
            frames, self._next = self._next, []
            if not frames and self._code is not None:
                return self._code
            if not frames:
                continue
            self._sending = asyncio.current_task()
            try:
                await self._send(joined(frames))
            except asyncio.CancelledError:
                if self._code != COME_BACK:
                    raise
            finally:
                self._sending = None
            if self._code is not None:
                return self._code
            on_idle()
