"""Broken glasses as the walk meets them: there for everyone concerned, reviewed by the owner alone."""

from datetime import timedelta

from live.audience import Level
from models.agencies import Officer
from models.base import new_reference
from models.emergencies import BreakGlass
from models.grants import Grant
from ops.access.principals import officer_key
from tests import cast
from tests.cast import file
from tests.oracle import Facts
from tests.web.building import Building

BROKEN = {"reference": "{nhs}", "reason": "He may harm himself"}


async def glass(building: Building) -> str:
    """File that Carol broke the glass to the visit report: hers, and Alice's and Alan's to review."""
    county, at = building.county, cast.NOW
    grant = Grant(
        resource_id=county.visit.id,
        principal=officer_key(county.carol.id),
        grantee_agency_id=county.council.id,
        level=int(Level.READ),
        starts=at - timedelta(hours=2),
        ends=at - timedelta(hours=1),
        emergency=True,
        granted_at=at - timedelta(hours=2),
    )
    await file(building.database, grant)
    broken = BreakGlass(
        reference=new_reference(),
        grant_id=grant.id,
        resource_id=county.visit.id,
        officer_id=county.carol.id,
        reason="He may harm himself",
        at=at - timedelta(hours=2),
        review_due=at + timedelta(hours=70),
    )
    await file(building.database, broken)
    return broken.reference


async def concerned(building: Building, officer: Officer, _facts: Facts) -> list[tuple[str, bool]]:
    """A broken glass: read by who reviews it and by who broke it."""
    county = building.county
    return [(await glass(building), officer.id in {county.alice.id, county.alan.id, county.carol.id})]


async def reviewers(building: Building, officer: Officer, _facts: Facts) -> list[tuple[str, bool]]:
    """A broken glass to review: for the owner's lead and information manager."""
    return [(await glass(building), officer.id in {building.county.alice.id, building.county.alan.id})]


FORMS: dict[str, dict[str, str]] = {
    "/emergency-access": BROKEN,
    "/emergency-access/{ref}/review": {"justified": "yes", "words": "It was"},
    "/reports/{ref}/emergency": {"allowed": "no", "why": "It names a source"},
}

THINGS = {"/emergency-access/{ref}": concerned, "/emergency-access/{ref}/review": reviewers}
