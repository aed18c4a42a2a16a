"""Around every page and socket: the allowed origin, headers that keep content in, and nothing kept by caches."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'{tiles}; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; manifest-src 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS: Mapping[str, str] = {
    "content-security-policy": CONTENT_SECURITY_POLICY.format(tiles=""),
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(self), geolocation=(), microphone=()",
    "x-frame-options": "DENY",
}
NO_STORE = "no-store"  # a page kept anywhere outlives the grant that it was shown under
PROGRAMS = "/api/"  # no cookie counts there, so nothing that another site's page can send does anything
PROBES = frozenset({"/healthz", "/readyz"})  # asked by machines that know us by another name
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class KeepHeaders:
    """Adds the headers to every answer; a handler's own value wins."""

    def __init__(self, app: ASGIApp, tiles: str = "") -> None:
        """Wrap the application. `tiles`: the one other origin from which pages may load pictures, and nothing else."""
        self.app = app
        policy = CONTENT_SECURITY_POLICY.format(tiles=f" {tiles}" if tiles else "")
        self._headers = {**HEADERS, "content-security-policy": policy}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Add headers as the answer starts."""

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
                headers.setdefault("cache-control", NO_STORE)
            await send(message)

        await self.app(scope, receive, sending)


class OriginGuard:
    """Refuses commands and sockets that another site's page sent, and hosts that are not ours."""

    def __init__(self, app: ASGIApp, origins: frozenset[str]) -> None:
        """Take the configured origins: the request's own Host proves nothing."""
        self.app = app
        self._origins = origins
        self._hosts = frozenset(urlsplit(origin).netloc for origin in origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through what our own pages sent."""
        if scope["type"] not in {"http", "websocket"} or (self._ours(scope) and not _unspeakable(scope)):
            await self.app(scope, receive, send)
        elif scope["type"] == "websocket":
            await send({"type": "websocket.close", "code": 4403})
        elif _unspeakable(scope):
            await PlainTextResponse("There is nothing at this address.", 404)(scope, receive, send)
        else:
            await PlainTextResponse("This came from another site, so nothing was done.", 403)(scope, receive, send)

    def _ours(self, scope: Scope) -> bool:
        headers = Headers(scope=scope)
        if scope["path"] in PROBES:
            return scope["type"] == "http" and scope["method"] in SAFE_METHODS
        if headers.get("host") not in self._hosts:
            return False
        if scope["type"] == "websocket":
            return scope["path"].startswith(PROGRAMS) or headers.get("origin") in self._origins
        if scope["method"] in SAFE_METHODS or scope["path"].startswith(PROGRAMS):
            return True
        site = headers.get("sec-fetch-site")
        if site is not None:
            return site == "same-origin"
        return headers.get("origin") in self._origins


def _unspeakable(scope: Scope) -> bool:
    """Find the one letter that PostgreSQL keeps nowhere: no reference holds it, and asking for it would be a fault."""
    if scope["path"].startswith(PROGRAMS):
        return False  # refused there in its own words
    return "\0" in scope["path"] or b"%00" in scope["query_string"]
