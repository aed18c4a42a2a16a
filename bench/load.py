"""The load generator, a process of its own: opens screens, counts what each hears, and judges exactness.

Commands come as JSON lines on stdin, each answered with one JSON line.
"""

import json
import os
import select
import sys
import time
from array import array
from collections import Counter
from typing import Any

from marks import Read, read
from wire import Coming, Ears, ask

AT_ONCE = 128  # screens that may be on their way in
QUIET = 0.5  # seconds of listening after the last expected delivery: duplicates and leaks come late
COMMANDS = 0  # the file descriptor of stdin


class Load:
    """All open screens, and what they heard in the current phase."""

    def __init__(self) -> None:
        self.ears = Ears(COMMANDS)
        self.coming: dict[int, Coming] = {}  # by file descriptor
        self.kept: list[Coming] = []  # their sockets stay open
        self.heard_first: set[int] = set()
        self.closed: dict[int, str] = {}
        self.known: dict[int, Read] = {}  # by the number of the message
        self.permitted: list[bytearray] = []  # by audience, then screen
        self.asked = 0
        self.begin({})

    def begin(self, _: dict[str, Any]) -> dict[str, Any]:
        """Start a phase."""
        self._understand()
        self.heard: dict[int, bytearray] = {}  # deliveries by post, then screen
        self.late = array("q")
        self.leaks = self.delivered = self.messages = self.bytes = self.resyncs = self.beats = 0
        self.first = self.last = self.shown_bytes = 0
        self.began, self.listened = time.monotonic(), 0.0
        return {}

    def open(self, command: dict[str, Any]) -> dict[str, Any]:
        """Open every screen; done when each has heard its first message."""
        self.permitted = [bytearray(row) for row in command["permitted"]]
        self.size = len(self.permitted[0])
        wanted, began = command["screens"], time.monotonic()
        deadline = began + command["within"]
        while time.monotonic() < deadline and len(self.heard_first | self.closed.keys()) < len(wanted):
            free = AT_ONCE - (self.asked - len(self.heard_first | self.closed.keys()))
            for one in wanted[self.asked : self.asked + max(0, free)]:
                link = ask(self.asked, command["port"], one["path"], one["headers"], one.get("hello", ""))
                self.coming[link.link.fileno()] = link
                self.kept.append(link)
                self.asked += 1
            self._welcome()
            self.ears.listen(0.01)
            self._understand()
        live = len(self.heard_first - self.closed.keys())
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
            "cpu": self.listened / max(1e-9, self.last / 1e9 - self.began),
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
        """Read whatever comes; True when a command waits. Only when nobody speaks is there time to understand."""
        used = time.process_time()
        command, spoke = self.ears.listen(seconds)
        self.listened += time.process_time() - used
        if not spoke:
            self._understand()
        return command

    def _welcome(self) -> None:
        for number in self._speaking():
            coming = self.coming[number]
            try:
                first = coming.upgraded()
            except ConnectionError as refusal:
                self.closed[coming.screen] = str(refusal)
                del self.coming[number]
                continue
            if first is not None:
                self.ears.add(coming.link, coming.screen, first)
                del self.coming[number]

    def _speaking(self) -> list[int]:
        """Give those on their way in who have said something; `select` itself knows no descriptor beyond 1,023."""
        waiting = select.poll()
        for number in self.coming:
            waiting.register(number, select.POLLIN)
        return [number for number, _ in waiting.poll(0)]

    def _understand(self) -> None:
        """Count what was heard since the last time."""
        for number, screen, at in self.ears.hears():
            said = self.known.get(number)
            if said is None:
                message = self.ears.message(number)
                said = self.known[number] = read(message)
            self.heard_first.add(screen)
            self.messages += 1
            self.bytes += said.length
            self._count(screen, said, at)
        self.closed.update(self.ears.ends())

    def _count(self, screen: int, said: Read, now: int) -> None:
        self.resyncs += said.resync
        self.beats += said.beat
        for number, audience, sent in said.shown:
            heard = self.heard.get(number)
            if heard is None:
                heard = self.heard[number] = bytearray(self.size)
            heard[screen] += 1
            self.late.append(now - sent)
            self.delivered += 1
            self.last = max(self.last, now)
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
        return dict(Counter(self.closed.values()))


if __name__ == "__main__":
    sys.setswitchinterval(1)
    Load().run()
