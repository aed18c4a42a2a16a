"""What the walk needs for plans: the least of each form, and the invitations that they are about."""

from datetime import UTC, datetime
from uuid import UUID

from live.audience import Level
from models.agencies import Officer
from models.planning import DetachmentInvitation
from ops.proof.oracle import Facts, level
from tests import cast
from tests.cast import file
from tests.web.building import Building

FORMS: dict[str, dict[str, str]] = {
    "/operations": {
        "template": "Empty plan",
        "title": "Pier day",
        "starts": "{tomorrow}T08:00",
        "ends": "{tomorrow}T16:00",
        "key": "{key}",
    },
    "/operations/{ref}/plan": {
        "title": "Pier day",
        "marking": "OFFICIAL",
        "starts": "{tomorrow}T08:00",
        "ends": "{tomorrow}T16:00",
    },
    "/operations/{ref}/officers": {},
    "/operations/{ref}/beginning": {},
    "/operations/{ref}/agencies": {"agency": "{nhs}", "part": "contribute", "words": "A nurse"},
    "/operations/{ref}/sites": {"code": "S9", "name": "Pier", "check_in_minutes": "30", "x": "1", "y": "1"},
    "/operations/{ref}/reveals": {},
    "/operations/{ref}/visits": {},
    "/operations/{ref}/visits/withdrawal": {},
    "/tasks/{ref}/edit": {"title": "Knock twice"},
    "/operations/{ref}/tasks": {"title": "Knock", "key": "{key}"},
    "/operations/{ref}/briefing": {"risk": "Dogs"},
    "/operations/{ref}/briefing/publication": {"risk": "Dogs"},
    "/operations/{ref}/briefing/acknowledgement": {"number": "1"},
    "/operations/{ref}/debrief": {"heading": "Communication", "text": "Short", "went": "well", "key": "{key}"},
    "/detachments/{ref}/acceptance": {},
    "/detachments/{ref}/refusal": {"answer": "Nobody is free"},
    "/detachments/{ref}/withdrawal": {},
}


async def invitations(building: Building, officer: Officer, facts: Facts) -> list[tuple[str, bool]]:
    """One's own agency is invited, and another is."""
    county = building.county
    other = county.nhs if officer.agency_id != county.nhs.id else county.council
    made = [_invitation(building, officer.agency_id), _invitation(building, other.id)]
    await file(building.database, *made)
    return [(made[0].reference, True), (made[1].reference, False)]


async def to_withdraw(building: Building, officer: Officer, facts: Facts) -> list[tuple[str, bool]]:
    """An agency is invited: there for who manages the operation."""
    made = _invitation(building, building.county.nhs.id)
    await file(building.database, made)
    reach = level(facts, officer.id, building.county.operation.id, datetime.now(UTC))  # type: ignore[arg-type]  # any name will do; here an id
    return [(made.reference, reach >= Level.MANAGE)]


def _invitation(building: Building, agency: UUID) -> DetachmentInvitation:
    county = building.county
    return DetachmentInvitation(
        operation_id=county.operation.id,
        agency_id=agency,
        level=int(Level.CONTRIBUTE),
        title="Orchard day",
        words="A nurse",
        starts=cast.NOW,
        ends=cast.NOW + cast.DAY,
        invited_by=county.alice.id,
        at=cast.NOW,
    )
