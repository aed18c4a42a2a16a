"""The load generator, a process of its own: opens screens, counts what each hears, and judges exactness.

Commands come as JSON lines on stdin, each answered with one JSON line.
"""

import json
import os
import resource
import select
import sys
import time
from array import array
from collections import Counter
from typing import Any

from marks import read
from wire import RECEIVE, Screen, open_screen

AT_ONCE = 128  # screens that may be on their way in
QUIET = 0.5  # seconds of listening after the last expected delivery: duplicates and leaks come late
COMMANDS = 0  # the file descriptor of stdin


class Load:
    """All open screens, and what they heard in the current phase."""

    def __init__(self) -> None:
        self.poll = select.epoll()
        self.poll.register(COMMANDS, select.EPOLLIN)
        self.screens: dict[int, Screen] = {}  # by file descriptor
        self.permitted: list[bytearray] = []  # by audience, then screen
        self.begin({})

    def begin(self, _: dict[str, Any]) -> dict[str, Any]:
        """Start a phase."""
        self.heard: dict[int, bytearray] = {}  # deliveries by post, then screen
        self.late = array("q")
        self.leaks = self.delivered = self.messages = self.bytes = self.resyncs = self.beats = 0
        self.first = self.last = self.shown_bytes = 0
        self.began, self.used = time.monotonic(), _cpu()
        return {}

    def open(self, command: dict[str, Any]) -> dict[str, Any]:
        """Open every screen; done when each has heard its first message."""
        self.permitted = [bytearray(row) for row in command["permitted"]]
        self.size = len(self.permitted[0])
        wanted, began = command["screens"], time.monotonic()
        deadline = began + command["within"]
        while time.monotonic() < deadline:
            coming = sum(not screen.heard and not screen.closed for screen in self.screens.values())
            for one in wanted[len(self.screens) : len(self.screens) + AT_ONCE - coming]:
                screen = open_screen(
                    len(self.screens), command["port"], one["path"], one["headers"], one.get("hello", "")
                )
                self.screens[screen.socket.fileno()] = screen
                self.poll.register(screen.socket, select.EPOLLIN)
            self._listen(0.05)
            if len(self.screens) == len(wanted) and all(one.heard or one.closed for one in self.screens.values()):
                break
        live = sum(bool(screen.heard) for screen in self.screens.values())
        return {"live": live, "wanted": len(wanted), "seconds": time.monotonic() - began, "closed": self._closed()}

    def settle(self, command: dict[str, Any]) -> dict[str, Any]:
        """Listen until every permitted delivery of these posts came, or time is up; then say how it went."""
        posts, deadline = dict(command["posts"]), time.monotonic() + command["within"]
        expected = sum(sum(self.permitted[audience]) for audience in posts.values())
        while self.delivered < expected and time.monotonic() < deadline:
            self._listen(0.05)
        quiet_until = time.monotonic() + QUIET
        while time.monotonic() < quiet_until:
            self._listen(0.05)
        missing, extra = self._judge(posts)
        seconds = time.monotonic() - self.began
        late = sorted(self.late)
        return {
            "expected": expected,
            "delivered": self.delivered,
            "missing": missing,
            "extra": extra,
            "leaks": self.leaks,
            "resyncs": self.resyncs,
            "closed": self._closed(),
            "messages": self.messages,
            "bytes": self.bytes,
            "bytes_per_delivery": self.shown_bytes / max(1, self.delivered),
            "first": self.first,
            "last": self.last,
            "p50": late[len(late) // 2] / 1e6 if late else None,
            "p99": late[len(late) * 99 // 100] / 1e6 if late else None,
            "cpu": (_cpu() - self.used) / seconds,
        }

    def run(self) -> None:
        """Obey until stdin ends."""
        orders = {"begin": self.begin, "open": self.open, "settle": self.settle}
        pending = b""
        while True:
            if not self._listen(1.0):
                continue
            piece = os.read(COMMANDS, 1 << 20)
            if not piece:
                return
            pending += piece
            while b"\n" in pending:
                line, _, pending = pending.partition(b"\n")
                command = json.loads(line)
                print(json.dumps(orders[command.pop("do")](command)), flush=True)

    def _listen(self, seconds: float) -> bool:
        """Read whatever came; True when a command waits."""
        command = False
        for number, _ in self.poll.poll(seconds, 1024):
            if number == COMMANDS:
                command = True
                continue
            self._hear(self.screens[number])
        return command

    def _hear(self, screen: Screen) -> None:
        try:
            data = screen.socket.recv(RECEIVE)
        except ConnectionError as gone:
            screen.closed, data = type(gone).__name__, b""
        now = time.monotonic_ns()
        for message in screen.take(data):
            if message[:1] == b"0":  # socket.io opens
                screen.say("40")
                continue
            if message == b"2":  # socket.io pings
                screen.say("3")
                continue
            screen.heard += 1
            self.messages += 1
            self.bytes += len(message)
            self._count(screen.number, message, now)
        if not data or screen.closed:
            screen.closed = screen.closed or "the server hung up"
            self.poll.unregister(screen.socket)

    def _count(self, screen: int, message: bytes, now: int) -> None:
        said = read(message)
        self.resyncs += said.resync
        self.beats += said.beat
        for number, audience, sent in said.shown:
            heard = self.heard.get(number)
            if heard is None:
                heard = self.heard[number] = bytearray(self.size)
            heard[screen] += 1
            self.late.append(now - sent)
            self.delivered += 1
            self.last = now
            self.first = self.first or now
            self.leaks += not self.permitted[audience][screen]
        self.shown_bytes += said.shown_bytes
        self.leaks += sum(not self.permitted[one[1]][screen] for one in said.mentioned)

    def _judge(self, posts: dict[int, int]) -> tuple[int, int]:
        """Count deliveries that never came, and those that came twice or belong to no post of this phase."""
        missing = extra = 0
        for number, audience in posts.items():
            heard = self.heard.get(number, bytearray(self.size))
            for due, came in zip(self.permitted[audience], heard, strict=True):
                missing += max(0, due - came)
                extra += max(0, came - due)
        return missing, extra + sum(sum(heard) for number, heard in self.heard.items() if number not in posts)

    def _closed(self) -> dict[str, int]:
        return dict(Counter(screen.closed for screen in self.screens.values() if screen.closed))


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    sys.setswitchinterval(1)
    Load().run()
