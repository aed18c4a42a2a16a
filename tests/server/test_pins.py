"""Defects of the stack that our own code stands in for: when one of these fails, that code may go."""

import asyncio
import contextlib

import pytest
from broadcaster import Broadcast
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from live.frames import retract
from live.redis_doorbell import RedisBackend
from ops.server import socket_protocol
from tests.server.conftest import House, hello

A_WHILE = 1.0  # seconds in which nothing happens that should


@pytest.fixture
def stock(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave a frozen client to uvicorn, as if our own watch were not there."""
    monkeypatch.setattr(socket_protocol.SocketProtocol, "pause_writing", WebSocketsSansIOProtocol.pause_writing)


async def test_uvicorn_never_ends_a_client_that_stopped_reading(stock: None, house: House) -> None:
    with hello(house.port, receive=4096):
        held = await house.next_socket()
        while held.link.empty:
            held.link.write([retract("x" * 10_000).message])
        (protocol,) = house.server.server_state.connections
        assert isinstance(protocol, WebSocketsSansIOProtocol)
        protocol.keepalive_timeout()  # no pong came: uvicorn closes, and waits for the buffer
        await asyncio.sleep(A_WHILE)
        assert house.server.server_state.connections
        protocol.transport.abort()


async def heard_through(broadcast: Broadcast) -> list[str]:
    """Ring once, and give what the first subscriber heard of it."""
    heard: list[str] = []

    async def listen() -> None:
        async with broadcast.subscribe("pin") as subscriber:
            while True:
                heard.append(str((await subscriber.get()).message))

    async with broadcast:
        listening = asyncio.create_task(listen())
        await asyncio.sleep(A_WHILE / 2)
        await broadcast.publish("pin", "1")
        await asyncio.sleep(A_WHILE / 2)
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)
    return heard


async def test_broadcasters_own_redis_backend_leaves_its_first_subscriber_deaf(valkey: str) -> None:
    assert "1" in await heard_through(Broadcast(backend=RedisBackend(valkey)))
    heard: list[str] = []
    with contextlib.suppress(RuntimeError, KeyError):  # it may also say so
        heard = await heard_through(Broadcast(valkey))
    assert heard == []
