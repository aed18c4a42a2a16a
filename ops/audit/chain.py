"""The chain: each seal is made of the seal before it and of the row's own bytes, so that none can change alone."""

import base64
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from models.audit import AuditRow
from ops.audit.keys import name_of

BEGINNING = hashlib.sha256(b"tallyboard audit").hexdigest()  # what the first row is sealed to


@dataclass(frozen=True, slots=True)
class Sealed:
    """A sealed row, as far as the chain is concerned; `content` are the bytes that its seal answers for."""

    sequence: int
    name: str
    seal: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain at one moment, signed."""

    sequence: int
    seal: str
    at: datetime
    key: str
    signature: str

    def statement(self) -> bytes:
        """Give the bytes that are signed."""
        return f"tallyboard audit head\n{self.sequence}\n{self.seal}\n{_instant(self.at)}\n{self.key}\n".encode()


@dataclass(frozen=True, slots=True)
class Fault:
    """The first thing that is wrong: at which place of the chain, in which row, and what."""

    sequence: int
    name: str
    what: str


def sealed(row: AuditRow, sequence: int, seal: str = "") -> Sealed:
    """Give a row as the chain sees it: every column but the seal, in one form on both databases."""
    said = {
        "sequence": sequence,
        "id": row.id.hex,
        "at": _instant(row.at),
        "act": str(row.act),
        "officer": row.officer_id.hex if row.officer_id else None,
        "agency": row.agency_id.hex if row.agency_id else None,
        "sign_in": row.sign_in_id.hex if row.sign_in_id else None,
        "position": row.position,
        "asked": row.asked,
        "references": row.references,
        "listed": row.listed,
        "officers": row.officers,
    }
    content = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=True).encode()
    return Sealed(sequence, str(row.id), seal, content)


def seal_after(before: str, content: bytes) -> str:
    """Seal a row to the one before it."""
    return hashlib.sha256(bytes.fromhex(before) + content).hexdigest()


def signed(key: Ed25519PrivateKey, sequence: int, seal: str, at: datetime) -> Head:
    """Sign the end of the chain."""
    name = name_of(key.public_key())
    statement = Head(sequence, seal, at, name, "").statement()
    return Head(sequence, seal, at, name, base64.b64encode(key.sign(statement)).decode())


@dataclass
class Walk:
    """Follows the chain from its beginning, one row at a time, and stops believing at the first fault."""

    keys: Mapping[str, Ed25519PublicKey]
    sequence: int = 0
    seal: str = BEGINNING
    good: Head | None = None
    fault: Fault | None = field(default=None)

    def row(self, row: Sealed, heads: Iterable[Head] = ()) -> None:
        """Take the next row in the order of the chain, with the heads that were signed at it."""
        if self.fault is not None:
            return
        place = self.sequence + 1
        if row.sequence > place:
            self._wrong(place, "", "is missing")
        elif row.sequence < place:
            self._wrong(row.sequence, row.name, "stands there twice")
        elif seal_after(self.seal, row.content) != row.seal:
            self._wrong(place, row.name, "does not follow from the one before it: altered, inserted or moved")
        else:
            self.sequence, self.seal = place, row.seal
            for head in heads:
                self.head(head)

    def head(self, head: Head) -> None:
        """Hold the chain, as far as it was followed, against a head that was signed at this place."""
        if self.fault is not None:
            return
        if not self._signed(head):
            self._wrong(head.sequence, "", "has a signed head whose signature is bad, or of a key that is not known")
        elif head.sequence > self.sequence:
            self._wrong(self.sequence + 1, "", f"is missing: a signed head tells of {head.sequence} entries")
        elif head.seal != self.seal:
            since = self.good.sequence + 1 if self.good else 1
            self._wrong(since, "", f"or a later one was rewritten before {head.sequence}, whose signed head differs")
        else:
            self.good = head

    def stop(self, fault: Fault) -> None:
        """Take a fault that was found beside the chain, unless there is an earlier one."""
        self.fault = self.fault or fault

    def _signed(self, head: Head) -> bool:
        key = self.keys.get(head.key)
        if key is None:
            return False
        try:
            key.verify(base64.b64decode(head.signature), head.statement())
        except (InvalidSignature, ValueError):
            return False
        return True

    def _wrong(self, sequence: int, name: str, what: str) -> None:
        self.fault = Fault(sequence, name, what)


def _instant(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds")
