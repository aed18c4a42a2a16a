"""A form of each command that is obeyed as it stands: the walk's (`walks.py`) and what is named here.

The walk's form gets as far as its door; some need more in them, somebody else to send them, or something before.
"""

import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete, select, update
from sqlmodel import col
from starlette.routing import Route

from live.audience import Level
from models.agencies import Officer
from models.base import new_id
from models.grants import Grant, Resource
from models.operations import VisitWindow
from models.people_met import EncounterStep
from tests.cast import HOUR, detachment, file, new_grant
from tests.web.building import Building, Visitor
from tests.web.pictures import JPEG
from tests.web.walks import FORMS, SHARE, words_for

First = Callable[[Building, Visitor, str], Awaitable[Mapping[str, str]]]
TABLE = {"file": ("old.csv", b"Case title,Type\nPier,Housing\n", "text/csv")}


async def _nothing(_building: Building, _visitor: Visitor, _reference: str) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class Whole:
    """What the walk's form lacks: who sends it where not everyone may, more fields, files, what happened before."""

    who: str = ""
    adds: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, Any] | None = None
    first: First = _nothing
    uses: frozenset[str] | None = None  # of the fields that its page's forms share; None: whatever it reads


def _based_on(path: str) -> First:
    """Make the edit from what its page shows."""

    async def first(_building: Building, visitor: Visitor, reference: str) -> Mapping[str, str]:
        page = (await visitor.get(path.format(ref=reference))).text
        return {"based_on": page.partition('name="based_on" value="')[2].partition('"')[0]}

    return first


async def _third_case(_building: Building, visitor: Visitor, _reference: str) -> Mapping[str, str]:
    answer = await visitor.post("/cases", title="Slip", theme="Housing", key=new_id().hex)
    return {"other": answer.headers["location"].rpartition("/")[2]}


async def _held(building: Building, visitor: Visitor, reference: str) -> Mapping[str, str]:
    await visitor.post(f"/reports/{reference}/hold")
    page = (await visitor.get(f"/reports/{reference}/hold")).text
    return dict.fromkeys(re.findall(r'name="(grant-[a-z2-7]+)"', page), "keep")


async def _in_the_squad(building: Building, visitor: Visitor, reference: str) -> Mapping[str, str]:
    await visitor.post(f"/agency/officers/{reference}/teams", team=building.county.squad.reference)
    return {}


async def _lead(_building: Building, visitor: Visitor, reference: str) -> Mapping[str, str]:
    await visitor.post(f"/agency/officers/{reference}/duties", duty="lead")
    return {}


async def _suspended(_building: Building, visitor: Visitor, reference: str) -> Mapping[str, str]:
    await visitor.post(f"/agency/officers/{reference}/suspension")
    return {}


async def _agency_suspended(_building: Building, visitor: Visitor, reference: str) -> Mapping[str, str]:
    await visitor.post(f"/platform/agencies/{reference}/suspension")
    return {}


async def _offered(_building: Building, visitor: Visitor, reference: str) -> Mapping[str, str]:
    words = words_for(_building)
    offer = {name: value.format(**words) for name, value in OFFER.items()}
    await visitor.post(f"/cases/{reference}/hand-over", to=words["nhs"], **offer)
    return {}


async def _overlapping(building: Building, _visitor: Visitor, _reference: str) -> Mapping[str, str]:
    county, now = building.county, datetime.now(UTC)
    visits = [
        VisitWindow(site_id=county.farm.id, agency_id=agency.id, starts=now, ends=now + HOUR)
        for agency in (county.fair_work, county.council)
    ]
    await file(building.database, *visits)
    return {}


async def _ends_soon(building: Building, _visitor: Visitor, reference: str) -> Mapping[str, str]:
    terms = {"purpose": "Care", "lawful_basis": "Public task", "necessity": "She works on it", "revoked_at": None}
    async with building.database.writing() as session:
        ends = datetime.now(UTC) + HOUR
        await session.execute(update(Grant).where(col(Grant.reference) == reference).values(ends=ends, **terms))
    return {}


async def _newcomer(building: Building, _visitor: Visitor, _reference: str) -> Mapping[str, str]:
    nora = Officer(agency_id=building.county.police.id, name="Nora")
    await file(building.database, nora)
    return {"officers": nora.reference}


async def _invited(_building: Building, visitor: Visitor, reference: str) -> Mapping[str, str]:
    await visitor.post(f"/officers/{reference}/invitation", email=f"{new_id().hex}@county.example")
    return {}


async def _heard(building: Building, visitor: Visitor, reference: str) -> Mapping[str, str]:
    loggist = await building.enter(building.county.alan)
    form = {"officer": building.county.bob.reference, "channel": "radio", "text": "Here", "key": new_id().hex}
    await loggist.post(f"/operations/{reference}/radio", **form)
    page = (await visitor.get(f"/operations/{reference}/mine")).text
    return {"entry": page.partition('name="entry" value="')[2].partition('"')[0]}


async def _read_by_oscar(building: Building, _visitor: Visitor, _reference: str) -> Mapping[str, str]:
    county = building.county
    known = new_grant(county.case, county.oscar, Level.DISCOVER, agreement=county.agreement)
    row = new_grant(county.visit, county.oscar, agreement=county.agreement)
    await file(building.database, known, row)
    return {"shared_with": row.reference}


async def _ends(building: Building, _visitor: Visitor, _reference: str) -> Mapping[str, str]:
    county = building.county
    guests = await detachment(building.database, county.operation, county.fair_work)
    row = new_grant(county.other_case, guests, ends=datetime.now(UTC) + HOUR, agreement=county.agreement)
    row.purpose, row.lawful_basis, row.necessity = "Care", "Public task", "They were there."
    await file(building.database, row)
    return {"chosen": row.reference}


async def _met_anew(building: Building, _visitor: Visitor, reference: str) -> Mapping[str, str]:
    async with building.database.writing() as session:
        rows = await session.execute(select(Resource).where(col(Resource.reference) == reference))
        later = (col(EncounterStep.encounter_id) == rows.scalar_one().id) & (col(EncounterStep.revision) > 1)
        await session.execute(delete(EncounterStep).where(later))
    return {}


async def _to_the_police(building: Building, visitor: Visitor, reference: str) -> Mapping[str, str]:
    await _met_anew(building, visitor, reference)
    bob = await building.enter(building.county.bob)
    await bob.post(f"/encounters/{reference}/offer", to=building.county.police.reference)
    return {}


async def _whatever_is_open(building: Building, visitor: Visitor, reference: str) -> Mapping[str, str]:
    page = (await visitor.get(f"/operations/{reference}/stand-down")).text
    return {"left_open": " ".join(re.findall('name="left_open" value="([^"]*)"', page))}


async def _planned_visit(building: Building, _visitor: Visitor, _reference: str) -> Mapping[str, str]:
    county, now = building.county, datetime.now(UTC)
    visit = VisitWindow(site_id=county.farm.id, agency_id=county.fair_work.id, starts=now, ends=now + HOUR)
    await file(building.database, visit)
    return {"visit": visit.reference}


VISIT = {
    "window_site": "{farm}",
    "window_agency": "{fair_work}",
    "starts": "{tomorrow}T08:00",
    "ends": "{tomorrow}T09:00",
}
TASK = {"site": "{farm}", "agency": "{fair_work}", "due": "", "restricted": "1", "told": "{fair_work}"}
AGREEMENT = {
    "highest": "read",
    "longest_days": "30",
    "outside": "read",
    "outside_sorts": "case",
    "review": "{tomorrow}",
}
SHARED = {name: value for name, value in SHARE.items() if name != "who"} | {"shared_with": "agency:{nhs}"}
OFFER = {
    "reason": "It moved",
    "keeps": "yes",
    "purpose": "Care",
    "basis": "Public task",
    "necessity": "Open tasks",
    "until": "{tomorrow}",
}
TERMS = frozenset({"necessity", "purpose", "basis", "agreement", "until"})
ASKED = frozenset({"reason", "purpose", "level", "until", "whom"})

WHOLE: dict[str, Whole] = {
    "/detachments/{ref}/acceptance": Whole("dora", {"officers": "{dora}"}),
    "/detachments/{ref}/refusal": Whole("dora"),
    "/operations/{ref}/briefing/acknowledgement": Whole("bob"),
    "/operations/{ref}/officers": Whole(first=_newcomer),
    "/operations/{ref}/reveals": Whole(adds={"site": "{yard}", "agency": "{fair_work}"}),
    "/operations/{ref}/visits": Whole(adds=VISIT),
    "/operations/{ref}/visits/withdrawal": Whole(first=_planned_visit),
    "/tasks/{ref}/edit": Whole(adds={"due": ""}),
    "/operations/{ref}/tasks": Whole(adds=TASK),
    "/cases/{ref}/edit": Whole(first=_based_on("/cases/{ref}/edit")),
    "/agency/teams/{ref}": Whole(first=_based_on("/agency/teams/{ref}")),
    "/agency/officers/{ref}": Whole(first=_based_on("/agency/officers/{ref}")),
    "/operations/{ref}/plan": Whole(first=_based_on("/operations/{ref}/plan")),
    "/operations/{ref}/briefing": Whole(first=_based_on("/operations/{ref}/briefing")),
    "/operations/{ref}/briefing/publication": Whole(first=_based_on("/operations/{ref}/briefing")),
    "/cases/{ref}/links": Whole(first=_third_case),
    "/cases/{ref}/reports": Whole(adds=SHARED | {"unfenced": "1", "unfenced_why": "It describes a roof"}),
    "/cases/{ref}/reports/audience": Whole(uses=frozenset()),  # looks at what is half written, and refuses nothing
    "/namings/{ref}/share": Whole(first=_read_by_oscar),
    "/cases/{ref}/fences": Whole(adds={"agency": "{coastguard}"}),
    "/cases/{ref}/request": Whole("bob", uses=ASKED),
    "/reports/{ref}/request": Whole("dora", uses=ASKED),
    "/profiles/{ref}/request": Whole("bob", uses=ASKED),
    "/operations/{ref}/request": Whole("oscar", uses=ASKED),
    "/reports/{ref}/attachments": Whole(files={"files": ("barn.jpg", JPEG, "image/jpeg")}),
    "/reports/{ref}/hold": Whole(adds={"reason": ""}),
    "/posts/{ref}/withdrawal": Whole("bob"),
    "/officers/{ref}/sign-in/reset": Whole(first=_invited),
    "/search": Whole(adds={"kind": "", "after_at": "", "after_reference": ""}),
    "/imports/{ref}/check": Whole(adds={"doubles": ""}),
    "/reports/{ref}/hold/end": Whole(first=_held),
    "/agency/officers/{ref}/teams/leave": Whole(first=_in_the_squad),
    "/agency/officers/{ref}/duties/end": Whole(first=_lead),
    "/agency/officers/{ref}/reinstatement": Whole(first=_suspended),
    "/agreements": Whole(adds=AGREEMENT),
    "/cases/{ref}/hand-over": Whole(adds=OFFER),
    "/hand-overs/{ref}/acceptance": Whole("bob", {"who": "officer:{bob}"}),
    "/imports": Whole(files=TABLE),
    "/emergency-access": Whole("carol", {"reference": "{visit}"}),
    "/operations/{ref}/command": Whole("alan"),
    "/operations/{ref}/radio": Whole("alan"),
    "/operations/{ref}/radio/confirmation": Whole("bob", first=_heard),
    "/operations/{ref}/ending": Whole(first=_ends),
    "/cases/{ref}/hand-over/withdrawal": Whole(first=_offered),
    "/platform/agencies/{ref}/reopening": Whole(first=_agency_suspended),
    "/grants/{ref}/renewal": Whole(first=_ends_soon),
    "/sites/{ref}/settlement": Whole(first=_overlapping),
    "/decisions/{ref}/confirmation": Whole("alan"),
    "/operations/{ref}/people-met": Whole(adds={"site": "{farm}", "at": "", "told": "{fair_work}", "confirm": ""}),
    "/operations/{ref}/outcomes": Whole(adds={"site": "{farm}", "at": "", "told": "{fair_work}", "confirm": ""}),
    "/encounters/{ref}/offer": Whole("bob", {"to": "{council}", "confirm": ""}, first=_met_anew),
    "/encounters/{ref}/acceptance": Whole("alice", first=_to_the_police),
    "/encounters/{ref}/refusal": Whole("alice", first=_to_the_police),
    "/encounters/{ref}/withdrawal": Whole("bob", first=_to_the_police),
    "/encounters/{ref}/departure": Whole("bob", first=_met_anew),
    "/operations/{ref}/stand-down": Whole(first=_whatever_is_open),
    "/proposals/{ref}/accept": Whole(uses=TERMS),
    "/requests/{ref}/approval": Whole(uses=TERMS | {"who", "level", "note"}),
    "/requests/{ref}/refusal": Whole(uses=frozenset({"reason"})),
    "/requests/{ref}/silence": Whole(uses=frozenset()),
    "/requests/{ref}/question": Whole(uses=frozenset({"question"})),
    "/requests/{ref}/reply": Whole(uses=frozenset({"reply"})),
    "/requests/{ref}/referral": Whole(uses=frozenset()),
}


def whole_of(route: Route) -> Whole:
    """Give what the walk's form of a command lacks."""
    return WHOLE.get(route.path, Whole())


def filled(route: Route, building: Building, more: Mapping[str, str]) -> dict[str, str]:
    """Fill in the whole form of a command; each time under a new key."""
    words = words_for(building)
    form = {**FORMS[route.path], **whole_of(route).adds}
    return {**{name: value.format(**words) for name, value in form.items()}, **more}


# What only a real authenticator can answer (tests/web/test_second_factors.py has one), what begins an operation that
# runs already, and a link for an agency that was founded without an administrator.
REFUSED_HERE = frozenset(
    {
        "/confirm",
        "/sign-ins/passkeys",
        "/sign-ins/code-app/confirm",
        "/operations/{ref}/beginning",
        "/operations/{ref}/strike",
        "/platform/agencies/{ref}/invitation",
    }
)

# What takes things out of others' hands comes after everything else.
LAST = (
    "/reports/{ref}/hold",
    "/reports/{ref}/hold/end",
    "/reports/{ref}/emergency",
    "/grants/{ref}/remove",
    "/grants/{ref}/renewal",
    "/removals",
    "/reports/{ref}/withdrawal",
    "/withdrawn/{ref}/open",
    "/withdrawn/files/{ref}/open",
    "/hand-overs/{ref}/acceptance",
    "/operations/{ref}/stand-down",
    "/operations/{ref}/ending",
    "/imports/{ref}/publication",  # goes on in the background
)


def in_turn(routes: list[Route]) -> list[Route]:
    """Put commands into an order in which each can be obeyed."""
    return sorted(routes, key=lambda route: LAST.index(route.path) + 1 if route.path in LAST else 0)
