"""The track under a replay: the significant events as flags, and how much happened when.

Made of the last frame alone: what its reader may see now and could see by the end of the day. It counts nothing else.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ops.screens.timeline import Entry

WIDE = 1000  # of the track, in units of its drawing
BINS = 80
TALL = 26
APART = 150  # so that the words of two flags do not run into each other


@dataclass(frozen=True, slots=True)
class Flag:
    """A significant event. `x`: its place on the track; `words`: empty where another flag's stand too near."""

    x: int
    minute: int
    at: datetime
    kind: str
    said: str
    words: str
    reference: str


@dataclass(frozen=True, slots=True)
class Track:
    """The flags in their order, and the bars: places and heights."""

    flags: tuple[Flag, ...]
    bars: tuple[tuple[int, int], ...]


def track_of(entries: Sequence[Entry], first: datetime, last: datetime) -> Track:
    """Draw the track of a day from what happened on it."""
    whole = max((last - first).total_seconds(), 60.0)

    def place(at: datetime) -> int:
        return round(min(max((at - first).total_seconds() / whole, 0.0), 1.0) * WIDE)

    flags: list[Flag] = []
    taken = -APART
    for entry in (one for one in entries if one.significant and first <= one.at <= last):
        x, said = place(entry.at), SAID.get(entry.kind, entry.words.partition(":")[0] if entry.kind == "stage" else "")
        if x - taken < APART and entry.kind != "help":
            continue  # it would stand in another flag's words; the key moments have it
        words = f"{said} {entry.site}".strip() if x - taken >= APART else ""
        taken = x if words else taken
        minute = int((entry.at - first).total_seconds() // 60)
        flags.append(Flag(x, minute, entry.at, entry.kind, entry.words, words, entry.reference))
    counts = Counter(min(place(one.at) * BINS // WIDE, BINS - 1) for one in entries if first <= one.at <= last)
    most = max(counts.values(), default=1)
    bars = tuple((n * WIDE // BINS + WIDE // BINS // 2, max(2, counts[n] * TALL // most)) for n in sorted(counts))
    return Track(tuple(flags), bars)


SAID = {"command": "Command", "briefing": "Briefing", "help": "Need help", "taken over": "Taken over"}
