"""Who holds which key, kept from one turn of the engine to the next for as long as the journal tells of no change."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from live.event import Event, Touch
from ops.access.holders import HOLDERS, next_change_of_holders

Holders = dict[str, frozenset[UUID]]


class KeptHolders:
    """Reading a thousand officers for one new line would cost more than all the rest of it.

    Kept only over turns that join without a gap, and dropped at the first fact about any officer, or when time alone
    makes or ends a membership.
    """

    def __init__(self) -> None:
        """Start with nothing known."""
        self._holders: Holders = {}
        self._position: int | None = None
        self._until: datetime | None = None

    async def bring(self, session: AsyncSession, events: Iterable[Event], since: int, head: int, now: datetime) -> None:
        """Let what is known serve a session that shows the moment at `head`, whose events after `since` these are."""
        moved = any(event.touches is Touch.OFFICER for event in events)
        if moved or self._position != since or (self._until is not None and self._until <= now):
            self._holders, self._until = {}, await next_change_of_holders(session, now)
        self._position = head
        session.info[HOLDERS, now] = self._holders
