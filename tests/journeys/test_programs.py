"""`tallyboard watch` at real servers: through a restart nothing is lost and nothing comes twice."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from uuid import uuid4

from sqlalchemy import select
from sqlmodel import col

from models.agencies import Officer
from models.tasks import Task
from ops.actions.posts import NewPost, make_post
from tests.cast import asker
from tests.journeys.acts import desk_of
from tests.journeys.conftest import Stage
from tests.programs import token_of
from tests.serving import PATIENCE, Person, Server

INTERVIEW = "Interview 1, S1"
POSTS = 4  # before, while the server is away, and after


@dataclass
class Watching:
    """The command as it runs, and the lines that it has printed."""

    process: asyncio.subprocess.Process
    lines: list[str] = field(default_factory=list)
    news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def read(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            async with self.news:
                self.lines.append(line.decode().rstrip())
                self.news.notify_all()

    async def until(self, holds: Callable[[list[str]], bool]) -> None:
        async with self.news, asyncio.timeout(2 * PATIENCE):
            await self.news.wait_for(lambda: holds(self.lines))

    def times(self, words: str) -> int:
        return sum(words in line for line in self.lines)


@asynccontextmanager
async def watching(server: Server, operation: str, token: str) -> AsyncIterator[Watching]:
    """Run the command; its token stands in no list of processes."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-u", "-c", "from ops.commands import main; main()"),
        *("watch", operation, "--server", server.origin),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, "TALLYBOARD_TOKEN": token},
    )
    watch = Watching(process)
    reading = asyncio.create_task(watch.read())
    try:
        yield watch
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
        await reading


async def post(tom: Person, operation: str, task: str, words: str) -> None:
    answer = await tom.post(f"{operation}/posts", task=task, text=words, audience="task", key=uuid4().hex)
    assert answer.status_code == 303, answer.text


async def test_a_watch_survives_a_restart_without_loss_or_double(embedded: Stage) -> None:
    tom, task = await embedded.person("tom"), await embedded.reference(Task, INTERVIEW)
    operation, token = await tom.landing(), await token_of(embedded.database_url, "asha")
    async with watching(embedded.here, operation, token) as watch:
        await until_it_hears(watch, tom, operation, task)
        await asyncio.to_thread(embedded.here.stop)
        await post_meanwhile(embedded, operation, task)
        await asyncio.to_thread(embedded.here.start)
        await post(tom, operation, task, "the last, curlew")
        await watch.until(lambda lines: any("curlew" in line for line in lines))
        assert [watch.times(f"meanwhile {number} sandpiper") for number in range(POSTS)] == [1] * POSTS
        assert (watch.times("curlew"), watch.times(token)) == (1, 0)


async def post_meanwhile(stage: Stage, operation: str, task: str) -> None:
    """Post while the server is away, by the same act: whoever follows could not hear it."""
    async with desk_of(stage) as desk:
        async with desk.database.reading() as session:
            rows = await session.execute(select(Officer).where(col(Officer.name) == "Tom Reyes"))
            tom = rows.scalar_one()
        asks = await asker(desk.database, tom, desk.clock.now())
        reference = operation.removeprefix("/operations/")
        for number in range(POSTS):
            words = f"meanwhile {number} sandpiper"
            await make_post(desk, asks, NewPost(reference, words, "task", uuid4().hex, task=task), ())


async def until_it_hears(watch: Watching, tom: Person, operation: str, task: str) -> None:
    """Post until a line comes: it prints nothing of what was there before it began."""
    for number in range(int(PATIENCE)):
        await post(tom, operation, task, f"before {number} wren")
        with suppress(TimeoutError):
            async with watch.news, asyncio.timeout(1):
                await watch.news.wait_for(lambda: watch.times("wren") > 0)
            return
    raise AssertionError("it hears nothing")
