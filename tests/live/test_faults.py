"""What is written down about a fault: where it happened, never its words."""

import asyncio
import re
from pathlib import Path
from uuid import UUID

import pytest

from live.presence import Presence
from tests.live.stage import until

ROOT = Path(__file__).parents[2]
WITH_ITS_WORDS = re.compile(r"\blog\.exception\(|exc_info")


class BrokenTable:
    """A presence table whose database answers with a statement's values."""

    async def arrive(self, officer: UUID, topic: str) -> None:
        """Never asked here."""

    async def depart(self, officer: UUID, topic: str) -> None:
        """Never asked here."""

    async def beat(self) -> None:
        raise ConnectionError("UPDATE officer SET name = 'kingfisher'")


async def test_a_beat_that_fails_is_logged_without_its_words(caplog: pytest.LogCaptureFixture) -> None:
    beating = asyncio.create_task(Presence(BrokenTable()).beat_for_ever())
    await until(lambda: caplog.records, "the fault is logged")
    beating.cancel()
    await asyncio.gather(beating, return_exceptions=True)
    assert "ConnectionError" in caplog.text
    assert "kingfisher" not in caplog.text


@pytest.mark.parametrize("room", ["live", "ops", "models"])
def test_nothing_logs_a_fault_with_its_words(room: str) -> None:
    sources = list((ROOT / room).rglob("*.py"))
    assert sources
    assert not [str(path) for path in sources if WITH_ITS_WORDS.search(path.read_text())]
