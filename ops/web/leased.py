"""Around every page and socket: no content without the lease, and none that was read before access changed."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from live.answers import Answer
from live.leased_loop import LeasedTransport, connection
from ops.web.errors import DatabaseAwayError
from ops.web.house import House
from ops.web.middleware import PROBES, SAFE_METHODS
from ops.web.not_now import KeptBody, not_now

PATIENCE = 3.0  # seconds that a request waits for the lease: longer than one failed turn, shorter than a person's
TRIES = 3  # times that a page is read again because access changed meanwhile
NO_CONTENT = frozenset({204, 301, 302, 303, 304, 307, 308})  # answers without a body: done, or look there
STATIC = "/static/"
TRY_AGAIN_LATER = 1013  # a socket's close code: nothing may be shown just now


NotNow = Callable[[Request, House, KeptBody], Awaitable[Response]]


class _OutdatedError(Exception):
    """Access changed, or the lease ended, between reading an answer and its first byte."""


class Leased:
    """Holds every answer to the lease. Probes and static files hold no content."""

    def __init__(self, app: ASGIApp, elsewhere: Mapping[str, NotNow] | None = None) -> None:
        """Wrap the application. `elsewhere`: how to say 'not now' below some paths, where a page says nothing."""
        self.app = app
        self._elsewhere = elsewhere or {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let through what may leave."""
        line = connection()
        if line is not None:
            line.harmless = scope["type"] == "http" and _holds_no_content(scope["path"])
        if scope["type"] == "http" and not _holds_no_content(scope["path"]):
            await self._answer(scope, receive, send, line)
        elif scope["type"] == "websocket" and not await _house(scope).lease.wait(PATIENCE):
            if line is not None:
                line.harmless = True
            await send({"type": "websocket.close", "code": TRY_AGAIN_LATER})
        else:
            await self.app(scope, receive, send)

    async def _answer(self, scope: Scope, receive: Receive, send: Send, line: LeasedTransport | None) -> None:
        house = _house(scope)
        kept = KeptBody(scope, receive)
        if await house.lease.wait(PATIENCE):
            for _ in range(TRIES if scope["method"] in SAFE_METHODS else 1):
                with house.answers.begin(line.abort if line else _nothing) as answer:
                    try:
                        await self.app(scope, kept.receive, partial(_sending, house, answer, line, send))
                    except _OutdatedError:
                        continue
                    except DatabaseAwayError:
                        break
                    return
        if line is not None:
            line.harmless = True
        say = next((one for path, one in self._elsewhere.items() if scope["path"].startswith(path)), not_now)
        await (await say(Request(scope, kept.receive), house, kept))(scope, kept.receive, send)


async def _sending(house: House, answer: Answer, line: LeasedTransport | None, send: Send, message: Message) -> None:
    """Send one message of an answer. The last one returns when every byte is the kernel's."""
    if message["type"] == "http.response.start":
        if message["status"] in NO_CONTENT:
            if line is not None:
                line.harmless = True
        elif not await house.lease.wait(PATIENCE) or answer.outdated:
            raise _OutdatedError
        answer.sending = True
    elif message.get("body") and line is not None:
        await house.lease.wait(PATIENCE)  # a long download outlives a short stop; without the lease the line is cut
        if not message.get("more_body"):
            await send({**message, "more_body": True})
            message = {"type": "http.response.body", "body": b""}
    await send(message)


def _house(scope: Scope) -> House:
    house: House = scope["app"].state.house
    return house


def _holds_no_content(path: str) -> bool:
    return path in PROBES or path.startswith(STATIC)


def _nothing() -> None:
    """Outside our own server there is no line to cut."""
