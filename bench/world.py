"""The measured county: one operation, 27 agencies of unequal size, and restricted tasks whose people get the posts."""

import base64
import json
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from live.cursor import CursorSealer, Place
from models.database import Database
from models.journal import Deployment
from models.migrations import migrate
from ops.clock import Clock
from ops.feed.journal import SqlJournal
from ops.feed.workers import Registry
from ops.paths import MIGRATIONS

if TYPE_CHECKING:
    from county import County

AGENCIES = 27
AUDIENCES = 24  # two of each size from 1 to 12 detachments
LARGEST_AUDIENCE = 12
SEED = 27


@dataclass(frozen=True, slots=True)
class Seat:
    """An officer with one screen open; `agency` is the number of the detachment."""

    officer: str
    secret: str
    agency: int


@dataclass(frozen=True, slots=True)
class Audience:
    """A restricted task: its public reference, who posts to it, and the detachments that may see it."""

    task: str
    poster: int
    agencies: list[int]


@dataclass(frozen=True, slots=True)
class World:
    """What the other processes need to know."""

    operation: str
    seats: list[Seat]
    audiences: list[Audience]

    @property
    def share(self) -> float:
        """Give the part of all screens that may see a post, on average over the audiences."""
        sizes = [sum(seat.agency in audience.agencies for seat in self.seats) for audience in self.audiences]
        return sum(sizes) / len(sizes) / len(self.seats)

    def save(self, path: Path) -> None:
        """Write what the peers and the helpers read."""
        path.write_text(json.dumps(asdict(self)))

    @classmethod
    def load(cls, path: Path) -> "World":
        """Read it back."""
        kept = json.loads(path.read_text())
        seats, audiences = [Seat(**one) for one in kept["seats"]], [Audience(**one) for one in kept["audiences"]]
        return cls(kept["operation"], seats, audiences)


async def make_world(url: str, screens: int) -> World:
    """Fill an empty database, the rows in the order in which the product itself would write them."""
    from county import County  # noqa: PLC0415 - it needs the shapes above

    return await fill(url, County(screens))


async def fill(url: str, maker: "County") -> World:
    """File one county's rows in an empty database."""
    database = Database(url)
    try:
        await migrate(database, MIGRATIONS)
        key = base64.b64encode(secrets.token_bytes(32)).decode()
        async with database.writing() as session:
            session.add(Deployment(name=secrets.token_hex(16), sealing_key=key, partnership="Measured county"))
            await maker.ledger.write(session)
        return World(maker.operation.reference, maker.seats, maker.audiences)
    finally:
        await database.close()


async def seal_cursors(url: str, world: World) -> list[str]:
    """Give every seat the cursor that its page would carry now."""
    database = Database(url)
    try:
        async with database.reading() as session:
            sealer = CursorSealer(base64.b64decode((await session.get_one(Deployment, 1)).sealing_key))
        clock = Clock()
        journal = SqlJournal(database, clock, None, Registry(database, clock))  # type: ignore[arg-type]  # draws nothing
        async with journal.snapshot() as moment:
            place = Place(moment.epoch, moment.head, moment.now)
        return [sealer.seal(place, UUID(seat.officer)) for seat in world.seats]
    finally:
        await database.close()
