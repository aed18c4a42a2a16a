"""A socket that takes more than its share is ended, and a server that stops tells its sockets one by one."""

import asyncio
import time
from contextlib import suppress

import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from live.frames import retract
from ops.server import request_protocol, serving, socket_protocol
from ops.server.socket_protocol import SocketProtocol
from tests.live.stage import PATIENCE, until
from tests.server.conftest import House, hello


async def test_a_client_that_stops_reading_is_cut(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket_protocol, "FROZEN_AFTER", 0.05)
    with hello(house.port, receive=4096):
        held = await house.next_socket()
        while held.link.empty:
            held.link.write([retract("x" * 10_000).message])
        await until(lambda: held.said, "the end")
        assert held.said[-1]["type"] == "websocket.disconnect"
        assert not house.server.server_state.connections


async def test_a_client_that_reads_slowly_is_left_alone(house: House) -> None:
    loop = asyncio.get_running_loop()
    with hello(house.port, receive=4096) as browser:
        held = await house.next_socket()
        held.link.write([retract("x" * 600_000).message])
        (protocol,) = house.server.server_state.connections
        assert isinstance(protocol, SocketProtocol)
        left = protocol.transport.get_write_buffer_size()
        while protocol.transport.get_write_buffer_size() == left:
            await loop.sock_recv(browser, 30_000)
        protocol._look()
        assert not protocol.transport.is_closing(), "it read something since it was last looked at"
        protocol._look()
        assert protocol.transport.is_closing(), "now it did not"


async def test_a_frozen_client_does_not_outlive_a_close(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket_protocol, "FROZEN_AFTER", 0.05)
    with hello(house.port, receive=4096):
        held = await house.next_socket()
        while held.link.empty:
            held.link.write([retract("x" * 10_000).message])
        (protocol,) = house.server.server_state.connections
        protocol.transport.close()  # as uvicorn does when no pong comes
        await until(lambda: not house.server.server_state.connections, "the end")


async def test_a_message_that_is_too_long_is_refused_with_its_code(house: House) -> None:
    async with connect(f"ws://127.0.0.1:{house.port}") as browser:
        await browser.send("x" * (serving.LARGEST_MESSAGE + 1))
        with pytest.raises(ConnectionClosed):
            await browser.recv()
        assert browser.close_code == 1009


async def test_a_request_that_never_says_what_it_wants_is_ended(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_protocol, "HEAD_WITHIN", 0.05)
    for said in (b"", b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: "):
        reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
        writer.write(said)
        with suppress(ConnectionResetError):
            assert await asyncio.wait_for(reader.read(), PATIENCE) == b""
        writer.close()


async def test_a_later_request_on_the_same_connection_is_waited_for_no_longer(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"
    reader, writer = await asyncio.open_connection("127.0.0.1", house.port)
    writer.write(whole)
    await reader.readuntil(b"\r\n\r\n")
    monkeypatch.setattr(request_protocol, "HEAD_WITHIN", 0.05)
    writer.write(whole[:-4])
    with suppress(ConnectionResetError):
        await asyncio.wait_for(reader.read(), PATIENCE)
    writer.close()


async def test_nothing_is_compressed(house: House) -> None:
    async with connect(f"ws://127.0.0.1:{house.port}", compression="deflate") as browser:
        assert browser.protocol.extensions == []


async def test_a_server_that_stops_moves_its_sockets_one_by_one(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket_protocol, "MOVES_A_SECOND", 20)
    closed: list[tuple[float, int | None]] = []

    async def watch() -> None:
        async with connect(f"ws://127.0.0.1:{house.port}") as browser:
            with suppress(ConnectionClosed):
                await browser.recv()
            closed.append((time.monotonic(), browser.close_code))

    async with asyncio.TaskGroup() as group:
        for _ in range(20):
            group.create_task(watch())
        await until(lambda: len(house.held) == 20, "all sockets")
        house.server.should_exit = True
    assert {code for _, code in closed} == {1012}
    assert max(at for at, _ in closed) - min(at for at, _ in closed) > 0.1, "not all at once"
