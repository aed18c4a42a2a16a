"""How many sockets one officer and one address may hold here, and how many may come in at once."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

COMING_IN_AT_ONCE = 16  # sockets that ask the database who they are; after an outage all of them come together


class TooManySocketsError(Exception):
    """One officer or one address holds as many sockets as it may."""


class Sockets:
    """Counts the open sockets of this process. Kept in memory alone, by who holds them; never in a metric or a log."""

    def __init__(self, *, per_officer: int, per_address: int) -> None:
        """Take the bounds."""
        self._per_officer = per_officer
        self._per_address = per_address
        self._open: Counter[UUID | str] = Counter()
        self.coming_in = asyncio.Semaphore(COMING_IN_AT_ONCE)

    @property
    def open(self) -> int:
        """Give how many sockets are open."""
        return sum(count for holder, count in self._open.items() if isinstance(holder, str))

    @contextmanager
    def of_address(self, address: str) -> Iterator[None]:
        """Count a socket while the block runs. Raises TooManySocketsError for one too many."""
        with self._counted(address, self._per_address):
            yield

    @contextmanager
    def of_officer(self, officer: UUID) -> Iterator[None]:
        """Count a socket while the block runs. Raises TooManySocketsError for one too many."""
        with self._counted(officer, self._per_officer):
            yield

    @contextmanager
    def _counted(self, holder: UUID | str, most: int) -> Iterator[None]:
        if self._open[holder] >= most:
            raise TooManySocketsError
        self._open[holder] += 1
        try:
            yield
        finally:
            self._open[holder] -= 1
            if not self._open[holder]:
                del self._open[holder]
