"""What a page, a joining screen and a viewing class ask of the database does not grow with what there is."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from live.answers import Answers
from live.cursor import CursorSealer, Place
from live.hub import Hub
from live.lease import Lease
from live.plain_wire import PlainWire
from live.screen import Screen, ScreenKind
from live.standing import Standing
from live.tailer import Tailer
from models.agencies import Officer
from models.base import new_reference
from models.database import Database
from models.grants import Resource
from models.operations import DetachmentMember, Site
from models.sign_ins import SignIn
from models.tasks import Post, PostVersion, Task
from ops.feed.journal import SqlJournal
from ops.feed.workers import Registry
from ops.screens.board import read_board
from ops.topics import operation_topic
from ops.transaction import new_resource
from ops.web.fragments import Painter
from ops.web.templates import Templates
from tests import cast
from tests.cast import DAY, NOW, County, file, found_county

SEALING_KEY = bytes(32)


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    """Note what is read."""
    seen: list[str] = []

    def note(*told: object) -> None:
        seen.append(str(told[2]))

    engine = database._reader.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


async def add_sites(database: Database, county: County, number: int) -> None:
    """Add sites, each with tasks and posts."""
    for _ in range(number):
        thing = new_resource("site", county.police.id, gate=county.operation.id)
        await file(database, thing)
        await file(database, Site(id=thing.id, operation_id=county.operation.id, code=thing.reference[:5], name="Site"))
        grant = cast.new_grant(thing, county.police)
        inside = [new_resource(kind, county.police.id, gate=county.operation.id) for kind in ("task", "task", "post")]
        await file(database, grant, *inside)
        await file(database, *(cast.new_grant(one, county.police) for one in inside))
        await file(database, *(_row(county, thing, one) for one in inside))
        await file(database, *(_version(county, one) for one in inside if one.kind == "post"))


def _row(county: County, site: Resource, thing: Resource) -> Task | Post:
    operation, police = county.operation.id, county.police.id
    if thing.kind == "task":
        return Task(id=thing.id, operation_id=operation, site_id=site.id, agency_id=police, title="Look", made_at=NOW)
    return Post(
        id=thing.id,
        operation_id=operation,
        site_id=site.id,
        author_id=county.alice.id,
        agency_id=police,
        happened_at=NOW,
        arrived_at=NOW,
    )


def _version(county: County, thing: Resource) -> PostVersion:
    return PostVersion(post_id=thing.id, number=1, text="Words.", officer_id=county.alice.id, at=NOW)


async def add_officers(database: Database, county: County, number: int) -> list[Officer]:
    """Add officers of the police to the operation, signed in."""
    detachment = await cast.detachment(database, county.operation, county.police)
    officers = [Officer(agency_id=county.police.id, name=f"PC {n}") for n in range(number)]
    await file(database, *officers)
    for officer in officers:
        member = DetachmentMember(
            detachment_id=detachment.id,
            operation_id=county.operation.id,
            agency_id=county.police.id,
            officer_id=officer.id,
            starts=NOW - DAY,
        )
        signed_in = SignIn(
            id=officer.id,
            officer_id=officer.id,
            secret_hash=new_reference(),
            started_at=NOW,
            seen_at=NOW,
            expires_at=NOW + DAY,
        )
        await file(database, member, signed_in)
    return officers


async def test_the_board_asks_as_much_for_a_large_operation_as_for_a_small_one(database: Database) -> None:
    county = await found_county(database)
    await add_sites(database, county, 1)
    asked = []
    for more in (0, 12):
        await add_sites(database, county, more)
        async with database.reading() as session:
            alice = await cast.asker(database, county.alice)
            with statements(database) as seen:
                board = await read_board(session, alice, county.operation.reference, [county.alice.id])
        asked.append((len(board.sites), len(seen)))
    (few, small), (many, large) = asked
    assert many == few + 12
    assert small == large <= 42


class Engine:
    """A worker's engine on a real cabinet, drawn by the real templates, with nobody's browser behind it."""

    def __init__(self, database: Database) -> None:
        hub, clock = Hub(), cast.HandClock(NOW)
        painter = Painter(Templates(partnership="", demo=False), hub.admission)
        self.journal = SqlJournal(database, clock, painter, Registry(database, clock))
        self.sealer = CursorSealer(SEALING_KEY)
        self.tailer = Tailer(self.journal, hub, self.sealer, Standing(self.journal, Lease(), Answers()))

    async def let_in(self, county: County, officers: list[Officer]) -> None:
        """Let the board of each of these officers join."""
        async with self.journal.snapshot() as moment:
            place = Place(moment.epoch, moment.head, moment.now)
        topic = operation_topic(county.operation.reference)
        for officer in officers:
            cursor = self.sealer.seal(place, officer.id)
            screen = Screen(
                officer.id, officer.id, ScreenKind.BOARD, topic, officer.id.hex, cursor, PlainWire(_nowhere)
            )
            self.tailer.join(screen)


async def _nowhere(_: str) -> None:
    """Send a message to nobody."""


async def test_many_join_in_one_turn_with_as_many_statements_as_two(database: Database) -> None:
    """Each is of a viewing class of its own: so its sums are taken from what was read once, too."""
    county = await found_county(database)
    officers = await add_officers(database, county, 12)
    asked = []
    for number in (2, 12):
        engine = Engine(database)
        await engine.tailer.turn()
        await engine.let_in(county, officers[:number])
        with statements(database) as seen:
            await engine.tailer.turn()
        asked.append(len(seen))
    assert asked[0] == asked[1]
