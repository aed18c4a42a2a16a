"""Imported before the server: its kernel holds little for each connection, so that what waits, waits in the process."""

import socket
from typing import Any

from live.leased_loop import LeasedTransport

SMALL = 4096
_made = LeasedTransport.__init__


def _small(self: LeasedTransport, loop: Any, sock: socket.socket, *arguments: Any, **named: Any) -> None:
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, SMALL)
    _made(self, loop, sock, *arguments, **named)


LeasedTransport.__init__ = _small  # type: ignore[method-assign]
