"""The five ways in which an act is refused."""

from dataclasses import dataclass, field
from enum import StrEnum


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """An act was refused; nothing was changed."""


class NotFound(Refusal):
    """There is nothing here that this officer can see: absent and forbidden are one answer."""


class NotAllowed(Refusal):
    """The officer sees the thing but may not do this to it; the message says who could."""


class Conflict(Refusal):
    """Someone else was first; the message says what holds now."""


class Changed(Conflict):
    """Somebody saved another version since the one that an edit was made from; nothing of either is lost."""


class Strength(StrEnum):
    """How surely an officer must have proved, a moment ago, who they are."""

    FRESH = "fresh"
    STRONG = "strong"


@dataclass
class NeedsConfirmation(Refusal):
    """The officer may do this, but must first prove anew who they are; STRONG wants more than a password."""

    strength: Strength = Strength.FRESH


@dataclass
class Invalid(Refusal):
    """What was sent does not fit: for each field one message, in the words shown beside it."""

    messages: dict[str, str] = field(default_factory=dict)
