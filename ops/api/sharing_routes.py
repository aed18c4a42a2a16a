"""The addresses of access: who and why, giving and taking back, asking and deciding; part of the one URL map."""

from collections.abc import Collection
from functools import partial

from starlette.routing import BaseRoute

from live.audience import Level
from models.agencies import Duty
from models.tokens import Scope
from ops.actions import deciding
from ops.actions.accepting import decline_hand_over
from ops.actions.grants import give_access, revoke_access
from ops.actions.hand_overs import offer_hand_over, withdraw_offer
from ops.actions.namings import keep_profile, share_profile
from ops.actions.renewals import renew_access
from ops.actions.requests import ask, ask_by_reference
from ops.actions.revocations import revoke_all
from ops.api.commands import command
from ops.api.requests import read_either, read_requests, titled
from ops.api.screens import screen
from ops.api.shapes import audiences as audience_shapes
from ops.api.shapes import hand_overs as hand_over_shapes
from ops.api.shapes import removals as removal_shapes
from ops.api.shapes import requests as request_shapes
from ops.api.shapes import sharing as shapes
from ops.api.shapes import view_as as view_shapes
from ops.api.view_as import (
    beside_the_board,
    beside_the_case,
    board_through_their_eyes,
    seen_of_board,
    seen_of_case,
    through_their_eyes,
)
from ops.screens.explanation import read_explanation
from ops.screens.giving import read_giving
from ops.screens.hand_overs import read_offered, read_offering
from ops.screens.namings import read_naming
from ops.screens.receipts import read_receipt
from ops.screens.removals import Removals, read_removals
from ops.screens.review import Review, read_review
from ops.screens.share_preview import preview
from ops.screens.sharing import read_sharing
from ops.screens.view_as import read_board_as, read_case_as
from ops.web.policy import SIGNED_IN, door, duty

EXPLAINED = ("case", "report", "operation", "site", "task", "post", "profile", "attachment", "decision", "encounter")
ASKED_FOR = ("case", "report", "profile", "operation")
GIVEN_ON = (*ASKED_FOR, "encounter")
MANAGE = Scope.MANAGE
LEAD = duty(Duty.LEAD)


def sharing_routes() -> list[BaseRoute]:
    """Give the routes."""
    one, gave = "/grants/{ref}", "What a grant gave, and what came of it"
    return [
        *(route for kind in EXPLAINED for route in _explained(kind)),
        *(route for kind in GIVEN_ON for route in _given(kind)),
        screen(gave, one, SIGNED_IN, read_receipt, shapes.Receipt, scope=MANAGE, listed_by=lambda found: [found.thing]),
        command("Take a grant back", f"{one}/removal", SIGNED_IN, MANAGE, revoke_access, shapes.Removal),
        *_from_one_place(),
        *_hand_overs(),
        *_namings(),
        screen(
            "A case as another agency sees it, as far as I see it too",
            "/cases/{ref}/as",
            door("case", Level.READ),
            read_case_as,
            view_shapes.CaseAs,
            asks=view_shapes.AskedAgency,
            view=through_their_eyes,
            shown_by=seen_of_case,
            listed_by=beside_the_case,
        ),
        screen(
            "A board as another agency sees it, as far as I see it too",
            "/operations/{ref}/as",
            door("operation", Level.READ),
            read_board_as,
            view_shapes.BoardAs,
            asks=view_shapes.AskedAgency,
            view=board_through_their_eyes,
            shown_by=seen_of_board,
            listed_by=beside_the_board,
        ),
    ]


def _from_one_place() -> list[BaseRoute]:
    made, path, who = removal_shapes, "/removals", "Who has access, and what would close"
    return [
        screen(
            who, path, SIGNED_IN, read_removals, made.Removals, scope=MANAGE, asks=made.AskedRemovals, listed_by=_listed
        ),
        command("Take all of it back", path, SIGNED_IN, MANAGE, revoke_all, made.NewRemoval),
        screen(
            "What a lead looks at",
            "/agency/review",
            LEAD,
            read_review,
            made.AccessReview,
            scope=MANAGE,
            listed_by=_listed,
        ),
        command("Renew a grant", "/grants/{ref}/renewal", LEAD, MANAGE, renew_access, makes="/grants"),
    ]


def _hand_overs() -> list[BaseRoute]:
    of_case, one, made = "/cases/{ref}/hand-over", "/hand-overs/{ref}", hand_over_shapes
    manager, offers = door("case", Level.MANAGE), "To whom a case can be offered"
    return [
        screen(
            offers, of_case, manager, read_offering, made.Offering, scope=MANAGE, listed_by=lambda one: [one.reference]
        ),
        command("Offer a case to another agency", of_case, manager, MANAGE, offer_hand_over, made.NewOffer),
        command("Withdraw the offer", f"{of_case}/withdrawal", manager, MANAGE, withdraw_offer),
        screen("A case that is offered to us", one, LEAD, read_offered, made.Offered),
        command("Decline it", f"{one}/refusal", LEAD, MANAGE, decline_hand_over),
    ]


def _namings() -> list[BaseRoute]:
    one, made = "/namings/{ref}", audience_shapes
    offer = "Who reads a report that names a person, and cannot open the profile"
    return [
        screen(
            offer,
            one,
            SIGNED_IN,
            read_naming,
            made.Naming,
            scope=MANAGE,
            listed_by=lambda found: [found.profile, found.report],
        ),
        command("Let them read the profile", f"{one}/share", SIGNED_IN, MANAGE, share_profile, made.ProfileShared),
        command("Share it with none of them", f"{one}/keep", SIGNED_IN, MANAGE, keep_profile),
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
            for kind in ASKED_FOR
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


def _listed(found: Removals | Review) -> Collection[str]:
    return found.references
