"""Officers in the field who post at a steady rate, and try again with the same key until they are answered."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import uuid4

import httpx2

from ops.web.signed_in import COOKIE
from tests.faults.ground import Ground
from tests.faults.pages import NOT_NOW
from tests.serving import NO_TLS, Person

INTERVIEW = "Interview 1, S1"
AUDIENCES = ("task", "site", "agency", "task")
REST = 0.05  # seconds before a post is tried again
MOST_AT_ONCE = 16  # posts that wait for their answers: a machine that is slow gets fewer posts, not a heap of them


@dataclass
class Posting:
    """What one officer posts: each post has a word of its own, so that it is found wherever it is shown."""

    person: Person
    operation: str
    task: str
    audiences: tuple[str, ...] = AUDIENCES
    padding: str = ""  # what each post says beside its word
    mark: str = field(default_factory=lambda: f"sandpiper{uuid4().hex[:8]}")
    began: dict[str, float] = field(default_factory=dict)
    answered: dict[str, float] = field(default_factory=dict)
    refused: list[int] = field(default_factory=list)
    _under_way: set[asyncio.Task[None]] = field(default_factory=set)

    @classmethod
    async def of(cls, ground: Ground, name: str = "tom") -> "Posting":
        person = await ground.person(name)
        return cls(person, await person.landing(), await ground.task(INTERVIEW))

    def word(self, number: int) -> str:
        return f"{self.mark}n{number:05d}z"

    @asynccontextmanager
    async def at_rate(self, a_second: float) -> AsyncIterator["Posting"]:
        """Post while the block runs; at its end every post has been answered."""
        async with self.client() as client:
            posting = asyncio.create_task(self._for_ever(client, 1 / a_second))
            try:
                yield self
            except BaseException:
                await ended(posting, *self._under_way)  # nobody may be there any more to answer
                raise
            await ended(posting)
            await asyncio.gather(*self._under_way)

    async def some(self, count: int) -> None:
        """Post a number of times, one after the other."""
        async with self.client() as client:
            for _ in range(count):
                await self.once(client, len(self.began))

    def client(self) -> httpx2.AsyncClient:
        """Give connections to the front, as a browser keeps them."""
        origin = self.person.server.origin
        headers = {"cookie": f"{COOKIE}={self.person.cookie}", "origin": origin, "sec-fetch-site": "same-origin"}
        return httpx2.AsyncClient(base_url=origin, headers=headers, timeout=30, verify=NO_TLS)

    async def once(self, client: httpx2.AsyncClient, number: int) -> None:
        """Post, and try again with the same key until it is answered, as the page's script does."""
        word = self.word(number)
        audience = self.audiences[number % len(self.audiences)]
        form = {
            "task": self.task,
            "text": f"{word} {self.padding}",
            "audience": audience,
            "key": uuid4().hex,
            "happened_at": "",
        }
        self.began[word] = time.monotonic()
        while True:
            try:
                answer = await client.post(f"{self.operation}/posts", data=form)
            except httpx2.TransportError:
                await asyncio.sleep(REST)
                continue
            if answer.status_code == 303:
                self.answered[word] = time.monotonic()
                return
            self.refused.append(answer.status_code)
            assert answer.status_code in NOT_NOW, answer.text
            await asyncio.sleep(REST)

    async def _for_ever(self, client: httpx2.AsyncClient, pause: float) -> None:
        due, number = time.monotonic(), len(self.began)
        while True:
            task = asyncio.create_task(self.once(client, number))
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
            number, due = number + 1, due + pause
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            while len(self._under_way) >= MOST_AT_ONCE:
                await asyncio.wait(self._under_way, return_when=asyncio.FIRST_COMPLETED)


async def ended(*tasks: asyncio.Task[None]) -> None:
    """Cancel tasks, and wait for them."""
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


def percentile(values: Sequence[float], part: float) -> float:
    """Give the value below which a part of them lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))]
