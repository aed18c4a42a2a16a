"""The addresses of one's own agency and of the audit; part of the one URL map."""

from functools import partial

from starlette.routing import BaseRoute

from live.audience import Level
from models.agencies import Duty
from models.audit import Act
from models.tokens import Scope
from ops.actions.invitations import revoke_invitation
from ops.actions.officers import make_account, officer_version, revise_officer
from ops.actions.signing import make_agreement, sign_agreement
from ops.actions.teams import make_team, revise_team, team_version
from ops.api import platform, records
from ops.api.commands import command
from ops.api.declared import Call, declare
from ops.api.screens import screen
from ops.api.shapes import agency as shapes
from ops.api.shapes import records as record_shapes
from ops.screens.agreements import read_agreement, read_agreements
from ops.screens.invitations import own_officers
from ops.screens.lost_phones import phones_to_end
from ops.screens.own_agency import read_account, read_officer, read_own_agency, read_team, read_unmanaged
from ops.screens.register import read_register
from ops.web.policy import SIGNED_IN, door, duty

ADMINISTRATOR = duty(Duty.ADMINISTRATOR)
MAKERS = duty(Duty.ADMINISTRATOR, Duty.INFORMATION_MANAGER)
PARTIES = duty(Duty.ADMINISTRATOR, Duty.INFORMATION_MANAGER, Duty.LEAD)
INFORMATION_MANAGER = duty(Duty.INFORMATION_MANAGER)
SIGNERS = duty(Duty.INFORMATION_MANAGER, Duty.LEAD)
OPERATOR = duty(Duty.PLATFORM_OPERATOR)
ADMINISTER = Scope.ADMINISTER


def agency_routes() -> list[BaseRoute]:
    """Give the routes of administrators and of an agreement's parties."""
    here, team, officer, account = ADMINISTRATOR, "/teams/{ref}", "/officers/{ref}", "/accounts/{ref}"
    rename, revise = "Rename a team, list or unlist it", "Change an officer's name or mobile"
    signed, made = "/agreements", "Make an agreement"
    return [
        screen("My agency", "/agency", here, read_own_agency, shapes.OwnAgency, scope=ADMINISTER),
        command("Make a team", "/teams", here, ADMINISTER, make_team, shapes.TeamWords, makes="/teams"),
        screen(
            "One team",
            team,
            here,
            read_team,
            shapes.Team,
            scope=ADMINISTER,
            version_of=lambda found: team_version(found.team),
        ),
        command(rename, team, here, ADMINISTER, revise_team, shapes.TeamWords, method="PUT"),
        screen(
            "One officer",
            officer,
            here,
            read_officer,
            shapes.OfficerOfOurs,
            scope=ADMINISTER,
            version_of=officer_version,
        ),
        command(revise, officer, here, ADMINISTER, revise_officer, shapes.OfficerWords, method="PUT"),
        command("Make an account", "/accounts", here, ADMINISTER, make_account, shapes.NewAccount, makes="/accounts"),
        screen("An account", account, here, read_account, shapes.AccountOfOurs, scope=ADMINISTER),
        screen("My agency's agreements", signed, PARTIES, read_agreements, shapes.Agreements, scope=ADMINISTER),
        command(made, signed, MAKERS, ADMINISTER, make_agreement, shapes.NewAgreement, makes=signed),
        screen("One agreement", f"{signed}/{{ref}}", PARTIES, read_agreement, shapes.Agreement, scope=ADMINISTER),
        command("Sign it for my agency", f"{signed}/{{ref}}/signature", SIGNERS, ADMINISTER, sign_agreement),
        *_looks(),
    ]


def _looks() -> list[BaseRoute]:
    """Give what an administrator, a lead or an operator looks at; what they then do wants a person who confirms."""
    here, withdrawal = ADMINISTRATOR, "/invitations/{ref}/withdrawal"
    running = Call("GET", "How the platform runs, and who takes part", ADMINISTER, shapes.Platform)
    return [
        screen(
            "What nobody manages", "/agency/unmanaged", here, read_unmanaged, shapes.UnmanagedThings, scope=ADMINISTER
        ),
        screen(
            "How my agency's officers come to sign in",
            "/invitations",
            here,
            own_officers,
            shapes.Entries,
            scope=ADMINISTER,
        ),
        command("Withdraw an invitation", withdrawal, here, ADMINISTER, revoke_invitation),
        screen("Whose phones I may end the sign-ins of", "/lost-phones", SIGNED_IN, phones_to_end, shapes.Phones),
        declare("/platform", platform.home, OPERATOR, running),
    ]


def record_routes() -> list[BaseRoute]:
    """Give the routes of the audit's readers."""
    asks, listed = record_shapes.AskedRecords, record_shapes.Records
    ours = Call("GET", "Who read what my agency owns", Scope.AUDIT, listed, asks=asks)
    officers = Call("GET", "What my agency's officers did", Scope.AUDIT, listed, asks=asks)
    return [
        declare("/records", records.ours, INFORMATION_MANAGER, ours),
        declare("/records/officers", records.officers, INFORMATION_MANAGER, officers),
        *(
            screen(
                f"To whom this {kind} was disclosed",
                f"/{kind}s/{{ref}}/register",
                door(kind, Level.MANAGE),
                partial(read_register, kind=kind),
                record_shapes.Register,
                scope=Scope.AUDIT,
                act=Act.REGISTER_READ,
                listed_by=lambda found: [found.reference],
            )
            for kind in ("case", "profile")
        ),
    ]
