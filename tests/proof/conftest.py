"""A tally that is shared by no two tests."""

import pytest

from ops.proof.judge import Tally


@pytest.fixture
def tally() -> Tally:
    """Start to count."""
    return Tally()
