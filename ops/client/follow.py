"""Follows one operation: reads its state, hears what changes from that very moment on, and comes back by itself.

Nothing is lost and nothing comes twice: a socket goes on from the newest cursor that was heard, and what comes again
looks as it did. Told to begin again, the state is read anew and compared.
"""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, field
from secrets import SystemRandom
from typing import Any

from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from ops.client.asking import Gone, NotAdmitted, Server, Unreachable
from ops.client.held import Change, Held

TOO_OLD, MOVING = 4409, 1012
ENDED = {4401: NotAdmitted, 4403: Gone}
CLOSED = "closed"
FIRST = 3.0  # seconds within which it comes back for the first time: all others lost the server in the same moment
BASE, CAP = 0.5, 30.0
MOVED = 2.0
SILENT = 20.0  # seconds: a socket that says nothing for four heartbeats is dead, whatever it claims
HELLO_WITHIN = 20.0
_DICE = SystemRandom()


@dataclass
class Follower:
    """One operation, as one program sees it."""

    server: Server
    operation: str
    held: Held = field(default_factory=Held)
    failures: int = 0

    async def changes(self) -> AsyncGenerator[Change, None]:
        """Give every change, for ever. Raises NotAdmitted or Gone once there is nothing to follow any more."""
        for change in await self._begin():
            yield change
        while True:
            closed, within = 0, 0.0
            async with aclosing(self._hear()) as frames:
                async for frame in frames:
                    closed = frame["code"] if frame["do"] == CLOSED else 0
                    within = frame["within"] if frame["do"] == "resync" else within
                    for change in self.held.apply(frame):
                        yield change
            for change in await self._come_back(closed, within):
                yield change

    async def _come_back(self, closed: int, within: float) -> list[Change]:
        """Wait for a moment at random; where it must begin again, give what differs from what was held."""
        if closed in ENDED:
            raise ENDED[closed]
        await asyncio.sleep(self._pause(closed, within))
        return await self._begin() if closed == TOO_OLD else []

    async def _begin(self) -> list[Change]:
        """Read the state, as often as it takes."""
        while True:
            try:
                state, cursor = await asyncio.to_thread(self.server.state, f"/api/v1/operations/{self.operation}")
            except Unreachable:
                await asyncio.sleep(self._pause(0, 0))
            else:
                return self.held.begin(state, cursor)

    async def _hear(self) -> AsyncGenerator[dict[str, Any], None]:
        """Give the frames of one socket; at the end why it was closed, with 0 for a line that broke."""
        try:
            async with connect(
                self.server.socket_address,
                additional_headers=self.server.headers,
                open_timeout=HELLO_WITHIN,
                max_size=None,
                compression=None,
            ) as socket:
                await socket.send(json.dumps({"do": "join", "operation": self.operation, "cursor": self.held.cursor}))
                while True:
                    message = await asyncio.wait_for(socket.recv(), SILENT)
                    self.failures = 0
                    for frame in json.loads(message):
                        yield frame
        except ConnectionClosed as closed:
            yield {"do": CLOSED, "code": closed.rcvd.code if closed.rcvd else 0}
        except (OSError, WebSocketException, TimeoutError):
            yield {"do": CLOSED, "code": 0}

    def _pause(self, code: int, within: float) -> float:
        """Choose at random when to come back: a thousand programs must not come in the same moment."""
        if code == TOO_OLD:
            return _DICE.uniform(0, max(1.0, within))
        if code == MOVING:
            return _DICE.uniform(0, MOVED)
        self.failures += 1
        return _DICE.uniform(0, FIRST if self.failures == 1 else min(CAP, BASE * 2 ** (self.failures - 1)))
