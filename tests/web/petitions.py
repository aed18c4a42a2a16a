"""Requests for access as the walk meets them: there for who decides and who asked, for nobody else."""

from datetime import timedelta

from live.audience import Level
from models.agencies import Officer
from models.base import new_reference
from models.grants import AccessRequest, RequestStep, Step
from ops.access.principals import officer_key
from tests import cast
from tests.cast import file
from tests.oracle import Facts
from tests.web.building import Building

ASKED = {
    "reason": "I take over her list",
    "purpose": "Care",
    "level": "contribute",
    "until": "{tomorrow}",
    "whom": "me",
}
APPROVED = {
    "who": "officer:{dora}",
    "level": "read",
    "necessity": "She takes over the list",
    "purpose": "Care",
    "basis": "Public task",
    "until": "{tomorrow}",
    "confirm": "1",
}


async def request(building: Building, *, asked_back: bool = False) -> str:
    """File Dora's request for the case, which Alice decides."""
    county = building.county
    row = AccessRequest(
        reference=new_reference(),
        resource_id=county.case.id,
        officer_id=county.dora.id,
        asked_for=county.case.reference,
        typed=False,
        principal=officer_key(county.dora.id),
        level=int(Level.READ),
        until=cast.NOW + 30 * cast.DAY,
        purpose="Care",
        reason="I take over her list",
        asked_at=cast.NOW,
        lapses_at=cast.NOW + timedelta(days=14),
    )
    await file(building.database, row)
    if asked_back:
        step = RequestStep(
            request_id=row.id,
            number=1,
            step=Step.ASKED_BACK,
            officer_id=county.alice.id,
            words="For whom?",
            at=cast.NOW,
        )
        await file(building.database, step)
    return row.reference


async def requests(building: Building, officer: Officer, _facts: Facts) -> list[tuple[str, bool]]:
    """A request: read by who decides it and by who asked."""
    return [(await request(building), officer.id in {building.county.alice.id, building.county.dora.id})]


async def decisions(building: Building, officer: Officer, _facts: Facts) -> list[tuple[str, bool]]:
    """A request, for its decider alone to take a step: Alice leads its owner, and nobody else does."""
    return [(await request(building), officer.id == building.county.alice.id)]


async def replies(building: Building, officer: Officer, _facts: Facts) -> list[tuple[str, bool]]:
    """A question about a request, for who asked to reply to."""
    return [(await request(building, asked_back=True), officer.id == building.county.dora.id)]


FORMS: dict[str, dict[str, str]] = {
    "/requests/new": ASKED | {"reference": "{nhs}"},
    "/cases/{ref}/request": ASKED,
    "/reports/{ref}/request": ASKED,
    "/profiles/{ref}/request": ASKED,
    "/operations/{ref}/request": ASKED,
    "/requests/{ref}/approval": APPROVED,
    "/requests/{ref}/refusal": {"reason": "Not now"},
    "/requests/{ref}/silence": {},
    "/requests/{ref}/question": {"question": "For whom?"},
    "/requests/{ref}/referral": {},
    "/requests/{ref}/reply": {"reply": "For my list"},
}

THINGS = {
    "/requests/{ref}": requests,
    "/requests/{ref}/approval": decisions,
    "/requests/{ref}/refusal": decisions,
    "/requests/{ref}/silence": decisions,
    "/requests/{ref}/question": decisions,
    "/requests/{ref}/referral": decisions,
    "/requests/{ref}/reply": replies,
}
