"""Everyone at every door: which references a route can be asked for, what each form needs, what must come of it."""

import secrets
import string
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from uuid import UUID

from starlette.routing import BaseRoute, Route, WebSocketRoute

from live.audience import Level
from models.agencies import Agency, Officer, Team
from models.base import new_id, new_reference
from models.cases import CaseLink
from models.grants import Resource
from models.imports import Import, ImportRow
from models.operations import CommandTaken
from models.tasks import CheckIn, CheckInKind
from ops.web.policy import Policy, policy_of
from ops.web.routes import routes
from tests import cast
from tests.cast import County, file, grant
from tests.oracle import Facts, level
from tests.web import administered, bounded, glasses, petitions, planned, walled
from tests.web.administered import ADMIN_FORMS
from tests.web.bounded import BOUNDS_FORMS
from tests.web.building import Building
from tests.web.duties import DUTIES
from tests.web.entering import SIGN_IN_FORMS, THINGS

SOME_GRANTS = ("Fair Work on the case", "Fair Work on the visit", "the Council on the farm", "MASH on its assessment")
NOT_YOURS = "You can see this, but you cannot change it"  # the door's own words; an action's refusal has others
ON_AN_OPERATION = {"site", "task", "post", "decision", "encounter"}
KINDS = frozenset({"case", "report", "operation", "profile", "attachment", *ON_AN_OPERATION})

SHARE = {
    "who": "agency:{nhs}",
    "level": "read",
    "necessity": "works on it",
    "purpose": "the visit",
    "basis": "Public task",
    "until": "{tomorrow}",
    "confirm": "1",
}

# The least that each form needs to get as far as its door. A command that is not here fails the walk.
FORMS: dict[str, dict[str, str]] = {
    "/operations/{ref}/posts": {"text": "All quiet.", "audience": "agency", "key": "{key}"},
    "/operations/{ref}/check-ins": {"kind": "safe"},
    "/operations/{ref}/sharing": SHARE,
    "/operations/{ref}/sharing/preview": SHARE,
    "/operations/{ref}/decisions": {"decided": "Go in", "reason": "Now", "options": "Later", "key": "{key}"},
    "/decisions/{ref}/confirmation": {},
    "/operations/{ref}/people-met": {"key": "{key}"},
    "/operations/{ref}/outcomes": {"kind": "arrest", "key": "{key}"},
    "/encounters/{ref}/offer": {},
    **{f"/encounters/{{ref}}/{act}": {} for act in ("acceptance", "refusal", "withdrawal", "departure")},
    "/encounters/{ref}/sharing": SHARE,
    "/encounters/{ref}/sharing/preview": SHARE,
    "/operations/{ref}/command": {"reason": "She is on the phone"},
    "/operations/{ref}/strike": {},
    "/commands/{ref}/acknowledgement": {},
    "/sites/{ref}/settlement": {},
    "/operations/{ref}/radio": {"officer": "{bob}", "channel": "radio", "text": "All quiet.", "key": "{key}"},
    "/operations/{ref}/radio/confirmation": {"entry": "check-in:nothing"},
    "/operations/{ref}/stand-down": {"why": "everything is done", "left_open": "{met} {knock} {interview} {loose}"},
    "/operations/{ref}/ending": {"chosen": "nothing", "why": "it goes on", "until": "{tomorrow}"},
    "/check-ins/{ref}/seen": {},
    "/tasks/{ref}/status": {"status": "here"},
    "/tasks/{ref}/claim": {},
    "/tasks/{ref}/claim/release": {},
    "/cases": {"title": "Pier", "theme": "Modern slavery", "summary": "", "key": "{key}"},
    "/cases/{ref}/edit": {"title": "Pier", "summary": "", "status": "open", "handling": "", "based_on": "nothing"},
    "/cases/{ref}/links": {"other": "{other_case}", "reason": "the same van"},
    "/cases/{ref}/reports": {"title": "Seen", "text": "A van.", "kind": "visit", "key": "{key}"},
    "/cases/{ref}/reports/audience": {"shared_with": "agency:{nhs}"},
    "/cases/{ref}/sharing": SHARE,
    "/cases/{ref}/sharing/preview": SHARE,
    "/links/{ref}/remove": {},
    "/search": {"q": "van"},
    "/exports/agency": {},
    "/imports": {"kind": "case"},
    "/imports/{ref}/check": {"col-title": "0", "col-theme": "1"},
    "/imports/{ref}/publication": {"which": "all"},
    "/imports/{ref}/removal": {},
    "/reports/{ref}/versions": {"title": "Seen", "text": "Two vans.", "based_on": "1"},
    "/reports/{ref}/attachments": {},
    "/reports/{ref}/sharing": SHARE,
    "/reports/{ref}/sharing/preview": SHARE,
    "/profiles/{ref}/sharing": SHARE,
    "/profiles/{ref}/sharing/preview": SHARE,
    "/grants/{ref}/remove": {"why": "no longer needed"},
    **ADMIN_FORMS,
    **BOUNDS_FORMS,
    **petitions.FORMS,
    **SIGN_IN_FORMS,
    **glasses.FORMS,
    **planned.FORMS,
    **walled.WALL_FORMS,
}


# About a single task or site these are open to who only discovers the operation; the walk's forms name neither.
WITHOUT_A_PLACE = frozenset({"/operations/{ref}/posts", "/operations/{ref}/posts/new", "/operations/{ref}/audiences"})


def form_for(route: Route, building: Building) -> dict[str, str]:
    """Fill in a form; each time under a new key."""
    words = words_for(building)
    return {name: value.format(**words) for name, value in FORMS[route.path].items()}


def words_for(building: Building) -> dict[str, str]:
    """Give what a form may name: everybody and everything of the county by reference and by id, and what is new."""
    named = {
        name: one for name, one in vars(building.county).items() if isinstance(one, Agency | Team | Officer | Resource)
    }
    return {
        **{name: one.reference for name, one in named.items()},
        **{f"{name}_id": one.id.hex for name, one in named.items()},
        "absent": new_reference(),
        "key": new_id().hex,
        "letters": "".join(secrets.choice(string.ascii_uppercase) for _ in range(4)),
        "tomorrow": f"{cast.NOW + cast.DAY:%Y-%m-%d}",
    }


@dataclass(frozen=True)
class Ask:
    """One thing that a route can be asked for, and how far the oracle lets the officer who asks go with it."""

    reference: str
    level: int


Things = Callable[[Building, Officer, Facts], Awaitable[list[Ask]]]


async def sign_ins(building: Building, officer: Officer, _facts: Facts) -> list[Ask]:
    """One's own sign-in, and everybody else's."""
    asks = []
    for other in building.county.everyone().values():
        row = (await building.enter(other)).sign_in
        asks.append(Ask(row, int(Level.MANAGE if other.id == officer.id else Level.NONE)))
    return asks


async def imports(building: Building, officer: Officer, _facts: Facts) -> list[Ask]:
    """A table that Alice brings in: nobody else's business, whatever duty they hold."""
    county = building.county
    row = Import(agency_id=county.police.id, officer_id=county.alice.id, kind="case", label="old.csv", at=cast.NOW,
                 headings=["Title", "Theme"], mapping={"title": 0, "theme": 1}, state="checked", rows=1)  # fmt: skip
    await file(building.database, row)
    await file(building.database, ImportRow(import_id=row.id, number=2, cells=["Pier", "Housing"]))
    return [Ask(row.reference, int(Level.MANAGE if officer.id == county.alice.id else Level.NONE))]


async def calls(building: Building, officer: Officer, facts: Facts) -> list[Ask]:
    """A call for help at the farm: acknowledged by those who read farm and operation."""
    county = building.county
    call = CheckIn(
        reference=new_reference(),
        operation_id=county.operation.id,
        site_id=county.farm.id,
        officer_id=county.bob.id,
        agency_id=county.fair_work.id,
        kind=CheckInKind.HELP,
        at=cast.NOW,
        arrived_at=cast.NOW,
    )
    await file(building.database, call)
    reach = min(oracle(facts, officer.id, thing) for thing in (county.operation, county.farm))
    return [Ask(call.reference, reach)]


async def commands_taken(building: Building, officer: Officer, facts: Facts) -> list[Ask]:
    """Command went from Alice to Alan: known to who reads the operation."""
    county = building.county
    taken = CommandTaken(
        operation_id=county.operation.id,
        from_id=county.alice.id,
        to_id=county.alan.id,
        at=cast.NOW,
        reason="She is ill",
    )
    await file(building.database, taken)
    return [Ask(taken.reference, oracle(facts, officer.id, county.operation))]


async def grants(building: Building, officer: Officer, facts: Facts) -> list[Ask]:
    """A grant on a thing of each kind; to who does not manage the thing there is none."""
    things = {thing.id: thing for thing in building.county.everything().values()}
    asks = []
    for name in SOME_GRANTS:
        row = building.county.grants[name]
        managed = oracle(facts, officer.id, things[row.resource_id]) >= Level.MANAGE
        asks.append(Ask(row.reference, int(Level.MANAGE if managed else Level.NONE)))
    return asks


async def grants_of_leads(building: Building, officer: Officer, facts: Facts) -> list[Ask]:
    """A grant as a lead renews it: to who is none there is no such thing."""
    found = await grants(building, officer, facts)
    name = next(name for name, one in building.county.everyone().items() if one.id == officer.id)
    return found if "lead" in DUTIES[name] else [replace(ask, level=int(Level.NONE)) for ask in found]


async def links(building: Building, officer: Officer, facts: Facts) -> list[Ask]:
    """A link of two cases: there for who reads one and discovers the other, removed by who manages one."""
    ends = [building.county.case, building.county.other_case]
    link = CaseLink(
        from_id=ends[0].id,
        to_id=ends[1].id,
        agency_id=building.county.police.id,
        officer_id=building.county.alice.id,
        at=cast.NOW,
    )
    await file(building.database, link)
    reach = [oracle(facts, officer.id, case) for case in ends]
    return [Ask(link.reference, max(reach) if min(reach) else int(Level.NONE))]


def by_duty(
    made: Callable[[Building, Officer, Facts], Awaitable[list[tuple[str, bool]]]], duties: Collection[str] = ()
) -> Things:
    """Read 'theirs to act on' as a level that opens the door, anything else as one that does not."""

    async def asks(building: Building, officer: Officer, facts: Facts) -> list[Ask]:
        found = await made(building, officer, facts)
        name = next(name for name, one in building.county.everyone().items() if one.id == officer.id)
        if duties and DUTIES[name].isdisjoint(duties):
            found = [(reference, False) for reference, _ in found]
        return [Ask(reference, int(Level.MANAGE if open_to else Level.NONE)) for reference, open_to in found]

    return asks


# What routes are about that no grant can be given on. A reference of no kind that is not here fails the walk.
OTHERS: dict[str, Things] = {
    **{path: by_duty(made) for path, made in THINGS.items()},
    "/sign-ins/{ref}/end": sign_ins,
    "/agency/accounts/{ref}": by_duty(administered.accounts),
    "/check-ins/{ref}/seen": calls,
    **{f"/imports/{{ref}}{path}": imports for path in ("", "/wrong", "/check", "/publication", "/removal")},
    "/commands/{ref}/acknowledgement": commands_taken,
    "/grants/{ref}/remove": grants,
    "/grants/{ref}/renewal": grants_of_leads,
    "/links/{ref}/remove": links,
    **{
        path: by_duty(
            administered.teams
            if "teams/{ref}" in path
            else administered.tokens
            if "tokens/{ref}" in path
            else administered.accounts
            if "accounts" in path
            else administered.agencies
            if "platform" in path
            else administered.things_of_nobody
            if "unmanaged" in path
            else administered.officers
        )
        for path in ADMIN_FORMS
        if "{ref}" in path and not path.startswith(("/agreements", "/hand-overs", "/cases", "/grants"))
    },
    **{
        path: by_duty(administered.hand_overs, {"lead"})
        for path in ("/hand-overs/{ref}", "/hand-overs/{ref}/acceptance", "/hand-overs/{ref}/refusal")
    },
    **{
        path: by_duty(administered.agreements, administered.with_duty(path))
        for path in ("/agreements/{ref}", "/agreements/{ref}/signature", "/agreements/{ref}/departure")
    },
    **{
        path: by_duty(planned.invitations, {"lead"})
        for path in ("/detachments/{ref}", "/detachments/{ref}/acceptance", "/detachments/{ref}/refusal")
    },
    "/detachments/{ref}/withdrawal": by_duty(planned.to_withdraw),
    **{path: by_duty(walled.walls) for path in walled.WALL_FORMS if path.startswith("/walls/")},
    **{path: by_duty(made) for path, made in bounded.THINGS.items()},
    **{path: by_duty(made) for path, made in (petitions.THINGS | glasses.THINGS).items()},
}


def pages() -> list[Route]:
    """Give every page."""
    return [route for route in declared() if isinstance(route, Route) and "GET" in (route.methods or ())]


def commands() -> list[Route]:
    """Give every command."""
    return [route for route in declared() if isinstance(route, Route) and "POST" in (route.methods or ())]


def one_of_each_kind(found: list[Route]) -> list[Route]:
    """Give the first route to each kind of thing."""
    first: dict[str, Route] = {}
    for route in found:
        first.setdefault(policy_of(route).kind or route.path, route)
    return list(first.values())


def sockets() -> list[WebSocketRoute]:
    """Give every live feed."""
    return [route for route in declared() if isinstance(route, WebSocketRoute)]


def declared() -> list[BaseRoute]:
    """Give every route but the static files."""
    return [route for route in routes() if isinstance(route, Route | WebSocketRoute)]


async def asks_for(route: Route | WebSocketRoute, building: Building, officer: Officer, facts: Facts) -> list[Ask]:
    """Give everything of the county that a route can be asked for. Raises LookupError for a kind it has none of."""
    policy = policy_of(route)
    if not policy.kind:
        return await OTHERS[route.path](building, officer, facts)
    if policy.kind not in KINDS:
        raise LookupError(f"{route.path}: the county has no {policy.kind}; add one, and its oracle")
    return [
        Ask(thing.reference, oracle(facts, officer.id, thing))
        for thing in building.county.everything().values()
        if thing.kind == policy.kind
    ]


def oracle(facts: Facts, officer: UUID, thing: Resource) -> int:
    """Give the level that the oracle grants."""
    return level(facts, officer, thing.id, datetime.now(UTC))  # type: ignore[arg-type]  # any name will do; here an id


def asked_of(route: Route | WebSocketRoute) -> Policy:
    """Give what a route asks of who comes with the walk's own forms and addresses."""
    policy = policy_of(route)
    return replace(policy, least=Level.CONTRIBUTE) if route.path in WITHOUT_A_PLACE else policy


def verdict(policy: Policy, reach: int) -> str:
    """Say what a route must answer: hidden, refused, or open."""
    if reach < min(policy.least or Level.READ, Level.READ):
        return "hidden"
    return "refused" if reach < policy.least else "open"


def holds(expected: str, status: int, text: str) -> bool:
    """Say whether an answer is the one expected. An open door may still lead to a no of the action's own."""
    door_said_no = status == 403 and NOT_YOURS in text
    if expected == "hidden":
        return status == 404
    if expected == "refused":
        return door_said_no
    return status not in {404, 500} and not door_said_no


async def widen(building: Building) -> County:
    """Add who is missing for every level at every door: one who only discovers the operation, one who only reads."""
    county = building.county
    await grant(building.database, county.operation, county.power, Level.DISCOVER, agreement=county.agreement)
    for thing in (county.operation, county.farm):
        await grant(building.database, thing, county.nhs, Level.READ, agreement=county.agreement)
    await grant(building.database, county.loose, county.coastguard, Level.CONTRIBUTE)
    return county
