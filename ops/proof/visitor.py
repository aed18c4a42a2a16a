"""A browser of the proof: speaks HTTP/1.1 over a real connection and keeps every byte that it was sent."""

import asyncio
import json
import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from ops.web.signed_in import COOKIE

Form = Mapping[str, str | Sequence[str]]
Upload = tuple[str, str, bytes]  # the field, the file's name, its content

DOORS = frozenset({"/sign-in", "/wall/code"})  # of officers, and of walls
SEE_OTHER, UNAUTHORIZED, TOO_MANY = 303, 401, 429
PROBLEM = "application/problem+json"  # how a program is refused
PATIENCE = 120.0  # seconds until an answer counts as never coming; on a busy machine an honest one may take long


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: the status, the head as it was sent, the body with its transfer coding undone."""

    status: int
    head: bytes
    body: bytes

    @property
    def everything(self) -> bytes:
        """Give every byte: what no officer may be sent may stand in a header as well."""
        return self.head + b"\r\n\r\n" + self.body

    @property
    def leads_to_sign_in(self) -> bool:
        """Say whether this is what everybody gets who is not signed in, or whose token works no more.

        Whoever sends such a token again and again, as a proof does, is told to wait: a program is, not a browser.
        """
        if self.status == UNAUTHORIZED:
            return True
        if self.status == TOO_MANY and self.header("content-type") == PROBLEM:
            return True
        return self.status == SEE_OTHER and self.header("location").partition("?")[0] in DOORS

    def header(self, name: str) -> str:
        """Give one header's value; empty when it is absent."""
        for line in self.head.split(b"\r\n")[1:]:
            key, _, value = line.partition(b":")
            if key.strip().lower() == name.encode():
                return value.strip().decode("latin-1")
        return ""


@dataclass
class Visitor:
    """Somebody with a browser at one server: with the cookie of a sign-in, or with none."""

    port: int
    cookie: str = ""
    token: str = ""

    @property
    def origin(self) -> str:
        """Give the address that this browser uses."""
        return f"http://127.0.0.1:{self.port}"

    async def sign_in(self, email: str, password: str) -> int:
        """Fill in the sign-in form; gives the status of the answer."""
        answer = await self.post("/sign-in", {"email": email, "password": password})
        self.cookie = answer.header("set-cookie").partition(";")[0] or self.cookie
        return answer.status

    async def get(self, path: str) -> Answer:
        """Open a page; redirects are not followed."""
        return await self._ask("GET", path, b"", "")

    async def post(self, path: str, form: Form, files: Sequence[Upload] = ()) -> Answer:
        """Send a form as our own page does."""
        if files:
            body, kind = _multipart(form, files)
        else:
            body, kind = urlencode(form, doseq=True).encode(), "application/x-www-form-urlencoded"
        return await self._ask("POST", path, body, kind)

    async def _ask(self, method: str, path: str, body: bytes, kind: str) -> Answer:
        lines = [f"{method} {path} HTTP/1.1", f"host: 127.0.0.1:{self.port}", "connection: close"]
        lines += [f"origin: {self.origin}", f"referer: {self.origin}/watch"]
        lines += ["sec-fetch-site: same-origin", "sec-fetch-mode: navigate"]
        lines += [f"cookie: {self.cookie}"] if self.cookie else []
        lines += [f"authorization: Bearer {self.token}"] if self.token else []
        lines += [f"content-type: {kind}", f"content-length: {len(body)}"] if kind else []
        async with asyncio.timeout(PATIENCE):
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            try:
                writer.write("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
                await writer.drain()
                return _parsed(await reader.read(-1))
            finally:
                writer.close()
                with suppress(ConnectionError):
                    await writer.wait_closed()


def _parsed(raw: bytes) -> Answer:
    head, _, body = raw.partition(b"\r\n\r\n")
    status = int(head.split(b" ", 2)[1])
    if b"transfer-encoding: chunked" in head.lower():
        body = _joined(body)
    return Answer(status, head, body)


def _joined(chunked: bytes) -> bytes:
    """Put the chunks of a body together: a word that lies across two of them is found too."""
    pieces = []
    while chunked:
        size, _, rest = chunked.partition(b"\r\n")
        length = int(size or b"0", 16)
        if not length:
            break
        pieces.append(rest[:length])
        chunked = rest[length + 2 :]
    return b"".join(pieces)


def _multipart(form: Form, files: Sequence[Upload]) -> tuple[bytes, str]:
    boundary = secrets.token_hex(16)
    parts = []
    for name, value in form.items():
        written = [value] if isinstance(value, str) else value
        parts += [f'content-disposition: form-data; name="{name}"\r\n\r\n{one}'.encode() for one in written]
    for name, filename, content in files:
        head = f'content-disposition: form-data; name="{name}"; filename="{filename}"\r\n'
        parts.append(f"{head}content-type: application/octet-stream\r\n\r\n".encode() + content)
    body = b"".join(b"--" + boundary.encode() + b"\r\n" + part + b"\r\n" for part in parts)
    return body + b"--" + boundary.encode() + b"--\r\n", f"multipart/form-data; boundary={boundary}"


@dataclass
class Feed:
    """One open socket: every message that it brought, and how it was closed."""

    visitor: Visitor
    path: str
    cursor: str
    follow: Mapping[str, str] | None = None  # what a program wants to follow; a page's address says it
    heard: list[str] = field(default_factory=list)
    code: int | None = None
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _socket: ClientConnection | None = None
    _reading: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Connect, and say hello with the newest cursor."""
        url = f"ws://127.0.0.1:{self.visitor.port}{self.path}"
        headers = {"cookie": self.visitor.cookie} if self.visitor.cookie else {}
        headers |= {"authorization": f"Bearer {self.visitor.token}"} if self.visitor.token else {}
        self.code = None
        origin: Any = self.visitor.origin
        self._socket = await connect(url, origin=origin, additional_headers=headers, compression=None, max_size=None)
        hello = {"do": "resume"} if self.follow is None else {"do": "join", **self.follow}
        await self._socket.send(json.dumps({**hello, "cursor": self.cursor}))
        self._reading = asyncio.create_task(self._read(self._socket))

    async def close(self) -> None:
        """Hang up."""
        if self._socket is not None:
            await self._socket.close()
        if self._reading is not None:
            await self._reading

    async def news(self, within: float) -> bool:
        """Wait for one more message or the close; says whether it came in time."""
        try:
            await asyncio.wait_for(self._news.wait(), within)
        except TimeoutError:
            return False
        self._news.clear()
        return True

    async def _read(self, socket: ClientConnection) -> None:
        with suppress(ConnectionClosed):
            async for message in socket:
                self.heard.append(message if isinstance(message, str) else message.decode("latin-1"))
                self._news.set()
        self.code = socket.close_code
        self._news.set()


def cookie_of(secret: str) -> str:
    """Give the cookie that holds a sign-in's secret."""
    return f"{COOKIE}={secret}"
