from collections.abc import AsyncIterator

import pytest_asyncio

from tests.live.stage import Stage


@pytest_asyncio.fixture
async def stage() -> AsyncIterator[Stage]:
    """Give an engine with nobody watching."""
    made = Stage()
    yield made
    await made.strike()
