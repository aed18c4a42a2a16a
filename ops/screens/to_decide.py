"""What waits for an officer's decision, gathered from every part of the house, the oldest first."""

from collections.abc import Awaitable, Callable

from sqlalchemy.ext.asyncio import AsyncSession

from ops.access.asker import Asker
from ops.screens.emergency_lines import emergencies_of_ours, emergencies_to_review
from ops.screens.ending import endings_to_decide
from ops.screens.hand_overs import hand_overs_to_decide
from ops.screens.holding import holds_to_decide
from ops.screens.proposals import proposals_to_decide
from ops.screens.requests_to_decide import questions_to_me, requests_to_decide
from ops.screens.waiting import ToDecide
from ops.screens.widenings import widenings_to_see

Source = Callable[[AsyncSession, Asker], Awaitable[list[ToDecide]]]

SOURCES: tuple[Source, ...] = (
    holds_to_decide,
    proposals_to_decide,
    widenings_to_see,
    requests_to_decide,
    questions_to_me,
    hand_overs_to_decide,
    emergencies_to_review,
    emergencies_of_ours,
    endings_to_decide,
)


async def to_decide(session: AsyncSession, asker: Asker) -> list[ToDecide]:
    """List what this officer may decide; each source knows its own deciders."""
    found = [one for source in SOURCES for one in await source(session, asker)]
    return sorted(found, key=lambda one: (one.since, one.where))
