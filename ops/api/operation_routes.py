"""The addresses of operations and of what is on them; part of the one URL map."""

from collections.abc import Sequence

from starlette.routing import BaseRoute

from live.audience import Level
from models.tokens import Scope
from ops.actions.check_ins import check_in, see_call
from ops.actions.decisions import confirm_decision, take_decision
from ops.actions.new_tasks import revise_task
from ops.actions.outcomes import record_outcome
from ops.actions.people_met import (
    accept_person,
    decline_person,
    keep_person,
    meet_person,
    offer_person,
    person_left,
)
from ops.actions.posts import make_post
from ops.actions.tasks import claim_task, move_task, release_task
from ops.actions.withdrawals import withdraw_post
from ops.api import live, operations
from ops.api.afterwards_routes import afterwards_routes
from ops.api.commands import command
from ops.api.day_routes import day_routes
from ops.api.declared import Call, declare
from ops.api.operation_state import my_tasks, site
from ops.api.planning_routes import planning_routes
from ops.api.screens import listing, screen
from ops.api.shapes import decisions as decision_shapes
from ops.api.shapes import operations as shapes
from ops.api.shapes import people_met as people_shapes
from ops.api.shapes.person_met import PersonMet
from ops.api.shapes.watch import WatchState
from ops.screens.composer import read_composer
from ops.screens.decision_log import read_decision_log
from ops.screens.lists import OperationRow, operations_after
from ops.screens.my_day import MyDay, read_my_day
from ops.screens.people_met import read_people_met, read_person
from ops.screens.things import posts_before, read_post, read_site, read_task
from ops.screens.values import PostLine
from ops.web.policy import SIGNED_IN, door, socket

DISCOVER, MANAGER = door("operation", Level.DISCOVER), door("operation", Level.MANAGE)
CONTRIBUTE, MANAGE = Scope.CONTRIBUTE, Scope.MANAGE


def operation_routes() -> list[BaseRoute]:
    """Give every route."""
    one, say = "/operations/{ref}", "Check in, or call for help"
    whole = Call("GET", "Everything on an operation that I may see", Scope.READ, shapes.OperationState, live=True)
    watched = Call("GET", "What waits for my decision, and what I watch", Scope.READ, WatchState, live=True)
    listed, mine = "Operations that I may see or know of", "What I hold, and what my agency has yet to take up"
    return [
        listing(listed, "/operations", operations_after, shapes.OperationLines, listed_by=_titled),
        declare(one, operations.operation, DISCOVER, whole),
        screen(mine, f"{one}/mine", DISCOVER, read_my_day, shapes.MyTasks, view=my_tasks, shown_by=_of_my_day),
        screen(
            "Who could see a post",
            f"{one}/audiences",
            DISCOVER,
            read_composer,
            shapes.Audiences,
            scope=CONTRIBUTE,
            asks=shapes.AskedPlace,
        ),
        listing(
            "Posts that I may see, newest first",
            f"{one}/posts",
            posts_before,
            shapes.Posts,
            policy=DISCOVER,
            name=lambda line: line.sort,
            shown_by=lambda lines: [name for line in lines for name in _with_files(line)],
        ),
        command("File a post", f"{one}/posts", DISCOVER, CONTRIBUTE, make_post, shapes.NewPost, makes="/posts"),
        command(say, f"{one}/check-ins", DISCOVER, CONTRIBUTE, check_in, shapes.NewCheckIn),
        command("Acknowledge a call for help", "/check-ins/{ref}/seen", SIGNED_IN, CONTRIBUTE, see_call),
        *_things(),
        *_decisions(),
        *_people_met(),
        *day_routes(),
        *planning_routes(),
        *afterwards_routes(),
        declare("/watch", operations.watch, SIGNED_IN, watched),
        socket("/live", live.feed, SIGNED_IN),
    ]


def _decisions() -> list[BaseRoute]:
    log, confirm = "/operations/{ref}/decisions", "/decisions/{ref}/confirmation"
    return [
        screen(
            "The decision log, as far as I may read it",
            log,
            DISCOVER,
            read_decision_log,
            decision_shapes.DecisionLog,
            shown_by=lambda found: [line.reference for line in found.decisions],
            listed_by=lambda found: [found.reference] if found.title else [],
        ),
        command("Enter a decision", log, MANAGER, MANAGE, take_decision, decision_shapes.NewDecision),
        command("Confirm an entry", confirm, door("decision", Level.READ), CONTRIBUTE, confirm_decision),
    ]


def _people_met() -> list[BaseRoute]:
    all_of_them, one, sees = "/operations/{ref}/people-met", "/encounters/{ref}", door("encounter", Level.READ)
    contributor, made = door("operation", Level.CONTRIBUTE), people_shapes
    return [
        screen(
            "People met, as far as I may see them",
            all_of_them,
            DISCOVER,
            read_people_met,
            made.PeopleMet,
            shown_by=lambda found: [line.reference for line in found.people],
            listed_by=lambda found: [found.reference] if found.title else [],
        ),
        command(
            "Record somebody whom I met",
            all_of_them,
            contributor,
            CONTRIBUTE,
            meet_person,
            made.NewEncounter,
            makes="/encounters",
        ),
        command(
            "Record what came of the day for a person",
            "/operations/{ref}/outcomes",
            contributor,
            CONTRIBUTE,
            record_outcome,
            made.NewOutcome,
        ),
        screen(
            "Somebody met",
            one,
            sees,
            read_person,
            PersonMet,
            shown_by=lambda line: [line.reference],
            version_of=lambda line: str(line.revision),
        ),
        command("Offer them to an agency", f"{one}/offer", sees, CONTRIBUTE, offer_person, made.NewOffer),
        command("Take them over", f"{one}/acceptance", sees, CONTRIBUTE, accept_person),
        command("Do not take them over", f"{one}/refusal", sees, CONTRIBUTE, decline_person),
        command("Keep them after all", f"{one}/withdrawal", sees, CONTRIBUTE, keep_person),
        command("They went their own way", f"{one}/departure", sees, CONTRIBUTE, person_left),
    ]


def _things() -> list[BaseRoute]:
    read, worker = Level.READ, door("task", Level.CONTRIBUTE)
    claim, status, post = "/tasks/{ref}/claim", "/tasks/{ref}/status", "/posts/{ref}"
    edit = "/tasks/{ref}/edit"
    return [
        screen(
            "A site",
            "/sites/{ref}",
            door("site", read),
            read_site,
            shapes.Site,
            view=lambda found: site(*found),
            shown_by=lambda found: [found[1]],
        ),
        screen(
            "A post",
            post,
            door("post", read),
            read_post,
            shapes.Post,
            shown_by=_with_files,
            version_of=lambda line: str(line.revision),
        ),
        command(
            "Withdraw a post",
            f"{post}/withdrawal",
            door("post", read),
            CONTRIBUTE,
            withdraw_post,
            shapes.Withdrawn,
        ),
        screen(
            "A task",
            "/tasks/{ref}",
            door("task", read),
            read_task,
            shapes.Task,
            shown_by=lambda line: [line.reference],
            version_of=lambda line: str(line.revision),
        ),
        command("Bring a task to a status", status, worker, CONTRIBUTE, move_task, shapes.NewStatus),
        command("Change what a task says", edit, door("task", Level.MANAGE), MANAGE, revise_task, shapes.Revised),
        command("Hold a task: one officer at a time", claim, worker, CONTRIBUTE, claim_task),
        command("Let go of a task", claim, worker, CONTRIBUTE, release_task, method="DELETE"),
    ]


def _titled(rows: Sequence[OperationRow]) -> list[str]:
    return [row.reference for row in rows if not row.stub]


def _of_my_day(day: MyDay) -> list[str]:
    current = [day.current] if day.current else []
    return [task.reference for task in (*current, *day.next, *day.open_tasks, *day.held_elsewhere)]


def _with_files(line: PostLine) -> list[str]:
    return [line.reference, *(file.reference for file in line.files)]
