"""The addresses of an operation's record; part of the one URL map."""

from dataclasses import dataclass

from starlette.routing import BaseRoute

from live.audience import Level
from models.tokens import Scope
from ops.actions.debriefs import note_at_debrief
from ops.api.commands import command
from ops.api.operation_state import board_then
from ops.api.screens import Over, listing, screen
from ops.api.shapes import afterwards as shapes
from ops.screens.after_action import read_report, shown_by_report
from ops.screens.debrief import read_debrief
from ops.screens.replay import read_replay, references_in
from ops.screens.timeline import timeline_after
from ops.web.policy import door

READER = door("operation", Level.READ)


@dataclass(frozen=True, slots=True)
class _Board:
    """What stands in a replay's place for its board."""

    board: dict[str, object] | None


def afterwards_routes() -> list[BaseRoute]:
    """Give the routes."""
    one, went, contribute = "/operations/{ref}", "What went well, and what did not", door("operation", Level.CONTRIBUTE)
    debrief, says, note = f"{one}/debrief", "Say something at the debrief", shapes.NewNote
    return [
        listing(
            "What happened, in order",
            f"{one}/timeline",
            timeline_after,
            shapes.Timeline,
            policy=READER,
            name=lambda entry: entry.sort,
            shown_by=lambda entries: sorted({entry.reference for entry in entries if entry.reference}),
        ),
        screen(
            "The board as it stood",
            f"{one}/replay",
            READER,
            read_replay,
            shapes.Replay,
            asks=shapes.AskedFrame,
            view=lambda found: Over(_Board(found.board and board_then(found.board)), found),
            shown_by=lambda found: [found.reference, *references_in(found.board)],
        ),
        screen(went, debrief, READER, read_debrief, shapes.Debrief, shown_by=lambda found: [found.reference]),
        command(says, debrief, contribute, Scope.CONTRIBUTE, note_at_debrief, note),
        screen(
            "The after-action report, for the caller or an audience",
            f"{one}/report",
            READER,
            read_report,
            shapes.AfterAction,
            asks=shapes.AskedAudience,
            shown_by=shown_by_report,
        ),
    ]
