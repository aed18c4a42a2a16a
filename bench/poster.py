"""Makes posts, in a process of its own: at a fixed rate, as fast as they go, or all of them while the server sleeps.

Commands come as JSON lines on stdin, each answered with one JSON line.
"""

import asyncio
import json
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx2
from marks import mark
from world import World

from live.doorbell import Doorbell
from live.memory_doorbell import MemoryBackend
from live.redis_doorbell import RedisBackend
from models.base import new_reference
from models.database import Database
from ops.actions.posts import NewPost, make_post
from ops.actions.sign_ins import asker_of
from ops.clock import Clock
from ops.transaction import Desk
from ops.web.signed_in import COOKIE

WORDS = "Six people in the back room, two without papers, wages kept in a blue ledger; interview under way."
WAITING = 64  # posts on their way at most
IDLE = 2.0  # seconds after which a connection is not used again: servers close theirs after five
GIVE_UP = 60.0  # seconds for one post

Way = Callable[[int, int], Awaitable[None]]


class Poster:
    """Sends numbered posts; the audience of a post is its number modulo the audiences."""

    def __init__(self, config: dict[str, Any]) -> None:
        self.world = World.load(Path(config["world"]))
        self.origin: str = config.get("origin", "")
        self.size: int = config.get("size", 600)
        limits = httpx2.Limits(max_connections=WAITING, keepalive_expiry=IDLE)
        self.client = httpx2.AsyncClient(limits=limits, timeout=GIVE_UP)
        if "database" in config:
            bell = Doorbell(RedisBackend(config["redis"]) if config.get("redis") else MemoryBackend())
            self.desk = Desk(Database(config["database"]), bell, Clock())
        self.ways: dict[str, Way] = {"form": self._form, "direct": self._direct, "peer": self._peer}

    def audience(self, number: int) -> int:
        """Choose who sees a post."""
        return number % len(self.world.audiences)

    async def rate(self, way: Way, first: int, count: int, per_second: float) -> list[BaseException | None]:
        """Start posts on a fixed schedule, whether or not earlier ones are done."""
        begin = time.monotonic()
        tasks = []
        for place in range(count):
            await asyncio.sleep(max(0.0, begin + place / per_second - time.monotonic()))
            tasks.append(asyncio.create_task(way(first + place, time.monotonic_ns())))
        return await asyncio.gather(*tasks, return_exceptions=True)

    async def burst(self, way: Way, first: int, count: int, at_once: int) -> list[BaseException | None]:
        """Keep so many posts under way until all are made."""
        numbers = iter(range(first, first + count))
        failures: list[BaseException | None] = []

        async def worker() -> None:
            for number in numbers:
                try:
                    await way(number, time.monotonic_ns())
                except (httpx2.HTTPError, RuntimeError) as failure:
                    failures.append(failure)

        await asyncio.gather(*(worker() for _ in range(at_once)))
        return failures

    async def batch(self, first: int, count: int) -> list[BaseException | None]:
        """Hand a peer many events in one request."""
        now = time.monotonic_ns()
        events = [self._event(number, now) for number in range(first, first + count)]
        try:
            (await self.client.post(f"{self.origin}/events", json=events)).raise_for_status()
        except httpx2.HTTPError as failure:
            return [failure]
        return []

    async def _form(self, number: int, sent: int) -> None:
        audience = self.world.audiences[self.audience(number)]
        headers = {
            "cookie": f"{COOKIE}={self.world.seats[audience.poster].secret}",
            "origin": self.origin,
            "sec-fetch-site": "same-origin",
        }
        fields = {
            "text": f"{mark(number, self.audience(number), sent)} {WORDS}",
            "audience": "task",
            "task": audience.task,
            "key": new_reference(),
        }
        address = f"{self.origin}/operations/{self.world.operation}/posts"
        try:
            answer = await self.client.post(address, data=fields, headers=headers)
        except httpx2.TransportError:  # as our page does: the same form again, with the same key
            answer = await self.client.post(address, data=fields, headers=headers)
        if answer.status_code not in {204, 303}:
            raise RuntimeError(f"{answer.status_code}: {answer.text[:300]}")

    async def _direct(self, number: int, sent: int) -> None:
        audience = self.world.audiences[self.audience(number)]
        asker = await asker_of(self.desk, self.world.seats[audience.poster].secret)
        if asker is None:
            raise RuntimeError("the poster is not signed in")
        words = f"{mark(number, self.audience(number), sent)} {WORDS}"
        new = NewPost(self.world.operation, words, "task", new_reference(), task=audience.task)
        await make_post(self.desk, asker, new, [])

    async def _peer(self, number: int, sent: int) -> None:
        (await self.client.post(f"{self.origin}/events", json=[self._event(number, sent)])).raise_for_status()

    def _event(self, number: int, sent: int) -> dict[str, Any]:
        words = f"{mark(number, self.audience(number), sent)} {WORDS}"
        frame = {"do": "show", "ref": new_reference(), "rev": 1, "parts": [{"id": f"post-{number}", "html": words}]}
        frame["pad"] = "." * max(0, self.size - len(json.dumps(frame)))
        return {"audience": self.audience(number), "frame": frame}

    async def obey(self) -> None:
        """Obey until stdin ends."""
        loop = asyncio.get_running_loop()
        while line := await loop.run_in_executor(None, sys.stdin.readline):
            command = json.loads(line)
            way, first, count = self.ways[command["way"]], command["first"], command["count"]
            began = time.monotonic()
            match command["do"]:
                case "rate":
                    ended = await self.rate(way, first, count, command["per_second"])
                case "batch":
                    ended = await self.batch(first, count)
                case _:
                    ended = await self.burst(way, first, count, command["at_once"])
            failures = [f"{type(one).__name__}: {one}"[:300] for one in ended if one is not None]
            answer = {
                "posts": [[number, self.audience(number)] for number in range(first, first + count)],
                "seconds": time.monotonic() - began,
                "failures": dict(Counter(failures).most_common(5)),
            }
            print(json.dumps(answer), flush=True)


async def main() -> None:
    """Run with the configuration given as the one argument."""
    poster = Poster(json.loads(sys.argv[1]))
    if hasattr(poster, "desk"):
        await poster.desk.set_clock()
    await poster.obey()


if __name__ == "__main__":
    asyncio.run(main())
