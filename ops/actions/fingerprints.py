"""What something says now has a name: an edit made from other words is told so, and takes none of them away."""

import hashlib

from ops.errors import Changed

BESIDE = "Somebody changed this while you were writing. What it says now stands beside yours."


def fingerprint_of(*said: object) -> str:
    """Name these words and values; others have another name."""
    return hashlib.sha256(repr(said).encode()).hexdigest()[:32]


def must_be_as_read(based_on: str, now: str) -> None:
    """Raise Changed for an edit that was made from another version than there is now."""
    if based_on != now:
        raise Changed(BESIDE)
