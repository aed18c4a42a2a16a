"""Who may know a thing, when: clauses with a beginning and an end, and the set they make at one instant."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum


class Level(IntEnum):
    """How much access; each includes the ones below it."""

    NONE = 0
    DISCOVER = 1
    READ = 2
    CONTRIBUTE = 3
    MANAGE = 4


@dataclass(frozen=True, slots=True)
class Clause:
    """One grant as the engine keeps it. `inside`: it goes to the owner's own agency, so no gate stands before it."""

    principal: str
    level: Level
    starts: datetime
    ends: datetime | None
    inside: bool

    def live(self, instant: datetime) -> bool:
        """Judge `starts <= instant < ends`."""
        return self.starts <= instant and (self.ends is None or instant < self.ends)


@dataclass(frozen=True, slots=True)
class Admission:
    """Who is admitted at one instant: principals with levels, and the principals that pass the gate."""

    inside: dict[str, Level]
    outside: dict[str, Level]
    gate: frozenset[str] | None
    readers_inside: frozenset[str]
    readers_outside: frozenset[str]

    def admits(self, keys: Collection[str]) -> bool:
        """Say whether someone with these keys may read. About half a microsecond: it runs per screen and event."""
        if not self.readers_inside.isdisjoint(keys):
            return True
        if self.readers_outside.isdisjoint(keys):
            return False
        return self.gate is None or not self.gate.isdisjoint(keys)

    def level(self, keys: Iterable[str]) -> Level:
        """Give the highest level that these keys reach."""
        held = tuple(keys)
        own = max((self.inside.get(key, Level.NONE) for key in held), default=Level.NONE)
        if self.gate is not None and self.gate.isdisjoint(held):
            return own
        return max(own, max((self.outside.get(key, Level.NONE) for key in held), default=Level.NONE))

    def principals(self) -> frozenset[str]:
        """Name every principal that counts here, the gate's included."""
        return self.grantees() | (self.gate or frozenset())

    def grantees(self) -> frozenset[str]:
        """Name the principals without one of which nobody is admitted to anything here."""
        return frozenset(self.inside) | frozenset(self.outside)


NOBODY = Admission({}, {}, None, frozenset(), frozenset())


@dataclass(frozen=True, slots=True)
class Audience:
    """Everyone who may know a thing, over time. `gate` is None for a thing that lies in no box."""

    clauses: tuple[Clause, ...]
    gate: tuple[Clause, ...] | None = None

    def at(self, instant: datetime) -> Admission:
        """Give the admission at one instant."""
        live = [clause for clause in self.clauses if clause.live(instant)]
        inside = _highest(clause for clause in live if clause.inside)
        outside = _highest(clause for clause in live if not clause.inside)
        gate = (
            None if self.gate is None else frozenset(clause.principal for clause in self.gate if clause.live(instant))
        )
        return Admission(inside, outside, gate, _readers(inside), _readers(outside))

    def next_change(self, instant: datetime) -> datetime | None:
        """Give the first moment after `instant` at which the admission changes by itself, if any."""
        moments = (moment for clause in self._all() for moment in (clause.starts, clause.ends))
        return min((moment for moment in moments if moment is not None and moment > instant), default=None)

    def _all(self) -> Iterator[Clause]:
        yield from self.clauses
        yield from self.gate or ()


def _highest(clauses: Iterable[Clause]) -> dict[str, Level]:
    highest: dict[str, Level] = {}
    for clause in clauses:
        level = clause.level if clause.inside else min(clause.level, Level.CONTRIBUTE)
        highest[clause.principal] = max(level, highest.get(clause.principal, Level.NONE))
    return highest


def _readers(levels: dict[str, Level]) -> frozenset[str]:
    return frozenset(principal for principal, level in levels.items() if level >= Level.READ)
