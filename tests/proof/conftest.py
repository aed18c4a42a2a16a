"""A tally that is shared by no two tests, and what all of them judged, said at the end of each run."""

import pytest

from ops.proof.judge import Tally
from tests.proof import counted


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how much was judged and compared: what asserts it is test_what_was_judged.py."""
    terminalreporter.write_line(
        f"judged: {sum(counted.cells.values()):,} questions ({counted.cells}), {counted.acts} acts in sequence; "
        f"compared: {counted.steps['paired']:,} paired steps, {counted.steps['hidden']} hidden acts"
    )


@pytest.fixture
def tally() -> Tally:
    """Start to count."""
    return Tally()
