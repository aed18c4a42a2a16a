"""Connections of clients that read only when told to, and what the kernel holds for them."""

import asyncio
import base64
import secrets
import socket
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from ops.web.signed_in import COOKIE
from tests.serving import Person, Server

SMALL = 4096  # bytes that this side's kernel takes in for a client that does not read
PATIENCE = 30.0


@dataclass
class Raw:
    """A connection that is read by hand."""

    socket: socket.socket
    read: bytearray = field(default_factory=bytearray)
    ended: bool = False

    @classmethod
    def to(cls, server: Server) -> "Raw":
        """Connect; from now on at most a little is taken in for us."""
        connected = socket.socket()
        connected.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, SMALL)
        connected.connect(("127.0.0.1", server.port))
        connected.setblocking(False)
        return cls(connected)

    def ask(self, person: Person, path: str, server: Server, *headers: str) -> "Raw":
        """Send one request, and read nothing of its answer."""
        lines = [
            f"GET {path} HTTP/1.1",
            f"Host: localhost:{server.port}",
            f"Origin: {server.origin}",
            f"Cookie: {COOKIE}={person.cookie}",
            *headers,
        ]
        self.socket.send("\r\n".join([*lines, "", ""]).encode())
        return self

    def upgrade(self, person: Person, path: str, server: Server) -> "Raw":
        """Ask for a WebSocket."""
        key = base64.b64encode(secrets.token_bytes(16)).decode()
        return self.ask(
            person,
            path,
            server,
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13",
        )

    def say(self, words: str) -> None:
        """Send one short masked text message, as a browser does; the mask is zero."""
        payload = words.encode()
        assert len(payload) < 2**16
        head = bytes([0x81, 0x80 | 126]) + len(payload).to_bytes(2, "big")
        self.socket.send(head + bytes(4) + payload)

    def take(self, most: int = 65536) -> int:
        """Read what is there; gives how much."""
        try:
            piece = self.socket.recv(most)
        except BlockingIOError:
            return 0
        except ConnectionError:
            self.ended = True
            return 0
        self.ended = self.ended or not piece
        self.read += piece
        return len(piece)

    async def until_read(self, words: bytes) -> None:
        """Read until these bytes came."""
        async with asyncio.timeout(PATIENCE):
            while words not in self.read and not self.ended:
                if not self.take():
                    await asyncio.sleep(0.005)
        assert words in self.read

    async def drain(self) -> bytes:
        """Read until the other side has ended the connection."""
        async with asyncio.timeout(PATIENCE):
            while not self.ended:
                if not self.take():
                    await asyncio.sleep(0.005)
        return bytes(self.read)

    def left_the_worker(self) -> int:
        """Give how many bytes have left the worker for us: read, or in the hands of either kernel."""
        here, there = self.socket.getsockname()[1], self.socket.getpeername()[1]
        return len(self.read) + _queued(here, there, _READ) + _queued(there, here, _WRITE)

    async def until_stuck(self) -> None:
        """Wait until the worker can write no more, because nobody reads."""
        async with asyncio.timeout(PATIENCE):
            before, same = -1, 0
            while same < 5:
                await asyncio.sleep(0.05)
                now = self.left_the_worker()
                same = same + 1 if now == before and now else 0
                before = now

    def close_writing(self) -> None:
        """Say that nothing more is asked: the worker hangs up once it has answered."""
        with suppress(OSError):
            self.socket.shutdown(socket.SHUT_WR)

    def close(self) -> None:
        """Hang up."""
        with suppress(OSError):
            self.socket.close()


_WRITE, _READ = 0, 1


def _queued(local: int, remote: int, which: int) -> int:
    """Give the bytes in one queue of one end of a loopback connection, as the kernel counts them."""
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        columns = line.split()
        if columns[1].endswith(f":{local:04X}") and columns[2].endswith(f":{remote:04X}"):
            return int(columns[4].split(":")[which], 16)
    return 0
