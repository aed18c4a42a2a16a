"""The URL map of the API: every address, who may use it, and what travels; one file for each part of it."""

from starlette.routing import BaseRoute, Route

from models.tokens import Scope
from ops.api import document, searching
from ops.api.agency_routes import agency_routes, record_routes
from ops.api.bounds_routes import bounds_routes
from ops.api.case_routes import case_routes
from ops.api.declared import Call, call_of, declare
from ops.api.operation_routes import operation_routes
from ops.api.screens import listing, screen
from ops.api.shapes import people as shapes
from ops.api.shapes.search import Found, Sought
from ops.api.sharing_routes import request_routes, sharing_routes
from ops.api.transfer_routes import transfer_routes
from ops.screens.directory import colleagues, listed_agencies, listed_agency, myself
from ops.web.policy import ANYONE, SIGNED_IN, refuse_undeclared


def routes() -> list[BaseRoute]:
    """Give every route. Raises TypeError for one without a policy or without what it does."""
    declared: list[BaseRoute] = [
        declare(
            "/openapi.json", document.document, ANYONE, Call("GET", "This document", None, gives=dict[str, object])
        ),
        *_people(),
        *case_routes(),
        *sharing_routes(),
        *request_routes(),
        *agency_routes(),
        *record_routes(),
        *operation_routes(),
        *bounds_routes(),
        *transfer_routes(),
        declare("/search", searching.find, SIGNED_IN, Call("POST", "Search", Scope.READ, Found, takes=Sought)),
    ]
    refuse_undeclared(declared)
    for route in declared:
        if isinstance(route, Route):
            call_of(route)
    return declared


def _people() -> list[BaseRoute]:
    return [
        screen("Who I am, and what my token may be used for", "/me", SIGNED_IN, myself, shapes.Me, scope=None),
        listing("Agencies that take part", "/agencies", listed_agencies, shapes.Agencies),
        screen("One agency", "/agencies/{ref}", SIGNED_IN, listed_agency, shapes.Agency),
        listing("Officers of my agency", "/officers", colleagues, shapes.Officers),
    ]
