"""The addresses of access: who and why, giving and taking back, asking and deciding; part of the one URL map."""

from starlette.routing import BaseRoute

from live.audience import Level
from models.tokens import Scope
from ops.api import requests, sharing
from ops.api.declared import Call, declare
from ops.api.shapes import requests as request_shapes
from ops.api.shapes import sharing as shapes
from ops.api.shapes.common import Made
from ops.web.policy import SIGNED_IN, door

EXPLAINED = ("case", "report", "operation", "site", "task", "post", "profile", "attachment")
GIVEN_ON = ("case", "report", "profile", "operation")


def sharing_routes() -> list[BaseRoute]:
    """Give the routes."""
    one = "/grants/{ref}"
    receipt = Call("GET", "What a grant gave, and what came of it", Scope.MANAGE, shapes.Receipt)
    removal = Call("POST", "Take a grant back", Scope.MANAGE, None, 204, takes=shapes.Removal)
    return [
        *(route for kind in EXPLAINED for route in _explained(kind)),
        *(route for kind in GIVEN_ON for route in _given(kind)),
        declare(one, sharing.grant, SIGNED_IN, receipt),
        declare(f"{one}/removal", sharing.remove, SIGNED_IN, removal),
    ]


def request_routes() -> list[BaseRoute]:
    """Give the routes of asking for access and of deciding."""
    made, one, sent = request_shapes, "/requests/{ref}", request_shapes.NewRequest
    by_reference = Call("POST", "Ask by a reference", Scope.MANAGE, Made, 201, takes=made.NewRequestByReference)
    listed = Call("GET", "What I asked for, and what waits for me to decide", Scope.READ, made.Requests)
    shown = Call("GET", "One request", Scope.READ, made.AnyRequest)
    approval = Call("POST", "Approve, as asked or narrower", Scope.MANAGE, Made, 201, takes=made.Approval)
    return [
        declare("/requests", requests.requests, SIGNED_IN, listed),
        declare("/requests", requests.by_reference, SIGNED_IN, by_reference),
        declare(one, requests.one, SIGNED_IN, shown),
        declare(f"{one}/approval", requests.approve, SIGNED_IN, approval),
        declare(f"{one}/refusal", requests.refuse, SIGNED_IN, _step("Refuse with a reason", made.Telling)),
        declare(f"{one}/silence", requests.stay_silent, SIGNED_IN, _step("Refuse without an answer", None)),
        declare(f"{one}/question", requests.question, SIGNED_IN, _step("Ask the requester something", made.Telling)),
        declare(f"{one}/reply", requests.reply, SIGNED_IN, _step("Reply to the owner's question", made.Reply)),
        declare(f"{one}/referral", requests.refer, SIGNED_IN, _step("Pass it on to its managers", None)),
        *(
            declare(
                f"/{kind}s/{{ref}}/requests",
                requests.RequestsFor(kind).ask,
                door(kind, Level.DISCOVER),
                Call("POST", f"Ask for access to a {kind}", Scope.MANAGE, Made, 201, takes=sent),
            )
            for kind in GIVEN_ON
        ),
    ]


def _explained(kind: str) -> list[BaseRoute]:
    path, of = f"/{kind}s/{{ref}}", sharing.SharingOf(kind)
    why = Call("GET", f"Why I can see this {kind}", Scope.READ, shapes.Explanation)
    who = Call("GET", f"Who can see this {kind}", Scope.READ, shapes.Sharing)
    return [
        declare(f"{path}/why", of.why, door(kind, Level.DISCOVER), why),
        declare(f"{path}/sharing", of.who, door(kind, Level.READ), who),
    ]


def _given(kind: str) -> list[BaseRoute]:
    path, of, manager = f"/{kind}s/{{ref}}", sharing.SharingOf(kind), door(kind, Level.MANAGE)
    to_whom = Call("GET", f"To whom this {kind} can be given", Scope.MANAGE, shapes.Giving)
    preview = Call("POST", "What giving would change", Scope.MANAGE, shapes.Preview, takes=shapes.NewGrant)
    given = Call("POST", f"Give access to this {kind}", Scope.MANAGE, Made, 201, takes=shapes.NewGrant)
    return [
        declare(f"{path}/grantees", of.grantees, manager, to_whom),
        declare(f"{path}/grants/preview", of.preview, manager, preview),
        declare(f"{path}/grants", of.give, manager, given),
    ]


def _step(says: str, takes: type[request_shapes.Telling | request_shapes.Reply] | None) -> Call:
    return Call("POST", says, Scope.MANAGE, None, 204, takes=takes)
