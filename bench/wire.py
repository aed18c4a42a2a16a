"""Opens WebSockets for the load generator; what they hear is read in C (c/ears.c)."""

import base64
import ctypes
import json
import secrets
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

from built import built

TEXT = 1
LONG = 126  # a payload length that announces a longer length field


class Heard(NamedTuple):
    """One message on one screen: its number among the distinct ones, and when it was read (nanoseconds)."""

    message: int
    screen: int
    at: int


class _Record(ctypes.Structure):
    _fields_ = (("message", ctypes.c_uint32), ("screen", ctypes.c_uint32), ("at", ctypes.c_int64))


class Ears:
    """The sockets of one process. `hears` and `ends` give what came since they were asked last."""

    def __init__(self, command: int) -> None:
        self._c = ctypes.CDLL(str(built("ears.c", "-shared", "-fPIC")))
        self._c.ears_records.restype = self._c.ears_ends.restype = ctypes.POINTER(_Record)
        self._c.ears_message.restype = ctypes.POINTER(ctypes.c_uint8)
        if self._c.ears_open(command):
            raise OSError("no epoll")
        self._ends_told = 0

    def add(self, link: socket.socket, screen: int, first: bytes) -> None:
        if self._c.ears_add(link.fileno(), screen, first, ctypes.c_size_t(len(first))):
            raise OSError("a socket cannot be heard")

    def listen(self, seconds: float) -> tuple[bool, bool]:
        """Wait so long at most; say whether a command waits, and whether any socket spoke."""
        found = self._c.ears_listen(round(seconds * 1000))
        return bool(found & 1), bool(found & 2)

    def hears(self) -> Iterator[Heard]:
        count = ctypes.c_size_t()
        records = self._c.ears_records(ctypes.byref(count))
        for place in range(count.value):
            one = records[place]
            yield Heard(one.message, one.screen, one.at)
        self._c.ears_forget_records()

    def ends(self) -> Iterator[tuple[int, str]]:
        """Give each screen whose socket ended, and how."""
        count = ctypes.c_size_t()
        records = self._c.ears_ends(ctypes.byref(count))
        for place in range(self._ends_told, count.value):
            yield records[place].screen, _reason(records[place].message)
        self._ends_told = count.value

    def message(self, number: int) -> bytes:
        length = ctypes.c_size_t()
        return ctypes.string_at(self._c.ears_message(number, ctypes.byref(length)), length.value)


def _reason(number: int) -> str:
    if number >= 20000:
        return "a frame that no server here should send"
    return f"closed with {number - 10000 or 'no code'}" if number >= 10000 else "the server hung up"


@dataclass(slots=True)
class Coming:
    """A socket that has asked for its upgrade."""

    screen: int
    link: socket.socket
    hello: str
    head: bytes = b""

    def upgraded(self) -> bytes | None:
        """Read on; give what came behind the handshake, or None while it is not whole. Raises ConnectionError."""
        data = self.link.recv(65536)
        if not data:
            raise ConnectionError("the server hung up")
        self.head += data
        head, found, first = self.head.partition(b"\r\n\r\n")
        if not found:
            return None
        if b" 101 " not in head.split(b"\r\n", 1)[0]:
            raise ConnectionError(head.split(b"\r\n", 1)[0].decode())
        if self.hello:
            self.link.sendall(_masked(self.hello.encode()))
        return first


def ask(screen: int, port: int, path: str, headers: dict[str, str], hello: str) -> Coming:
    """Connect on loopback and ask for the upgrade."""
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
    return Coming(screen, link, hello)


def resume(cursor: str) -> str:
    """Say what one of our pages says first."""
    return json.dumps({"do": "resume", "cursor": cursor})


def _masked(payload: bytes) -> bytes:
    mask, size = secrets.token_bytes(4), len(payload)
    head = bytes((128 | TEXT, 128 | size)) if size < LONG else bytes((128 | TEXT, 128 | LONG)) + size.to_bytes(2)
    return head + mask + bytes(byte ^ mask[place % 4] for place, byte in enumerate(payload))
