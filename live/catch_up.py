"""Joining: what a page missed between its own rendering and its socket, or a decision to fetch it again."""

from collections.abc import Collection, Sequence
from datetime import timedelta
from uuid import UUID

from live.audience import Level
from live.cursor import CursorSealer, Place
from live.hub import Hub
from live.mailbox import MAILBOX_REFERENCES
from live.ports import ANYWHERE, Arrival, Snapshot
from live.screen import Screen, ScreenKind

OLDEST_CURSOR = timedelta(minutes=15)  # beyond it a fresh page is cheaper than the gap
SPREAD_SECONDS = 90  # a new epoch sends every screen for its page: at random moments within this time


class TooFarBehind(Exception):  # noqa: N818 - it is an answer, not a failure
    """The page must be fetched again, within so many seconds."""

    def __init__(self, within: int = 0) -> None:
        """Say how widely the fetches should be spread."""
        super().__init__("the page must be fetched again")
        self.within = within


async def catch_up(
    screens: Collection[Screen], snapshot: Snapshot, hub: Hub, sealer: CursorSealer
) -> dict[Screen, Sequence[UUID] | TooFarBehind]:
    """Name what each screen missed and may see now, oldest first; of what it discovers, only what is new to it.

    All who join are answered at once: a reconnect brings thousands. TooFarBehind is told by the cursor's age, this
    officer's own losses of access and the number of permitted changes: never by raw positions, which would tell of
    hidden activity.
    """
    answers: dict[Screen, Sequence[UUID] | TooFarBehind] = {}
    arrivals: dict[Screen, Arrival] = {}
    for screen in screens:
        try:
            topic = ANYWHERE if screen.kind is ScreenKind.PAGE else screen.topic
            arrivals[screen] = Arrival(screen.officer, topic, _place(screen, snapshot, sealer))
        except TooFarBehind as answer:
            answers[screen] = answer
    lost = await snapshot.access_lost(frozenset(arrivals.values()))
    asked = frozenset(arrival for arrival in arrivals.values() if arrival.topic != ANYWHERE)
    changed = await snapshot.changed_since(asked)
    gained = await snapshot.access_gained(asked)
    for screen, arrival in arrivals.items():
        permitted = _permitted(screen, hub, changed.get(arrival, ()), gained.get(arrival, ()))
        too_far = arrival in lost or len(permitted) > MAILBOX_REFERENCES
        answers[screen] = TooFarBehind() if too_far else permitted
    return answers


def _permitted(screen: Screen, hub: Hub, changed: Sequence[UUID], gained: Sequence[UUID]) -> list[UUID]:
    keys = screen.keys.held
    return list(
        dict.fromkeys(
            [
                *(subject for subject in changed if hub.admission(subject).admits(keys)),
                *(subject for subject in gained if hub.admission(subject).level(keys) >= Level.DISCOVER),
            ]
        )
    )


def _place(screen: Screen, snapshot: Snapshot, sealer: CursorSealer) -> Place:
    place = sealer.open(screen.cursor, screen.officer)
    if place is None:
        raise TooFarBehind
    if place.epoch != snapshot.epoch:
        raise TooFarBehind(SPREAD_SECONDS)  # before its age: pages that were long open must not all come at once
    if snapshot.now - place.at > OLDEST_CURSOR and screen.kind is not ScreenKind.PAGE:  # whose losses are all it asks
        raise TooFarBehind
    return place
