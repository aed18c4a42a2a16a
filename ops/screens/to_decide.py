"""What waits for an officer's decision, gathered from every part of the house, the oldest first."""

from collections.abc import Awaitable, Callable

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from ops.access.asker import Asker
from ops.screens import could_wait
from ops.screens.briefing import briefings_to_acknowledge
from ops.screens.detachment_invitations import invitations_to_decide
from ops.screens.emergency_lines import emergencies_of_ours, emergencies_to_review
from ops.screens.ending import endings_to_decide
from ops.screens.hand_overs import hand_overs_to_decide
from ops.screens.holding import holds_to_decide
from ops.screens.namings import namings_to_decide
from ops.screens.proposals import proposals_to_decide
from ops.screens.requests_to_decide import questions_to_me, requests_to_decide
from ops.screens.waiting import ToDecide
from ops.screens.widenings import widenings_to_see

Source = Callable[[AsyncSession, Asker], Awaitable[list[ToDecide]]]
CouldWait = Callable[[Asker], ColumnElement[bool]]

SOURCES: tuple[tuple[Source, CouldWait], ...] = (
    (holds_to_decide, could_wait.a_hold),
    (proposals_to_decide, could_wait.a_proposal),
    (namings_to_decide, could_wait.a_naming),
    (widenings_to_see, could_wait.a_widening),
    (requests_to_decide, could_wait.a_request),
    (questions_to_me, could_wait.a_question),
    (hand_overs_to_decide, could_wait.a_hand_over),
    (invitations_to_decide, could_wait.an_invitation),
    (briefings_to_acknowledge, could_wait.a_briefing),
    (emergencies_to_review, could_wait.a_glass_on_ours),
    (emergencies_of_ours, could_wait.a_glass_by_ours),
    (endings_to_decide, could_wait.a_stand_down),
)


async def to_decide(session: AsyncSession, asker: Asker) -> list[ToDecide]:
    """List what this officer may decide; each source knows its own deciders, and is asked only if it could say yes."""
    could = (await session.execute(select(*(could_it(asker) for _, could_it in SOURCES)))).one()
    found = [
        one for (source, _), yes in zip(SOURCES, could, strict=True) if yes for one in await source(session, asker)
    ]
    return sorted(found, key=lambda one: (one.since, one.where))
