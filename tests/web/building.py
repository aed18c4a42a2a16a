"""The whole application in the test's own process, the county in its cabinet, and officers who come in by the door."""

import asyncio
import hashlib
import json
import re
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import httpx2
from sqlalchemy import func, select, update
from sqlmodel import SQLModel, col
from starlette.applications import Starlette

from live.audience import Level
from models.agencies import Officer
from models.attachments import Attachment
from models.audit import AuditRow
from models.base import new_reference
from models.cabinet import METADATA
from models.database import Database
from models.grants import Resource
from models.sign_ins import Credential, Factor, SignIn
from ops.actions.passwords import hashed
from ops.app import create_app
from ops.settings import Settings
from ops.storage import Storage
from ops.web.signed_in import COOKIE, WALL_COOKIE
from tests import cast
from tests.cast import County, file, found_county
from tests.oracle import Facts, level
from tests.web.facts import facts_of

ORIGIN = "http://localhost:8000"
PASSWORD = "open, sesame"
PATIENCE = 10.0  # seconds until a condition counts as never coming true
OURS = {"origin": ORIGIN, "sec-fetch-site": "same-origin", "sec-fetch-mode": "navigate", "referer": f"{ORIGIN}/watch"}
SHARED, THUMBNAIL, SEALED = b"the shared copy", b"the small picture", b"the sealed original"
_REFERENCE = re.compile(r"(?<![a-z2-7])[a-z2-7]{26}(?![a-z2-7])")
_CHANGING = re.compile(r' data-(?:now|cursor)="[^"]*"')


@cache
def password_hash() -> str:
    """Hash the one password once: hashing is slow on purpose."""
    return hashed(PASSWORD)


def email_of(officer: Officer) -> str:
    """Give the officer's work e-mail."""
    return f"{officer.name.lower()}@county.example"


@dataclass
class Building:
    """One process of the program, and the county that it serves."""

    app: Starlette
    database: Database
    county: County
    folder: Path

    async def enter(
        self,
        officer: Officer,
        app: Starlette | None = None,
        *,
        by: Factor = Factor.PASSKEY,
        confirmed: timedelta = timedelta(0),
    ) -> "Visitor":
        """Let an officer in with a new sign-in, without the form; confirmed so long ago, by that."""
        secret, now = secrets.token_urlsafe(32), cast.NOW
        row = SignIn(
            officer_id=officer.id,
            secret_hash=hashlib.sha256(secret.encode()).hexdigest(),
            started_at=now,
            seen_at=now,
            expires_at=now + timedelta(hours=12),
            device="a test",
            factor=by,
            confirmed_at=now - confirmed,
            confirmed_by=by,
        )
        await file(self.database, row)
        cookie = WALL_COOKIE if by is Factor.WALL else COOKIE
        return Visitor(app or self.app, f"{cookie}={secret}", row.reference)

    @property
    def stranger(self) -> "Visitor":
        """Give somebody who has not signed in."""
        return Visitor(self.app)

    async def count(self, table: type[SQLModel]) -> int:
        """Count rows."""
        async with self.database.reading() as session:
            return int((await session.execute(select(func.count()).select_from(table))).scalar_one())

    async def everything_but(self, *left_out: str) -> dict[str, list[str]]:
        """Give every row of every table but some."""
        async with self.database.reading() as session:
            kept = [table for table in METADATA.sorted_tables if table.name not in left_out]
            return {table.name: sorted(map(str, await session.execute(select(table)))) for table in kept}

    async def audited(self) -> list[AuditRow]:
        """Give every audit row, oldest first."""
        async with self.database.reading() as session:
            return list((await session.execute(select(AuditRow).order_by(col(AuditRow.id)))).scalars())

    async def shown_in(self, text: str, officer: Officer) -> set[str]:
        """Give the references in what somebody was sent, of things they may read: of a stub nothing is disclosed."""
        facts, found = await facts_of(self.database), set(_REFERENCE.findall(text))
        async with self.database.reading() as session:
            rows = await session.execute(select(Resource).where(col(Resource.reference).in_(found)))
        return {row.reference for row in rows.scalars() if _reach(facts, officer, row) >= Level.READ}

    def stored(self) -> list[Path]:
        """Give every stored file but the county's own."""
        own = {"shared", "thumbnail", "sealed"}
        return [path for path in (self.folder / "files").rglob("*") if path.is_file() and path.name not in own]


@dataclass
class Visitor:
    """A browser: with the cookie of a sign-in, or with none."""

    app: Starlette
    cookie: str = ""
    sign_in: str = ""

    async def get(self, path: str, **headers: str) -> httpx2.Response:
        """Open a page; redirects are not followed."""
        return await self.ask("GET", path, headers=headers)

    async def post(self, path: str, files: Any = None, **fields: str) -> httpx2.Response:
        """Send a form as our own page does."""
        return await self.ask("POST", path, data=fields, files=files)

    async def ask(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, ours: bool = True, **body: Any
    ) -> httpx2.Response:
        """Send one request. The cookie goes by hand: a client keeps a Secure one from a plain address."""
        sent = {**(OURS if ours else {}), **({"cookie": self.cookie} if self.cookie else {}), **(headers or {})}
        transport = httpx2.ASGITransport(app=self.app)
        async with httpx2.AsyncClient(transport=transport, base_url=ORIGIN) as client:
            return await client.request(method, path, headers=sent, **body)

    @asynccontextmanager
    async def socket(self, path: str, cursor: str | None = "", **headers: str) -> AsyncIterator["Socket"]:
        """Open a live feed, say hello with a cursor (None: say nothing), and hang up at the end."""
        socket = Socket(self.app, path, {"host": "localhost:8000", "origin": ORIGIN, "cookie": self.cookie, **headers})
        if cursor is not None:
            socket.say(json.dumps({"do": "resume", "cursor": cursor}))
        try:
            yield socket
        finally:
            await socket.hang_up()


@dataclass
class Socket:
    """One live feed as a browser has it, spoken straight into the application."""

    app: Starlette
    path: str
    headers: Mapping[str, str]
    accepted: bool = False
    code: int | None = None
    heard: list[str] = field(default_factory=list)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    def __post_init__(self) -> None:
        path, _, query = self.path.partition("?")
        self._said: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._said.put_nowait({"type": "websocket.connect"})
        scope = {
            "type": "websocket",
            "asgi": {"version": "3.0"},
            "scheme": "ws",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(name.encode(), value.encode()) for name, value in self.headers.items() if value],
            "client": ("127.0.0.1", 1),
            "server": ("localhost", 8000),
            "subprotocols": [],
        }
        self._running = asyncio.create_task(self.app(scope, self._said.get, self._send))

    def say(self, text: str) -> None:
        """Send one message."""
        self._said.put_nowait({"type": "websocket.receive", "text": text})

    def say_bytes(self, message: bytes) -> None:
        """Send one binary message."""
        self._said.put_nowait({"type": "websocket.receive", "bytes": message})

    async def closed(self) -> int:
        """Wait for the server to close; gives its code."""
        await self.until(lambda: self.code is not None)
        assert self.code is not None
        return self.code

    async def until_heard(self, words: str) -> None:
        """Wait until some frame carries these words."""
        await self.until(lambda: words in "".join(self.heard))

    async def live(self) -> "Socket":
        """Wait for the first frame: the feed runs."""
        await self.until(lambda: bool(self.heard))
        assert self.code is None
        return self

    async def until(self, holds: Any) -> None:
        """Wait for a condition on what was heard."""
        async with self._news, asyncio.timeout(PATIENCE):
            await self._news.wait_for(holds)

    async def breathe(self) -> None:
        """Wait for news, or for as long as a person hardly notices."""
        with suppress(TimeoutError):
            async with self._news, asyncio.timeout(0.1):
                await self._news.wait()

    async def hang_up(self, code: int = 1001) -> None:
        """Leave as a page does that is closed, or with another code; wait until the server has noticed."""
        self._said.put_nowait({"type": "websocket.disconnect", "code": code})
        await asyncio.wait_for(self._running, PATIENCE)

    async def _send(self, message: Any) -> None:
        async with self._news:
            if message["type"] == "websocket.accept":
                self.accepted = True
            elif message["type"] == "websocket.send":
                self.heard.append(message["text"])
            else:
                self.code = message.get("code", 1000)
            self._news.notify_all()


@asynccontextmanager
async def running(database: Database, folder: Path, redis_url: str = "") -> AsyncIterator[Starlette]:
    """Run one process' application over a cabinet."""
    settings = Settings(
        database_url=database.url.render_as_string(hide_password=False),
        redis_url=redis_url,
        data_dir=folder,
        storage_url="",
        origin="",
        port=8000,
        demo=False,
    )
    app = create_app(settings)
    async with app.router.lifespan_context(app):
        yield app


async def settle(database: Database, folder: Path) -> County:
    """Found the county: everyone with the one password, every photo with its files."""
    county = await found_county(database)
    await file(
        database,
        *(
            Credential(
                officer_id=officer.id, email=email_of(officer), password_hash=password_hash(), changed_at=cast.NOW
            )
            for officer in county.everyone().values()
        ),
    )
    files = Storage.at(folder / "files")
    for name, content in (("shared", SHARED), ("thumbnail", THUMBNAIL), ("sealed", SEALED)):
        await files.put(name, content)
    async with database.writing() as session:
        await session.execute(update(Attachment).values(thumbnail_key="thumbnail"))
    return county


def _reach(facts: Facts, officer: Officer, thing: Resource) -> int:
    return level(facts, officer.id, thing.id, datetime.now(UTC))  # type: ignore[arg-type]  # any name will do; here an id


def absent() -> str:
    """Give a reference that names nothing."""
    return new_reference()


def steady(answer: httpx2.Response) -> tuple[int, dict[str, str], str]:
    """Give all of an answer but the moment at which it was given."""
    return answer.status_code, dict(answer.headers), _CHANGING.sub("", answer.text)
