"""How far a request has come at one instant: as it is, and as its requester may know it."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.grants import AccessRequest, RequestStep, Step

FINAL = frozenset({Step.APPROVED, Step.REFUSED, Step.UNANSWERED})
TELLING = frozenset({Step.APPROVED, Step.REFUSED, Step.ASKED_BACK})  # what a requester hears says that the thing exists


class Stage(StrEnum):
    """Where a request stands. A request by a typed reference is SENT, then CLOSED, whatever became of it in silence."""

    WAITING = "waiting"
    QUESTION = "question"
    APPROVED = "approved"
    REFUSED = "refused"
    UNANSWERED = "refused without a reason"
    LAPSED = "lapsed"
    SENT = "sent"
    CLOSED = "closed"


ENDED = {Step.APPROVED: Stage.APPROVED, Step.REFUSED: Stage.REFUSED, Step.UNANSWERED: Stage.UNANSWERED}


@dataclass(frozen=True, slots=True)
class Course:
    """A request and every step of it, in order."""

    request: AccessRequest
    steps: Sequence[RequestStep]

    @property
    def passed_on(self) -> bool:
        """Say whether its managers were asked to decide."""
        return any(step.step == Step.PASSED_ON for step in self.steps)

    @property
    def told(self) -> bool:
        """Say whether the requester was ever given an answer."""
        return any(step.step in TELLING for step in self.steps)

    def stage(self, at: datetime) -> Stage:
        """Give where it stands; what nobody decided has lapsed from its very instant on."""
        final = next((step for step in self.steps if step.step in FINAL), None)
        if final is not None:
            return ENDED[Step(final.step)]
        if at >= self.request.lapses_at:
            return Stage.LAPSED
        turns = [step.step for step in self.steps if step.step in {Step.ASKED_BACK, Step.REPLIED}]
        return Stage.QUESTION if turns[-1:] == [Step.ASKED_BACK] else Stage.WAITING

    def stage_for_requester(self, at: datetime) -> Stage:
        """Give what the requester may know: of a typed reference nothing but what they were expressly told."""
        stage = self.stage(at)
        if not self.request.typed or stage in {Stage.APPROVED, Stage.REFUSED, Stage.QUESTION}:
            return stage
        if at >= self.request.lapses_at:
            return Stage.CLOSED
        return Stage.SENT

    def open_for_requester(self, at: datetime) -> bool:
        """Say whether asking again would be asking twice."""
        return self.stage_for_requester(at) in {Stage.WAITING, Stage.QUESTION, Stage.SENT}


async def courses(session: AsyncSession, requests: Select[AccessRequest]) -> list[Course]:
    """Give the courses of some requests, in their order, with one question more for all of their steps."""
    found = list((await session.execute(requests)).scalars())
    if not found:  # asked on every page, for the count in the navigation
        return []
    steps = await _steps(session, [request.id for request in found])
    return [Course(request, steps[request.id]) for request in found]


async def _steps(session: AsyncSession, requests: Collection[UUID]) -> dict[UUID, list[RequestStep]]:
    rows = await session.execute(
        select(RequestStep).where(col(RequestStep.request_id).in_(requests)).order_by(col(RequestStep.number))
    )
    steps = defaultdict[UUID, list[RequestStep]](list)
    for step in rows.scalars():
        steps[step.request_id].append(step)
    return steps
