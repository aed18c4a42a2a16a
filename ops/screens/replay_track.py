"""The track under a replay: the significant events as flags, and how much happened when.

Made of the last frame alone: what its reader may see now and could see by the end of the day. It counts nothing else.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ops.screens.timeline import OUTCOMES, Entry

WIDE = 1000  # of the track, in units of its drawing
BINS = 80
TALL = 26
APART = 150  # what the words of a flag take up
SAID = {
    "command": "Command",
    "briefing": "Briefing",
    "help": "Need help",
    "taken over": "Taken over",
    OUTCOMES["safeguarded"]: "Safeguarded",
    OUTCOMES["referral"]: "Referral",
    OUTCOMES["arrest"]: "Arrest",
}


@dataclass(frozen=True, slots=True)
class Flag:
    """A significant event. `x`: its place on the track; `words`: what it says, from `told_at` on; empty for nothing.

    `before`: its words stand to the left of it, because to the right the track ends.
    """

    x: int
    minute: int
    at: datetime
    kind: str
    said: str
    reference: str
    words: str = ""
    told_at: datetime | None = None
    before: bool = False


@dataclass(frozen=True, slots=True)
class Track:
    """The flags in their order, and the bars: places and heights."""

    flags: tuple[Flag, ...]
    bars: tuple[tuple[int, int], ...]


def track_of(entries: Sequence[Entry], first: datetime, last: datetime) -> Track:
    """Draw the track of a day from what happened on it, in order."""
    whole = max((last - first).total_seconds(), 60.0)

    def place(at: datetime) -> int:
        return round(min(max((at - first).total_seconds() / whole, 0.0), 1.0) * WIDE)

    told = [one for one in entries if first <= one.at <= last]
    turned = [(place(one.at), one) for one in told if one.significant and one.kind != "answer"]
    counts = Counter(min(place(one.at) * BINS // WIDE, BINS - 1) for one in told)
    most = max(counts.values(), default=1)
    bars = tuple((n * WIDE // BINS + WIDE // BINS // 2, max(2, counts[n] * TALL // most)) for n in sorted(counts))
    return Track(tuple(_flags(turned, first)), bars)


def _flags(turned: Sequence[tuple[int, Entry]], first: datetime) -> list[Flag]:
    """Plant every call for help, those near each other under common words, and what else has room beside them."""
    calls = [one for one in turned if one[1].kind == "help"]
    others = [[one] for one in turned if one[1].kind != "help"]
    flags: list[Flag] = []
    taken: list[tuple[int, int]] = []
    for near in [*_clusters(calls), *others]:
        left, right = near[0][0], near[-1][0]
        before = right > WIDE - APART
        span = (left - APART, right) if before else (left, right + APART)
        free = span[0] >= 0 and all(span[1] <= start or end <= span[0] for start, end in taken)
        if not free and near[0][1].kind != "help":
            continue  # it would stand in another's words; the key moments have it
        taken.append(span if free else (left, right))
        flags.extend(_planted(near, first, free=free, before=before))
    return sorted(flags, key=lambda flag: flag.x)


def _clusters(calls: Sequence[tuple[int, Entry]]) -> list[list[tuple[int, Entry]]]:
    found: list[list[tuple[int, Entry]]] = []
    for x, entry in calls:
        if found and x - found[-1][-1][0] < APART:
            found[-1].append((x, entry))
        else:
            found.append([(x, entry)])
    return found


def _planted(near: Sequence[tuple[int, Entry]], first: datetime, *, free: bool, before: bool) -> list[Flag]:
    """Plant flags that share their words: those stand at the last of them, or to the left of the first."""
    bearer = 0 if before else len(near) - 1
    told_at = near[0][1].at
    return [
        Flag(
            x,
            int((entry.at - first).total_seconds() // 60),
            entry.at,
            entry.kind,
            entry.words,
            entry.reference,
            _words([one for _, one in near]) if free and number == bearer else "",
            told_at if free and number == bearer else None,
            before,
        )
        for number, (x, entry) in enumerate(near)
    ]


def _words(entries: Sequence[Entry]) -> str:
    if len(entries) > 1:
        return f"{len(entries)} calls for help"
    (entry,) = entries
    said = SAID.get(entry.kind) or SAID.get(entry.words, entry.words.partition(":")[0])
    return f"{said} {entry.site}".strip()
