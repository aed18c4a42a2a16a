"""The addresses of command, radio and the end of an operation; part of the one URL map."""

from operator import attrgetter

from starlette.routing import BaseRoute

from live.audience import Level
from models.tokens import Scope
from ops.actions.command import acknowledge_command, take_command
from ops.actions.keeping import keep_access
from ops.actions.overlaps import settle_overlap
from ops.actions.radio import confirm_heard, enter_heard
from ops.actions.stand_downs import stand_down
from ops.actions.strikes import strike
from ops.actions.walls import end_wall, show_sites
from ops.api.commands import command
from ops.api.screens import screen
from ops.api.shapes import command as shapes
from ops.api.shapes import walls
from ops.screens.command import read_command
from ops.screens.ending import read_ending
from ops.screens.radio import RadioPage, read_radio
from ops.screens.stand_down import StandDown, read_stand_down
from ops.screens.visits import read_visits
from ops.screens.walls import Walls, read_walls
from ops.web.policy import SIGNED_IN, door

MANAGER, DISCOVER = door("operation", Level.MANAGE), door("operation", Level.DISCOVER)
CONTRIBUTE, MANAGE = Scope.CONTRIBUTE, Scope.MANAGE


def day_routes() -> list[BaseRoute]:
    """Give the routes."""
    one, reader, site = "/operations/{ref}", door("operation", Level.READ), door("site", Level.MANAGE)
    who, said, ends, end = "Who has command, and who had", "What an officer can be entered for", "What ends", "ending"
    return [
        screen(who, f"{one}/command", reader, read_command, shapes.Command, listed_by=_itself),
        command("Take command", f"{one}/command", MANAGER, MANAGE, take_command, shapes.Taking),
        command(
            "Acknowledge that somebody took it",
            "/commands/{ref}/acknowledgement",
            SIGNED_IN,
            CONTRIBUTE,
            acknowledge_command,
        ),
        command("Strike: begin the operation", f"{one}/strike", MANAGER, MANAGE, strike),
        screen(
            "Visits at a site that overlap",
            "/sites/{ref}/visits",
            door("site", Level.READ),
            read_visits,
            shapes.Visits,
            listed_by=attrgetter("listed"),
        ),
        command("Settle an overlap", "/sites/{ref}/settlement", site, MANAGE, settle_overlap),
        screen(
            said,
            f"{one}/radio",
            MANAGER,
            read_radio,
            shapes.Radio,
            scope=MANAGE,
            asks=shapes.AskedOfficer,
            listed_by=_spoken,
        ),
        command("Enter what was heard", f"{one}/radio", MANAGER, MANAGE, enter_heard, shapes.Heard),
        command(
            "Confirm what was entered for me",
            f"{one}/radio/confirmation",
            DISCOVER,
            CONTRIBUTE,
            confirm_heard,
            shapes.HeardConfirmed,
        ),
        screen(
            "What standing down does",
            f"{one}/stand-down",
            MANAGER,
            read_stand_down,
            shapes.StandDown,
            scope=MANAGE,
            listed_by=_left_open,
        ),
        command("Stand the operation down", f"{one}/stand-down", MANAGER, MANAGE, stand_down, shapes.NewStandDown),
        screen(ends, f"{one}/{end}", DISCOVER, read_ending, shapes.Ending, listed_by=lambda found: found.references),
        command("Let access go on", f"{one}/{end}", DISCOVER, MANAGE, keep_access, shapes.Keep),
        screen("Its walls", f"{one}/walls", MANAGER, read_walls, walls.Walls, scope=MANAGE, listed_by=_on_walls),
        command("Show these sites on a wall", "/walls/{ref}", SIGNED_IN, MANAGE, show_sites, walls.ShownSites),
        command("End a wall and its screens", "/walls/{ref}/end", SIGNED_IN, MANAGE, end_wall),
    ]


def _itself(found: shapes.Command) -> list[str]:
    return [found.reference]


def _left_open(found: StandDown) -> list[str]:
    return [found.reference, *found.left_open]


def _spoken(found: RadioPage) -> list[str]:
    return [found.reference, *(task.reference for task in found.tasks), *(site.reference for site in found.sites)]


def _on_walls(found: Walls) -> list[str]:
    return [found.operation, *(site.reference for site in found.sites)]
