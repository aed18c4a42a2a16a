"""A page's socket with the test in between: it passes on what the server says, or says something of its own."""

import asyncio
import json
import re
from dataclasses import dataclass, field
from typing import Any

from playwright.async_api import Page, WebSocketRoute

from tests.serving import PATIENCE

SOCKET = re.compile(r"/live(\?|$)")


@dataclass
class FeedBetween:
    """What a page's sockets asked, and the way to speak to the page as the server does."""

    with_server: bool = True
    cursors: list[str] = field(default_factory=list)
    closed: int = 0
    _sockets: list[WebSocketRoute] = field(default_factory=list)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def stand(self, page: Page) -> None:
        """Stand between the page and its server from the next socket on."""
        await page.route_web_socket(SOCKET, self._open)

    def say(self, *frames: dict[str, Any]) -> None:
        """Send one message to the page, over its newest socket."""
        self._sockets[-1].send(json.dumps(frames))

    async def hang_up(self, code: int) -> None:
        """Close the page's newest socket as the server would."""
        await self._sockets[-1].close(code=code)

    async def until_resumed(self, times: int) -> str:
        """Wait until the page has opened so many sockets; gives the newest one's cursor."""
        async with self._news, asyncio.timeout(PATIENCE):
            await self._news.wait_for(lambda: len(self.cursors) >= times)
        return self.cursors[-1]

    async def until_closed(self, times: int) -> None:
        """Wait until the page has closed so many sockets itself."""
        async with self._news, asyncio.timeout(PATIENCE):
            await self._news.wait_for(lambda: self.closed >= times)

    def _open(self, socket: WebSocketRoute) -> None:
        server = socket.connect_to_server() if self.with_server else None
        self._sockets.append(socket)

        async def heard(message: str | bytes) -> None:
            if server is not None:
                server.send(message)
            asked = json.loads(message)
            async with self._news:
                self.cursors.append(asked["cursor"])
                self._news.notify_all()

        async def ended(code: int | None, reason: str | None) -> None:
            if server is not None:
                await server.close(code=code, reason=reason)
            async with self._news:
                self.closed += 1
                self._news.notify_all()

        socket.on_message(heard)
        socket.on_close(ended)
