"""Requests for access and emergencies of a random world: asked, answered, reviewed, by anybody about anything."""

import random
from collections.abc import Iterator, Mapping
from datetime import timedelta
from uuid import UUID

from sqlmodel import SQLModel

from models.base import new_id
from models.emergencies import BreakGlass, BreakGlassReview
from models.grants import AccessRequest, Grant, RequestStep, Step
from ops.proof.chance import World
from ops.proof.oracle import Facts

HOUR = timedelta(hours=1)
DAYS = timedelta(days=10)
ASKED_FOR = frozenset({"case", "report", "operation"})
COURSES: tuple[tuple[Step, ...], ...] = (
    (),
    (Step.ASKED_BACK,),
    (Step.PASSED_ON,),
    (Step.PASSED_ON, Step.ASKED_BACK, Step.REPLIED),
    (Step.REFUSED,),
    (Step.ASKED_BACK, Step.REPLIED, Step.UNANSWERED),
)


class Papers:
    """Writes the rows. Every word in them is replaced by a canary afterwards."""

    def __init__(self, world: World, dice: random.Random, references: Mapping[UUID, str]) -> None:
        """Take the world whose resources are filed already, and their references."""
        self._world = world
        self._facts: Facts = world.facts
        self._dice = dice
        self._references = references
        self._owners = {world.id(name): thing["owner"] for name, thing in self._facts["resources"].items()}
        self._then = world.now - HOUR

    def layers(self) -> Iterator[list[SQLModel]]:
        """Give every row, in an order that foreign keys accept."""
        requests: list[AccessRequest] = []
        grants: list[Grant] = []
        glasses: list[BreakGlass] = []
        for name, thing in self._facts["resources"].items():
            if thing["kind"] in ASKED_FOR and self._dice.random() < 0.4:
                requests.append(self._request(name))
            if thing["kind"] in ASKED_FOR and self._dice.random() < 0.3:
                grants.append(self._emergency(name))
                glasses.append(self._glass(grants[-1]))
        yield [*requests, *grants]
        yield [*(step for request in requests for step in self._steps(request)), *glasses]
        yield [self._review(glass) for glass in glasses if self._dice.random() < 0.5]

    def _request(self, name: str) -> AccessRequest:
        officer = self._officer()
        return AccessRequest(
            resource_id=self._world.id(name),
            officer_id=officer,
            asked_for=self._references[self._world.id(name)],
            typed=self._dice.random() < 0.5,
            principal=f"officer:{officer.hex}",
            level=2,
            until=self._world.now + DAYS,
            purpose="-",
            reason="-",
            asked_at=self._then,
            lapses_at=self._world.now + DAYS,
        )

    def _steps(self, request: AccessRequest) -> Iterator[RequestStep]:
        assert request.resource_id is not None  # noqa: S101 - each names a thing
        for number, step in enumerate(self._dice.choice(COURSES), start=1):
            by = request.officer_id if step is Step.REPLIED else self._officer(self._owners[request.resource_id])
            yield RequestStep(request_id=request.id, number=number, step=step, officer_id=by, words="-", at=self._then)

    def _emergency(self, name: str) -> Grant:
        """Make the grant of an emergency that is over."""
        officer = self._dice.choice(list(self._facts["officers"]))
        return Grant(
            id=new_id(),
            resource_id=self._world.id(name),
            principal=f"officer:{self._world.id(officer).hex}",
            grantee_agency_id=self._world.id(self._facts["officers"][officer]["agency"]),
            level=2,
            starts=self._then - HOUR,
            ends=self._then,
            emergency=True,
            granted_by=self._world.id(officer),
            granted_at=self._then - HOUR,
        )

    def _glass(self, grant: Grant) -> BreakGlass:
        return BreakGlass(
            grant_id=grant.id,
            resource_id=grant.resource_id,
            officer_id=UUID(grant.principal.removeprefix("officer:")),
            reason="-",
            at=grant.starts,
            review_due=self._world.now + DAYS,
        )

    def _review(self, glass: BreakGlass) -> BreakGlassReview:
        return BreakGlassReview(
            break_glass_id=glass.id,
            officer_id=self._officer(self._owners[glass.resource_id]),
            justified=self._dice.random() < 0.7,
            words="-",
            at=self._then,
        )

    def _officer(self, agency: str = "") -> UUID:
        named = [name for name, fact in self._facts["officers"].items() if agency in {"", fact["agency"]}]
        return self._world.id(self._dice.choice(named))
