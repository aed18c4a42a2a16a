"""The contract of a sink: one socket's way out, which takes frames while it is idle and keeps no queue."""

from collections.abc import Callable, Sequence
from typing import Protocol

from live.frames import Frame

FINISH_WITHIN = 5.0  # seconds for last words to leave; a client that reads takes them at once
COME_BACK = 1012  # the code of a socket that was cut: the page is right, only its line was not


class Wire(Protocol):
    """One socket's way out. It never queues: while it is not idle, nothing may be put."""

    @property
    def idle(self) -> bool:
        """Say whether nothing of ours waits in this process: frames handed over now leave at once."""
        ...

    @property
    def stuck(self) -> bool:
        """Say whether bytes of ours wait where they leave by themselves, the lease or not: only a cut keeps them."""
        ...

    def put(self, frames: Sequence[Frame]) -> None:
        """Hand over frames; those of one loop turn leave together. Only while idle; nothing once it was closed."""
        ...

    def tell(self, frame: Frame) -> None:
        """Say what holds no content, lease or not. Nothing while stuck."""
        ...

    def finish(self, code: int) -> None:
        """Close the socket with a code once what was handed over has left; nothing more is taken."""
        ...

    def close(self, code: int) -> None:
        """Close the socket with a code at once; what was handed over and has not left never leaves."""
        ...

    def abort(self) -> None:
        """Cut the socket at once, without a word: what was handed over and has not left never leaves."""
        ...

    async def run(self, on_idle: Callable[[], None]) -> int:
        """Go on until asked to close, and give the code; call `on_idle` when it is idle again."""
        ...


class Link(Protocol):
    """What a server may offer beside ASGI's messages: the socket's own buffer (docs/decisions/0018)."""

    @property
    def empty(self) -> bool:
        """Say whether all that was written has left this process for the kernel."""
        ...

    @property
    def silent(self) -> bool:
        """Say whether a message of content written now would cut the connection: there is no lease."""
        ...

    def write(self, messages: Sequence[bytes]) -> None:
        """Hand whole WebSocket messages, encoded already, to the socket in one write; nothing while it closes."""
        ...

    def tell(self, message: bytes) -> None:
        """Write a message that holds no content, lease or not."""
        ...

    def abort(self) -> None:
        """End the connection now; nothing that is buffered leaves."""
        ...

    def when_empty(self, call: Callable[[], None]) -> None:
        """Call this each time that the buffer has become empty after it was not."""
        ...


EXTENSION = "tallyboard.link"  # the key in an ASGI scope's extensions under which a Link is offered
