"""What a program holds of an operation: the state that it read, and what every frame makes of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

Value = Mapping[str, Any]
NEWEST = 60  # posts that a state has, wherever they were made
# by the member of the state that holds them
KINDS = {"sites": "site", "tasks": "task", "posts": "post", "people_met": "encounter"}


class Thing(NamedTuple):
    """A thing in the representation of the API."""

    kind: str
    now: Value


@dataclass(frozen=True, slots=True)
class Change:
    """One change: `what` is a kind of thing, or the name of a sum. Without `now` the thing is gone."""

    what: str
    now: Any
    before: Any = None


@dataclass
class Held:
    """The newest state, thing by thing. Applying a frame again changes nothing."""

    cursor: str = ""
    things: dict[str, Thing] = field(default_factory=dict)  # by reference
    sums: dict[str, Any] = field(default_factory=dict)
    begun: bool = False

    def begin(self, state: Value, cursor: str) -> list[Change]:
        """Take a state that was just read. The first is where one stands; later, whatever differs is a change."""
        first, self.begun, self.cursor = not self.begun, True, cursor
        fresh = {one["reference"]: Thing(kind, one) for name, kind in KINDS.items() for one in reversed(state[name])}
        since = self._whole_since(state)
        changes = [change for thing in fresh.values() for change in self._show(thing)]
        for reference, thing in list(self.things.items()):
            too_old = thing.kind == "post" and thing.now["happened_at"] <= since  # kept: shown again, it is no news
            if reference not in fresh and not too_old:
                changes.extend(self._retract(reference))
        changes.extend(self._sum({name: value for name, value in state.items() if name not in KINDS}))
        return [] if first else changes

    @staticmethod
    def _whole_since(state: Value) -> str:
        """Give from when on a state has every post: of what is older it has the newest of each site."""
        newest = sorted((post["happened_at"] for post in state["posts"]), reverse=True)
        return newest[NEWEST - 1] if len(newest) >= NEWEST else ""

    def apply(self, frame: Value) -> Iterator[Change]:
        """Take one frame; gives what it changed."""
        match frame["do"]:
            case "show":
                yield from self._show(Thing(frame["kind"], frame["is"]))
            case "retract":
                yield from self._retract(frame["ref"])
            case "sums":
                yield from self._sum(frame["sums"])
            case "presence":
                yield from self._sum({"present": frame["present"]})
            case "beat":
                self.cursor = frame["cursor"]

    def _show(self, thing: Thing) -> Iterator[Change]:
        reference: str = thing.now["reference"]
        before = self.things.get(reference)
        if before != thing:
            self.things[reference] = thing
            yield Change(thing.kind, thing.now, before.now if before else None)

    def _retract(self, reference: str) -> Iterator[Change]:
        before = self.things.pop(reference, None)
        if before is not None:
            yield Change(before.kind, None, before.now)

    def _sum(self, sums: Value) -> Iterator[Change]:
        for name, value in sums.items():
            before = self.sums.get(name)
            if before != value:
                self.sums[name] = value
                yield Change(name, value, before)
