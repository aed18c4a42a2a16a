"""The addresses of access: who and why, giving and taking back, asking and deciding; part of the one URL map."""

from functools import partial

from starlette.routing import BaseRoute

from live.audience import Level
from models.tokens import Scope
from ops.actions import deciding
from ops.actions.grants import give_access, revoke_access
from ops.actions.requests import ask, ask_by_reference
from ops.api.commands import command
from ops.api.requests import read_either, read_requests, titled
from ops.api.screens import screen
from ops.api.shapes import requests as request_shapes
from ops.api.shapes import sharing as shapes
from ops.screens.explanation import read_explanation
from ops.screens.giving import read_giving
from ops.screens.receipts import read_receipt
from ops.screens.share_preview import preview
from ops.screens.sharing import read_sharing
from ops.web.policy import SIGNED_IN, door

EXPLAINED = ("case", "report", "operation", "site", "task", "post", "profile", "attachment", "decision")
GIVEN_ON = ("case", "report", "profile", "operation")
MANAGE = Scope.MANAGE


def sharing_routes() -> list[BaseRoute]:
    """Give the routes."""
    one, gave = "/grants/{ref}", "What a grant gave, and what came of it"
    return [
        *(route for kind in EXPLAINED for route in _explained(kind)),
        *(route for kind in GIVEN_ON for route in _given(kind)),
        screen(gave, one, SIGNED_IN, read_receipt, shapes.Receipt, scope=MANAGE, listed_by=lambda found: [found.thing]),
        command("Take a grant back", f"{one}/removal", SIGNED_IN, MANAGE, revoke_access, shapes.Removal),
    ]


def request_routes() -> list[BaseRoute]:
    """Give the routes of asking for access and of deciding."""
    made, one, words = request_shapes, "/requests/{ref}", request_shapes.Telling
    mine = "What I asked for, and what waits for me to decide"
    return [
        screen(mine, "/requests", SIGNED_IN, read_requests, made.Requests, listed_by=titled),
        command(
            "Ask by a reference",
            "/requests",
            SIGNED_IN,
            MANAGE,
            ask_by_reference,
            made.NewRequestByReference,
            makes="/requests",
        ),
        screen("One request", one, SIGNED_IN, read_either, made.AnyRequest, listed_by=lambda found: titled([found])),
        command(
            "Approve, as asked or narrower",
            f"{one}/approval",
            SIGNED_IN,
            MANAGE,
            deciding.approve,
            made.Approval,
            makes="/grants",
        ),
        command("Refuse with a reason", f"{one}/refusal", SIGNED_IN, MANAGE, deciding.refuse, words),
        command("Refuse without an answer", f"{one}/silence", SIGNED_IN, MANAGE, deciding.refuse_in_silence),
        command("Ask the requester something", f"{one}/question", SIGNED_IN, MANAGE, deciding.ask_back, words),
        command("Reply to the owner's question", f"{one}/reply", SIGNED_IN, MANAGE, deciding.reply, made.Reply),
        command("Pass it on to its managers", f"{one}/referral", SIGNED_IN, MANAGE, deciding.pass_on),
        *(
            command(
                f"Ask for access to a {kind}",
                f"/{kind}s/{{ref}}/requests",
                door(kind, Level.DISCOVER),
                MANAGE,
                partial(ask, kind=kind),
                made.NewRequest,
                makes="/requests",
            )
            for kind in GIVEN_ON
        ),
    ]


def _explained(kind: str) -> list[BaseRoute]:
    path, why, who = f"/{kind}s/{{ref}}", f"Why I can see this {kind}", f"Who can see this {kind}"
    explained, shared = partial(read_explanation, kind=kind), partial(read_sharing, kind=kind)
    discover, read = door(kind, Level.DISCOVER), door(kind, Level.READ)
    return [
        screen(why, f"{path}/why", discover, explained, shapes.Explanation, listed_by=lambda found: found.shown),
        screen(who, f"{path}/sharing", read, shared, shapes.Sharing, listed_by=lambda found: found.shown),
    ]


def _given(kind: str) -> list[BaseRoute]:
    path, manager = f"/{kind}s/{{ref}}", door(kind, Level.MANAGE)
    return [
        screen(
            f"To whom this {kind} can be given",
            f"{path}/grantees",
            manager,
            partial(read_giving, kind=kind),
            shapes.Giving,
            scope=MANAGE,
            listed_by=lambda found: found.operations,
        ),
        screen(
            "What giving would change",
            f"{path}/grants/preview",
            manager,
            partial(preview, kind=kind),
            shapes.Preview,
            scope=MANAGE,
            takes=shapes.NewGrant,
        ),
        command(
            f"Give access to this {kind}",
            f"{path}/grants",
            manager,
            MANAGE,
            partial(give_access, kind=kind),
            shapes.NewGrant,
            makes="/grants",
        ),
    ]
