"""A line that broke is told apart from a page that was closed, whichever way it ends."""

import asyncio
import socket
import struct

import pytest

from live.screen import CloseCode
from tests.live.stage import until
from tests.server.conftest import Held, House, hello

GOING_AWAY = b"\x88\x82\x00\x00\x00\x00\x03\xe9"  # a masked close frame with 1001, as a browser sends it
NO_CODE = b"\x88\x80\x00\x00\x00\x00"


async def ended(held: Held) -> int:
    """Wait for the end of a socket; gives the code that the application hears."""
    await until(lambda: held.said and held.said[-1]["type"] == "websocket.disconnect", "its end")
    return int(held.said[-1]["code"])


@pytest.mark.parametrize(("words", "code"), [(GOING_AWAY, 1001), (NO_CODE, 1005)])
async def test_a_page_that_is_closed_says_so(house: House, words: bytes, code: int) -> None:
    with await asyncio.to_thread(hello, house.port) as client:
        held = await house.next_socket()
        await asyncio.get_running_loop().sock_sendall(client, words)
        assert await ended(held) == code


async def test_a_line_that_ends_without_a_word_broke(house: House) -> None:
    client = await asyncio.to_thread(hello, house.port)
    held = await house.next_socket()
    client.close()
    assert await ended(held) == CloseCode.BROKEN


async def test_a_line_that_is_reset_broke(house: House) -> None:
    client = await asyncio.to_thread(hello, house.port)
    held = await house.next_socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    client.close()
    assert await ended(held) == CloseCode.BROKEN


async def test_a_line_that_is_cut_broke(house: House) -> None:
    with await asyncio.to_thread(hello, house.port):
        held = await house.next_socket()
        held.link.abort()
        assert await ended(held) == CloseCode.BROKEN
