"""What holds no content is said whatever became of the lease: a page is told to move, and its pings are answered."""

import asyncio
import socket

from live.leased_loop import new_loop
from tests.server.conftest import hello, opened

ALIVE, YES = b"\x89\x80\x00\x00\x00\x00", b"\x8a\x00"  # a ping without words, and its answer
MOVE = b"\x88\x02\x03\xf4"  # a close frame with 1012


async def last_words(client: socket.socket) -> bytes:
    """Read until the other side ends."""
    loop, heard = asyncio.get_running_loop(), b""
    try:
        while piece := await loop.sock_recv(client, 65536):
            heard += piece
    except ConnectionError:
        pass
    return heard


def test_a_server_that_stops_without_its_lease_says_so_all_the_same() -> None:
    loop = new_loop()

    async def play() -> bytes:
        loop.lease.renew(loop.lease.clock() + 60)
        async with opened() as house:
            client = await asyncio.to_thread(hello, house.port)
            await house.next_socket()
            loop.lease.end()
            house.server.should_exit = True
            with client:
                return await asyncio.wait_for(last_words(client), 20)

    try:
        assert loop.run_until_complete(play()).endswith(MOVE)
    finally:
        loop.close()


def test_whoever_asks_whether_the_line_is_alive_is_answered_without_the_lease() -> None:
    loop = new_loop()

    async def play() -> bytes:
        loop.lease.renew(loop.lease.clock() + 60)
        async with opened() as house:
            client = await asyncio.to_thread(hello, house.port)
            await house.next_socket()
            with client:
                while not (await loop.sock_recv(client, 65536)).endswith(b"\r\n\r\n"):
                    pass
                loop.lease.end()
                await loop.sock_sendall(client, ALIVE)
                return await asyncio.wait_for(loop.sock_recv(client, 2), 20)

    try:
        assert loop.run_until_complete(play()) == YES
    finally:
        loop.close()
