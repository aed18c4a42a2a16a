"""Every route of the API as everyone: what each command needs to get as far as its door."""

from typing import Any

from starlette.routing import Route

from models.agencies import Officer
from models.base import new_id
from ops.api.declared import call_of
from ops.api.routes import routes
from ops.web.policy import policy_of
from tests.api.programs import Program
from tests.oracle import Facts
from tests.web.building import Building
from tests.web.walks import Ask, asks_for

# The least that each command needs. One that is not here fails the walk.
BODIES: dict[tuple[str, str], dict[str, Any]] = {
    ("POST", "/cases"): {"title": "Pier", "theme": "Modern slavery"},
    ("PUT", "/cases/{ref}"): {"title": "Pier", "summary": "", "status": "open", "handling": ""},
    ("POST", "/cases/{ref}/reports"): {"title": "Seen", "text": "A van.", "kind": "visit"},
    ("POST", "/reports/{ref}/versions"): {"title": "Seen", "text": "Two vans."},
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
    return await asks_for(route, building, officer, facts)


async def send(program: Program, route: Route, reference: str, body: Any = None) -> Any:
    """Send one request to a route, with the least that it needs unless a body is given."""
    call, path = call_of(route), route.path.format(ref=reference)
    if call.method == "GET":
        return await program.get(path)
    headers = {"idempotency-key": new_id().hex, "if-match": '"1"'}
    json = BODIES[call.method, route.path] if body is None else body
    return await program.ask(call.method, path, headers=headers, json=json)


def about_a_thing(route: Route) -> bool:
    """Say whether a route is about one thing that grants can be given on."""
    return bool(policy_of(route).kind)
