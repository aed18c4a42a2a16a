"""The addresses of one's own agency and of the audit; part of the one URL map."""

from starlette.routing import BaseRoute

from live.audience import Level
from models.agencies import Duty
from models.tokens import Scope
from ops.api import agency, records
from ops.api.declared import Call, declare
from ops.api.shapes import agency as shapes
from ops.api.shapes import records as record_shapes
from ops.api.shapes.common import Made
from ops.web.policy import door, duty

ADMINISTRATOR = duty(Duty.ADMINISTRATOR)
MAKERS = duty(Duty.ADMINISTRATOR, Duty.INFORMATION_MANAGER)
PARTIES = duty(Duty.ADMINISTRATOR, Duty.INFORMATION_MANAGER, Duty.LEAD)
INFORMATION_MANAGER = duty(Duty.INFORMATION_MANAGER)
SCOPE = Scope.ADMINISTER


def agency_routes() -> list[BaseRoute]:
    """Give the routes of administrators and of an agreement's parties."""
    team, officer = "/teams/{ref}", "/officers/{ref}"
    new_team = Call("POST", "Make a team", SCOPE, Made, 201, takes=shapes.TeamWords)
    revised_team = Call("PUT", "Rename a team, list or unlist it", SCOPE, None, 204, takes=shapes.TeamWords)
    revised = Call("PUT", "Change an officer's name or mobile", SCOPE, None, 204, takes=shapes.OfficerWords)
    new_account = Call("POST", "Make an account", SCOPE, Made, 201, takes=shapes.NewAccount)
    offered = Call("POST", "Make an agreement", SCOPE, Made, 201, takes=shapes.NewAgreement)
    return [
        declare("/agency", agency.home, ADMINISTRATOR, Call("GET", "My agency", SCOPE, shapes.OwnAgency)),
        declare("/teams", agency.new_team, ADMINISTRATOR, new_team),
        declare(team, agency.team, ADMINISTRATOR, Call("GET", "One team", SCOPE, shapes.Team)),
        declare(team, agency.revise_one_team, ADMINISTRATOR, revised_team),
        declare(officer, agency.officer, ADMINISTRATOR, Call("GET", "One officer", SCOPE, shapes.OfficerOfOurs)),
        declare(officer, agency.revise_one_officer, ADMINISTRATOR, revised),
        declare("/accounts", agency.new_account, ADMINISTRATOR, new_account),
        declare(
            "/accounts/{ref}", agency.account, ADMINISTRATOR, Call("GET", "An account", SCOPE, shapes.AccountOfOurs)
        ),
        declare(
            "/agreements", agency.agreements, PARTIES, Call("GET", "My agency's agreements", SCOPE, shapes.Agreements)
        ),
        declare("/agreements", agency.new_agreement, MAKERS, offered),
        declare("/agreements/{ref}", agency.agreement, PARTIES, Call("GET", "One", SCOPE, shapes.Agreement)),
    ]


def record_routes() -> list[BaseRoute]:
    """Give the routes of the audit's readers."""
    asks, listed, register = record_shapes.AskedRecords, record_shapes.Records, record_shapes.Register
    ours = Call("GET", "Who read what my agency owns", Scope.AUDIT, listed, asks=asks)
    officers = Call("GET", "What my agency's officers did", Scope.AUDIT, listed, asks=asks)
    return [
        declare("/records", records.ours, INFORMATION_MANAGER, ours),
        declare("/records/officers", records.officers, INFORMATION_MANAGER, officers),
        *(
            declare(
                f"/{kind}s/{{ref}}/register",
                records.RegisterOf(kind).show,
                door(kind, Level.MANAGE),
                Call("GET", f"To whom this {kind} was disclosed", Scope.AUDIT, register),
            )
            for kind in ("case", "profile")
        ),
    ]
