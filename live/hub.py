"""One process' screens by topic and viewing class, and the audiences of everything those screens could show."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from live.audience import NOBODY, Admission
from live.delivery import Change, Projection
from live.frames import Frame
from live.ports import Known
from live.screen import Keys, Screen, ScreenKind


@dataclass(slots=True)
class Held:
    """A reference the worker keeps: its audience, the admission it makes now, and when that changes by itself."""

    known: Known
    admission: Admission
    due: datetime | None
    drawn: dict[tuple[ScreenKind, Projection], Frame] = field(default_factory=dict)  # its leaf, as last shown


ClassName = tuple[str, ScreenKind, str, frozenset[str]]


@dataclass(eq=False, slots=True)
class ViewingClass:
    """Open screens that hear the same: one topic, kind and group, and the same keys among those that count."""

    name: ClassName
    screens: set[Screen] = field(default_factory=set)

    @property
    def kind(self) -> ScreenKind:
        """Give the kind of its pages."""
        return self.name[1]

    @property
    def keys(self) -> frozenset[str]:
        """Give what its officers hold of the keys that make a difference on the topic."""
        return self.name[3]


@dataclass(slots=True)
class Room:
    """Everything on one topic: its open screens and what can be shown on them."""

    screens: set[Screen] = field(default_factory=set)
    subjects: set[UUID] = field(default_factory=set)
    counting: set[str] = field(default_factory=set)  # the keys that made a difference here since the topic was opened
    classes: dict[ClassName, ViewingClass] = field(default_factory=dict)
    holding: dict[str, set[ViewingClass]] = field(default_factory=dict)  # the classes by each key that counts
    present: frozenset[UUID] | None = None  # None: nobody has looked yet

    @property
    def says_who_is_here(self) -> bool:
        """Say whether any page on this topic could: not those that draw nothing of what changes."""
        return any(screen.kind is not ScreenKind.PAGE for screen in self.screens)


class Hub:
    """Screens by topic. The admissions kept here are the only cached form of access; the journal drives them."""

    def __init__(self) -> None:
        """Start with nobody here."""
        self.rooms: dict[str, Room] = {}
        self._held: dict[UUID, Held] = {}
        self._class_of: dict[Screen, ViewingClass] = {}

    def screens(self) -> Iterator[Screen]:
        """Give every live screen of this process."""
        for room in self.rooms.values():
            yield from room.screens

    def open(self, topic: str, subjects: Collection[UUID]) -> None:
        """Begin a topic; what of it no other topic shows must be kept next."""
        room = self.rooms[topic] = Room(subjects=set(subjects))
        self._count(room, set[str]().union(*(self.admission(subject).principals() for subject in subjects)))

    def classes(self) -> Iterator[ViewingClass]:
        """Give every viewing class."""
        for room in self.rooms.values():
            yield from room.classes.values()

    def add(self, screen: Screen) -> None:
        """Let a screen hear its topic."""
        room = self.rooms[screen.topic]
        room.screens.add(screen)
        self._classify(room, screen)

    def rekey(self, screen: Screen, keys: Keys) -> None:
        """Give a screen that is here the keys that its officer has now."""
        screen.keys = keys
        self._classify(self.rooms[screen.topic], screen)

    def concerned(self, room: Room, change: Change) -> set[ViewingClass]:
        """Name the classes that hold a key of the change: whoever holds none may know nothing of it."""
        grantees = change.before.grantees() | change.after.grantees()
        return set[ViewingClass]().union(*(room.holding[key] for key in grantees if key in room.holding))

    def remove(self, screen: Screen) -> None:
        """Forget a screen, and its topic's audiences when it was the last one there."""
        room = self.rooms.get(screen.topic)
        if room is None:
            return
        room.screens.discard(screen)
        self._declassify(room, screen)
        if not room.screens:
            del self.rooms[screen.topic]
            kept = set[UUID]().union(*(other.subjects for other in self.rooms.values()))
            for subject in room.subjects - kept:
                self._held.pop(subject, None)

    def clear(self) -> list[Screen]:
        """Forget every topic and audience; give the screens that were here."""
        screens = list(self.screens())
        self.rooms.clear()
        self._held.clear()
        self._class_of.clear()
        return screens

    def admission(self, subject: UUID) -> Admission:
        """Give the admission as last applied; nobody's for what is not kept here."""
        held = self._held.get(subject)
        return held.admission if held else NOBODY

    def reference(self, subject: UUID) -> str:
        """Give the public name of something kept here."""
        return self._held[subject].known.reference

    def lies_in(self, subject: UUID, box: str) -> bool:
        """Say whether a subject is the box with this reference, or lies in it: others are kept for the sums' sake."""
        roots = self._held[subject].known.roots | {subject}
        return any(self._held[root].known.reference == box for root in roots if root in self._held)

    def knows(self, subject: UUID) -> bool:
        """Say whether the subject is kept here."""
        return subject in self._held

    def keep(self, known: Mapping[UUID, Known], now: datetime) -> None:
        """Keep references as the snapshot shows them."""
        for subject, fact in known.items():
            drawn = self._held[subject].drawn if subject in self._held else {}
            self._held[subject] = Held(fact, fact.audience.at(now), fact.audience.next_change(now), drawn)
        for room in self.rooms.values():
            named = (self._held[one].admission.principals() for one in known if one in room.subjects)
            self._count(room, set[str]().union(*named).difference(room.counting))

    def redrawn(self, subject: UUID, kind: ScreenKind, projection: Projection, leaf: Frame) -> bool:
        """Keep a leaf as it looks now; say whether it looks other than when it was last shown."""
        drawn = self._held[subject].drawn
        changed = drawn.get((kind, projection)) != leaf
        drawn[kind, projection] = leaf
        return changed

    def depending_on(self, roots: Collection[UUID]) -> set[UUID]:
        """Name what is kept here and decided by grants on one of these resources."""
        wanted = frozenset(roots)
        return {subject for subject, held in self._held.items() if not wanted.isdisjoint(held.known.roots)}

    def naming(self, principals: Collection[str]) -> set[UUID]:
        """Name what is kept here and seen through one of these principals."""
        return {
            subject for subject, held in self._held.items() if not held.admission.principals().isdisjoint(principals)
        }

    def overdue(self, now: datetime) -> set[UUID]:
        """Name what changed its admission by time alone."""
        return {subject for subject, held in self._held.items() if held.due is not None and held.due <= now}

    def next_due(self) -> datetime | None:
        """Give the next moment at which an admission or an officer's keys change by themselves."""
        moments: Iterable[datetime | None] = (
            *(held.due for held in self._held.values()),
            *(screen.keys.until for screen in self.screens()),
        )
        return min((moment for moment in moments if moment is not None), default=None)

    def _count(self, room: Room, keys: Collection[str]) -> None:
        """Let more keys make a difference: who holds one of them is no longer of one class with who does not.

        A key that made one once goes on doing so: classes may be finer than they need be, never coarser.
        """
        if keys:
            room.counting.update(keys)
            for screen in room.screens:
                if not screen.keys.held.isdisjoint(keys):
                    self._classify(room, screen)

    def _classify(self, room: Room, screen: Screen) -> None:
        name = (screen.topic, screen.kind, screen.group, screen.keys.held & room.counting)
        if (old := self._class_of.get(screen)) is not None and old.name == name:
            return
        self._declassify(room, screen)
        found = room.classes.get(name)
        if found is None:
            found = room.classes[name] = ViewingClass(name)
            for key in found.keys:
                room.holding.setdefault(key, set()).add(found)
        found.screens.add(screen)
        self._class_of[screen] = found

    def _declassify(self, room: Room, screen: Screen) -> None:
        old = self._class_of.pop(screen, None)
        if old is None:
            return
        old.screens.discard(screen)
        if not old.screens:
            del room.classes[old.name]
            for key in old.keys:
                room.holding[key].discard(old)
                if not room.holding[key]:
                    del room.holding[key]
