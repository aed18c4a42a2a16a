"""What the walk needs for holds, widenings and ring-fences: the least of each form, and what each is about."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select

from live.audience import Level
from models.agencies import Officer
from models.grants import Resource, RingFence
from models.profiles import Naming
from models.proposals import Proposal
from models.widenings import Widening
from models.withdrawals import Withdrawal
from ops.proof.oracle import Facts, level
from tests import cast
from tests.cast import file
from tests.web.building import Building

BOUNDS_FORMS: dict[str, dict[str, str]] = {
    "/cases/{ref}/fences": {"agency": "{power}", "name": "never to Power"},
    "/cases/{ref}/fences/preview": {"agency": "{power}", "name": "never to Power"},
    "/fences/{ref}/lift": {"why": "a mistake"},
    "/reports/{ref}/unfenced": {"unfenced_why": "describes a roof"},
    "/reports/{ref}/fenced": {},
    "/reports/{ref}/hold": {},
    "/reports/{ref}/hold/end": {"why": "looked at"},
    "/widenings/{ref}/seen": {},
    "/proposals/{ref}/accept": {
        "necessity": "works on it",
        "purpose": "the visit",
        "basis": "Public task",
        "until": "{tomorrow}",
    },
    "/proposals/{ref}/decline": {},
    "/namings/{ref}/share": {
        "shared_with": "nobody",
        "necessity": "They read the report",
        "purpose": "the visit",
        "basis": "Public task",
        "until": "{tomorrow}",
        "confirm": "1",
    },
    "/namings/{ref}/keep": {},
    "/reports/{ref}/withdrawal": {"withdrawn": "about somebody else"},
    "/posts/{ref}/withdrawal": {"withdrawn": "about somebody else"},
    "/withdrawn/{ref}/open": {},
    "/withdrawn/files/{ref}/open": {},
}


async def widenings(building: Building, officer: Officer, facts: Facts) -> list[tuple[str, bool]]:
    """A report that was widened: there for who reads the report."""
    county = building.county
    found = []
    for name in ("Fair Work on the visit", "Dora on the assessment"):
        given = county.grants[name]
        row = Widening(grant_id=given.id, resource_id=given.resource_id, at=cast.NOW, position=1)
        await file(building.database, row)
        report = next(thing for thing in county.everything().values() if thing.id == row.resource_id)
        found.append((row.reference, reach(facts, officer, report) >= Level.READ))
    return found


async def fences(building: Building, officer: Officer, facts: Facts) -> list[tuple[str, bool]]:
    """A ring-fence of the case: there for who manages the case."""
    case = building.county.case
    row = RingFence(case_id=case.id, agency_id=building.county.power.id, name="never to Power", raised_at=cast.NOW)
    await file(building.database, row)
    return [(row.reference, reach(facts, officer, case) >= Level.MANAGE)]


async def proposals(building: Building, officer: Officer, facts: Facts) -> list[tuple[str, bool]]:
    """The Council proposes to let the NHS into the case: there for who manages the case."""
    county = building.county
    row = Proposal(
        case_id=county.case.id,
        grant_id=county.grants["Dora on the assessment"].id,
        agency_id=county.council.id,
        proposed_id=county.nhs.id,
        officer_id=county.carol.id,
        at=cast.NOW,
    )
    await file(building.database, row)
    return [(row.reference, reach(facts, officer, county.case) >= Level.MANAGE)]


async def namings(building: Building, officer: Officer, facts: Facts) -> list[tuple[str, bool]]:
    """The two reports name the Police's profile: there for who manages it and reads the report."""
    county = building.county
    reports = (county.visit, county.assessment)
    rows = [Naming(profile_id=county.profile.id, resource_id=one.id, at=cast.NOW, position=1) for one in reports]
    await file(building.database, *rows)
    manages = reach(facts, officer, county.profile) >= Level.MANAGE
    return [
        (row.reference, manages and reach(facts, officer, one) >= Level.READ)
        for one, row in zip(reports, rows, strict=True)
    ]


async def withdrawn(building: Building, officer: Officer, _facts: Facts) -> list[tuple[str, bool]]:
    """A withdrawn report: opened by its own agency's information manager, whatever grants say."""
    visit = building.county.visit
    async with building.database.writing() as session:
        if (await session.execute(select(Withdrawal))).first() is None:
            alice = building.county.alice.id
            row = Withdrawal(resource_id=visit.id, officer_id=alice, at=cast.NOW, reason="no", sha256="0" * 64)
            session.add(row)
    return [(visit.reference, officer.id == building.county.alan.id)]


async def withdrawn_files(building: Building, officer: Officer, facts: Facts) -> list[tuple[str, bool]]:
    """Its file: opened by the same officer."""
    await withdrawn(building, officer, facts)
    return [(building.county.visit_photo.reference, officer.id == building.county.alan.id)]


def reach(facts: Facts, officer: Officer, thing: Resource) -> int:
    """Give how far the oracle lets an officer go with a thing."""
    return level(facts, officer.id, thing.id, datetime.now(UTC))  # type: ignore[arg-type]  # any name will do; here an id


Made = Callable[[Building, Officer, Any], Awaitable[list[tuple[str, bool]]]]
THINGS: dict[str, Made] = {
    "/fences/{ref}/lift": fences,
    "/widenings/{ref}/seen": widenings,
    "/proposals/{ref}": proposals,
    "/proposals/{ref}/accept": proposals,
    "/proposals/{ref}/decline": proposals,
    **dict.fromkeys(("/namings/{ref}", "/namings/{ref}/share", "/namings/{ref}/keep"), namings),
    "/withdrawn/{ref}/open": withdrawn,
    "/withdrawn/files/{ref}/open": withdrawn_files,
}
