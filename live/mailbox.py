"""What waits for a slow screen: references, never bytes; bounded, the newest wins."""

from collections.abc import Iterable
from uuid import UUID

MAILBOX_REFERENCES = 256  # a minute of a busy board; beyond it, fetching the page again is cheaper


class Mailbox:
    """References whose state a screen has yet to hear. Overflow forgets them all and asks for one resync."""

    def __init__(self) -> None:
        """Start empty."""
        self._waiting: dict[UUID, None] = {}
        self.overflowed = False

    def __bool__(self) -> bool:
        """Say whether anything waits."""
        return bool(self._waiting) or self.overflowed

    def put(self, subjects: Iterable[UUID]) -> None:
        """Keep each subject once; past the bound keep nothing but the overflow."""
        if self.overflowed:
            return
        for subject in subjects:
            self._waiting[subject] = None
        if len(self._waiting) > MAILBOX_REFERENCES:
            self._waiting.clear()
            self.overflowed = True

    def take(self) -> list[UUID]:
        """Empty the mailbox, oldest first."""
        waiting, self._waiting, self.overflowed = list(self._waiting), {}, False
        return waiting
