"""What waits for a slow screen: references, never bytes; bounded, the newest wins."""

from collections.abc import Iterable, Mapping
from uuid import UUID

MAILBOX_REFERENCES = 256  # a minute of a busy board; beyond it, fetching the page again is cheaper


class Mailbox:
    """References whose state a screen has yet to hear. Overflow forgets them all and asks for one resync."""

    def __init__(self) -> None:
        """Start empty."""
        self._waiting: dict[UUID, bool] = {}  # whether what the screen shows of it now must go first
        self.overflowed = False

    def __bool__(self) -> bool:
        """Say whether anything waits."""
        return bool(self._waiting) or self.overflowed

    def put(self, subjects: Iterable[UUID]) -> None:
        """Keep each subject once; past the bound keep nothing but the overflow."""
        self._keep({subject: self._waiting.get(subject, False) for subject in subjects})

    def put_lost(self, subjects: Iterable[UUID]) -> None:
        """Keep subjects that the screen lost in the form it shows: whatever follows, that form goes first."""
        self._keep(dict.fromkeys(subjects, True))

    def take(self) -> Mapping[UUID, bool]:
        """Empty the mailbox, oldest first; say of each subject whether it was lost meanwhile."""
        waiting, self._waiting, self.overflowed = self._waiting, {}, False
        return waiting

    def _keep(self, subjects: Mapping[UUID, bool]) -> None:
        if self.overflowed:
            return
        self._waiting.update(subjects)
        if len(self._waiting) > MAILBOX_REFERENCES:
            self._waiting.clear()
            self.overflowed = True
