from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from ops.settings import Sink
from tests.live.stage import Stage


@pytest.fixture(params=list(Sink))
def sink(request: pytest.FixtureRequest) -> Sink:
    """Give each way out in turn: what holds on one must hold on the other."""
    found: Sink = request.param
    return found


@pytest.fixture(params=["page", "program"])
def medium(request: pytest.FixtureRequest) -> str:
    """Give pages and programs in turn: what is promised to one is promised to the other."""
    found: str = request.param
    return found


@pytest_asyncio.fixture
async def stage(sink: Sink, medium: str) -> AsyncIterator[Stage]:
    """Give an engine with nobody watching."""
    made = Stage(sink=sink, programs=medium == "program")
    yield made
    await made.strike()
