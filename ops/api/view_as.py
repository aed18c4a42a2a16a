"""What a view through another agency's eyes shows, and what the audit is told of it."""

from ops.api.screens import Over
from ops.screens.view_as import BoardAs, CaseAs, Hidden
from ops.web.cases import disclosed_by_case, listed_by_case
from ops.web.operations import disclosed_by_board


def through_their_eyes(found: CaseAs) -> object:
    """Give what the representation is read from; null where they see nothing of it."""
    theirs = Over(found.theirs, found.theirs.head) if found.theirs else None
    return {"view": found.view, "theirs": theirs, "hidden": _hidden(found)}


def board_through_their_eyes(found: BoardAs) -> object:
    """Give the same of a board."""
    board = found.theirs
    theirs = board and {
        "figures": board.figures,
        "sites": board.sites,
        "tasks": (*(task for site in board.sites for task in site.tasks), *board.loose_tasks),
        "posts": board.feed,
    }
    return {"view": found.view, "theirs": theirs, "hidden": _hidden(found)}


def seen_of_case(found: CaseAs) -> list[str]:
    """Name what is shown in full."""
    return disclosed_by_case(found.theirs) if found.theirs else []


def beside_the_case(found: CaseAs) -> list[str]:
    """Name what has a line."""
    lines = listed_by_case(found.theirs) if found.theirs else []
    return [found.view.reference, *lines, *(one.reference for one in _hidden(found))]


def seen_of_board(found: BoardAs) -> list[str]:
    """Name what is shown in full."""
    return disclosed_by_board(found.theirs) if found.theirs else []


def beside_the_board(found: BoardAs) -> list[str]:
    """Name what has a line."""
    return [found.view.reference, *(one.reference for one in _hidden(found))]


def _hidden(found: CaseAs | BoardAs) -> tuple[Hidden, ...]:
    """Give what they do not see; before anybody was chosen, nothing is said of it."""
    return found.hidden if found.view.agency else ()
