"""Every live message to everyone: who may open which feed, and what each message may name to whom.

Everybody of the cast, and a program of an account, keeps every kind of feed open that they can while the commands of
the product are carried out one after the other. `MESSAGES` says what each kind of feed may ever be told; what is told
and not listed fails, and what is listed and was never told fails, too.
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from sqlalchemy import func, select
from sqlmodel import col

from live import frames
from live.audience import Level
from live.screen import FOR_PROGRAMS, CloseCode, ScreenKind
from models.agencies import Officer
from models.grants import Resource
from models.journal import JournalEntry
from ops.access.principals import account_key
from ops.web.policy import Who, policy_of
from tests.api.feeds import line
from tests.api.programs import account_of, script_of
from tests.cast import file, grant, new_grant
from tests.web.building import Building, Socket, absent
from tests.web.facts import facts_of
from tests.web.trials import Trial, obeyed, sender
from tests.web.walks import commands, oracle, sockets, widen
from tests.web.walled import screen_of, the_wall, wall_on
from tests.web.whole_forms import REFUSED_HERE, in_turn, whole_of

# Each kind of feed: its address or what a program joins, and of which kind of thing it is; none: one's own.
FEEDS: dict[ScreenKind, tuple[str, str]] = {
    ScreenKind.BOARD: ("/operations/{ref}/live?kind=board", "operation"),
    ScreenKind.WALL: ("/wall/live", ""),
    ScreenKind.FIELD: ("/operations/{ref}/live?kind=field", "operation"),
    ScreenKind.DECISIONS: ("/operations/{ref}/live?kind=decisions", "operation"),
    ScreenKind.DEBRIEF: ("/operations/{ref}/live?kind=debrief", "operation"),
    ScreenKind.PEOPLE: ("/operations/{ref}/live?kind=people", "operation"),
    ScreenKind.READINESS: ("/operations/{ref}/live?kind=readiness", "operation"),
    ScreenKind.CASE: ("/cases/{ref}/live", "case"),
    ScreenKind.WATCH: ("/watch/live", ""),
    ScreenKind.PAGE: ("/pages/live", ""),
    ScreenKind.OPERATION_FEED: ("operation", "operation"),
    ScreenKind.CASE_FEED: ("case", "case"),
    ScreenKind.WATCH_FEED: ("watch", ""),
}
# What each kind of feed is told of what there is.
MESSAGES: dict[ScreenKind, frozenset[str]] = {
    ScreenKind.BOARD: frozenset({"show", "fill"}),
    ScreenKind.WALL: frozenset({"show", "fill"}),  # shown without a part: that it was is on record
    ScreenKind.FIELD: frozenset({"fill"}),
    ScreenKind.DECISIONS: frozenset({"show", "fill"}),
    ScreenKind.DEBRIEF: frozenset({"fill"}),
    ScreenKind.PEOPLE: frozenset({"show", "fill"}),
    ScreenKind.READINESS: frozenset({"fill"}),
    ScreenKind.CASE: frozenset({"show", "fill"}),
    ScreenKind.WATCH: frozenset({"fill"}),
    ScreenKind.PAGE: frozenset(),
    ScreenKind.OPERATION_FEED: frozenset({"show", "sums", "presence"}),
    ScreenKind.CASE_FEED: frozenset({"show", "sums"}),
    ScreenKind.WATCH_FEED: frozenset({"sums"}),
}
WALL = "the wall"  # who has that kind of feed; everybody else is no wall
ANY_TIME = frozenset({"beat", "resync", "retract", "stale"})  # on every feed: they say nothing that was not known
PROGRAM = "Power's own program"
GIVEN = (("operation", Level.READ), ("farm", Level.READ), ("case", Level.DISCOVER))  # to the account alone
REFERENCE = re.compile(r"(?<![a-z2-7])[a-z2-7]{26}(?![a-z2-7])")
# What ends somebody's sign-in, or is no business of any feed.
ELSEWHERE = (
    "/sign-",
    "/confirm",
    "/officers/",
    "/invitations",
    "/exports",
    "/imports",
    "/platform",
    "/search",
    "/removals",
)
ACTS = in_turn(
    [
        route
        for route in commands()
        if policy_of(route).who is not Who.ANYONE
        and route.path not in REFUSED_HERE
        and not route.path.startswith(ELSEWHERE)
    ]
)


@dataclass
class Feed:
    """One feed that somebody keeps open, and how far it has been judged."""

    kind: ScreenKind
    name: str
    socket: Socket
    judged: int = 0

    def news(self) -> Iterator[dict[str, Any]]:
        """Give every frame since this was last asked."""
        new, self.judged = self.socket.heard[self.judged :], len(self.socket.heard)
        for message in new:
            yield from json.loads(message)


@dataclass
class Sight:
    """What there is, and what each of the cast may know of, now and at any time before."""

    now: dict[str, set[str]]
    before: dict[str, set[str]]
    ever: dict[str, set[str]]
    things: dict[str, Resource]

    @classmethod
    async def of(cls, house: Building, last: "Sight | None") -> "Sight":
        facts = await facts_of(house.database)
        async with house.database.reading() as session:
            things = {row.reference: row for row in (await session.execute(select(Resource))).scalars()}
        now = {
            name: {one for one, thing in things.items() if oracle(facts, officer.id, thing)}
            for name, officer in (await seats(house)).items()
        }
        ever = {name: seen | (last.ever[name] if last else set()) for name, seen in now.items()}
        return cls(now, last.now if last else now, ever, things)

    def wrong(self, feed: Feed, frame: dict[str, Any]) -> str:
        """Say what is wrong with a frame that somebody was sent; empty when nothing is."""
        if frame["do"] not in MESSAGES[feed.kind] | ANY_TIME:
            return "no such message on this feed"
        text = json.dumps(frame)
        if any(thing.id.hex in text or str(thing.id) in text for thing in self.things.values()):
            return "an id"
        named = set(REFERENCE.findall(text)) & self.things.keys()
        if named - self.ever[feed.name]:
            return "names what they never knew of"
        shown = {frame["ref"]} & self.things.keys() if frame["do"] == "show" else set()
        return "shows what is gone" if shown - self.now[feed.name] - self.before[feed.name] else ""


@pytest_asyncio.fixture
async def house(small: Building) -> Building:
    county = await widen(small)
    await grant(small.database, county.profile, county.fair_work, Level.READ, agreement=county.agreement)
    await wall_on(small, county.operation, county.farm)
    account = await account_of(small, county.power, PROGRAM)
    for thing, level in GIVEN:
        row = new_grant(getattr(county, thing), county.power, level, agreement=county.agreement)
        row.principal = account_key(account.id)
        await file(small.database, row)
    return small


async def seats(house: Building) -> dict[str, Officer]:
    """Give everybody of the cast, the wall, and the name under which the account of a program acts."""
    async with house.database.reading() as session:
        rows = await session.execute(select(Officer).where(col(Officer.name) == PROGRAM))
        return {**house.county.everyone(), WALL: await the_wall(house), PROGRAM: rows.scalar_one()}


async def readers(house: Building, kind: ScreenKind) -> dict[str, Officer]:
    """Give who may come to a kind of feed at all: a wall to its own, a program to those of programs."""
    everyone = await seats(house)
    wall, program = everyone.pop(WALL), everyone.pop(PROGRAM)
    if kind is ScreenKind.WALL:
        return {WALL: wall}
    return everyone | ({PROGRAM: program} if kind in FOR_PROGRAMS else {})


async def opened(stack: AsyncExitStack, house: Building, kind: ScreenKind, officer: Officer, thing: str) -> Socket:
    """Open a feed as its page or program does, from where the cabinet is now."""
    here = house.app.state.house
    cursor, where = here.sealer.seal(here.tailer.place, officer.id), FEEDS[kind][0]
    if kind in FOR_PROGRAMS:
        join = {"do": "join", where: thing or True, "cursor": cursor}
        return await stack.enter_async_context(line(await script_of(house, officer), join))
    visitor = await (screen_of(house, officer) if kind is ScreenKind.WALL else house.enter(officer))
    socket = await stack.enter_async_context(visitor.socket(where.format(ref=thing), None))
    everything = [one.reference for one in house.county.everything().values()]
    shows = {"shows": everything} if kind is ScreenKind.PAGE else {}  # whatever it says that it shows
    socket.say(json.dumps({"do": "resume", "cursor": cursor, **shows}))
    return socket


def about(house: Building, kind: ScreenKind) -> list[Resource | None]:
    """Give the things that a kind of feed may be about."""
    return [one for one in house.county.everything().values() if one.kind == FEEDS[kind][1]] or [None]


def test_every_kind_of_feed_and_every_message_is_in_the_matrix() -> None:
    assert FEEDS.keys() == MESSAGES.keys() == set(ScreenKind)
    said = set(re.findall(r'(?:do=|"do":)"([a-z]+)"', Path(frames.__file__).read_text()))
    assert said == set().union(*MESSAGES.values()) | ANY_TIME
    addresses = {where.partition("?")[0] for kind, (where, _) in FEEDS.items() if kind not in FOR_PROGRAMS}
    assert {route.path for route in sockets()} == addresses
    assert json.loads(frames.stale()) == {"do": "stale"}


@pytest.mark.parametrize("kind", ScreenKind)
async def test_a_feed_is_open_to_whom_the_oracle_lets_in_and_says_nothing_to_anybody_else(
    house: Building, kind: ScreenKind
) -> None:
    facts, outcomes = await facts_of(house.database), set[bool]()
    for name, officer in (await readers(house, kind)).items():
        for thing in [*about(house, kind), *([] if FEEDS[kind][1] == "" else [None])]:
            reference = thing.reference if thing else absent() if FEEDS[kind][1] else ""
            lets_in = oracle(facts, officer.id, thing) > 0 if thing else not FEEDS[kind][1]
            async with AsyncExitStack() as stack:
                socket = await opened(stack, house, kind, officer, reference)
                if lets_in:
                    await socket.live()
                else:
                    assert (await socket.closed(), socket.heard) == (CloseCode.WITHDRAWN, []), (name, reference)
            outcomes.add(lets_in)
    assert outcomes == ({True, False} if FEEDS[kind][1] else {True})


@pytest.mark.timeout(600)  # every command of the product, one after the other: it takes minutes, and does not hang
async def test_no_message_of_any_command_names_to_anybody_what_they_may_not_know_of(house: Building) -> None:
    told, idle = defaultdict[ScreenKind, set[str]](set), list[str]()
    async with AsyncExitStack() as stack:
        feeds, sight = await everybodys(stack, house), await Sight.of(house, None)
        for route in ACTS:
            officer, reference = await sender(house, route)
            visitor = await house.enter(officer)
            more = await whole_of(route).first(house, visitor, reference)
            if not obeyed(await Trial(house, route, visitor, reference, more).send()):
                idle.append(route.path)
            await heard(house, feeds)
            sight = await Sight.of(house, sight)
            for feed in feeds:
                for frame in feed.news():
                    assert not (wrong := sight.wrong(feed, frame)), (route.path, feed.kind, feed.name, wrong, frame)
                    told[feed.kind].add(frame["do"])
    assert idle == [], "what is refused tells nobody anything"
    assert {kind: MESSAGES[kind] - told[kind] for kind in ScreenKind if MESSAGES[kind] - told[kind]} == {}
    assert set().union(*told.values()) >= ANY_TIME - {"stale"}


async def everybodys(stack: AsyncExitStack, house: Building) -> list[Feed]:
    """Open every kind of feed about everything as everybody who is let in."""
    facts, feeds = await facts_of(house.database), []
    for kind in ScreenKind:
        for name, officer in (await readers(house, kind)).items():
            for thing in about(house, kind):
                if thing is None or oracle(facts, officer.id, thing):
                    socket = await opened(stack, house, kind, officer, thing.reference if thing else "")
                    feeds.append(Feed(kind, name, await socket.live()))
    return feeds


async def heard(house: Building, feeds: list[Feed]) -> None:
    """Wait until the process has told everybody what is in the journal."""
    async with house.database.reading() as session:
        head = (await session.execute(select(func.max(col(JournalEntry.position))))).scalar_one() or 0
    while house.app.state.house.tailer.applied < head:
        await feeds[0].socket.breathe()
    await feeds[0].socket.breathe()
