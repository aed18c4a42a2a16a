"""What one run of these tests judged: sequences, random worlds and twin worlds count together, each thing once."""

from ops.proof.judge import Tally

FEWEST_CELLS = 50_000  # in each run. A cell: one officer, one thing or address, one answer, and what the oracle says
FEWEST_STEPS = 2_000  # in each run: a page, a form or a feed's news that two worlds gave one officer byte for byte

FEWEST_ACTS = 6  # in the sequence, that changed something
FEWEST_HIDDEN = 16  # acts in one of two worlds that the other must not be told from

cells: dict[str, int] = {"sequence": 0, "prove": 0}
opened: dict[str, int] = {"sequence": 0, "prove": 0}
steps: dict[str, int] = {"paired": 0, "hidden": 0}
acts = 0


def sequence(tally: Tally) -> None:
    """Count what a sequence of acts judged."""
    global acts  # noqa: PLW0603 - one count for the run
    acts += tally.acts
    _add("sequence", tally)


def prove(tally: Tally) -> None:
    """Count what a random world judged."""
    _add("prove", tally)


def _add(name: str, tally: Tally) -> None:
    cells[name] += tally.cells
    opened[name] += tally.open
