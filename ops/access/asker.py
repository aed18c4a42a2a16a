"""Who asks, with which keys, at which instant: what every rule and every screen takes."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Asker:
    """An officer at one instant. Made only from a live sign-in; an officer without keys never becomes one.

    `beside`: a second reader's keys. Whoever looks through another's eyes sees what both may see, and no more.
    """

    officer: UUID
    agency: UUID
    keys: frozenset[str]
    at: datetime
    duties: frozenset[str] = frozenset()
    sign_in: UUID | None = None
    beside: frozenset[str] | None = None
