"""Exercise mode: the whole demo day, played by simulated officers through the real surface, refuses nobody."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from models.attachments import Attachment
from models.database import Database
from models.migrations import migrate
from models.operations import OperationStage
from models.planning import BriefingAcknowledgement, DebriefNote
from models.tasks import Post
from ops.exercise.day import BEGINS
from ops.exercise.playing import play
from ops.paths import MIGRATIONS
from ops.storage import Storage
from ops.world.people import load_demo
from tests.serving import Server

SPEED = 3600.0  # as fast as the server answers
LATE = timedelta(minutes=2)


@pytest.mark.nightly
@pytest.mark.timeout(1800)
async def test_the_day_is_played_from_briefing_to_debrief_and_nothing_is_refused(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'tallyboard.db'}")
    await migrate(database, MIGRATIONS)
    await load_demo(database, datetime.now(UTC), Storage.at(tmp_path / "files"), until=BEGINS)
    server = Server(f"sqlite:///{tmp_path / 'tallyboard.db'}", tmp_path).start()
    said: list[str] = []
    try:
        played = await play(server.port, SPEED, said.append)
    finally:
        server.stop()
    assert played.refused == []
    assert played.done > 250
    async with database.reading() as session:
        posts = list((await session.execute(select(Post))).scalars())
        stages = [row[0] for row in await session.execute(select(OperationStage.stage).order_by(OperationStage.at))]  # type: ignore[call-overload]  # columns
        counts = [
            (await session.execute(select(func.count()).select_from(table))).scalar_one()
            for table in (Attachment, DebriefNote, BriefingAcknowledgement)
        ]
    await database.close()
    assert stages == ["planned", "running", "stood down"]
    assert sum(post.arrived_at - post.happened_at > LATE for post in posts) >= 3  # what Tom wrote without signal
    assert counts[0] > 0
    assert counts[1:] == [3, len([words for words in said if words.endswith(" comes")])]
