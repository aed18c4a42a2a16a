"""What travels to a screen: show, fill, retract, resync, beat. Every frame carries absolute state."""

import json
import struct
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

TEXT = 0x81  # the first byte of a WebSocket message that is one whole text frame (RFC 6455, 5.2)
SHORT, MEDIUM = 126, 1 << 16  # payload lengths from which the header grows
TWO_BYTES, EIGHT_BYTES = 126, 127  # what the header says instead of a length


class Frame(str):
    """One encoded JSON object, or several side by side; encoded once, sent to many."""

    __slots__ = ("_message",)

    _message: bytes

    @property
    def message(self) -> bytes:
        """Give it as a whole WebSocket message of its own, the same bytes for every socket."""
        try:
            return self._message
        except AttributeError:
            self._message = _message(f"[{self}]".encode())
            return self._message


@dataclass(frozen=True, slots=True)
class Fragment:
    """One element: its id, its HTML, and the container that takes it when it is not there yet.

    `once`: an element that is there already stays as it is (a shell whose parts come by themselves).
    """

    id: str
    html: str
    into: str = ""
    once: bool = False


@dataclass(frozen=True, slots=True)
class Leaf:
    """What one reference looks like on one kind of screen; the same for everyone who may see it."""

    reference: str
    revision: int
    fragments: tuple[Fragment, ...]


@dataclass(frozen=True, slots=True)
class Record:
    """What one reference is to a program: the representation that the API serves of it, as JSON, for all who see it."""

    reference: str
    kind: str
    revision: int
    json: str


@dataclass(frozen=True, slots=True)
class Sum:
    """One sum as a program is told it: what the state that it read calls it, and its value as JSON."""

    id: str
    json: str


PRESENT = "present"  # the sum that says who is here travels as a frame of its own
Part = Fragment | Sum


def show(leaf: Leaf | Record) -> Frame:
    """Encode a thing's newest state; a browser that holds a newer revision ignores it."""
    if isinstance(leaf, Record):
        named = f'"kind":"{leaf.kind}","ref":"{leaf.reference}","rev":{leaf.revision}'
        return Frame(f'{{"do":"show",{named},"is":{leaf.json}}}')
    return _frame(do="show", ref=leaf.reference, rev=leaf.revision, parts=_parts(leaf.fragments))


def fill(parts: Iterable[Part]) -> list[Frame]:
    """Encode sums over several things, as one viewing class sees them; who is here goes to programs by itself."""
    fragments, sums = list[Fragment](), list[Sum]()
    for part in parts:
        if isinstance(part, Fragment):
            fragments.append(part)
        else:
            sums.append(part)
    if fragments or not sums:
        return [_frame(do="fill", parts=_parts(fragments))]
    here = [Frame(f'{{"do":"presence","present":{part.json}}}') for part in sums if part.id == PRESENT]
    rest = ",".join(f'"{part.id}":{part.json}' for part in sums if part.id != PRESENT)
    return [*([Frame(f'{{"do":"sums","sums":{{{rest}}}}}')] if rest else []), *here]


def retract(reference: str) -> Frame:
    """Encode that a thing which was on this screen may not be any longer."""
    return _frame(do="retract", ref=reference)


def resync(*, within: int = 0) -> Frame:
    """Encode that the page must be fetched again, at a random moment within so many seconds."""
    return _frame(do="resync", within=within)


def beat(cursor: str, now: str) -> Frame:
    """Encode the heartbeat with its resume cursor and the server's time."""
    return _frame(do="beat", cursor=cursor, now=now)


def stale() -> Frame:
    """Encode that nothing can be shown just now; what is on the screen stands still."""
    return _frame(do="stale")


def side_by_side(frames: Sequence[Frame]) -> Frame:
    """Make one frame of several that leave together: it is encoded once for all who hear just these."""
    return frames[0] if len(frames) == 1 else Frame(",".join(frames))


def joined(frames: Iterable[Frame]) -> str:
    """Join the frames of one loop turn into one message: a JSON array."""
    return f"[{','.join(frames)}]"


def _message(payload: bytes) -> bytes:
    size = len(payload)
    if size < SHORT:
        return struct.pack("!BB", TEXT, size) + payload
    if size < MEDIUM:
        return struct.pack("!BBH", TEXT, TWO_BYTES, size) + payload
    return struct.pack("!BBQ", TEXT, EIGHT_BYTES, size) + payload


def _parts(fragments: Iterable[Fragment]) -> list[dict[str, object]]:
    return [
        {"id": part.id, "html": part.html, "into": part.into, **({"once": True} if part.once else {})}
        for part in fragments
    ]


def _frame(**fields: object) -> Frame:
    return Frame(json.dumps(fields, ensure_ascii=False, separators=(",", ":")))
