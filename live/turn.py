"""What one turn of the tailer has found out so far, and what it is about to say."""

from collections import defaultdict
from dataclasses import dataclass, field
from uuid import UUID

from live.delivery import Show
from live.frames import Frame
from live.ports import Snapshot
from live.screen import Screen


@dataclass(slots=True)
class Turn:
    """What one turn has found out so far."""

    snapshot: Snapshot
    old_keys: dict[Screen, frozenset[str]] = field(default_factory=dict)
    retracts: dict[Screen, list[UUID]] = field(default_factory=lambda: defaultdict(list))
    shows: dict[Screen, dict[UUID, Show]] = field(default_factory=lambda: defaultdict(dict))
    resyncs: dict[Screen, int] = field(default_factory=dict)
    frames: dict[Screen, list[Frame]] = field(default_factory=lambda: defaultdict(list))
    readers: dict[UUID, set[UUID]] = field(default_factory=lambda: defaultdict(set))  # of what is shown in full
