"""A real server in the test's own loop, under a small application that hands its sockets to the test."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest_asyncio
import uvicorn
from starlette.types import Message, Receive, Scope, Send

from live.wire import EXTENSION, Link
from ops.server import serving
from tests.live.stage import until


@dataclass
class Held:
    """One accepted socket, as the application has it."""

    link: Link
    send: Send
    said: list[Message] = field(default_factory=list)


@dataclass
class House:
    """A server that accepts every socket and holds it until it is gone."""

    port: int
    server: uvicorn.Server
    held: list[Held] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "websocket":
            await send({"type": "http.response.start", "status": 204, "headers": []})
            await send({"type": "http.response.body"})
            return
        held = Held(scope["extensions"][EXTENSION], send)
        await receive()
        await send({"type": "websocket.accept"})
        self.held.append(held)
        while not held.said or held.said[-1]["type"] != "websocket.disconnect":
            held.said.append(await receive())

    async def next_socket(self) -> Held:
        """Wait for one more socket."""
        await until(lambda: self.held, "a socket")
        return self.held.pop(0)


@asynccontextmanager
async def opened() -> AsyncIterator[House]:
    """Run a server on the loop that runs."""
    made: Any = House(0, None)  # type: ignore[arg-type]  # the server needs the application first
    config = serving.configured(made, host="127.0.0.1", port=0)
    listening = config.bind_socket()
    serving.bound(listening)
    made.port = listening.getsockname()[1]
    made.server = uvicorn.Server(config)
    running = asyncio.create_task(made.server._serve([listening]))
    await until(lambda: made.server.started, "the start")
    yield made
    made.server.should_exit = True
    await running


@pytest_asyncio.fixture
async def house() -> AsyncIterator[House]:
    async with opened() as made:
        yield made


def hello(port: int, receive: int = 0) -> socket.socket:
    """Open a socket by hand, so that it can be left unread; gives it once the upgrade is answered."""
    link = socket.socket()
    if receive:
        link.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive)
    link.connect(("127.0.0.1", port))
    link.sendall(
        b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
    )
    link.setblocking(False)
    return link
