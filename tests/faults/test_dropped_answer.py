"""The answer to a form is lost on its way; the phone sends the form again, to another process."""

import asyncio
from urllib.parse import urlencode, urlsplit
from uuid import uuid4

from sqlalchemy import func, select
from sqlmodel import col

from models.database import Database
from models.journal import JournalEntry
from models.tasks import PostVersion, Task
from ops.web.signed_in import COOKIE
from tests.journeys.conftest import Stage
from tests.journeys.test_main_job import INTERVIEW
from tests.serving import Person

ROUNDS, ROUNDS_AT_NIGHT = 4, 300


async def send_and_hang_up(person: Person, path: str, form: dict[str, str]) -> None:
    """Send a whole form and break the connection before its answer comes."""
    body = urlencode(form).encode()
    lines = {
        "Host": urlsplit(person.server.origin).netloc,
        "Cookie": f"{COOKIE}={person.cookie}",
        "Origin": person.server.origin,
        "Sec-Fetch-Site": "same-origin",
        "Content-Type": "application/x-www-form-urlencoded",
        "Content-Length": str(len(body)),
    }
    head = f"POST {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    _, writer = await asyncio.open_connection("127.0.0.1", person.server.port)
    writer.write(head.encode() + b"\r\n" + body)
    await writer.drain()
    writer.transport.abort()


async def counted(stage: Stage, words: str) -> tuple[int, int]:
    """Count the posts with these words, and the entries of the journal that made them."""
    database = Database(stage.database_url)
    async with database.reading() as session:
        posts = list(
            (await session.execute(select(col(PostVersion.post_id)).where(col(PostVersion.text) == words))).scalars()
        )
        entries = await session.execute(
            select(func.count()).where(col(JournalEntry.subject_id).in_(posts), col(JournalEntry.kind) == "PostMade")
        )
        found = entries.scalar_one()
    await database.close()
    return len(posts), found


async def test_a_form_whose_answer_was_lost_is_sent_again_and_happens_once(stage: Stage, *, nightly: bool) -> None:
    here = await stage.person("tom")
    there = Person(stage.there, here.cookie)
    task, path = await stage.reference(Task, INTERVIEW), f"{await here.landing()}/posts"
    for number in range(ROUNDS_AT_NIGHT if nightly else ROUNDS):
        form = {"task": task, "text": f"sent twice, {number}", "audience": "task", "key": uuid4().hex}
        form["happened_at"] = ""
        await send_and_hang_up(here, path, form)
        first, second = await asyncio.gather(there.post(path, **form), there.post(path, **form))
        assert first.status_code == second.status_code == 303, first.text
        assert first.headers["location"] == second.headers["location"]
        assert await counted(stage, form["text"]) == (1, 1)
        changed = await here.post(path, **{**form, "text": "other words under the same key"})
        assert changed.status_code == 422
