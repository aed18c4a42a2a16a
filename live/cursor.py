"""Sealed positions: a browser can give its place back, but cannot read, forge or compare it."""

import base64
import secrets
import struct
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12
_OF_WORDS = b" words"  # sealed in beside the officer: given to the feed, a place in a list must not look like its own
_LAYOUT = struct.Struct(">16sqd")  # epoch, position, seconds: always the same length, so the length says nothing


@dataclass(frozen=True, slots=True)
class Place:
    """How far one screen has come, in which epoch of the journal, and when it was told so."""

    epoch: bytes
    position: int
    at: datetime


class CursorSealer:
    """Seals places for one officer; a cursor of one officer opens for nobody else."""

    def __init__(self, key: bytes) -> None:
        """Take the deployment's own 256-bit key."""
        self._cipher = AESGCM(key)

    def seal(self, place: Place, officer: UUID) -> str:
        """Seal with a fresh nonce, so that equal places look different."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        plain = _LAYOUT.pack(place.epoch, place.position, place.at.timestamp())
        return base64.urlsafe_b64encode(nonce + self._cipher.encrypt(nonce, plain, officer.bytes)).decode()

    def seal_words(self, words: str, officer: UUID) -> str:
        """Seal a place in a list, likewise: equal words never look equal, and none opens as a place in the journal."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, words.encode(), officer.bytes + _OF_WORDS)
        return base64.urlsafe_b64encode(nonce + sealed).decode()

    def open_words(self, cursor: str, officer: UUID) -> str | None:
        """Open such a place; None for anything that was not sealed here for this officer."""
        try:
            sealed = base64.urlsafe_b64decode(cursor.encode())
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], officer.bytes + _OF_WORDS).decode()
        except (InvalidTag, ValueError):
            return None

    def open(self, cursor: str, officer: UUID) -> Place | None:
        """Open a cursor; None for anything that was not sealed here for this officer."""
        try:
            sealed = base64.urlsafe_b64decode(cursor.encode())
            plain = self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], officer.bytes)
        except (InvalidTag, ValueError):
            return None
        epoch, position, seconds = _LAYOUT.unpack(plain)
        return Place(epoch, position, datetime.fromtimestamp(seconds, UTC))
