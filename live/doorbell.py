"""The contract of a doorbell: 'position N exists', one integer, nothing else; a lost ring only delays."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from broadcaster import Broadcast
from broadcaster._backends.base import BroadcastBackend

CHANNEL = "tallyboard"


class Doorbell:
    """Rings and listens through broadcaster; the backend decides whether one process hears or all do."""

    def __init__(self, backend: BroadcastBackend) -> None:
        """Take a backend of our own: memory for one process, Redis or Valkey for several."""
        self._backend = backend
        self._broadcast = Broadcast(backend=backend)

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Connect for the life of the process; never fails because the bell is away."""
        async with self._broadcast:
            yield

    async def ring(self, position: int) -> None:
        """Say that a position exists. Never raises: whoever misses it looks by itself within a second."""
        await self._broadcast.publish(CHANNEL, str(position))

    async def rings(self) -> AsyncIterator[None]:
        """Give an item when there were rings, however many, and whenever rings may have been missed."""
        async with self._broadcast.subscribe(CHANNEL) as subscriber:
            while True:
                await subscriber.get()
                while not subscriber._queue.empty():  # noqa: SLF001 - broadcaster's queue knows no bound
                    await subscriber.get()
                yield

    @property
    def sound(self) -> bool:
        """Say whether rings reach this process now."""
        return bool(getattr(self._backend, "sound", True))
