"""A simulated officer's browser: signs in by the form, reads pages, sends forms, keeps one live page open."""

import asyncio
import html
import json
import mimetypes
import re
import secrets
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from urllib.parse import urlencode

from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from ops.world.people import DEMO_PASSWORD

WAIT = 30.0  # seconds for an answer
SEE_OTHER, REFUSED = 303, 400
CURSOR = re.compile(r'data-cursor="([^"]*)"')
LIVE = re.compile(r'data-live="([^"]*)"')

Fields = Sequence[tuple[str, str]]


class RefusedError(Exception):
    """A form was not obeyed; says which, and what its page answered."""


@dataclass
class Browsing:
    """One officer's browser on the server of this machine."""

    port: int
    email: str
    _cookie: str = ""
    _screen: asyncio.Task[None] | None = None
    heard: int = field(default=0)  # messages on the live page

    async def sign_in(self) -> None:
        """Sign in by the form, once."""
        if not self._cookie:
            sent = [("email", self.email), ("password", DEMO_PASSWORD)]
            await self.send("/sign-in", sent)

    async def read(self, path: str) -> str:
        """Open a page, redirects followed."""
        for _ in range(5):
            status, where, body = await asyncio.to_thread(self._ask, "GET", path, b"", "")
            if status != SEE_OTHER:
                return body
            path = where
        return ""

    async def send(self, path: str, fields: Fields, files: Iterable[tuple[str, Path]] = ()) -> str:
        """Send a form; gives where it leads. Raises RefusedError for one that was not obeyed."""
        body, kind = _encoded(fields, tuple(files))
        status, where, text = await asyncio.to_thread(self._ask, "POST", path, body, kind)
        if status >= REFUSED:
            problems = re.findall(r'class="err"[^>]*>(?:<span[^>]*>[^<]*</span>)?([^<]*)', text)
            raise RefusedError(f"{path} answered {status}: {' '.join(html.unescape(one) for one in problems)}")
        return where

    async def open_live(self, path: str) -> None:
        """Open a page that lives, and keep its socket until it is closed."""
        page = await self.read(path)
        live, cursor = LIVE.search(page), CURSOR.search(page)
        if live and cursor:
            await self.close_live()
            self._screen = asyncio.create_task(self._listen(html.unescape(live[1]), cursor[1]))

    async def close_live(self) -> None:
        """Lose the socket, as a phone does without signal."""
        if self._screen is not None:
            self._screen.cancel()
            with suppress(asyncio.CancelledError):
                await self._screen
            self._screen = None

    async def _listen(self, path: str, cursor: str) -> None:
        headers = {"cookie": self._cookie, "origin": f"http://localhost:{self.port}"}
        with suppress(WebSocketException, OSError):
            async with connect(f"ws://localhost:{self.port}{path}", additional_headers=headers) as socket:
                await socket.send(json.dumps({"do": "resume", "cursor": cursor}))
                async for _ in socket:
                    self.heard += 1

    def _ask(self, method: str, path: str, body: bytes, kind: str) -> tuple[int, str, str]:
        origin = f"http://localhost:{self.port}"
        headers = {"cookie": self._cookie, "origin": origin, "sec-fetch-site": "same-origin", "referer": f"{origin}/"}
        headers["sec-fetch-mode"] = "navigate"
        connection = HTTPConnection("localhost", self.port, timeout=WAIT)
        try:
            connection.request(method, path, body or None, {**headers, **({"content-type": kind} if kind else {})})
            answer = connection.getresponse()
            for name, value in answer.getheaders():
                if name.lower() == "set-cookie" and not self._cookie:
                    self._cookie = value.partition(";")[0]
            return answer.status, answer.headers.get("location", ""), answer.read().decode("utf-8", "replace")
        except (OSError, HTTPException) as fault:
            raise RefusedError(f"{path}: the server does not answer") from fault
        finally:
            connection.close()


def _encoded(fields: Fields, files: Sequence[tuple[str, Path]]) -> tuple[bytes, str]:
    if not files:
        return urlencode(list(fields)).encode(), "application/x-www-form-urlencoded"
    edge = secrets.token_hex(16)
    named = f"--{edge}\r\nContent-Disposition: form-data; name="
    parts = [f'{named}"{name}"\r\n\r\n{value}\r\n'.encode() for name, value in fields]
    for called, path in files:
        kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        head = f'{named}"photos"; filename="{called}"\r\nContent-Type: {kind}\r\n\r\n'
        parts.append(head.encode() + path.read_bytes() + b"\r\n")
    return b"".join(parts) + f"--{edge}--\r\n".encode(), f"multipart/form-data; boundary={edge}"
