"""One open page with a socket: whose it is, what it is about, how far its life has come."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from live.frames import Part
from live.mailbox import Mailbox
from live.wire import Wire


class ScreenKind(StrEnum):
    """Which page it is, or which feed of a program; decides what a leaf looks like on it."""

    BOARD = "board"
    WALL = "wall"
    FIELD = "field"
    CASE = "case"
    WATCH = "watch"
    DECISIONS = "decisions"
    DEBRIEF = "debrief"
    PEOPLE = "people"
    READINESS = "readiness"
    OPERATION_FEED = "operation feed"
    CASE_FEED = "case feed"
    WATCH_FEED = "watch feed"
    PAGE = "page"  # draws nothing of what changes; is told when something on it may be shown no longer


FOR_PROGRAMS = frozenset({ScreenKind.OPERATION_FEED, ScreenKind.CASE_FEED, ScreenKind.WATCH_FEED})
NOBODY_THERE = FOR_PROGRAMS | {ScreenKind.WALL}  # they run day and night, and say nothing of anybody's whereabouts
WATCHES = frozenset({ScreenKind.WATCH, ScreenKind.WATCH_FEED})  # they name things of all topics
SAY_WHO_IS_HERE = frozenset({ScreenKind.BOARD, ScreenKind.READINESS, ScreenKind.OPERATION_FEED})


class Life(StrEnum):
    """How far a screen's life has come."""

    JOINING = "joining"
    LIVE = "live"
    CLOSED = "closed"


class CloseCode:
    """Why the server closed a socket (documented in docs/sockets.md)."""

    JUNK = 4400
    SIGNED_OUT = 4401
    WITHDRAWN = 4403
    TOO_OLD = 4409
    TOO_MANY = 4429
    MOVING = 1012
    BROKEN = 1006  # never sent: what a socket hears whose line broke without a word


_LEGAL = {(Life.JOINING, Life.LIVE), (Life.JOINING, Life.CLOSED), (Life.LIVE, Life.CLOSED)}


@dataclass(frozen=True, slots=True)
class Keys:
    """The principals an officer is, at one moment, and when that changes by itself."""

    held: frozenset[str]
    until: datetime | None = None


@dataclass(eq=False, slots=True)
class Screen:
    """An open page. `group` parts viewing classes beyond keys: the agency on a board, the officer on the others."""

    officer: UUID
    sign_in: UUID
    kind: ScreenKind
    topic: str
    group: str
    cursor: str
    wire: Wire
    life: Life = Life.JOINING
    keys: Keys = field(default_factory=lambda: Keys(frozenset()))
    mailbox: Mailbox = field(default_factory=Mailbox)
    root: str = ""  # the reference of the box that the page is about
    sums: Mapping[str, Part] | None = None  # the sums it shows now; None: it must hear all of them

    def become(self, life: Life) -> None:
        """Move on in life; an illegal move names both ends."""
        if (self.life, life) not in _LEGAL:
            message = f"a screen that is {self.life} cannot become {life}"
            raise RuntimeError(message)
        self.life = life
