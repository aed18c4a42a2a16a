"""Just enough of WebSocket for a reader that must not be the bottleneck: frame headers parsed by hand."""

import base64
import json
import secrets
import socket
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
LONG, LONGER = 126, 127  # payload lengths that announce a longer length field
RECEIVE = 256 * 1024


@dataclass(slots=True)
class Screen:
    """One open socket: handshake first, then frames."""

    number: int
    hello: str
    socket: socket.socket
    rest: bytes = b""
    upgraded: bool = False
    heard: int = 0
    closed: str = ""
    said: list[str] = field(default_factory=list)

    def take(self, data: bytes) -> Iterator[bytes]:
        """Give every whole text message; answers pings and the socket.io handshake by itself."""
        data = self.rest + data if self.rest else data
        if not self.upgraded:
            head, found, data = data.partition(b"\r\n\r\n")
            if not found:
                self.rest = head
                return
            if b" 101 " not in head.split(b"\r\n", 1)[0]:
                self.closed = head.split(b"\r\n", 1)[0].decode()
                return
            self.upgraded = True
            if self.hello:
                self.say(self.hello)
        at = 0
        while (parsed := _frame(data, at)) is not None:
            opcode, start, at = parsed
            if opcode == TEXT:
                yield data[start:at]
            elif opcode == PING:
                self.socket.send(_masked(PONG, data[start:at]))
            elif opcode == CLOSE:
                self.closed = f"closed with {struct.unpack_from('>H', data, start)[0] if at - start > 1 else 'no code'}"
            else:
                self.closed = f"a frame of kind {opcode} that no server here should send"
        self.rest = data[at:]

    def say(self, words: str) -> None:
        """Send one text message."""
        self.socket.send(_masked(TEXT, words.encode()))


def open_screen(number: int, port: int, path: str, headers: dict[str, str], hello: str) -> Screen:
    """Connect on loopback and ask for the upgrade; the answer is read with everything else."""
    link = socket.create_connection(("127.0.0.1", port), timeout=10)
    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    lines = {
        "Host": f"localhost:{port}",
        "Upgrade": "websocket",
        "Connection": "Upgrade",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": base64.b64encode(secrets.token_bytes(16)).decode(),
        **headers,
    }
    request = f"GET {path} HTTP/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in lines.items()) + "\r\n"
    link.sendall(request.encode())
    link.setblocking(False)  # noqa: FBT003 - the name of the standard library
    return Screen(number, hello, link)


def resume(cursor: str) -> str:
    """Say what one of our pages says first."""
    return json.dumps({"do": "resume", "cursor": cursor})


def _frame(data: bytes, at: int) -> tuple[int, int, int] | None:
    """Give kind, start and end of the frame at a place; None while it is not whole."""
    if len(data) < at + 2:
        return None
    opcode = data[at] & 15 if data[at] & 128 else -1
    length, start = data[at + 1], at + 2
    if length == LONG:
        if len(data) < start + 2:
            return None
        (length,), start = struct.unpack_from(">H", data, start), start + 2
    elif length == LONGER:
        if len(data) < start + 8:
            return None
        (length,), start = struct.unpack_from(">Q", data, start), start + 8
    end = start + length
    return (opcode, start, end) if len(data) >= end else None


def _masked(opcode: int, payload: bytes) -> bytes:
    mask = secrets.token_bytes(4)
    size = len(payload)
    head = bytes((128 | opcode, 128 | size)) if size < LONG else struct.pack(">BBH", 128 | opcode, 128 | LONG, size)
    return head + mask + bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))
