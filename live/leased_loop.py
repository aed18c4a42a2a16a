"""The server's event loop: bytes that wait in this process leave only under the lease, whatever froze it meanwhile.

A process that was stopped goes on wherever it stood: between two callbacks, or with a socket already found writable.
Only a check directly before the system call is late enough, so it stands in the transport. This module relies on two
names of asyncio beyond their documented use, `_make_socket_transport` and `_write_ready`;
tests/live/test_leased_loop.py holds the installed Python to them.
"""

import asyncio
import socket
from asyncio.selector_events import _SelectorSocketTransport  # type: ignore[attr-defined]  # see above
from collections.abc import Callable, Iterable
from contextvars import ContextVar, copy_context
from typing import Any

from live.lease import Lease

_CONNECTION: ContextVar["LeasedTransport | None"] = ContextVar("connection", default=None)


def connection() -> "LeasedTransport | None":
    """Give the connection that the running task serves; None where the server is not ours (a test's own process)."""
    return _CONNECTION.get()


class LeasedTransport(_SelectorSocketTransport):  # type: ignore[misc]  # it has no type
    """A browser's connection. Without the lease it says only what was declared harmless; for anything else it is cut.

    Its buffer knows two states, empty and not: whoever writes may wait until all of it has left this process.
    """

    def __init__(self, loop: "LeasedLoop", *arguments: Any, **named: Any) -> None:  # noqa: ANN401 - asyncio's own
        """Serve a connection: every task that its bytes start can ask for it."""
        self.harmless = False  # what is said from here on holds no content
        self._lease = loop.lease
        context = copy_context()
        context.run(_CONNECTION.set, self)
        context.run(super().__init__, loop, *arguments, **named)
        self.set_write_buffer_limits(high=0)
        self._flush: Callable[[], None] = self._write_ready
        self._write_ready: Callable[[], None] = self._flush_under_the_lease

    @property
    def silent(self) -> bool:
        """Say whether a byte written now would cut the connection."""
        return not (self.harmless or self._lease.holds())

    @property
    def empty(self) -> bool:
        """Say whether all that was written has left for the kernel."""
        return bool(self.get_write_buffer_size() == 0)

    def write(self, data: bytes) -> None:
        """Send or buffer; without the lease, cut the connection."""
        if self.silent:
            self.abort()
        else:
            super().write(data)

    def writelines(self, list_of_data: Iterable[bytes]) -> None:
        """Write several pieces as one, through the one check."""
        self.write(b"".join(list_of_data))

    def _flush_under_the_lease(self) -> None:
        """Send what waited; it was judged when it was written, and that may be long ago."""
        if self.silent:
            self.abort()
        else:
            self._flush()


class LeasedLoop(asyncio.SelectorEventLoop):
    """An event loop whose accepted connections are bound to one lease; ours to the database and the bell are not."""

    def __init__(self) -> None:
        """Start without a right to send content."""
        super().__init__()
        self.lease = Lease()

    def _make_socket_transport(  # type: ignore[no-untyped-def]  # noqa: ANN202 - asyncio's own
        self,
        sock: socket.socket,
        protocol,  # noqa: ANN001
        waiter=None,  # noqa: ANN001
        *,
        server=None,  # noqa: ANN001
        **named,  # noqa: ANN003
    ):
        if server is None:
            return super()._make_socket_transport(sock, protocol, waiter, **named)  # type: ignore[misc]
        return LeasedTransport(self, sock, protocol, waiter, server=server, **named)


def new_loop() -> LeasedLoop:
    """Make the loop of one server process."""
    return LeasedLoop()


def lease_of_this_process() -> Lease:
    """Give the lease that the running loop's connections are bound to; a new one where the loop is not ours."""
    loop = asyncio.get_running_loop()
    return loop.lease if isinstance(loop, LeasedLoop) else Lease()
