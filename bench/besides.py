"""What is promised beside deliveries: how fast a removal is answered, what a large board and the first page weigh."""

import asyncio
import gzip
import re
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urljoin

import httpx2
from county import County
from measure import Plan, helpers, opened
from servers import databases, product
from sqlalchemy import select
from sqlmodel import col
from world import AGENCIES, World, fill

from live.doorbell import Doorbell
from live.redis_doorbell import RedisBackend
from models.database import Database
from models.grants import Grant, Resource
from ops.actions.grants import revoke_access
from ops.actions.sign_ins import asker_of
from ops.clock import Clock
from ops.transaction import Desk
from ops.web.signed_in import COOKIE

WORKERS = 3
POSTS_A_SECOND = 200
SITES, TASKS = 60, 600
LOADS = 20  # of the board, of which the median counts
NAMED = re.compile(
    r"""(?:href|src)="(/static/[^"]+)"|url\(["']?([^"')]+)|(?:from|import)\s*["']([^"']+\.js[^"']*)["']"""
)


@dataclass(frozen=True, slots=True)
class Removals:
    """How long whoever removed access waited, in milliseconds, and how many posts a second came in meanwhile."""

    p50: float
    worst: float
    posts_per_second: float


class OpenCounty(County):
    """A county whose tasks are all for everyone."""

    def _draw(self, size: int) -> list[int]:  # noqa: ARG002 - as the county has it
        return list(range(AGENCIES))


def besides(plan: Plan, *, removals: int, screens: int) -> list[str]:
    """Measure all of it; give lines for the report."""
    found = _removals(plan, removals, screens)
    milliseconds, packed = _board()
    removed = (
        f"- **Access removed**, {WORKERS} healthy workers on PostgreSQL and Valkey, {screens} screens open, "
        f"{found.posts_per_second:.0f} posts/s accepted of {POSTS_A_SECOND}/s asked for: answered after "
        f"{found.p50:.0f} ms (p50), {found.worst:.0f} ms at worst, of {removals}."
    )
    board = (
        f"- **A board of {SITES} sites and {TASKS} tasks** on SQLite: {milliseconds:.0f} ms from request to last byte "
        f"(median of {LOADS}), {packed / 1000:.0f} KB compressed. It asks a constant number of statements "
        "(`tests/screens/test_statements.py`)."
    )
    first = "**First load of the field page**, with every style, script and font that it names"
    return [removed, board, f"- {first}: {_first_load():.0f} KB compressed."]


def _removals(plan: Plan, count: int, screens: int) -> Removals:
    with databases(postgres=True) as (database, redis, folder):
        world = asyncio.run(fill(database, County(screens)))
        world.save(folder / "world.json")
        with product(folder, database, redis, "frames", WORKERS) as server:
            where = {"world": str(folder / "world.json"), "database": database, "redis": redis}
            with helpers({**where, "origin": server.origin}) as (load, poster), ThreadPoolExecutor(1) as beside:
                opened(plan, server, world, database, load)
                posting = {"do": "rate", "way": "direct", "first": 0, "per_second": float(POSTS_A_SECOND)}
                wanted = max(POSTS_A_SECOND, count * 20)
                made = beside.submit(poster.ask, 300.0, count=wanted, **posting)
                took = asyncio.run(_remove(database, redis, world, count))
                done = made.result()
    return Removals(statistics.median(took), max(took), wanted / done["seconds"])


async def _remove(url: str, redis: str, world: World, count: int) -> list[float]:
    """Take back one grant after the other, as their managers do."""
    database, clock = Database(url), Clock()
    bell = Doorbell(RedisBackend(redis))
    desk = Desk(database, bell, clock)
    took: list[float] = []
    try:
        async with bell.open():
            await desk.set_clock()
            for poster, grant in (await _revocable(database, world))[:count]:
                asker = await asker_of(desk, world.seats[poster].secret)
                assert asker is not None
                began = time.perf_counter()
                await revoke_access(desk, asker, grant, "measured")
                took.append((time.perf_counter() - began) * 1000)
    finally:
        await database.close()
    return took


async def _revocable(database: Database, world: World) -> list[tuple[int, str]]:
    """Name the grants that another agency holds on each task, and who manages them."""
    posters = {audience.task: audience.poster for audience in world.audiences}
    async with database.reading() as session:
        rows = await session.execute(
            select(col(Resource.reference), col(Grant.reference))
            .join(Grant, col(Grant.resource_id) == col(Resource.id))
            .where(
                col(Resource.reference).in_(posters),
                col(Grant.grantee_agency_id) != col(Resource.owner_agency_id),
                col(Grant.revoked_at).is_(None),
            )
        )
        return [(posters[task], grant) for task, grant in rows]


def _board() -> tuple[float, int]:
    with _serving(OpenCounty(AGENCIES, sites=SITES, tasks=TASKS)) as (client, world):
        took: list[float] = []
        page = b""
        for _ in range(LOADS):
            began = time.perf_counter()
            page = _got(client, f"/operations/{world.operation}").content
            took.append((time.perf_counter() - began) * 1000)
        return statistics.median(took), len(gzip.compress(page))


def _first_load() -> float:
    """Add up the page and all that it names, and what that names in turn."""
    with _serving(County(AGENCIES)) as (client, world):
        waiting, weights = [f"/operations/{world.operation}/mine"], dict[str, int]()
        while waiting:
            address = waiting.pop()
            if address in weights:
                continue
            answer = _got(client, address)
            text = not address.partition("?")[0].endswith((".woff2", ".png"))
            weights[address] = len(gzip.compress(answer.content)) if text else len(answer.content)
            if text:
                waiting.extend(urljoin(address, one) for found in NAMED.findall(answer.text) for one in found if one)
        return sum(weights.values()) / 1000


@contextmanager
def _serving(county: County) -> Iterator[tuple[httpx2.Client, World]]:
    """Run the product on SQLite with a county in it, and a client that is signed in."""
    with databases(postgres=False) as (database, _, folder):
        world = asyncio.run(fill(database, county))
        with product(folder, database, "", "frames", 1) as server:
            cookies = {"cookie": f"{COOKIE}={world.seats[0].secret}"}
            with httpx2.Client(base_url=server.origin, headers=cookies, timeout=60) as client:
                yield client, world


def _got(client: httpx2.Client, address: str) -> httpx2.Response:
    answer = client.get(address)
    if answer.status_code != 200:
        raise RuntimeError(f"{address}: {answer.status_code}")
    return answer
