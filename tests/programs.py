"""Programs at real servers: with a token, following what they may, and what they hold of it."""

import asyncio
import hashlib
import json
import secrets
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

import httpx2
from sqlalchemy import select
from sqlmodel import col
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from models.database import Database
from models.sign_ins import Credential, Factor, SignIn
from models.tokens import ApiToken, Scope
from ops.actions.tokens import PREFIX
from ops.proof.state_model import after_frames, comparable, settled
from tests.api.feeds import Value
from tests.serving import NO_TLS, PATIENCE, PEOPLE, Server


async def token_of(database_url: str, name: str) -> str:
    """Give a token of somebody's own scripts, without the form."""
    database = Database(database_url)
    async with database.reading() as session:
        rows = await session.execute(select(col(Credential.officer_id)).where(col(Credential.email) == PEOPLE[name]))
        officer = rows.scalar_one()
    await database.close()
    return await token_for(database_url, officer)


async def token_for(database_url: str, officer: UUID) -> str:
    """Give a token for a script of an officer, or for the program of an account under whose name it acts."""
    secret, now, database = PREFIX + secrets.token_urlsafe(32), datetime.now(UTC), Database(database_url)
    async with database.writing() as session:
        signed_in = SignIn(
            officer_id=officer,
            secret_hash=hashlib.sha256(secret.encode()).hexdigest(),
            started_at=now,
            seen_at=now,
            expires_at=now + timedelta(days=1),
            factor=Factor.TOKEN,
            confirmed_by=Factor.TOKEN,
        )
        session.add(signed_in)
        await session.flush()
        session.add(ApiToken(sign_in_id=signed_in.id, name="a script", scopes=list(Scope), made_at=now))
    await database.close()
    return secret


@dataclass
class Script:
    """Somebody's script, at one server."""

    server: Server
    secret: str
    name: str = ""

    @classmethod
    async def of(cls, server: Server, name: str) -> "Script":
        """Make one."""
        return cls(server, await token_of(server.database_url, name), name)

    @property
    def headers(self) -> dict[str, str]:
        """Give what says who asks."""
        return {"authorization": f"Bearer {self.secret}"}

    async def get(self, path: str) -> httpx2.Response:
        """Ask for something."""
        async with httpx2.AsyncClient(verify=NO_TLS) as client:
            return await client.get(f"{self.server.origin}/api/v1{path}", headers=self.headers)

    @asynccontextmanager
    async def following(self, kind: str, reference: str) -> AsyncIterator["Heard"]:
        """Read a state, and follow it."""
        answer = await self.get(f"/{kind}s/{reference}")
        assert answer.status_code == 200, answer.text
        address = f"ws://localhost:{self.server.port}/api/v1/live"
        async with connect(address, additional_headers=self.headers, compression=None) as socket:
            join = {"do": "join", kind: reference, "cursor": answer.headers["live-cursor"]}
            await socket.send(json.dumps(join))
            heard = Heard(self, f"/{kind}s/{reference}", answer.json(), socket)
            reading = asyncio.create_task(heard.read())
            try:
                await heard.until(lambda one: bool(one.heard) or one.close_code is not None)
                yield heard
            finally:
                await socket.close()
                await reading


@dataclass
class Heard:
    """What a script read first, and everything that its socket brought since."""

    script: Script
    path: str
    first: Value
    socket: ClientConnection
    heard: list[str] = field(default_factory=list)
    close_code: int | None = None
    news: asyncio.Condition = field(default_factory=asyncio.Condition)

    @property
    def everything(self) -> str:
        """Give every byte that the socket brought."""
        return "\n".join(self.heard)

    @property
    def frames(self) -> list[Value]:
        """Give every frame."""
        return [frame for message in self.heard for frame in json.loads(message)]

    def retracted(self) -> set[str]:
        """Give the references that were taken back."""
        return {frame["ref"] for frame in self.frames if frame["do"] == "retract"}

    async def until(self, holds: Callable[["Heard"], Any]) -> None:
        """Wait for a condition on what was heard."""
        async with self.news, asyncio.timeout(PATIENCE):
            await self.news.wait_for(lambda: holds(self))

    async def same_as_fresh(self) -> Value:
        """Wait until state and frames are the state read again; sums follow within about a second. Gives it."""
        held, fresh = Value(), Value()
        for _ in range(int(PATIENCE)):
            fresh = comparable((await self.script.get(self.path)).json())
            with suppress(TimeoutError):
                async with self.news, asyncio.timeout(1):
                    await self.news.wait_for(partial(self._holds, fresh))
                return fresh
            held = after_frames(self.first, self.frames)
        different = {name: (held.get(name), fresh.get(name)) for name in fresh if held.get(name) != fresh.get(name)}
        raise AssertionError(f"{self.script.name}: {different}")

    def _holds(self, wanted: Value) -> bool:
        return settled(after_frames(self.first, self.frames)) == settled(wanted)

    async def read(self) -> None:
        """Hear until the socket is closed."""
        try:
            async for message in self.socket:
                assert isinstance(message, str)
                async with self.news:
                    self.heard.append(message)
                    self.news.notify_all()
        except ConnectionClosed:
            pass
        async with self.news:
            self.close_code = self.socket.close_code
            self.news.notify_all()
