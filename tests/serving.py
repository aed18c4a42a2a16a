"""The real program as its users meet it: server processes, signed-in people, and the screens they keep open."""

import asyncio
import html
import json
import os
import re
import signal
import socket
import ssl
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import psutil
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from models.database import Database
from models.migrations import migrate
from ops.actions.passwords import hashed
from ops.paths import DEMO, MIGRATIONS
from ops.storage import Storage
from ops.web.signed_in import COOKIE
from ops.world.loader import load_world
from ops.world.people import DEMO_PASSWORD
from tests.nursery import NURSERY, Child

PATIENCE = 20.0  # seconds until a condition counts as never coming true
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)  # to read the world's certificates takes each new client 30 ms
START_PATIENCE = 60.0  # seconds for a process to start on a machine that does much else
PEOPLE = {
    "asha": "a.malik@police.trentshire.example",
    "ben": "b.cole@police.trentshire.example",
    "tom": "t.reyes@fairwork.example",
    "harriet": "h.doyle@fairwork.example",
    "priya": "p.nair@hmrc.example",
    "dan": "d.whitlock@immigration.example",
    "daniel": "d.ferreira@safeguarding.trentcity.example",
    "ruth": "r.okafor@safeguarding.trentcity.example",
    "alison": "a.crewe@safeguarding.trentcity.example",
    "marta": "m.ilieva@lanterntrust.example",
    "joy": "j.mensah@nhs.trentshire.example",
    "leah": "l.grant@envhealth.trentcity.example",
    "steve": "s.hall@trentpower.example",
    "nadia": "n.brooks@children.trentcity.example",
    "imran": "i.aziz@housing.trentcity.example",
    "colin": "c.marsh@probation.trentshire.example",
    "adaeze": "a.nwosu@probation.trentshire.example",
}


async def lapwing(url: str, data: Path, *, now: datetime | None = None, world: Path = DEMO / "lapwing.yaml") -> None:
    """Load the demo world, or another with its password, into a database, its files under `data`."""
    data.mkdir(parents=True, exist_ok=True)
    database = Database(url)
    await migrate(database, MIGRATIONS)
    files, secret = Storage.at(data / "files"), await asyncio.to_thread(hashed, DEMO_PASSWORD)
    await load_world(database, world, now=now or datetime.now(UTC), files=files, password_hash=secret)
    await database.close()


def free_port() -> int:
    """Find a port that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@dataclass
class Server:
    """One process of the program, on loopback."""

    database_url: str
    data: Path
    redis_url: str = ""
    port: int = field(default_factory=free_port)
    sink: str = ""  # how frames leave; as the product does unless told otherwise
    front: int = 0  # the port that browsers use, when something stands between
    process: Child | None = None
    settings: Mapping[str, str] = field(default_factory=dict)  # of the environment, beside what every test needs
    seams: tuple[str, ...] = ()  # modules that it imports first: a test's own, which make it smaller or break it

    @property
    def origin(self) -> str:
        """Give the address that browsers use."""
        return f"http://localhost:{self.port}"

    @property
    def log(self) -> str:
        """Give what the process has written so far."""
        return (self.data / f"server-{self.port}.log").read_text()

    def start(self) -> "Server":
        """Start, and wait until it is ready. The origin stays the same over restarts."""
        environment = {
            **os.environ,
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "DATA_DIR": str(self.data),
            "PORT": str(self.front or self.port),
            "DEMO": "true",
            **({"TALLYBOARD_SINK": self.sink} if self.sink else {}),
            **self.settings,
        }
        log = self.data / f"server-{self.port}.log"
        log.touch()
        self.process = NURSERY.bear(["serve", "--port", str(self.port)], environment, log, self.seams)
        deadline = time.monotonic() + START_PATIENCE
        while time.monotonic() < deadline:
            with suppress(httpx2.TransportError):
                if httpx2.get(f"{self.origin}/readyz", verify=NO_TLS).status_code == 200:
                    return self
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        self.stop(signal.SIGKILL)
        raise RuntimeError(f"the server did not start: {self.log}")

    def stop(self, how: signal.Signals = signal.SIGTERM) -> None:
        """End the process by its id, and wait."""
        if self.process is not None:
            self.process.send_signal(how)
            try:
                self.process.wait(15)
            except psutil.TimeoutExpired:
                self.process.kill()
                self.process.wait(5)
            self.process = None


@dataclass
class Person:
    """Someone with a browser, signed in to one server."""

    server: Server
    cookie: str
    name: str = ""

    @classmethod
    async def sign_in(cls, server: Server, name: str, password: str = DEMO_PASSWORD) -> "Person":
        """Sign in with the form."""
        return await cls.sign_in_with(server, PEOPLE[name], name, password)

    @classmethod
    async def sign_in_with(cls, server: Server, email: str, name: str, password: str = DEMO_PASSWORD) -> "Person":
        """Sign in with a work e-mail."""
        person = cls(server, "", name)
        answer = await person.post("/sign-in", email=email, password=password)
        assert answer.status_code == 303, answer.text
        person.cookie = answer.cookies[COOKIE]
        return person

    async def get(self, path: str) -> httpx2.Response:
        """Open a page; redirects are not followed."""
        async with httpx2.AsyncClient(timeout=PATIENCE, verify=NO_TLS) as client:
            return await client.get(f"{self.server.origin}{path}", headers=self._headers())

    async def post(self, path: str, files: Any = None, **fields: str) -> httpx2.Response:
        """Send a form as our own page does."""
        headers = {**self._headers(), "sec-fetch-site": "same-origin", "referer": f"{self.server.origin}/"}
        async with httpx2.AsyncClient(timeout=PATIENCE, verify=NO_TLS) as client:
            return await client.post(f"{self.server.origin}{path}", headers=headers, data=fields, files=files)

    async def landing(self) -> str:
        """Give the operation's address that the front page leads to."""
        return (await self.get("/")).headers["location"]

    @asynccontextmanager
    async def watching(self, path: str, server: Server | None = None) -> AsyncIterator["Watched"]:
        """Open a page and keep its socket open."""
        page = (await self.get(path)).text
        screen = Watched(self, page, server or self.server)
        await screen.open()
        try:
            yield screen
        finally:
            await screen.close()

    def _headers(self) -> dict[str, str]:
        return {"cookie": f"{COOKIE}={self.cookie}", "origin": self.server.origin}


class Watched:
    """An open page: everything its socket heard, and what it would show."""

    def __init__(self, person: Person, page: str, server: Server) -> None:
        self.person = person
        self.page = page
        self.server = server
        self.heard: list[str] = []
        self.frames: list[dict[str, Any]] = []
        self.close_code: int | None = None
        self.cursor = self._first_cursor()
        self._socket: ClientConnection | None = None
        self._reading: asyncio.Task[None] | None = None
        self._news = asyncio.Condition()

    async def open(self) -> None:
        """Connect and resume from the newest cursor. Raises ConnectionError when it is closed before it hears."""
        self.close_code = None
        self._socket = await self._connect()
        self._reading = asyncio.create_task(self._read(self._socket))
        before = len(self.frames)
        await self.until(lambda screen: len(screen.frames) > before or screen.close_code is not None)
        if len(self.frames) == before:
            raise ConnectionError(f"closed with {self.close_code} before it heard anything")

    async def close(self) -> None:
        """Close the page."""
        if self._socket is not None:
            await self._socket.close()
        if self._reading is not None:
            await self._reading

    async def until(self, holds: Callable[["Watched"], bool]) -> None:
        """Wait for a condition on what was heard."""
        async with self._news, asyncio.timeout(PATIENCE):
            await self._news.wait_for(lambda: holds(self))

    async def until_heard(self, words: str) -> None:
        """Wait until some frame carries these words."""
        await self.until(lambda screen: words in screen.everything)

    @property
    def everything(self) -> str:
        """Give every byte that the socket brought."""
        return "\n".join(self.heard)

    def retracted(self) -> set[str]:
        """Give the references that were taken back."""
        return {frame["ref"] for frame in self.frames if frame["do"] == "retract"}

    def _first_cursor(self) -> str:
        return attribute(self.page, "data-cursor")

    async def _connect(self) -> ClientConnection:
        address = f"ws://localhost:{self.server.port}{html.unescape(attribute(self.page, 'data-live'))}"
        headers = {"cookie": f"{COOKIE}={self.person.cookie}"}
        socket = await connect(address, origin=self.server.origin, additional_headers=headers, compression=None)  # type: ignore[arg-type]  # an origin is a plain str
        await socket.send(json.dumps({"do": "resume", "cursor": self.cursor}))
        return socket

    async def _read(self, socket: ClientConnection) -> None:
        try:
            async for message in socket:
                assert isinstance(message, str)
                await self._take(message)
        except ConnectionClosed:
            pass
        async with self._news:
            self.close_code = socket.close_code
            self._news.notify_all()

    async def _take(self, message: str) -> None:
        async with self._news:
            self.heard.append(message)
            for frame in json.loads(message):
                self.frames.append(frame)
                if frame["do"] == "beat":
                    self.cursor = frame["cursor"]
            self._news.notify_all()


def attribute(page: str, name: str) -> str:
    """Read one attribute of a page."""
    found = re.search(rf'{name}="([^"]*)"', page)
    assert found, f"{name} is not on this page: {page[:600]}"
    return found.group(1)
