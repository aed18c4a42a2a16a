"""One random world in a fresh cabinet, the real application over it, and every officer at the door."""

import random
from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from argon2 import PasswordHasher
from sqlalchemy import select

from models.agencies import Officer
from models.database import Database
from models.grants import Resource
from ops.api.shapes.common import BASE
from ops.clock import Clock
from ops.proof.canaries import Canaries, Secret, plant
from ops.proof.chance import World, open_up, throw_world
from ops.proof.content import Author, email_of, store_files
from ops.proof.filing import file_world
from ops.proof.judge import Judge, Tally, read_state
from ops.proof.papers import Papers
from ops.proof.programs import add_programs
from ops.proof.scripts import ScriptWalker, script_of
from ops.proof.served import Served, served
from ops.proof.visitor import Visitor
from ops.proof.walk import Walker
from ops.proof.walls import WallWalker, add_walls, screen_of
from ops.storage import Storage

PASSWORD = "every door is tried"  # noqa: S105 - it opens nothing but a random world
_hash = PasswordHasher(time_cost=1, memory_cost=8 * 1024).hash(PASSWORD)  # cheap: there is nothing to guard


@dataclass
class Stage:
    """A world that is being proved."""

    world: World
    database: Database
    served: Served
    dice: random.Random
    canaries: Canaries
    files: dict[bytes, Secret]
    judge: Judge
    walkers: list[Walker]
    scripts: list[ScriptWalker]
    programs: Collection[UUID]  # the names under which accounts act; their scripts are among the others
    walls: list[WallWalker]

    async def look(self) -> None:
        """Read the cabinet anew after an act."""
        self.judge.moved(await read_state(self.database, self.files))


async def fill(database: Database, world: World, folder: Path, dice: random.Random) -> dict[bytes, Secret]:
    """File a random world in an empty cabinet: rows, files, a canary in every field. Gives the words inside files."""
    canaries = Canaries(dice)
    await file_world(database, world)
    async with database.writing() as session:
        for rows in Author(world, dice).layers(_hash):
            session.add_all(rows)
            await session.flush()
        named = await session.execute(select(Resource))
        for papers in Papers(world, dice, {row.id: row.reference for row in named.scalars()}).layers():
            session.add_all(papers)
            await session.flush()
    await plant(database, canaries)
    return await store_files(world, Storage.at(folder / "files"), canaries)


@asynccontextmanager
async def staged(
    database: Database, folder: Path, dice: random.Random, tally: Tally, clock: Clock | None = None
) -> AsyncIterator[Stage]:
    """Build a world, serve it, and let every officer sign in."""
    now = clock.now() if clock else datetime.now(UTC)
    world = throw_world(dice, now)
    open_up(dice, world)
    files = await fill(database, world, folder, dice)
    programs = await add_programs(database, world, random.Random(f"programs/{len(world.facts['grants'])}"))
    on_walls = await add_walls(database, world, random.Random(f"walls/{len(world.facts['grants'])}"))
    url = database.url.render_as_string(hide_password=False)
    async with served(url, folder, clock) as running:
        tick = clock.now if clock else _present
        inside = await _signed_in(world, running.port)
        tokens = {name: await script_of(visitor) for name, visitor in inside}
        state = await read_state(database, files)
        names = await _references(database)
        judge = Judge(state, state, names, tally)
        tally.worlds += 1
        tally.officers += len(names)
        tally.objects += len(state.rows)
        tally.grants += len(state.ruling.facts["grants"])
        tally.canaries += len(state.secrets)
        walkers = [
            Walker(world.id(name), visitor, judge, random.Random(f"{name}/{dice.random()}"), tick)
            for name, visitor in inside
        ]
        scripts = [
            ScriptWalker(world.id(name), script, judge, random.Random(f"{name}/{dice.random()}"), tick, BASE)
            for name, script in tokens.items()
        ]
        scripts += [
            ScriptWalker(
                key, Visitor(running.port, token=token), judge, random.Random(f"{number}/{world.now}"), tick, BASE
            )
            for number, (key, token) in enumerate(programs.items())
        ]
        walls = [
            WallWalker(key, screen_of(running.port, secret), judge, random.Random(f"wall {number}/{world.now}"), tick)
            for number, (key, (_, secret)) in enumerate(on_walls.items())
        ]
        words = Canaries(dice)
        yield Stage(world, database, running, dice, words, files, judge, walkers, scripts, programs.keys(), walls)


async def _signed_in(world: World, port: int) -> list[tuple[str, Visitor]]:
    """Sign in with the form. Whoever is not active must be refused; whoever is, let in."""
    inside: list[tuple[str, Visitor]] = []
    for name, fact in world.facts["officers"].items():
        visitor = Visitor(port)
        status = await visitor.sign_in(email_of(name), PASSWORD)
        active = fact["active"] and world.facts["agencies"][fact["agency"]]["active"]
        if (status == 303) != active:
            raise RuntimeError(f"signing in answered {status} to an officer who is {'' if active else 'not '}active")
        if active:
            inside.append((name, visitor))
    return inside


def _present() -> datetime:
    return datetime.now(UTC)


async def _references(database: Database) -> Mapping[UUID, str]:
    async with database.reading() as session:
        rows = await session.execute(select(Officer))
        return {row.id: row.reference for row in rows.scalars()}
