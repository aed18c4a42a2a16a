"""The four ways in which an act is refused."""

from dataclasses import dataclass, field


class Refusal(Exception):  # noqa: N818 - a refusal is an answer, not a fault
    """An act was refused; nothing was changed."""


class NotFound(Refusal):
    """There is nothing here that this officer can see: absent and forbidden are one answer."""


class NotAllowed(Refusal):
    """The officer sees the thing but may not do this to it; the message says who could."""


class Conflict(Refusal):
    """Someone else was first; the message says what holds now."""


@dataclass
class Invalid(Refusal):
    """What was sent does not fit: for each field one message, in the words shown beside it."""

    messages: dict[str, str] = field(default_factory=dict)
