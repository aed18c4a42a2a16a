"""The WebSocket protocol of our server: uvicorn's own, with its buffer in our hands.

This module names every name of uvicorn and websockets that the product relies on beyond their documented use;
tests/server/test_contract.py holds the installed versions to it.
"""

import asyncio
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, cast

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.frames import Frame
from websockets.http11 import Request

from live.leased_loop import LeasedTransport
from live.screen import CloseCode
from live.wire import EXTENSION

FROZEN_AFTER = 15.0  # seconds without a byte read: looked at twice, so that it ends within 30 of them
MOVES_A_SECOND = 50  # sockets told to move when the server stops: the others must take them in without a rush
LONGEST_MOVE = 10.0  # seconds until the last of them is told


class SocketProtocol(WebSocketsSansIOProtocol):
    """Offers the application a link to the socket, ends sockets that nobody reads, and moves them one by one."""

    _watch: asyncio.TimerHandle | None = None
    _left = 0
    emptied: Callable[[], None] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Hear of every byte that waits: with no mark above zero the buffer is either empty or ours to know of."""
        super().connection_made(transport)
        self.transport.set_write_buffer_limits(high=0)

    def handle_connect(self, event: Request) -> None:
        """Offer the link in the scope, before the application runs."""
        super().handle_connect(event)
        scope = cast("dict[str, Any] | None", getattr(self, "scope", None))  # none when the handshake was refused
        if scope is not None:
            scope["extensions"][EXTENSION] = SocketLink(self)

    def write(self, messages: Sequence[bytes]) -> None:
        """Write whole messages at once, unless the socket is not open yet or closes."""
        if not self.handshake_complete or self.close_sent or self.transport.is_closing():
            return
        if len(messages) == 1:
            self.transport.write(messages[0])  # the very bytes that every other socket gets
        else:
            self.transport.writelines(messages)
        self._left = self.transport.get_write_buffer_size()

    def tell(self, message: bytes) -> None:
        """Write what holds no content, though the lease may be over."""
        with self._harmless():
            self.write([message])

    @property
    def silent(self) -> bool:
        """Say whether content written now would cut the connection."""
        return isinstance(self.transport, LeasedTransport) and self.transport.silent

    def send_keepalive_ping(self) -> None:
        """Ping, but not while nothing may leave: a page that is told to stand still keeps its socket."""
        if self.silent:
            self.schedule_ping()
        else:
            super().send_keepalive_ping()

    def handle_ping(self) -> None:
        """Say that the line is alive: an answer holds no content, and silence would cost the page its socket."""
        with self._harmless():
            super().handle_ping()

    def handle_close(self, event: Frame) -> None:
        """Answer a close, too."""
        with self._harmless():
            super().handle_close(event)

    def pause_writing(self) -> None:
        """Bytes wait: begin to look whether they are read."""
        super().pause_writing()
        self._left = self.transport.get_write_buffer_size()
        self._watch = self.loop.call_later(FROZEN_AFTER, self._look)

    def resume_writing(self) -> None:
        """All was read."""
        super().resume_writing()
        self._stop_watch()
        if self.emptied is not None:
            self.emptied()

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the application with the socket; tell it of a line that broke apart from a page that was closed."""
        self._stop_watch()
        self.emptied = None
        if self.handshake_complete and self.conn.close_rcvd is None:  # a page that goes says so
            self.queue.put_nowait({"type": "websocket.disconnect", "code": CloseCode.BROKEN})
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """Tell this socket to move, at a random moment among all those that must."""
        within = min(LONGEST_MOVE, len(self.connections) / MOVES_A_SECOND)
        self.loop.call_later(random.uniform(0, within), self._move)  # noqa: S311 - a spread, not a secret

    def _move(self) -> None:
        """Say that it moves, though the lease may be over: a close holds no content."""
        if not self.transport.is_closing():
            with self._harmless():
                super().shutdown()

    @contextmanager
    def _harmless(self) -> Iterator[None]:
        """Let what is written in the block leave; what of it must wait opens the way for nothing that comes after."""
        transport = self.transport
        if isinstance(transport, LeasedTransport):
            transport.harmless = True
        try:
            yield
        finally:
            if isinstance(transport, LeasedTransport):
                transport.harmless = False

    def _look(self) -> None:
        """Cut a socket that read nothing since the last look: a close would wait behind its buffer for ever."""
        left = self.transport.get_write_buffer_size()
        if left >= self._left:
            self.transport.abort()
            return
        self._left = left
        self._watch = self.loop.call_later(FROZEN_AFTER, self._look)

    def _stop_watch(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None


class SocketLink:
    """The link of one socket, as live.wire describes it."""

    __slots__ = ("_protocol",)

    def __init__(self, protocol: SocketProtocol) -> None:
        """Reach one socket."""
        self._protocol = protocol

    @property
    def empty(self) -> bool:
        """Say whether all that was written has left this process for the kernel."""
        return self._protocol.transport.get_write_buffer_size() == 0

    @property
    def silent(self) -> bool:
        """Say whether content written now would cut the connection."""
        return self._protocol.silent

    def write(self, messages: Sequence[bytes]) -> None:
        """Hand whole messages to the socket in one write; nothing while it closes."""
        self._protocol.write(messages)

    def tell(self, message: bytes) -> None:
        """Write a message that holds no content, lease or not."""
        self._protocol.tell(message)

    def abort(self) -> None:
        """End the connection now."""
        self._protocol.transport.abort()

    def when_empty(self, call: Callable[[], None]) -> None:
        """Call this each time that the buffer has become empty."""
        self._protocol.emptied = call
