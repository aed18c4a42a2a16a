"""The largest operation that is promised: its officers with their phones open, and what they do all day."""

import asyncio
import importlib
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import httpx2
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from ops.paths import MIGRATIONS
from ops.web.signed_in import COOKIE
from tests.serving import NO_TLS, Server

MOST_AT_ONCE = 16  # acts that wait for their answers: a machine that is slow gets fewer, not a heap of them
STATUSES = ("move", "here", "wait")


@dataclass
class Crowd:
    """Everybody on the operation, by the secret of their sign-in; `tasks` are for all of them."""

    server: Server
    operation: str
    secrets: list[str]
    tasks: list[str]
    cursors: list[str]
    refused: int = 0
    acts: int = 0

    @asynccontextmanager
    async def present(self) -> AsyncIterator[None]:
        """Keep everybody's phone open; what it hears is thrown away."""
        async with AsyncExitStack() as stack:
            for secret, cursor in zip(self.secrets, self.cursors, strict=True):
                socket = await stack.enter_async_context(self._phone(secret))
                await socket.send(json.dumps({"do": "resume", "cursor": cursor}))
                listening = asyncio.create_task(_listen(socket))
                stack.callback(listening.cancel)
            yield

    def _phone(self, secret: str) -> connect:
        return connect(
            f"ws://localhost:{self.server.port}/operations/{self.operation}/live?kind=field",
            origin=self.server.origin,  # type: ignore[arg-type]  # an origin is a plain str
            additional_headers={"cookie": f"{COOKIE}={secret}"},
            compression=None,
        )

    async def at_work(self, a_second: float, lasts: float) -> None:
        """Take tasks, bring them on and post, at a steady pace."""
        loop, gate = asyncio.get_running_loop(), asyncio.Semaphore(MOST_AT_ONCE)
        began = loop.time()
        headers = {"origin": self.server.origin, "sec-fetch-site": "same-origin"}
        async with (
            httpx2.AsyncClient(base_url=self.server.origin, headers=headers, timeout=30, verify=NO_TLS) as client,
            asyncio.TaskGroup() as acts,
        ):
            while (past := loop.time() - began) < lasts:
                await gate.acquire()
                acts.create_task(self._act(client, self.acts)).add_done_callback(lambda _: gate.release())
                self.acts += 1
                await asyncio.sleep(max(0, self.acts / a_second - past))

    async def _act(self, client: httpx2.AsyncClient, number: int) -> None:
        turn, officer = divmod(number, len(self.secrets))
        task = self.tasks[officer]
        path, form = f"/tasks/{task}/claim", {"key": uuid4().hex}
        if turn and number % 2:
            words = f"Still at it, turn {turn} of officer {officer}"
            path, form = (
                f"/operations/{self.operation}/posts",
                {**form, "task": task, "audience": "site", "text": words},
            )
        elif turn:
            path, form = f"/tasks/{task}/status", {"status": STATUSES[(turn + officer) % len(STATUSES)]}
        answer = await client.post(path, data=form, headers={"cookie": f"{COOKIE}={self.secrets[officer]}"})
        self.refused += answer.status_code != 303


async def _listen(socket: ClientConnection) -> None:
    with suppress(ConnectionClosed):
        async for _ in socket:
            pass


async def county_of(
    url: str, monkeypatch: pytest.MonkeyPatch, *, sites: int, tasks: int, officers: int
) -> tuple[Any, Any]:
    """Fill an empty database with the county that the benchmark measures; gives it, and everybody's cursors."""
    monkeypatch.syspath_prepend(MIGRATIONS.parent / "bench")
    world, county = importlib.import_module("world"), importlib.import_module("county")

    class OpenCounty(county.County):  # type: ignore[misc, name-defined]  # the benchmark is no package
        """A county whose tasks are all for everyone."""

        def _draw(self, size: int) -> list[int]:
            return list(range(world.AGENCIES))

    filled = await world.fill(url, OpenCounty(officers, sites=sites, tasks=tasks))
    return filled, await world.seal_cursors(url, filled)
