"""A line between browsers, servers, databases and bells, as a load balancer and a bad network make it."""

import asyncio
import ctypes
import socket
import struct
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from pathlib import Path

CHUNK = 64 * 1024
RESET = struct.pack("ii", 1, 0)  # SO_LINGER: on, for no time; closing resets

SO_ATTACH_FILTER = 26  # Linux; Python does not name it
_NOTHING = ctypes.create_string_buffer(struct.pack("HBBI", 0x06, 0, 0, 0))  # a packet filter of one word: return 0
DROP_ALL = struct.pack("HL", 1, ctypes.addressof(_NOTHING))

Upstream = int | Path  # a port of this machine, or a socket in a folder
Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Proxy:
    """Takes each connection to the first server, in turn, that accepts it."""

    def __init__(self, upstreams: Sequence[Upstream]) -> None:
        self.upstreams = list(upstreams)
        self.port = 0
        self.delay = 0.0
        self._next = 0
        self._flows = asyncio.Event()
        self._flows.set()
        self._open: set[asyncio.StreamWriter] = set()
        self._refusing = False

    def hold(self) -> None:
        """Let nothing through, and say nothing about it."""
        self._flows.clear()

    def let_go(self) -> None:
        self._flows.set()

    def lose(self) -> None:
        """Lose the connections that stand, as a firewall does that was started again: nobody answers, for ever.

        The kernel throws away whatever arrives for them, so that the other end sees no acknowledgement either.
        """
        for writer in self._open:
            link: socket.socket = writer.get_extra_info("socket")
            if link.family == socket.AF_INET:
                link.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, DROP_ALL)

    def cut(self) -> None:
        """Reset every connection and take no other until mended."""
        self._refusing = True
        self.drop()

    def drop(self) -> None:
        """Reset every connection."""
        for writer in list(self._open):
            link: socket.socket = writer.get_extra_info("socket")
            with suppress(OSError):
                link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            writer.transport.abort()

    def mend(self) -> None:
        self._refusing = False
        self.let_go()

    @asynccontextmanager
    async def listening(self) -> AsyncIterator["Proxy"]:
        """Listen while the block runs."""
        server = await asyncio.start_server(self._take, "127.0.0.1", 0, backlog=2048)
        self.port = server.sockets[0].getsockname()[1]
        try:
            yield self
        finally:
            server.close()
            self.mend()
            self.cut()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reached = None if self._refusing else await self._reach()
        if reached is None:
            writer.transport.abort()
            return
        back_reader, back_writer = reached
        self._open |= {writer, back_writer}
        try:
            await asyncio.gather(self._pump(reader, back_writer), self._pump(back_reader, writer))
        finally:
            self._open -= {writer, back_writer}

    async def _reach(self) -> Ends | None:
        for _ in self.upstreams:
            upstream = self.upstreams[self._next % len(self.upstreams)]
            self._next += 1
            with suppress(OSError):
                if isinstance(upstream, Path):
                    return await asyncio.open_unix_connection(upstream)
                return await asyncio.open_connection("127.0.0.1", upstream)
        return None

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await reader.read(CHUNK):
                await self._flows.wait()
                if self.delay:
                    await asyncio.sleep(self.delay)
                writer.write(data)
                await writer.drain()
        writer.close()
