"""A page is told to move whatever became of the lease: the close says where to go, and nothing of what was shown."""

import asyncio
import socket

from live.leased_loop import new_loop
from tests.server.conftest import hello, opened

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
