"""Where one turn of the engine goes: milliseconds, calls and SQL statements of each part, with no sockets at all.

`.venv/bin/python bench/turn.py [SCREENS]`. Milliseconds are processor time of this process, SQLite's
included; parts contain each other.
"""

import asyncio
import base64
import functools
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import event, select
from sqlalchemy.engine import Engine
from world import World, make_world, seal_cursors

import live.tailer
import ops.screens.on_operation
import ops.web.fragments
from live.aggregates import Aggregates
from live.answers import Answers
from live.cursor import CursorSealer
from live.doorbell import Doorbell
from live.frames import Frame
from live.hub import Hub
from live.lease import Lease
from live.memory_doorbell import MemoryBackend
from live.screen import Screen, ScreenKind
from live.speaker import Speaker
from live.standing import Standing
from live.tailer import Tailer
from models.agencies import Officer
from models.base import new_reference
from models.database import Database
from models.journal import Deployment
from models.sign_ins import SignIn
from ops.actions.posts import NewPost, make_post
from ops.actions.sign_ins import asker_of
from ops.clock import Clock
from ops.feed.journal import SqlJournal
from ops.feed.snapshot import SqlSnapshot
from ops.feed.workers import Registry
from ops.topics import operation_topic
from ops.transaction import Desk
from ops.web.fragments import Painter
from ops.web.templates import Templates

# Names that a later product may not have any more are passed over.
PARTS: tuple[tuple[object, str], ...] = (
    *((Tailer, name) for name in ("turn", "_apply", "_let_in")),
    *((Speaker, name) for name in ("prepare", "_leaves", "speak")),
    *((Aggregates, name) for name in ("turn", "_classes", "_render")),
    *((Hub, name) for name in ("keep", "overdue", "principals", "next_due")),
    *((SqlSnapshot, name) for name in ("known", "keys", "access_lost", "access_gained", "changed_since")),
    *((ops.web.fragments, name) for name in ("on_operation", "board_of", "board_parts")),
    *((ops.screens.on_operation, name) for name in ("_visible", "post_lines", "task_lines")),
    (live.tailer, "catch_up"),
    (SqlJournal, "disclosed"),
)
WIDEST = 11  # the number of a post that goes to twelve detachments
SUMS_REST = 1.1  # seconds after which every viewing class looks at its sums again


class Meter:
    """Counts what each part takes."""

    def __init__(self) -> None:
        self.statements = 0
        self.seconds, self.calls, self.asked = Counter[str](), Counter[str](), Counter[str]()
        event.listen(Engine, "before_cursor_execute", self._count)
        for owner, name in PARTS:
            if hasattr(owner, name):
                setattr(owner, name, self._timed(getattr(owner, name)))

    def tell(self, title: str) -> None:
        """Print and forget."""
        print(f"\n{title}\n{'ms':>10} {'calls':>7} {'SQL':>7}")
        for part, seconds in self.seconds.most_common():
            if seconds >= 0.001:
                print(f"{seconds * 1000:10.1f} {self.calls[part]:7} {self.asked[part]:7}  {part}")
        self.forget()

    def forget(self) -> None:
        """Start again."""
        for counter in (self.seconds, self.calls, self.asked):
            counter.clear()

    def _count(self, *_: object) -> None:
        self.statements += 1

    def _timed(self, inner: Callable[..., Any]) -> Callable[..., Any]:
        def note(begin: float, before: int) -> None:
            self.seconds[inner.__qualname__] += time.process_time() - begin
            self.calls[inner.__qualname__] += 1
            self.asked[inner.__qualname__] += self.statements - before

        @functools.wraps(inner)
        async def waited(*given: object, **named: object) -> Any:  # noqa: ANN401 - whatever the part gives
            begin, before = time.process_time(), self.statements
            try:
                return await inner(*given, **named)
            finally:
                note(begin, before)

        @functools.wraps(inner)
        def at_once(*given: object, **named: object) -> Any:  # noqa: ANN401 - whatever the part gives
            begin, before = time.process_time(), self.statements
            try:
                return inner(*given, **named)
            finally:
                note(begin, before)

        return waited if asyncio.iscoroutinefunction(inner) else at_once


class NoWire:
    """A screen that reads at once."""

    idle = True

    def put(self, frames: Sequence[Frame]) -> None:
        """Take them."""

    def close(self, code: int) -> None:
        """Say so: nothing here should be closed."""
        raise RuntimeError(f"closed with {code}")


async def main(screens: int, url: str) -> None:
    meter = Meter()
    world = await make_world(url, screens)
    database, clock = Database(url), Clock()
    desk = Desk(database, Doorbell(MemoryBackend()), clock)
    await desk.set_clock()
    sealer = CursorSealer(base64.b64decode(await _key(database)))
    hub = Hub()
    painter = Painter(Templates(partnership="Measured county", demo=False), hub.admission)
    journal = SqlJournal(database, clock, painter, Registry(database, clock))
    tailer = Tailer(journal, hub, sealer, Standing(journal, Lease(), Answers()))
    await tailer.turn()
    for screen in await _screens(database, url, world):
        tailer.join(screen)
    meter.forget()
    await tailer.turn()
    meter.tell(f"{screens} screens join in one turn")
    await _posts(desk, world, 10, meter, "10 posts are made")
    for made, title in (
        (0, "1 post to 12 detachments, every viewing class may look at its sums"),
        (200, "the same after 200 posts"),
    ):
        await _posts(desk, world, made)
        await tailer.turn()
        await asyncio.sleep(SUMS_REST)
        await _posts(desk, world, 1, first=WIDEST)
        meter.forget()
        await tailer.turn()
        meter.tell(title)
    await database.close()


async def _key(database: Database) -> str:
    async with database.reading() as session:
        return (await session.get_one(Deployment, 1)).sealing_key


async def _screens(database: Database, url: str, world: World) -> list[Screen]:
    cursors = await seal_cursors(url, world)
    async with database.reading() as session:
        sign_ins = {row.officer_id: row.id for row in (await session.execute(select(SignIn))).scalars()}
        agencies = {row.id: row.agency_id for row in (await session.execute(select(Officer))).scalars()}
    topic = operation_topic(world.operation)
    return [
        Screen(officer, sign_ins[officer], ScreenKind.BOARD, topic, agencies[officer].hex, cursor, NoWire())  # type: ignore[arg-type]  # a stand-in
        for officer, cursor in zip((UUID(seat.officer) for seat in world.seats), cursors, strict=True)
    ]


async def _posts(
    desk: Desk, world: World, count: int, meter: Meter | None = None, title: str = "", first: int = 0
) -> None:
    begin, before = time.process_time(), meter.statements if meter else 0
    for number in range(first, first + count):
        audience = world.audiences[number % len(world.audiences)]
        asker = await asker_of(desk, world.seats[audience.poster].secret)
        assert asker is not None
        await make_post(desk, asker, NewPost(world.operation, "Measured", "task", new_reference(), audience.task), [])
    if meter:
        each = (time.process_time() - begin) / count * 1000
        print(f"\n{title}: {each:.1f} ms and {(meter.statements - before) / count:.0f} statements each")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(prefix="tallyboard-bench-") as name:
        asyncio.run(main(int(sys.argv[1]) if sys.argv[1:] else 200, f"sqlite:///{Path(name) / 'tallyboard.db'}"))
