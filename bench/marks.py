"""Finds in a message which posts it shows."""

import json
import re
from dataclasses import dataclass

MARK = re.compile(rb"tb(\d+)-(\d+)-(\d+)z")

Mark = tuple[int, int, int]  # the post's number, its audience, when it was sent (nanoseconds)


@dataclass(frozen=True, slots=True)
class Read:
    """What one message says: posts shown as such, posts mentioned in sums, and whether a fresh page is asked for."""

    length: int
    shown: tuple[Mark, ...] = ()
    mentioned: tuple[Mark, ...] = ()
    shown_bytes: int = 0
    resync: bool = False
    beat: bool = False


def mark(number: int, audience: int, sent: int) -> str:
    """Write a post's mark, which goes into its text."""
    return f"tb{number}-{audience}-{sent}z"


def read(message: bytes) -> Read:
    """Read one text message of the product or of a peer."""
    size = len(message)
    if b'"do":"resync"' in message:
        return Read(size, resync=True)
    if MARK.search(message) is None:
        return Read(size, beat=b'"do":"beat"' in message)
    return _parse(message)


def _parse(message: bytes) -> Read:
    if message.startswith(b"42"):  # socket.io: an event
        return Read(len(message), _marks(message), shown_bytes=len(message))
    shown: list[Mark] = []
    mentioned: list[Mark] = []
    shown_bytes = 0
    for frame in json.loads(message):
        encoded = json.dumps(frame, ensure_ascii=False, separators=(",", ":")).encode()
        if frame["do"] == "show" and (marks := _marks(encoded)):
            shown.extend(marks)
            shown_bytes += len(encoded)
        else:
            mentioned.extend(_marks(encoded))
    return Read(len(message), tuple(shown), tuple(mentioned), shown_bytes)


def _marks(text: bytes) -> tuple[Mark, ...]:
    found = ((int(number), int(audience), int(sent)) for number, audience, sent in MARK.findall(text))
    return tuple(dict.fromkeys(found))
