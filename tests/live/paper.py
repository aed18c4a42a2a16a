"""The engine's journal on paper: what is committed, and snapshots of it."""

import asyncio
import copy
import json
from collections import Counter
from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from live.answers import Answer
from live.audience import Audience, Clause, Level
from live.delivery import Projection
from live.event import Event, Touch
from live.frames import Fragment, Leaf, Record, Sum
from live.ports import Aggregate, Arrival, Disclosure, Known
from live.screen import FOR_PROGRAMS, Keys, Screen, ScreenKind
from tests.cast import NOW

BOARD = "operation:orchard"
EPOCH = b"the first epoch."
_NAMES = UUID("6d4d8e0c-62a3-4f0a-9d0c-1f4e3a9b7c55")


def named(name: str) -> UUID:
    """Give the id of someone or something by name."""
    return uuid5(_NAMES, name)


def clause(
    key: str,
    level: Level = Level.READ,
    *,
    starts: datetime = NOW - timedelta(days=1),
    ends: datetime | None = None,
    inside: bool = False,
) -> Clause:
    """Make a clause that is in force now."""
    return Clause(key, level, starts, ends, inside)


@dataclass
class Thing:
    """Something that can be shown: a post, a report, a box."""

    reference: str
    topic: str
    text: str
    gate: UUID | None = None
    revision: int = 1
    clauses: list[Clause] = field(default_factory=list)


@dataclass
class Script:
    """Everything that is committed; a snapshot is a copy."""

    now: datetime = NOW
    epoch: bytes = EPOCH
    events: list[Event] = field(default_factory=list)
    things: dict[UUID, Thing] = field(default_factory=dict)
    keys: dict[UUID, Keys] = field(default_factory=dict)
    past_keys: dict[UUID, frozenset[str]] = field(default_factory=dict)
    ended: set[UUID] = field(default_factory=set)
    lost: set[UUID] = field(default_factory=set)
    gained: dict[UUID, tuple[UUID, ...]] = field(default_factory=dict)
    present: dict[str, frozenset[UUID]] = field(default_factory=dict)
    undrawn: set[UUID] = field(default_factory=set)
    sums_due: datetime | None = None


class PaperJournal:
    """The engine's journal, on paper. Each act is committed at once and becomes an event."""

    def __init__(self) -> None:
        self.script = Script()
        self.disclosed_at: list[tuple[Disclosure, int]] = []
        self.drawn: Counter[str] = Counter()
        self.asked: Counter[str] = Counter()
        self.registered = True
        self.reports: list[int] = []
        self.on_report: Callable[[], None] = lambda: None
        self.asides: dict[str, Callable[[], None]] = {}  # what happens while the engine asks for something

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator["PaperSnapshot"]:
        if (aside := self.asides.pop("snapshot", None)) is not None:
            aside()
        script = copy.deepcopy(self.script)
        yield PaperSnapshot(script, self, len(script.events), script.now, script.epoch, self.registered)

    async def still_holds(self, head: int, epoch: bytes) -> bool:
        await asyncio.sleep(0)
        unchanged = all(event.touches is Touch.CONTENT for event in self.script.events[head:])
        return unchanged and self.script.epoch == epoch and self.registered

    async def disclosed(self, disclosures: Sequence[Disclosure], position: int) -> None:
        await asyncio.sleep(0)
        if (aside := self.asides.pop("disclosed", None)) is not None:
            aside()
        self.disclosed_at.extend((disclosure, position) for disclosure in disclosures)

    async def report(self, applied: int) -> bool:
        await asyncio.sleep(0)
        self.reports.append(applied)
        self.on_report()
        was, self.registered = self.registered, True
        return was

    def make(self, name: str, *clauses: Clause, topic: str = BOARD, gate: str | None = None, text: str = "") -> UUID:
        subject = named(name)
        box = named(gate) if gate else None
        self.script.things[subject] = Thing(name, topic, text or name, box, clauses=list(clauses))
        self.tell(Touch.CONTENT, subject, topic)
        return subject

    def edit(self, name: str, text: str) -> None:
        thing = self.script.things[named(name)]
        thing.text, thing.revision = text, thing.revision + 1
        self.tell(Touch.CONTENT, named(name), thing.topic)

    def give(self, name: str, *clauses: Clause) -> None:
        self.script.things[named(name)].clauses.extend(clauses)
        self.tell(Touch.ACCESS, named(name))

    def take(self, name: str, key: str) -> None:
        thing = self.script.things[named(name)]
        thing.clauses = [clause for clause in thing.clauses if clause.principal != key]
        self.tell(Touch.ACCESS, named(name))

    def rekey(self, officer: str, *keys: str, until: datetime | None = None) -> None:
        self.enrol(officer, *keys, until=until)
        self.tell(Touch.OFFICER, named(officer))

    def enrol(self, officer: str, *keys: str, until: datetime | None = None) -> None:
        held = frozenset(keys)
        self.script.keys[named(officer)] = Keys(held, until)
        self.script.past_keys[named(officer)] = self.script.past_keys.get(named(officer), frozenset()) | held

    def pass_time(self, by: timedelta) -> None:
        self.script.now += by

    def tell(self, touches: Touch, subject: UUID, *topics: str) -> None:
        self.script.events.append(Event(len(self.script.events) + 1, touches, subject, topics, self.script.now))


@dataclass
class PaperSnapshot:
    """One moment of the script. Every answer takes a turn of the loop, as a database's would."""

    script: Script
    journal: PaperJournal
    head: int
    now: datetime
    epoch: bytes
    registered: bool

    async def events_after(self, position: int) -> Sequence[Event]:
        await self._ask("events_after")
        return [event for event in self.script.events if event.position > position]

    async def subjects_of(self, topic: str) -> Collection[UUID]:
        await self._ask("subjects_of")
        return [subject for subject, thing in self.script.things.items() if thing.topic == topic]

    async def known(self, subjects: Collection[UUID]) -> Mapping[UUID, Known]:
        await self._ask("known")
        return {subject: self._known(subject) for subject in subjects if subject in self.script.things}

    async def keys(self, officers: Collection[UUID]) -> Mapping[UUID, Keys]:
        await self._ask("keys")
        return {officer: keys for officer, keys in self.script.keys.items() if officer in officers and keys.held}

    async def signed_out(self, sign_ins: Collection[UUID]) -> Collection[UUID]:
        await self._ask("signed_out")
        return self.script.ended.intersection(sign_ins)

    async def keys_ever(self, officers: Collection[UUID]) -> frozenset[str]:
        await self._ask("keys_ever")
        return frozenset[str]().union(*(self.script.past_keys.get(officer, frozenset()) for officer in officers))

    async def access_lost(self, arrivals: Collection[Arrival]) -> Collection[Arrival]:
        await self._ask("access_lost")
        return {arrival for arrival in arrivals if arrival.officer in self.script.lost}

    async def access_gained(self, arrivals: Collection[Arrival]) -> Mapping[Arrival, Sequence[UUID]]:
        await self._ask("access_gained")
        return {arrival: self.script.gained.get(arrival.officer, ()) for arrival in arrivals}

    async def changed_since(self, arrivals: Collection[Arrival]) -> Mapping[Arrival, Sequence[UUID]]:
        await self._ask("changed_since")
        return {arrival: self._changed(arrival) for arrival in arrivals}

    def _changed(self, arrival: Arrival) -> list[UUID]:
        events = [event for event in self.script.events if event.position > arrival.since.position]
        touched = [e for e in events if e.touches is Touch.CONTENT and arrival.topic in e.topics]
        return list(dict.fromkeys(event.subject for event in touched))

    async def leaves(
        self, kind: ScreenKind, projection: Projection, subjects: Collection[UUID]
    ) -> Mapping[UUID, Leaf | Record]:
        await self._ask("leaves")
        drawn = [subject for subject in subjects if subject not in self.script.undrawn]
        self.journal.drawn.update(self.script.things[subject].reference for subject in drawn)
        draw = self._record if kind in FOR_PROGRAMS else self._leaf
        return {subject: draw(self.script.things[subject], projection) for subject in drawn}

    async def aggregate(self, screen: Screen) -> Aggregate:
        await self._ask("aggregate")
        self.journal.drawn["sums"] += 1
        seen = [thing for subject, thing in self.script.things.items() if self._sees(screen, subject, thing)]
        sums = {"count": str(len(seen)), "latest": seen[-1].text if seen else ""}
        if screen.kind in FOR_PROGRAMS:
            return Aggregate(tuple(Sum(name, json.dumps(text)) for name, text in sums.items()), self.script.sums_due)
        return Aggregate(tuple(Fragment(name, text) for name, text in sums.items()), self.script.sums_due)

    async def may_still_read(self, answer: Answer, touched: Collection[UUID]) -> bool:
        await self._ask("may_still_read")
        keys = self.script.keys.get(answer.officer or named("nobody"), Keys(frozenset())).held
        things = {thing.reference: subject for subject, thing in self.script.things.items()}
        subjects = {things[reference] for reference in answer.references}
        admissions = [self._known(subject).audience.at(self.now) for subject in subjects]
        return subjects.isdisjoint(touched) and all(admission.admits(keys) for admission in admissions)

    async def present(self, topics: Collection[str]) -> Mapping[str, frozenset[UUID]]:
        await self._ask("present")
        return {topic: here for topic, here in self.script.present.items() if topic in topics}

    async def _ask(self, question: str) -> None:
        await asyncio.sleep(0)
        self.journal.asked[question] += 1
        if (aside := self.journal.asides.pop(question, None)) is not None:
            aside()

    def _known(self, subject: UUID) -> Known:
        thing = self.script.things[subject]
        gate = None if thing.gate is None else tuple(self.script.things[thing.gate].clauses)
        roots = frozenset({subject} if thing.gate is None else {subject, thing.gate})
        return Known(thing.reference, Audience(tuple(thing.clauses), gate), roots)

    def _sees(self, screen: Screen, subject: UUID, thing: Thing) -> bool:
        return thing.topic == screen.topic and self._known(subject).audience.at(self.now).admits(screen.keys.held)

    def _leaf(self, thing: Thing, projection: Projection) -> Leaf:
        html = thing.text if projection is Projection.FULL else "stub"
        return Leaf(thing.reference, thing.revision, (Fragment(f"{thing.reference}-{projection}", html),))

    def _record(self, thing: Thing, projection: Projection) -> Record:
        text = thing.text if projection is Projection.FULL else "stub"
        return Record(thing.reference, "thing", thing.revision, json.dumps({f"{thing.reference}-{projection}": text}))
