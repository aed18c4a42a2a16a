"""The HTTP protocol of our server: uvicorn's own, which waits for a request's head no longer than a person would."""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

HEAD_WITHIN = 15.0  # seconds for a request to say what it wants; whoever drips its head holds a connection for nothing


class RequestProtocol(HttpToolsProtocol):
    """Ends connections that open and say nothing, or say it too slowly."""

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        """Wait for the first head."""
        super().connection_made(transport)
        self._deadline = self.loop.call_later(HEAD_WITHIN, transport.abort)

    def on_message_begin(self) -> None:
        """Wait for the head of a later request, too: its first bytes ended uvicorn's own wait."""
        super().on_message_begin()
        if self._deadline is None:
            self._deadline = self.loop.call_later(HEAD_WITHIN, self.transport.abort)

    def on_headers_complete(self) -> None:
        """The head is here."""
        self._met()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no longer."""
        self._met()
        super().connection_lost(exc)

    def _met(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
