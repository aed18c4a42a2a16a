"""Every route of the API as everyone: what each command needs to get as far as its door."""

import secrets
import string
from typing import Any

from starlette.routing import Route

from live.audience import Level
from models.agencies import Agency, Kind, Officer, Standing
from models.base import new_id
from ops.api.declared import call_of
from ops.api.routes import routes
from ops.web.policy import Policy, policy_of
from tests import cast
from tests.api.programs import Program
from tests.cast import file
from tests.oracle import Facts
from tests.web import administered
from tests.web import walks as page_walks
from tests.web.building import Building
from tests.web.pictures import JPEG
from tests.web.walks import Ask, asks_for, by_duty

TERMS = {"level": "read", "necessity": "works on it", "purpose": "the visit", "basis": "Public task", "confirmed": True}
GIVEN = {"who": "agency:{nhs}", "terms": {**TERMS, "until": "{tomorrow}T00:00:00Z"}}
ASKED = {"reason": "I take over her list", "purpose": "Care", "level": "contribute", "until": "{tomorrow}T00:00:00Z"}
HOURS = {"starts": "{tomorrow}T08:00:00Z", "ends": "{tomorrow}T16:00:00Z"}
QUERIES = dict.fromkeys(("/cases/{ref}/as", "/operations/{ref}/as"), "?agency={nhs}")
POSTS = ("GET", "/operations/{ref}/posts")
PARTIES = {"administrator", "information manager", "lead"}


async def agencies(building: Building, officer: Officer, facts: Facts) -> list[Ask]:
    """An agency that takes part is there for everyone, one that does not for nobody."""
    code = "".join(secrets.choice(string.ascii_uppercase) for _ in range(4))
    gone = Agency(code=code, name="Gone", kind=Kind.STATUTORY, tally=1, standing=Standing.CLOSED)
    await file(building.database, gone)
    return [Ask(building.county.nhs.reference, int(Level.MANAGE)), Ask(gone.reference, int(Level.NONE))]


# The least that each command needs. One that is not here fails the walk.
BODIES: dict[tuple[str, str], dict[str, Any] | None] = {
    ("POST", "/cases"): {"title": "Pier", "theme": "Modern slavery"},
    ("PUT", "/cases/{ref}"): {"title": "Pier", "summary": "", "status": "open", "handling": ""},
    ("POST", "/cases/{ref}/reports"): {"title": "Seen", "text": "A van.", "kind": "visit"},
    ("POST", "/reports/{ref}/versions"): {"title": "Seen", "text": "Two vans."},
    ("POST", "/cases/{ref}/links"): {"other": "{other_case}", "reason": "the same van"},
    ("DELETE", "/links/{ref}"): None,
    ("POST", "/reports/{ref}/attachments"): None,
    ("POST", "/grants/{ref}/removal"): {"why": "no longer needed"},
    ("POST", "/requests"): {**ASKED, "reference": "{nhs}"},
    ("POST", "/requests/{ref}/approval"): {
        "who": "officer:{dora}",
        "terms": {**TERMS, "purpose": "Care", "until": "{tomorrow}T00:00:00Z"},
    },
    ("POST", "/requests/{ref}/refusal"): {"words": "Not now"},
    ("POST", "/requests/{ref}/silence"): None,
    ("POST", "/requests/{ref}/question"): {"words": "For whom?"},
    ("POST", "/requests/{ref}/reply"): {"words": "For my list"},
    ("POST", "/requests/{ref}/referral"): None,
    **{
        ("POST", f"/{kind}s/{{ref}}/{act}"): body
        for kind in ("case", "report", "profile", "operation")
        for act, body in (("requests", ASKED), ("grants", GIVEN), ("grants/preview", GIVEN))
    },
    ("POST", "/search"): {"words": "van"},
    ("POST", "/reports/{ref}/hold"): {},
    ("POST", "/reports/{ref}/hold/end"): {"answers": {}, "why": "looked at"},
    ("POST", "/reports/{ref}/withdrawal"): {"reason": "about somebody else"},
    ("POST", "/reports/{ref}/unfenced"): {"why": "describes a roof"},
    ("POST", "/reports/{ref}/fenced"): None,
    ("POST", "/reports/{ref}/emergency"): {"allowed": False, "why": "It names a source"},
    ("POST", "/cases/{ref}/fences"): {"agency": "{power}", "name": "never to Power"},
    ("POST", "/cases/{ref}/fences/preview"): {"agency": "{power}", "name": "never to Power"},
    ("POST", "/fences/{ref}/lift"): {"why": "a mistake"},
    ("POST", "/widenings/{ref}/seen"): None,
    ("POST", "/proposals/{ref}/accept"): {**TERMS, "level": "discover", "until": "{tomorrow}T00:00:00Z"},
    ("POST", "/proposals/{ref}/decline"): None,
    ("POST", "/emergency-access/{ref}/review"): {"justified": "yes", "words": "It was"},
    ("POST", "/operations/{ref}/command"): {"reason": "She is on the phone"},
    ("POST", "/commands/{ref}/acknowledgement"): None,
    ("POST", "/operations/{ref}/strike"): None,
    ("POST", "/sites/{ref}/settlement"): None,
    ("POST", "/operations/{ref}/radio"): {"officer": "{bob}", "channel": "radio", "text": "All quiet."},
    ("POST", "/operations/{ref}/radio/confirmation"): {"entry": "check-in:nothing"},
    ("POST", "/operations/{ref}/stand-down"): {
        "why": "everything is done",
        "left_open": ["{met}", "{knock}", "{interview}", "{loose}"],
    },
    ("POST", "/operations/{ref}/ending"): {"chosen": [], "why": "it goes on", "until": "{tomorrow}T00:00:00Z"},
    ("POST", "/removals"): {"who": "outside"},
    ("POST", "/grants/{ref}/renewal"): None,
    ("POST", "/cases/{ref}/hand-over"): {"to": "{nhs}", "reason": ""},
    ("POST", "/cases/{ref}/hand-over/withdrawal"): None,
    ("POST", "/hand-overs/{ref}/refusal"): None,
    ("POST", "/agreements/{ref}/signature"): None,
    ("POST", "/invitations/{ref}/withdrawal"): None,
    ("POST", "/imports"): None,
    ("POST", "/imports/{ref}/check"): {"mapping": {"title": 0, "theme": 1}},
    ("POST", "/imports/{ref}/publication"): {},
    ("POST", "/imports/{ref}/removal"): None,
    ("POST", "/teams"): {"name": "Night {key}", "listed": True},
    ("PUT", "/teams/{ref}"): {"name": "Night {key}", "listed": True},
    ("PUT", "/officers/{ref}"): {"name": "Nora", "mobile": ""},
    ("POST", "/accounts"): {"name": "Wall"},
    ("POST", "/operations/{ref}/posts"): {"text": "Gate open", "audience": "agency"},
    ("POST", "/operations/{ref}/check-ins"): {"kind": "safe"},
    ("POST", "/check-ins/{ref}/seen"): None,
    ("POST", "/operations/{ref}/decisions"): {"decided": "Go in", "reason": "Now", "options": "Later"},
    ("POST", "/decisions/{ref}/confirmation"): None,
    ("POST", "/operations/{ref}/people-met"): {"site": "{farm}"},
    ("POST", "/operations/{ref}/outcomes"): {"kind": "arrest"},
    ("POST", "/encounters/{ref}/offer"): {"to": "{council}"},
    **{("POST", f"/encounters/{{ref}}/{act}"): None for act in ("acceptance", "refusal", "withdrawal", "departure")},
    **{("POST", f"/encounters/{{ref}}/{act}"): GIVEN for act in ("grants", "grants/preview")},
    ("POST", "/posts/{ref}/withdrawal"): {"reason": "Names a witness."},
    ("POST", "/operations"): {"template": "Empty plan", "header": {"title": "Pier day", **HOURS}},
    ("PUT", "/operations/{ref}/plan"): {"title": "Pier day", "marking": "OFFICIAL", **HOURS},
    ("POST", "/operations/{ref}/officers"): {"officers": []},
    ("POST", "/operations/{ref}/beginning"): None,
    ("POST", "/operations/{ref}/agencies"): {"agency": "{nhs}", "part": "contribute", "words": "A nurse"},
    ("POST", "/operations/{ref}/sites"): {"code": "S9", "name": "Pier"},
    ("POST", "/operations/{ref}/reveals"): {"site": "{farm}", "agency": "{power}"},
    ("POST", "/operations/{ref}/visits"): {"site": "", **HOURS},
    ("POST", "/operations/{ref}/visits/withdrawal"): {"visit": "{farm}"},
    ("POST", "/operations/{ref}/tasks"): {"title": "Knock", "agency": "{power}"},
    ("PUT", "/operations/{ref}/briefing"): {"risk": "Dogs"},
    ("POST", "/operations/{ref}/briefing/publication"): {"risk": "Dogs"},
    ("POST", "/operations/{ref}/briefing/acknowledgement"): {"number": 1},
    ("POST", "/operations/{ref}/debrief"): {"heading": "Communication", "text": "Short", "went_well": True},
    ("POST", "/detachments/{ref}/acceptance"): {"officers": []},
    ("POST", "/detachments/{ref}/refusal"): {"answer": "Nobody is free"},
    ("POST", "/detachments/{ref}/withdrawal"): None,
    ("POST", "/namings/{ref}/share"): {"chosen": [], "necessity": "works on it"},
    ("POST", "/namings/{ref}/keep"): None,
    ("POST", "/walls/{ref}"): {"sites": ["{farm}"]},
    ("POST", "/walls/{ref}/end"): None,
    ("POST", "/cases/{ref}/reports/audience"): {"shared_with": ["agency:{nhs}"]},
    ("POST", "/tasks/{ref}/edit"): {"title": "Knock twice"},
    ("POST", "/tasks/{ref}/status"): {"status": "here"},
    ("POST", "/tasks/{ref}/claim"): None,
    ("DELETE", "/tasks/{ref}/claim"): None,
    ("POST", "/agreements"): {
        "name": "Harbour",
        "parties": ["{nhs}"],
        "purposes": "Care",
        "lawful_bases": "Public task",
        "highest": "read",
        "longest_days": 30,
        "outside": "read",
    },
}

# What routes are about that no grant can be given on: as the walk of the pages knows it.
OTHERS = {
    "/agencies/{ref}": agencies,
    "/links/{ref}": page_walks.links,
    "/check-ins/{ref}/seen": page_walks.calls,
    "/grants/{ref}": page_walks.grants,
    "/grants/{ref}/removal": page_walks.grants,
    "/teams/{ref}": by_duty(administered.teams),
    "/officers/{ref}": by_duty(administered.officers),
    "/accounts/{ref}": by_duty(administered.accounts),
    "/invitations/{ref}/withdrawal": page_walks.OTHERS["/invitations/{ref}/withdraw"],
}


def declared() -> list[Route]:
    """Give every route that one asks of."""
    return [route for route in routes() if isinstance(route, Route)]


def readings() -> list[Route]:
    """Give every route that shows something."""
    return [route for route in declared() if call_of(route).method == "GET"]


def commands() -> list[Route]:
    """Give every route that changes something."""
    return [route for route in declared() if call_of(route).method != "GET"]


def named(route: Route) -> str:
    """Name a route in a test's id."""
    return f"{call_of(route).method} {route.path}"


async def asks_of(route: Route, building: Building, officer: Officer, facts: Facts) -> list[Ask]:
    """Give everything that a route can be asked for, and how far the officer may go with it."""
    if not policy_of(route).kind:
        return await (OTHERS.get(route.path) or page_walks.OTHERS[route.path])(building, officer, facts)
    return await asks_for(route, building, officer, facts)


async def send(building: Building, program: Program, route: Route, reference: str, body: Any = None) -> Any:
    """Send one request to a route, with the least that it needs unless a body is given."""
    call, path = call_of(route), route.path.format(ref=reference)
    path += QUERIES.get(route.path, "").format(nhs=building.county.nhs.reference)
    if call.method == "GET":
        return await program.get(path)
    headers = {"idempotency-key": new_id().hex, "if-match": '"1"'}
    if call.uploads and call.takes is None:
        return await program.ask(call.method, path, headers=headers, files={"files": ("a.jpg", JPEG)})
    least = filled(BODIES[call.method, route.path], building)
    return await program.ask(call.method, path, headers=headers, json=least if body is None else body)


def filled(least: Any, building: Building) -> Any:
    """Fill in whom and what a command names."""
    if isinstance(least, dict):
        return {name: filled(value, building) for name, value in least.items()}
    if isinstance(least, list):
        return [filled(value, building) for value in least]
    county = building.county
    words = {
        "key": new_id().hex,
        "nhs": county.nhs.reference,
        "dora": county.dora.reference,
        "bob": county.bob.reference,
        "power": county.power.reference,
        "council": county.council.reference,
        **{name: thing.reference for name, thing in county.everything().items()},
        "tomorrow": f"{cast.NOW + cast.DAY:%Y-%m-%d}",
    }
    return least.format(**words) if isinstance(least, str) else least


def wants(route: Route) -> Policy:
    """Give what a route asks of who comes with the least that it needs: to read posts needs no place for one."""
    return policy_of(route) if (call_of(route).method, route.path) == POSTS else page_walks.asked_of(route)
