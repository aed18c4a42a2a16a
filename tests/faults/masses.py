"""Thousands of open pages in one process: sockets that are read only to be counted, or not read at all."""

import asyncio
import socket
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from ops.web.signed_in import COOKIE
from tests.faults.ground import Ground
from tests.serving import Person, attribute

LITTLE = 4096  # bytes that our kernel takes in for a page that does not read
AT_ONCE = 64  # connections that are made at the same time
HANDSHAKE = b"\r\n\r\n"


class Reader(asyncio.Protocol):
    """One page's socket: it counts what it hears, and notes when a word that is looked for came."""

    def __init__(self, mass: "Mass", greeting: bytes, hello: bytes) -> None:
        self.mass, self.greeting, self.hello = mass, greeting, hello
        self.heard = 0
        self.upgraded = False
        self.first_frame_at: float | None = None
        self.lost_at: float | None = None
        self.resyncs = 0
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport
        transport.write(self.greeting)

    def data_received(self, data: bytes) -> None:
        self.heard += len(data)
        if not self.upgraded:
            assert data.startswith(b"HTTP/1.1 101"), data[:200]
            self.upgraded = True
            data = data.partition(HANDSHAKE)[2]
            assert self.transport is not None
            self.transport.write(self.hello)
        if data and self.first_frame_at is None and data[0] == 0x81:
            self.first_frame_at = time.monotonic()
        self.resyncs += data.count(b'"do":"resync"')
        self.mass.look(data)

    def connection_lost(self, exc: Exception | None) -> None:
        self.lost_at = time.monotonic()
        self.mass.gone(self)


@dataclass
class Mass:
    """Many pages of a few officers, all on the newest position of a page that was fetched for them."""

    ground: Ground
    pages: list[tuple[Person, str, str]] = field(default_factory=list)
    readers: list[Reader] = field(default_factory=list)
    lost: int = 0
    seen: dict[bytes, list[float]] = field(default_factory=dict)

    async def of(self, names: Sequence[str]) -> "Mass":
        """Fetch a board for each officer; their other pages begin where it began."""
        for name in names:
            person = await self.ground.person(name)
            page = (await person.get(await person.landing())).text
            self.pages.append(
                (person, attribute(page, "data-live").replace("&amp;", "&"), attribute(page, "data-cursor"))
            )
        return self

    async def open(self, count: int, ports: Sequence[int]) -> float:
        """Open so many pages; give the seconds until each of them has heard its first frame."""
        loop, began = asyncio.get_running_loop(), time.monotonic()
        gate = asyncio.Semaphore(AT_ONCE)

        async def one(number: int) -> None:
            async with gate:
                while True:
                    try:
                        _, reader = await loop.create_connection(
                            lambda: Reader(self, *self._words(number)), "127.0.0.1", ports[number % len(ports)]
                        )
                    except OSError:
                        await asyncio.sleep(0.1)
                        continue
                    break
            self.readers.append(reader)

        await asyncio.gather(*(one(number) for number in range(count)))
        async with asyncio.timeout(120):
            while any(reader.first_frame_at is None for reader in self.readers):
                await asyncio.sleep(0.05)
        return time.monotonic() - began

    async def open_again(self, count: int) -> "Mass":
        """Come back as pages that missed what has happened since they were fetched."""
        await self.open(count, [worker.server.port for worker in self.ground.workers])
        return self

    def drop(self) -> None:
        """Break all of them in one moment."""
        for reader in self.readers:
            if reader.transport is not None:
                reader.transport.abort()
        self.readers.clear()

    def watch_for(self, word: str) -> list[float]:
        """Note from now on when a word is heard."""
        return self.seen.setdefault(word.encode(), [])

    def look(self, data: bytes) -> None:
        for word, at in self.seen.items():
            if word in data:
                at.append(time.monotonic())

    def gone(self, reader: Reader) -> None:
        self.lost += reader in self.readers

    def _words(self, number: int) -> tuple[bytes, bytes]:
        person, live, cursor = self.pages[number % len(self.pages)]
        return greeting(person, live), said(f'{{"do":"resume","cursor":"{cursor}"}}')


def greeting(person: Person, live: str) -> bytes:
    """Ask for a page's socket."""
    return "\r\n".join(
        [
            f"GET {live} HTTP/1.1",
            f"Host: localhost:{person.server.port}",
            f"Origin: {person.server.origin}",
            f"Cookie: {COOKIE}={person.cookie}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
            "Sec-WebSocket-Version: 13",
            "",
            "",
        ]
    ).encode()


def said(words: str) -> bytes:
    """Give one short masked text message, as a browser sends it; the mask is zero."""
    payload = words.encode()
    return bytes([0x81, 0x80 | 126]) + len(payload).to_bytes(2, "big") + bytes(4) + payload


def deaf(person: Person, live: str, cursor: str, port: int) -> socket.socket:
    """Open a page's socket that nobody ever reads."""
    made = socket.socket()
    made.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, LITTLE)
    made.connect(("127.0.0.1", port))
    made.sendall(greeting(person, live))
    made.sendall(said(f'{{"do":"resume","cursor":"{cursor}"}}'))
    made.setblocking(False)
    return made
