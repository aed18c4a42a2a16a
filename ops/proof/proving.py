"""Proves world after world until the time is up; whatever differs from the oracle is kept for the report."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import inspect, text
from sqlalchemy.engine import Connection

from models.cabinet import METADATA
from models.database import Database
from models.grants import Resource
from models.migrations import migrate
from ops.api.shapes.common import BASE
from ops.paths import MIGRATIONS
from ops.proof.acts import Actor
from ops.proof.control import finds_a_leak, finds_a_loss
from ops.proof.followed import Followed, judge_joining
from ops.proof.judge import Tally
from ops.proof.looking import look_for_words
from ops.proof.report import Run
from ops.proof.screens import Screen, all_as_fresh, judge_door
from ops.proof.stage import Stage, staged
from ops.proof.walk import Walker, feeds
from ops.proof.walls import WallWalker
from ops.web.policy import policy_of

AT_ONCE = 4  # officers who look around at the same time: one waits for the database while another is served


class NotEmptyError(Exception):
    """There is something in the database already: a proof never touches what others keep."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How thoroughly one world is looked at."""

    pages: float = 0.3  # share of the pages about one thing that every officer opens, before the acts and after them
    doors: float = 0.3  # share of the feeds at which every officer knocks
    acts: int = 15
    screens: int = 14
    programs: int = 5


@dataclass
class Proof:
    """One run: its tally grows over the worlds."""

    seed: int
    tally: Tally
    leak_found: bool = False
    loss_found: bool = False

    async def world(self, database: Database, folder: Path, number: int, plan: Plan) -> None:
        """Build one world and judge it."""
        dice = random.Random(f"{self.seed}/{number}")
        async with staged(database, folder, dice, self.tally) as stage:
            self.leak_found = self.leak_found or await finds_a_leak(stage)
            self.loss_found = self.loss_found or await finds_a_loss(stage)
            await look_around(stage, plan)
            await live_through(stage, plan)
            await look_around(stage, plan)


async def prove(seconds: float, seed: int, database_url: str) -> Run:
    """Prove worlds until the time is up, the one under way to its end. Raises NotEmptyError for a used database.

    What breaks a world off ends the run, and stands in its report: hours of proving must not end without one.
    """
    began, start, proof = datetime.now(UTC), time.monotonic(), Proof(seed, Tally())
    number, fault = 0, None
    while fault is None and (number == 0 or time.monotonic() - start < seconds):
        try:
            async with _cabinet(database_url) as (database, folder):
                await proof.world(database, folder, number, Plan())
        except NotEmptyError:
            raise
        except Exception as error:  # noqa: BLE001 - whatever it is, the run is not proved
            fault = error
        number += 1
    kind = "PostgreSQL" if database_url else "SQLite"
    took = time.monotonic() - start
    return Run(seed, began, took, kind, proof.tally, proof.leak_found, proof.loss_found, fault)


async def look_around(stage: Stage, plan: Plan) -> None:
    """Let every officer open pages and knock at feeds, a few of them at the same time."""
    turn = asyncio.Semaphore(AT_ONCE)

    async def look(walker: Walker) -> None:
        async with turn:
            await walker.walk(plan.pages)
            await look_for_words(walker)
            for route in feeds():
                for thing in stage.judge.now.of_kind(policy_of(route).kind):
                    if walker.dice.random() < plan.doors:
                        await judge_door(walker, route, thing)

    async def look_by_script(script: Walker) -> None:
        async with turn:
            await script.walk(plan.pages)
            for kind in ("operation", "case"):
                for thing in stage.judge.now.of_kind(kind):
                    if script.dice.random() < plan.doors:
                        await judge_joining(script, thing)

    async def look_at_the_wall(wall: WallWalker) -> None:
        async with turn:
            await wall.walk()

    await asyncio.gather(
        *map(look, stage.walkers), *map(look_by_script, stage.scripts), *map(look_at_the_wall, stage.walls)
    )


async def live_through(stage: Stage, plan: Plan) -> None:
    """Let officers act while pages are open; after each act every open page must equal a fresh one."""
    actor = Actor(stage)
    screens = [
        *await open_some(stage, plan.screens),
        *await follow_some(stage, plan.programs),
        *await open_walls(stage),
    ]
    for _ in range(plan.acts):
        done = await actor.act()
        await all_as_fresh(screens, done)
        stage.judge.settle()
        screens = [screen for screen in screens if not screen.closed]
    for screen in screens:
        await screen.close()


async def open_some(stage: Stage, most: int) -> list[Screen]:
    """Open some pages of operations and cases that their officers may at least discover."""
    seen = list(_seen(stage, stage.walkers))
    chosen = stage.dice.sample(seen, min(most, len(seen)))
    return await _opened([Screen(one, f"/{thing.kind}s/{thing.reference}", thing) for one, thing in chosen])


async def follow_some(stage: Stage, most: int) -> list[Screen]:
    """Let some scripts follow operations and cases that their officers may at least discover."""
    seen = list(_seen(stage, stage.scripts))
    chosen = stage.dice.sample(seen, min(most, len(seen)))
    return await _opened([Followed(one, f"{BASE}/{thing.kind}s/{thing.reference}", thing) for one, thing in chosen])


async def open_walls(stage: Stage) -> list[Screen]:
    """Open every wall whose account may at least discover its operation."""
    state = stage.judge.now
    things = [(wall, state.rows[state.content.walls[wall.officer]]) for wall in stage.walls]
    return await _opened([Screen(wall, "/wall", operation) for wall, operation in things])


def _seen(stage: Stage, walkers: Sequence[Walker]) -> Iterator[tuple[Walker, Resource]]:
    state = stage.judge.now
    for walker in walkers:
        for thing in (*state.of_kind("operation"), *state.of_kind("case")):
            if state.ruling.level(walker.officer, thing.id, walker.clock()):
                yield walker, thing


async def _opened(screens: Sequence[Screen]) -> list[Screen]:
    for screen in screens:
        await screen.open()
    return [screen for screen in screens if screen.feed is not None]


@asynccontextmanager
async def _cabinet(database_url: str) -> AsyncIterator[tuple[Database, Path]]:
    """Give an empty cabinet: a new file, or the empty database that was named, emptied again afterwards."""
    with TemporaryDirectory(prefix="tallyboard-proof-") as made:
        folder = Path(made)
        database = Database(database_url or f"sqlite:///{folder / 'cabinet.db'}")
        try:
            async with database.connection() as connection:
                if await connection.run_sync(_tables):
                    raise NotEmptyError
            try:
                await migrate(database, MIGRATIONS)
                yield database, folder
            finally:  # a world that broke off leaves nothing behind either
                if database_url:
                    async with database.connection() as connection:
                        await connection.run_sync(_empty)
        finally:
            await database.close()


def _empty(connection: Connection) -> None:
    METADATA.drop_all(connection)
    connection.execute(text("DROP TABLE IF EXISTS alembic_version"))


def _tables(connection: Connection) -> list[str]:
    return inspect(connection).get_table_names()
