"""What waits in the process leaves only under the lease; and what this relies on in the installed Python is there."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from live.leased_loop import LeasedLoop, LeasedTransport, connection, lease_of_this_process, new_loop

SECRET = b"kingfisher " * 1_500_000  # more than the kernel takes in


class Server(asyncio.Protocol):
    """Writes once to whoever connects."""

    def __init__(self, loop: LeasedLoop, harmless: bool = False) -> None:
        self.loop, self.harmless = loop, harmless
        self.lost = loop.create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, LeasedTransport), "asyncio makes transports another way now: see live.leased_loop"
        self.transport = transport
        transport.harmless = self.harmless
        transport.write(SECRET)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.lost.done():
            self.lost.set_result(None)


@contextmanager
def client_of(loop: LeasedLoop, server: Server) -> Iterator[socket.socket]:
    """Connect a client that does not read yet."""
    listening = loop.run_until_complete(loop.create_server(lambda: server, "127.0.0.1", 0))
    client = socket.create_connection(listening.sockets[0].getsockname())
    client.settimeout(10)
    loop.run_until_complete(asyncio.sleep(0.05))
    try:
        yield client
    finally:
        client.close()
        listening.close()
        server.transport.abort()
        loop.run_until_complete(_ended(server))


def everything(client: socket.socket) -> bytes:
    """Read until the other side ends."""
    read = b""
    try:
        while piece := client.recv(65536):
            read += piece
    except ConnectionError:
        pass
    return read


@contextmanager
def a_loop() -> Iterator[LeasedLoop]:
    loop = new_loop()
    try:
        yield loop
    finally:
        loop.close()


def test_under_the_lease_everything_leaves() -> None:
    with a_loop() as loop:
        loop.lease.renew(loop.lease.clock() + 60)
        server = Server(loop)
        with client_of(loop, server) as client:
            reading = loop.run_in_executor(None, everything, client)
            loop.run_until_complete(_emptied(server))
            server.transport.close()
            assert loop.run_until_complete(reading) == SECRET


def test_without_the_lease_nothing_leaves() -> None:
    with a_loop() as loop:
        server = Server(loop)
        with client_of(loop, server) as client:
            loop.run_until_complete(server.lost)
            assert everything(client) == b""


def test_what_waits_when_the_lease_ends_never_leaves() -> None:
    with a_loop() as loop:
        loop.lease.renew(loop.lease.clock() + 60)
        server = Server(loop)
        with client_of(loop, server) as client:
            waiting = server.transport.get_write_buffer_size()
            assert waiting > 0
            loop.lease.end()
            reading = loop.run_in_executor(None, everything, client)
            loop.run_until_complete(server.lost)
            assert len(loop.run_until_complete(reading)) <= len(SECRET) - waiting


def test_what_is_harmless_leaves_without_it() -> None:
    with a_loop() as loop:
        server = Server(loop, harmless=True)
        with client_of(loop, server) as client:
            reading = loop.run_in_executor(None, everything, client)
            loop.run_until_complete(_emptied(server))
            server.transport.close()
            assert loop.run_until_complete(reading) == SECRET


def test_every_task_that_a_connection_starts_knows_it() -> None:
    class Asking(Server):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            self.transport = transport  # type: ignore[assignment]

        def data_received(self, data: bytes) -> None:
            self.loop.create_task(self.note())

        async def note(self) -> None:
            found.set_result(connection())

    with a_loop() as loop:
        found: asyncio.Future[LeasedTransport | None] = loop.create_future()
        server = Asking(loop)
        with client_of(loop, server) as client:
            client.send(b"hello")
            assert loop.run_until_complete(found) is server.transport


def test_our_own_connections_need_no_lease() -> None:
    async def fetch(port: int) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"a question to the database")
        answer = await reader.read(5)
        writer.close()
        return answer

    with a_loop() as loop, socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> bytes:
            other, _ = listening.accept()
            with other:
                asked = other.recv(100)
                other.send(b"heron")
                return asked

        serving = loop.run_in_executor(None, serve)
        assert loop.run_until_complete(fetch(listening.getsockname()[1])) == b"heron"
        assert loop.run_until_complete(serving) == b"a question to the database"


async def test_another_loop_gets_a_lease_of_its_own() -> None:
    assert lease_of_this_process() is not lease_of_this_process()
    assert connection() is None


async def _ended(server: Server) -> None:
    await asyncio.wait_for(server.lost, 10)


async def _emptied(server: Server) -> None:
    while not server.transport.empty:
        await asyncio.sleep(0.01)
