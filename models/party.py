"""What several share: while it is open, those who come are let in one after another; who comes later opens the next."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Generic, TypeVar

MOST = 8  # who comes to one party, its host included: whoever takes access away waits for one such at most

T = TypeVar("T")


class Visit(Generic[T]):
    """One who came: the host, who opens what is shared, or a guest in what somebody else opened."""

    def __init__(self, host: "Visit[T] | None" = None, shared: T | None = None) -> None:
        """Come as the host, or as a guest of one."""
        loop = asyncio.get_running_loop()
        self.shared = shared
        self.left: asyncio.Future[None] = loop.create_future()
        self.over: asyncio.Future[bool] = host.over if host else loop.create_future()  # whether it came to anything


class Party(Generic[T]):
    """Everybody who comes is host or guest, and leaves when what they shared is done with."""

    def __init__(self) -> None:
        """Start with nobody."""
        self._waiting: deque[asyncio.Future[Visit[T]]] = deque()
        self._hosted = False

    @asynccontextmanager
    async def come(self) -> AsyncIterator[Visit[T]]:
        """Take part. A guest that raises leaves the others alone; a host that does leaves them a ConnectionError."""
        visit = await self._turn()
        went_well = False
        try:
            yield visit
            went_well = True
        finally:
            self._leave(visit, went_well=went_well)
        if not await asyncio.shield(visit.over):
            raise ConnectionError("what was shared came to nothing")

    async def let_in(self, host: Visit[T], shared: T) -> None:
        """Let in those who wait, each when the one before has left."""
        for _ in range(MOST - 1):
            if (turn := self._next()) is None:
                return
            guest = Visit(host, shared)
            turn.set_result(guest)
            await guest.left

    async def _turn(self) -> Visit[T]:
        if not self._hosted:
            self._hosted = True
            return Visit()
        turn: asyncio.Future[Visit[T]] = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        try:
            return await turn
        except asyncio.CancelledError:
            if not turn.cancelled():  # called in, and gone before it came
                self._leave(turn.result(), went_well=False)
            raise

    def _leave(self, visit: Visit[T], *, went_well: bool) -> None:
        visit.left.set_result(None)
        if visit.shared is not None:
            return
        visit.over.set_result(went_well)
        if (turn := self._next()) is None:
            self._hosted = False
        else:
            turn.set_result(Visit())

    def _next(self) -> "asyncio.Future[Visit[T]] | None":
        while self._waiting:
            if not (turn := self._waiting.popleft()).done():
                return turn
        return None
