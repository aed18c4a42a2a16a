"""What one turn of the tailer has found out so far, and what it is about to say."""

from collections import defaultdict
from dataclasses import dataclass, field
from uuid import UUID

from live.delivery import Show
from live.frames import Frame
from live.hub import ViewingClass
from live.ports import Snapshot
from live.screen import Screen


@dataclass(slots=True)
class Together:
    """What the screens of one class hear alike: decided once, encoded once, on record once."""

    screens: list[Screen]
    shows: dict[UUID, Show]


@dataclass(slots=True)
class Turn:
    """What one turn has found out so far. Whoever hears something else than their class stands in it alone."""

    snapshot: Snapshot
    old_keys: dict[Screen, frozenset[str]] = field(default_factory=dict)
    retracts: dict[Screen, list[UUID]] = field(default_factory=lambda: defaultdict(list))
    shows: dict[Screen, dict[UUID, Show]] = field(default_factory=lambda: defaultdict(dict))
    together: dict[ViewingClass, Together] = field(default_factory=dict)
    resyncs: dict[Screen, int] = field(default_factory=dict)
    frames: dict[Screen, list[Frame]] = field(default_factory=lambda: defaultdict(list))
    spoken: dict[ViewingClass, Frame] = field(default_factory=dict)
    readers: dict[UUID, set[Screen | ViewingClass]] = field(default_factory=lambda: defaultdict(set))  # of the whole

    def screens(self) -> set[Screen]:
        """Name every screen that is to be shown something."""
        return set(self.shows).union(*(heard.screens for heard in self.together.values()))
