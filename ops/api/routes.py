"""The URL map of the API, on one page: every address, its handler, who may use it, and what travels."""

from starlette.routing import BaseRoute, Route

from live.audience import Level
from models.tokens import Scope
from ops.api import attachments, cases, document, links, people, profiles, reports
from ops.api.agency_routes import agency_routes, record_routes
from ops.api.declared import ANY_MEDIA, Call, call_of, declare
from ops.api.operation_routes import operation_routes
from ops.api.shapes import cases as case_shapes
from ops.api.shapes import people as people_shapes
from ops.api.shapes import profiles as profile_shapes
from ops.api.shapes import reports as report_shapes
from ops.api.shapes.common import AskedPage, Made, Shape
from ops.api.sharing_routes import request_routes, sharing_routes
from ops.web.policy import ANYONE, SIGNED_IN, door, refuse_undeclared


def routes() -> list[BaseRoute]:
    """Give every route. Raises TypeError for one without a policy or without what it does."""
    declared: list[BaseRoute] = [
        declare(
            "/openapi.json", document.document, ANYONE, Call("GET", "This document", None, gives=dict[str, object])
        ),
        *_people(),
        *_cases(),
        *_reports(),
        *_profiles(),
        *_files(),
        *sharing_routes(),
        *request_routes(),
        *agency_routes(),
        *record_routes(),
        *operation_routes(),
    ]
    refuse_undeclared(declared)
    for route in declared:
        if isinstance(route, Route):
            call_of(route)
    return declared


def _people() -> list[BaseRoute]:
    shapes = people_shapes
    return [
        declare(
            "/me", people.me, SIGNED_IN, Call("GET", "Who I am, and what my token may be used for", None, shapes.Me)
        ),
        declare("/agencies", people.agencies, SIGNED_IN, _list("Agencies that take part", shapes.Agencies)),
        declare("/agencies/{ref}", people.agency, SIGNED_IN, Call("GET", "One agency", Scope.READ, shapes.Agency)),
        declare("/officers", people.officers, SIGNED_IN, _list("Officers of my agency", shapes.Officers)),
    ]


def _cases() -> list[BaseRoute]:
    shapes, one = case_shapes, "/cases/{ref}"
    opened = Call("POST", "Open a case", Scope.CONTRIBUTE, Made, 201, takes=shapes.NewCase)
    shown = Call("GET", "A case file", Scope.READ, shapes.AnyCaseFile, versioned=True, live=True)
    revised = Call("PUT", "Change a case's own words", Scope.MANAGE, None, 204, takes=shapes.CaseWords, if_match=True)
    linked = Call("POST", "Link a case with another", Scope.MANAGE, Made, 201, takes=shapes.NewLink)
    return [
        declare("/cases", cases.cases, SIGNED_IN, _list("Cases that I may see or know of", shapes.CaseLines)),
        declare("/cases", cases.open_one, SIGNED_IN, opened),
        declare(one, cases.case, door("case", Level.DISCOVER), shown),
        declare(one, cases.revise, door("case", Level.MANAGE), revised),
        declare(f"{one}/links", links.link, door("case", Level.MANAGE), linked),
        declare("/links/{ref}", links.unlink, SIGNED_IN, Call("DELETE", "Take a link away", Scope.MANAGE, None, 204)),
    ]


def _reports() -> list[BaseRoute]:
    shapes, one = report_shapes, "/reports/{ref}"
    shown = Call("GET", "A report", Scope.READ, shapes.Report, versioned=True)
    written = Call("POST", "File a report in a case", Scope.CONTRIBUTE, Made, 201, takes=shapes.NewReport)
    revised = Call("POST", "Save a new version", Scope.CONTRIBUTE, Made, 201, takes=shapes.NewVersion, if_match=True)
    return [
        declare("/cases/{ref}/reports", reports.write, door("case", Level.CONTRIBUTE), written),
        declare(one, reports.report, door("report", Level.READ), shown),
        declare(f"{one}/versions", reports.revise, door("report", Level.CONTRIBUTE), revised),
    ]


def _profiles() -> list[BaseRoute]:
    shapes = profile_shapes
    shown = Call("GET", "An individual", Scope.READ, shapes.Profile)
    return [
        declare("/profiles", profiles.profiles, SIGNED_IN, _list("Individuals", shapes.ProfileLines)),
        declare("/profiles/{ref}", profiles.profile, door("profile", Level.READ), shown),
    ]


def _files() -> list[BaseRoute]:
    reader, one = door("attachment", Level.READ), "/attachments/{ref}"
    added = Call("POST", "Add files to a report", Scope.CONTRIBUTE, Made, 201, uploads=True)
    content = Call("GET", "A file, as it is shared", Scope.READ, media_type=ANY_MEDIA)
    small = Call("GET", "The small picture of a file", Scope.READ, media_type="image/jpeg")
    return [
        declare("/reports/{ref}/attachments", attachments.attach, door("report", Level.CONTRIBUTE), added),
        declare(f"{one}/content", attachments.content, reader, content),
        declare(f"{one}/thumbnail", attachments.thumbnail, reader, small),
    ]


def _list(says: str, shape: type[Shape]) -> Call:
    return Call("GET", says, Scope.READ, shape, asks=AskedPage)
