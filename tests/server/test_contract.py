"""What we rely on in the installed uvicorn and websockets: an upgrade that changes it stops here."""

import asyncio
import inspect
import json
import socket

import pytest
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from live.frames import retract
from ops.server import serving
from tests.live.stage import until
from tests.server.conftest import House, hello

HOOKS = (
    "connection_made",
    "connection_lost",
    "handle_connect",
    "pause_writing",
    "resume_writing",
    "shutdown",
    "send_keepalive_ping",
    "schedule_ping",
    "handle_ping",
    "handle_close",
)


def test_the_hooks_that_we_override_are_uvicorns_own() -> None:
    for hook in HOOKS:
        assert hook in vars(WebSocketsSansIOProtocol), hook
    assert list(inspect.signature(WebSocketsSansIOProtocol.handle_connect).parameters) == ["self", "event"]


def test_the_hooks_of_a_request_are_uvicorns_own() -> None:
    for hook in ("connection_made", "connection_lost", "on_message_begin", "on_headers_complete"):
        assert hook in vars(HttpToolsProtocol), hook


async def test_the_state_that_we_read_has_these_names(house: House) -> None:
    async with connect(f"ws://127.0.0.1:{house.port}"):
        await house.next_socket()
        (protocol,) = house.server.server_state.connections
        assert isinstance(protocol, WebSocketsSansIOProtocol)
        assert protocol.handshake_complete is True
        assert protocol.close_sent is False
        assert protocol.connections is house.server.server_state.connections
        assert protocol.transport.get_write_buffer_limits() == (0, 0)
        assert protocol.loop is asyncio.get_running_loop()


async def test_a_message_of_ours_is_one_that_a_browser_reads(house: House) -> None:
    async with connect(f"ws://127.0.0.1:{house.port}") as browser:
        held = await house.next_socket()
        held.link.write([retract("a").message, retract("b").message])
        held.link.write([retract("c" * 70_000).message])
        heard = [json.loads(await browser.recv())[0]["ref"] for _ in range(3)]
    assert heard == ["a", "b", "c" * 70_000]


async def test_messages_of_both_kinds_keep_their_order(house: House) -> None:
    async with connect(f"ws://127.0.0.1:{house.port}") as browser:
        held = await house.next_socket()
        held.link.write([retract("a").message])
        await held.send({"type": "websocket.send", "text": "by message"})
        held.link.write([retract("b").message])
        heard = [await browser.recv() for _ in range(3)]
    assert heard == [f"[{retract('a')}]", "by message", f"[{retract('b')}]"]


async def test_what_is_written_after_a_close_is_dropped(house: House) -> None:
    async with connect(f"ws://127.0.0.1:{house.port}") as browser:
        held = await house.next_socket()
        await held.send({"type": "websocket.close", "code": 4401})
        held.link.write([retract("a").message])
        with pytest.raises(ConnectionClosed):
            await browser.recv()
    assert browser.close_code == 4401


async def test_a_socket_that_is_not_read_is_not_empty_until_it_is(house: House) -> None:
    emptied = asyncio.Event()
    with hello(house.port, receive=4096) as browser:
        held = await house.next_socket()
        held.link.when_empty(emptied.set)
        while held.link.empty:
            held.link.write([retract("x" * 10_000).message])
        loop = asyncio.get_running_loop()
        while not emptied.is_set():
            await loop.sock_recv(browser, 1 << 20)
        assert held.link.empty


async def test_a_cut_socket_loses_what_was_buffered(house: House) -> None:
    with hello(house.port, receive=4096) as browser:
        held = await house.next_socket()
        while held.link.empty:
            held.link.write([retract("x" * 10_000).message])
        held.link.write([retract("the secret").message])
        held.link.abort()
        await until(lambda: held.said, "the end")
        loop, heard = asyncio.get_running_loop(), b""
        try:
            while more := await loop.sock_recv(browser, 1 << 20):
                heard += more
        except ConnectionResetError:
            pass
        assert b"the secret" not in heard


async def test_an_accepted_connection_has_the_bounds_of_the_listening_socket(house: House) -> None:
    async with connect(f"ws://127.0.0.1:{house.port}"):
        await house.next_socket()
        (protocol,) = house.server.server_state.connections
        accepted = protocol.transport.get_extra_info("socket")
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 1000 * serving.UNANSWERED_SECONDS
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT) == serving.UNSENT_BYTES


def test_a_worker_that_takes_half_a_minute_to_begin_is_not_ended_for_it() -> None:
    """uvicorn's own five seconds end each one before it has read its program on a busy machine, for ever."""
    config = serving.configured("ops.app:from_environment", host="127.0.0.1", port=0, factory=True, workers=3)
    assert config.timeout_worker_healthcheck >= 30
