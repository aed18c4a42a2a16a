"""A doorbell inside one process: nothing to install, nothing to lose."""

import asyncio

from broadcaster import Event
from broadcaster._backends.base import BroadcastBackend


class MemoryBackend(BroadcastBackend):
    """Keeps only the newest ring: whoever hears it reads everything up to the head anyway."""

    def __init__(self) -> None:
        """Start silent."""
        self._rung = asyncio.Event()
        self._channel = ""
        self._newest = ""

    async def connect(self) -> None:
        """Nothing to connect."""

    async def disconnect(self) -> None:
        """Nothing to disconnect."""

    async def subscribe(self, channel: str) -> None:
        """Every ring is heard."""

    async def unsubscribe(self, channel: str) -> None:
        """Every ring is heard until the process ends."""

    async def publish(self, channel: str, message: str) -> None:
        """Keep the newest ring and wake the listener."""
        self._channel, self._newest = channel, message
        self._rung.set()

    async def next_published(self) -> Event:
        """Wait for a ring."""
        await self._rung.wait()
        self._rung.clear()
        return Event(self._channel, self._newest)
