"""Sums over several things, rendered once for every viewing class, at most once a second."""

import asyncio
from collections.abc import AsyncIterator, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from live.frames import Frame, Part, fill
from live.hub import ClassName, Hub
from live.ports import Snapshot
from live.screen import Screen, ScreenKind

BUDGET = 0.02  # seconds of one turn for sums beyond the first class; new lines come first
PAUSE = timedelta(seconds=1)  # a class hears its sums at most this often; its leaves come at once
ROUND = timedelta(seconds=0.25)  # between two looks of any classes: what they have in common is read once a look


@dataclass(slots=True)
class _Shown:
    at: datetime | None = None
    due: datetime | None = None
    sums: Mapping[str, Part] | None = None  # what the class was shown then


class Aggregates:
    """What each viewing class last saw of its sums, and which classes have cause to look again."""

    def __init__(self, hub: Hub) -> None:
        """Serve the screens of one hub."""
        self._hub = hub
        self._shown: dict[ClassName, _Shown] = {}
        self._stirred: set[Screen] = set()
        self._hurried: set[Screen] = set()
        self._rested_at: datetime | None = None
        self._looked_at: datetime | None = None

    def stir(self, screen: Screen) -> None:
        """Note that a cause of this screen's sums changed."""
        self._stirred.add(screen)

    def hurry(self, screen: Screen) -> None:
        """Note that this screen lost something: what its sums still show of it must not wait out the pause."""
        self._stirred.add(screen)
        self._hurried.add(screen)

    def next_due(self) -> datetime | None:
        """Give the next moment at which some class must look again."""
        dues = [shown.due for shown in self._shown.values()]
        due = min((due for due in (*dues, self._rested_at) if due is not None), default=None)
        return due if due is None or self._looked_at is None else max(due, self._looked_at + ROUND)

    async def turn(self, snapshot: Snapshot) -> AsyncIterator[tuple[Screen, list[Frame]]]:
        """Render what is stirred or due, once a class; give each screen the parts that changed.

        Who lost something comes first, always. The rest waits for the next turn once this one's time is used up:
        a new line must not wait for everybody's sums.
        """
        summing = (
            viewing for viewing in self._hub.classes() if viewing.kind is not ScreenKind.PAGE
        )  # which has no sums
        classes = {viewing.name: viewing.screens for viewing in summing}
        for name in [name for name in self._shown if name not in classes]:
            del self._shown[name]
        for name, screens in classes.items():
            for heard in self._kept(name, screens).items():
                yield heard
        if self._too_soon(classes, snapshot.now):
            self._rested_at = min(self._rests(classes), default=None)
            return
        self._looked_at, time = snapshot.now, asyncio.get_running_loop().time
        used_up: float | None = None
        waiting: list[datetime] = []
        for name, screens in sorted(classes.items(), key=lambda named: self._turn_of(*named)):
            shown = self._shown.setdefault(name, _Shown())
            ready = self._ready(shown, screens, snapshot.now)
            if ready and (used_up is None or time() < used_up or not self._hurried.isdisjoint(screens)):
                self._stirred.difference_update(screens)
                for heard in (await self._render(shown, screens, snapshot)).items():
                    yield heard
                await asyncio.sleep(0)  # they leave, and whoever else waits for the loop goes on
                used_up = used_up or time() + BUDGET  # after the first, which reads what all have in common
            elif ready:
                self._looked_at = None  # the round goes on at once, after the next turn's lines
                waiting.append(snapshot.now)
            elif shown.at is not None and not self._stirred.isdisjoint(screens):
                waiting.append(shown.at + PAUSE)
        self._rested_at = min(waiting, default=None)
        self._stirred.intersection_update(self._hub.screens())
        self._hurried.clear()

    def _kept(self, name: ClassName, screens: Collection[Screen]) -> dict[Screen, list[Frame]]:
        """Give those who have just come what their class sees, where nothing has happened since it was drawn."""
        shown = self._shown.get(name)
        if shown is None or shown.sums is None or not self._stirred.isdisjoint(screens):
            return {}
        coming = [screen for screen in screens if screen.sums is None and screen.wire.idle]
        frames = fill(list(shown.sums.values())) if coming else []
        for screen in coming:
            screen.sums = shown.sums
        return dict.fromkeys(coming, frames)

    def _too_soon(self, classes: Mapping[ClassName, Collection[Screen]], now: datetime) -> bool:
        """Say whether all can wait for the next round: nobody lost anything, nobody has just come or changed class."""
        if self._looked_at is None or now >= self._looked_at + ROUND or self._hurried:
            return False
        return not any(
            (name not in self._shown and not self._stirred.isdisjoint(screens))
            or any(screen.sums is None and screen.wire.idle for screen in screens)
            for name, screens in classes.items()
        )

    def _rests(self, classes: Mapping[ClassName, Collection[Screen]]) -> Iterator[datetime]:
        """Give when each class that has cause to look again may."""
        long_ago = datetime.min.replace(tzinfo=UTC)
        for name, screens in classes.items():
            if not self._stirred.isdisjoint(screens):
                shown = self._shown.get(name)
                yield shown.at + PAUSE if shown is not None and shown.at is not None else long_ago

    def _turn_of(self, name: ClassName, screens: Collection[Screen]) -> tuple[bool, datetime]:
        """Order classes: who lost something, then whoever has waited longest."""
        shown = self._shown.get(name)
        long_ago = datetime.min.replace(tzinfo=UTC)
        return self._hurried.isdisjoint(screens), (shown.at if shown else None) or long_ago

    def _ready(self, shown: _Shown, screens: Collection[Screen], now: datetime) -> bool:
        if any(screen.sums is None and screen.wire.idle for screen in screens):
            return True
        if (shown.due is not None and shown.due <= now) or not self._hurried.isdisjoint(screens):
            return True
        rested = shown.at is None or shown.at + PAUSE <= now
        return rested and not self._stirred.isdisjoint(screens)

    async def _render(
        self, shown: _Shown, screens: Collection[Screen], snapshot: Snapshot
    ) -> dict[Screen, list[Frame]]:
        aggregate = await snapshot.aggregate(next(iter(screens)))
        shown.at, shown.due = snapshot.now, aggregate.due
        now = shown.sums = {part.id: part for part in aggregate.fragments}
        frames: dict[Screen, list[Frame]] = {}
        differences: dict[int, list[Frame]] = {}  # nearly all of a class show the same: encoded once for all of them
        for screen in screens:
            if not screen.wire.idle:
                screen.sums = None  # it hears the whole once it reads again
                continue
            if id(screen.sums) not in differences:
                differences[id(screen.sums)] = _difference(screen.sums, aggregate.fragments)
            frames[screen] = differences[id(screen.sums)]
        for screen in frames:
            screen.sums = now
        return frames


def _difference(shown: Mapping[str, Part] | None, parts: Sequence[Part]) -> list[Frame]:
    """Say what one screen must hear: it may have come from another class, with sums it may see no longer."""
    if shown is None:
        return fill(parts)
    changed = [part for part in parts if shown.get(part.id) != part]
    return fill(changed) if changed else []
