"""The addresses of what keeps sharing within bounds, and of emergency access; part of the one URL map."""

from starlette.routing import BaseRoute

from live.audience import Level
from models.agencies import Duty
from models.tokens import Scope
from ops.actions.admissions import accept_proposal, decline_proposal
from ops.actions.emergency_marks import mark_for_emergency
from ops.actions.emergency_reviews import review
from ops.actions.holds import end_hold, hold
from ops.actions.ring_fences import lift_fence, put_back, raise_fence, take_out
from ops.actions.widenings import see_widening
from ops.actions.withdrawals import withdraw_report
from ops.api.commands import command
from ops.api.screens import screen
from ops.api.shapes import bounds as shapes
from ops.api.shapes import emergencies as emergency_shapes
from ops.api.shapes.operations import Withdrawn
from ops.api.shapes.terms import Terms
from ops.screens.emergency_page import BreakingGlass, EmergencyPage, read_breaking_glass, read_emergency
from ops.screens.holding import read_hold
from ops.screens.proposals import read_proposal
from ops.screens.ring_fences import FencePreview, preview_fence, read_fences
from ops.screens.withdrawn import withdrawn_by_my_agency
from ops.web.policy import SIGNED_IN, door, duty

CONTRIBUTE, MANAGE = Scope.CONTRIBUTE, Scope.MANAGE
MANAGER, CASE_MANAGER = door("report", Level.MANAGE), door("case", Level.MANAGE)


def bounds_routes() -> list[BaseRoute]:
    """Give the routes."""
    report, fences, ours = "/reports/{ref}", "/cases/{ref}/fences", duty(Duty.INFORMATION_MANAGER)
    gone, discover = "What my agency withdrew", door("report", Level.DISCOVER)
    return [
        screen("A report's hold", f"{report}/hold", MANAGER, read_hold, shapes.Hold, scope=MANAGE, shown_by=_itself),
        command("Hold a report", f"{report}/hold", discover, MANAGE, hold, shapes.NewHold),
        command("End a hold", f"{report}/hold/end", MANAGER, MANAGE, end_hold, shapes.HoldEnd),
        command(
            "Withdraw a report",
            f"{report}/withdrawal",
            door("report", Level.READ),
            CONTRIBUTE,
            withdraw_report,
            Withdrawn,
        ),
        screen(gone, "/withdrawn", ours, withdrawn_by_my_agency, shapes.WithdrawnThings, listed_by=_each),
        screen(
            "The ring-fences of a case",
            fences,
            door("case", Level.READ),
            read_fences,
            shapes.Fences,
            shown_by=lambda found: [found.case],
        ),
        screen(
            "What raising a ring-fence would revoke",
            f"{fences}/preview",
            CASE_MANAGER,
            preview_fence,
            shapes.FencePreview,
            scope=MANAGE,
            takes=shapes.NewFence,
            shown_by=_revoked,
        ),
        command("Raise a ring-fence", fences, CASE_MANAGER, MANAGE, raise_fence, shapes.NewFence),
        command("Lift a ring-fence", "/fences/{ref}/lift", SIGNED_IN, MANAGE, lift_fence, shapes.Because),
        command("Take a report out of them", f"{report}/unfenced", MANAGER, MANAGE, take_out, shapes.Because),
        command("Put it back inside", f"{report}/fenced", MANAGER, MANAGE, put_back),
        command("Say that a widening was seen", "/widenings/{ref}/seen", SIGNED_IN, CONTRIBUTE, see_widening),
        *_proposals(),
        *_emergencies(),
    ]


def _proposals() -> list[BaseRoute]:
    one, title = "/proposals/{ref}", "An agency that is proposed for a case"
    return [
        screen(title, one, SIGNED_IN, read_proposal, shapes.Proposal, listed_by=lambda found: [found.case]),
        command("Let it in", f"{one}/accept", SIGNED_IN, MANAGE, accept_proposal, Terms),
        command("Leave it out", f"{one}/decline", SIGNED_IN, MANAGE, decline_proposal),
    ]


def _emergencies() -> list[BaseRoute]:
    one, made, role = "/emergency-access/{ref}", emergency_shapes, duty(Duty.EMERGENCY)
    return [
        screen(
            "My own emergency access",
            "/emergency-access",
            role,
            read_breaking_glass,
            made.OwnEmergencies,
            shown_by=_earlier,
        ),
        screen("A broken glass", one, SIGNED_IN, read_emergency, made.Emergency, shown_by=_titled),
        command("Review it", f"{one}/review", SIGNED_IN, MANAGE, review, made.Review),
        command(
            "Say whether a report may be opened in an emergency",
            "/reports/{ref}/emergency",
            MANAGER,
            MANAGE,
            mark_for_emergency,
            made.Mark,
        ),
    ]


def _itself(found: shapes.Hold) -> list[str]:
    return [found.reference]


def _each(found: list[shapes.WithdrawnLine]) -> list[str]:
    return [line.reference for line in found]


def _revoked(found: FencePreview) -> list[str]:
    return [one.thing for one in found.stands]


def _titled(found: EmergencyPage) -> list[str]:
    return [found.thing.reference] if found.thing is not None and found.thing.title else []


def _earlier(found: BreakingGlass) -> list[str]:
    return [reference for one in found.earlier for reference in _titled(one)]
