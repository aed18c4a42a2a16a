"""Keeps one process current: turns on every ring, every second, and at every moment that time alone asks for."""

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Protocol

from live.faults import told
from live.tailer import Tailer

log = logging.getLogger(__name__)

LOOK_EVERY = 0.5  # seconds: a lost ring delays by this at most, and the lease (live.lease) outlives three of them
LOOK_WITHOUT_BELL = 0.25  # seconds while the bell is known to be away
BEAT_EVERY = 5.0  # seconds between heartbeats, whatever happens
REST_AFTER_FAILURE = 0.5  # seconds before a failed turn is tried again


class Bell(Protocol):
    """What a follower needs of a doorbell."""

    @property
    def sound(self) -> bool:
        """Say whether rings reach this process now."""
        ...

    def rings(self) -> AsyncIterator[None]:
        """Give one item for each ring."""
        ...


class Follower:
    """Runs the turns of one tailer, one at a time."""

    def __init__(self, tailer: Tailer, bell: Bell) -> None:
        """Take the tailer to run and the bell to hear."""
        self._tailer = tailer
        self._bell = bell
        self._woken = asyncio.Event()

    def wake(self) -> None:
        """Ask for a turn soon: someone joined, or reads again."""
        self._woken.set()

    async def listen(self) -> None:
        """Wake on every ring until cancelled."""
        async for _ in self._bell.rings():
            self._woken.set()

    async def run(self) -> None:
        """Turn until cancelled. After a turn that failed in its middle every screen fetches its page again."""
        loop = asyncio.get_running_loop()
        next_beat = loop.time() + BEAT_EVERY
        while True:
            self._woken.clear()
            try:
                await self._tailer.turn()
            except Exception as fault:  # noqa: BLE001 - nothing may stop the turns
                self._fail(fault)
                await asyncio.sleep(REST_AFTER_FAILURE)
            if loop.time() >= next_beat:
                self._tailer.beat()
                next_beat = loop.time() + BEAT_EVERY
            await self._wait(min(self._pause(), max(0.0, next_beat - loop.time())))

    def _fail(self, fault: Exception) -> None:
        """Go on from where it stood when the journal was out of reach; else trust nothing that is kept."""
        if self._tailer.untouched:
            log.warning("the journal is out of reach: %s", told(fault))
        else:
            log.error("a turn failed; screens will resync: %s", told(fault))
            self._tailer.reset()

    def _pause(self) -> float:
        look = LOOK_EVERY if self._bell.sound else LOOK_WITHOUT_BELL
        due = self._tailer.seconds_until_due()
        return look if due is None else min(look, max(0.0, due))

    async def _wait(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._woken.wait(), seconds)
        except TimeoutError:
            return
