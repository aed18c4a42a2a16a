"""An officer of whom nothing is heard, without waiting for it: what was heard of them is made older than it is."""

import asyncio
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update
from sqlmodel import col

from models.base import table_of
from models.database import Database
from models.journal import Presence
from models.sign_ins import Credential
from models.tasks import CheckIn, Claim, Post, TaskState
from ops.feed.workers import here_on
from ops.topics import operation_topic
from tests.browser.window import Windows
from tests.serving import PATIENCE, PEOPLE

_SIGNS = (
    (Presence, "officer_id", "left_at"),
    (Claim, "officer_id", "at"),
    (TaskState, "officer_id", "arrived_at"),
    (Post, "author_id", "arrived_at"),
    (CheckIn, "officer_id", "arrived_at"),
)


async def unheard_for(windows: Windows, operation: str, name: str, silence: timedelta) -> None:
    """Let an officer whose pages are closed have been silent for so long; open boards learn it with the next act."""
    database = Database(windows.stage.database_url)
    who = select(col(Credential.officer_id)).where(col(Credential.email) == PEOPLE[name])
    async with database.reading() as session:
        officer = (await session.execute(who)).scalar_one()
    async with asyncio.timeout(PATIENCE):
        while True:
            async with database.reading() as session:
                topic = operation_topic(operation.rpartition("/")[2])
                if officer not in await here_on(session, topic, datetime.now(UTC)):
                    break
            await asyncio.sleep(0.1)
    async with database.writing() as session:
        limit = datetime.now(UTC) - silence
        for model, by, at in _SIGNS:
            table = table_of(model)
            older = update(table).where(table.c[by] == officer, table.c[at] > limit)
            await session.execute(older.values({at: limit}))
    await database.close()
