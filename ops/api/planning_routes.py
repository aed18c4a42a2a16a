"""The addresses of an operation's plan, and of the invitations to it; part of the one URL map."""

from starlette.routing import BaseRoute

from live.audience import Level
from models.agencies import Duty
from models.tokens import Scope
from ops.actions.briefings import acknowledge_briefing, publish_briefing, save_briefing
from ops.actions.detachments import accept_invitation, decline_invitation, invite_detachment, take_out
from ops.actions.new_tasks import make_task
from ops.actions.planning import begin_operation, plan_operation, revise_operation
from ops.actions.sending import send_own_officers
from ops.actions.sites import add_site, reveal_site, set_window, withdraw_window
from ops.api.commands import command
from ops.api.screens import Over, screen
from ops.api.shapes import briefing as briefing_shapes
from ops.api.shapes import planning as shapes
from ops.screens.detachment_invitations import read_invitation
from ops.screens.plan_pages import (
    AgenciesPage,
    BriefingOf,
    PlanPage,
    ReadinessOf,
    SitesPage,
    TasksPage,
    read_agencies,
    read_briefing_page,
    read_plan,
    read_planned_tasks,
    read_site_plans,
    read_who_is_ready,
)
from ops.web.policy import SIGNED_IN, door, duty

READER, MANAGER = door("operation", Level.READ), door("operation", Level.MANAGE)
CONTRIBUTE, MANAGE = Scope.CONTRIBUTE, Scope.MANAGE
ONE = "/operations/{ref}"


def planning_routes() -> list[BaseRoute]:
    """Give the routes."""
    plan, new = f"{ONE}/plan", shapes.NewOperation
    return [
        command("Plan an operation", "/operations", SIGNED_IN, MANAGE, plan_operation, new, makes="/operations"),
        screen(
            "What an operation says of itself",
            plan,
            READER,
            read_plan,
            shapes.Plan,
            view=lambda found: Over(found.head, found),
            version_of=lambda found: found.head.version,
            shown_by=_itself,
        ),
        command("Change what it says", plan, MANAGER, MANAGE, revise_operation, shapes.Header, method="PUT"),
        command("Send officers of my own", f"{ONE}/officers", MANAGER, MANAGE, send_own_officers, shapes.Officers),
        command("Begin the operation", f"{ONE}/beginning", MANAGER, MANAGE, begin_operation),
        *_agencies(),
        *_places(),
        *_briefing(),
    ]


def _agencies() -> list[BaseRoute]:
    agencies, one, lead = f"{ONE}/agencies", "/detachments/{ref}", duty(Duty.LEAD)
    accept, withdraw = "Send officers to it, or more of them", "Withdraw it, or take the detachment out"
    return [
        screen(
            "Who takes part and who was asked",
            agencies,
            READER,
            read_agencies,
            shapes.Detachments,
            view=lambda found: {**_head(found), "items": found.lines, "others": found.others},
            listed_by=_itself,
        ),
        command("Invite an agency", agencies, MANAGER, MANAGE, invite_detachment, shapes.Invite),
        screen("An invitation to my agency", one, lead, read_invitation, shapes.Invited),
        command(accept, f"{one}/acceptance", lead, MANAGE, accept_invitation, shapes.Officers),
        command("Decline it", f"{one}/refusal", lead, MANAGE, decline_invitation, shapes.Declined),
        command(withdraw, f"{one}/withdrawal", SIGNED_IN, MANAGE, take_out),
    ]


def _places() -> list[BaseRoute]:
    sites, tasks, visits, shown = f"{ONE}/sites", f"{ONE}/tasks", f"{ONE}/visits", "Show a site to a detachment"
    return [
        screen(
            "Its sites, and the visits planned there",
            sites,
            READER,
            read_site_plans,
            shapes.SitePlans,
            view=lambda found: {**_head(found), "items": found.sites},
            shown_by=lambda found: [site.reference for site in found.sites],
            listed_by=_itself,
        ),
        command("Add a site", sites, MANAGER, MANAGE, add_site, shapes.NewSite, makes="/sites"),
        command(shown, f"{ONE}/reveals", MANAGER, MANAGE, reveal_site, shapes.Reveal),
        command("Plan a visit", visits, READER, CONTRIBUTE, set_window, shapes.VisitWindow),
        command("Withdraw a visit", f"{visits}/withdrawal", READER, CONTRIBUTE, withdraw_window, shapes.WithdrawnVisit),
        screen(
            "Its tasks",
            tasks,
            READER,
            read_planned_tasks,
            shapes.PlannedTasks,
            view=lambda found: {**_head(found), "items": found.tasks},
            listed_by=lambda found: [found.head.reference, *(task.reference for task in found.tasks)],
        ),
        command("Make a task", tasks, MANAGER, MANAGE, make_task, shapes.NewTask, makes="/tasks"),
    ]


def _briefing() -> list[BaseRoute]:
    made, briefing, ready = briefing_shapes, f"{ONE}/briefing", f"{ONE}/readiness"
    read, publication = f"{briefing}/acknowledgement", f"{briefing}/publication"
    return [
        screen(
            "Its briefing",
            briefing,
            READER,
            read_briefing_page,
            made.Briefing,
            view=lambda found: Over(found.briefing, found.head),
            version_of=lambda found: found.briefing.version,
            shown_by=_itself,
        ),
        command("Keep the draft", briefing, MANAGER, MANAGE, save_briefing, made.NewBriefing, method="PUT"),
        command("Publish the next version", publication, MANAGER, MANAGE, publish_briefing, made.NewBriefing),
        command("Say that I have read it", read, READER, CONTRIBUTE, acknowledge_briefing, made.BriefingRead),
        screen(
            "Who is ready",
            ready,
            READER,
            read_who_is_ready,
            made.Readiness,
            view=lambda found: Over(found.ready, found.head),
            listed_by=_itself,
        ),
    ]


def _itself(found: PlanPage | AgenciesPage | SitesPage | BriefingOf | ReadinessOf) -> list[str]:
    return [found.head.reference]


def _head(found: AgenciesPage | SitesPage | TasksPage) -> dict[str, object]:
    return {"reference": found.head.reference, "manages": found.head.manages}
