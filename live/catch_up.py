"""Joining: what a page missed between its own rendering and its socket, or a decision to fetch it again."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from live.audience import Level
from live.cursor import CursorSealer, Place
from live.hub import Hub
from live.mailbox import MAILBOX_REFERENCES
from live.ports import Snapshot
from live.screen import Screen

OLDEST_CURSOR = timedelta(minutes=15)  # beyond it a fresh page is cheaper than the gap
SPREAD_SECONDS = 90  # a new epoch sends every screen for its page: at random moments within this time


class TooFarBehind(Exception):  # noqa: N818 - it is an answer, not a failure
    """The page must be fetched again, within so many seconds."""

    def __init__(self, within: int = 0) -> None:
        """Say how widely the fetches should be spread."""
        super().__init__("the page must be fetched again")
        self.within = within


async def catch_up(screen: Screen, snapshot: Snapshot, hub: Hub, sealer: CursorSealer) -> Sequence[UUID]:
    """Name what this screen missed and may see now, oldest first; of what it merely discovers, only what is new to it.

    Raises TooFarBehind by the cursor's age, this officer's own losses of access and the number of permitted
    changes: never by raw positions, which would tell of hidden activity.
    """
    place = _place(screen, snapshot, sealer)
    if await snapshot.access_lost(screen.officer, screen.topic, place):
        raise TooFarBehind
    missed = await snapshot.changed_since(screen.topic, place)
    gained = await snapshot.access_gained(screen.officer, screen.topic, place)
    keys = screen.keys.held
    permitted = dict.fromkeys(
        [
            *(subject for subject in missed if hub.admission(subject).admits(keys)),
            *(subject for subject in gained if hub.admission(subject).level(keys) >= Level.DISCOVER),
        ]
    )
    if len(permitted) > MAILBOX_REFERENCES:
        raise TooFarBehind
    return list(permitted)


def _place(screen: Screen, snapshot: Snapshot, sealer: CursorSealer) -> Place:
    place = sealer.open(screen.cursor, screen.officer)
    if place is None:
        raise TooFarBehind
    if place.epoch != snapshot.epoch:
        raise TooFarBehind(SPREAD_SECONDS)  # before its age: pages that were long open must not all come at once
    if snapshot.now - place.at > OLDEST_CURSOR:
        raise TooFarBehind
    return place
