from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from live import presence
from live.presence import Presence
from tests.live.stage import BOARD, breathe, named, until

BOB = named("bob")


class PaperTable:
    """Writes down what it is told."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self.away = 0  # how often it cannot be reached

    async def arrive(self, officer: object, topic: str) -> None:
        self.told.append("arrived")

    async def depart(self, officer: object, topic: str) -> None:
        if self.away:
            self.away -= 1
            raise ConnectionError
        self.told.append("departed")

    async def beat(self) -> None:
        self.told.append("beat")


@pytest.fixture
def table() -> PaperTable:
    return PaperTable()


@pytest_asyncio.fixture
async def here(table: PaperTable) -> AsyncIterator[Presence]:
    made = Presence(table)
    yield made
    await made.close()


async def test_several_pages_are_one_arrival(here: Presence, table: PaperTable) -> None:
    await here.arrive(BOB, BOARD)
    await here.arrive(BOB, BOARD)
    here.depart(BOB, BOARD)
    await breathe()
    assert table.told == ["arrived"]


async def test_a_reload_is_not_seen(here: Presence, table: PaperTable) -> None:
    await here.arrive(BOB, BOARD)
    here.depart(BOB, BOARD)
    await here.arrive(BOB, BOARD)
    await breathe()
    assert table.told == ["arrived"]


async def test_who_stays_away_has_left(here: Presence, table: PaperTable, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(presence, "LEAVE_AFTER", 0.0)
    await here.arrive(BOB, BOARD)
    here.depart(BOB, BOARD)
    await until(lambda: "departed" in table.told, "the departure")
    await here.arrive(BOB, BOARD)
    assert table.told == ["arrived", "departed", "arrived"]


async def test_who_left_while_the_table_was_out_of_reach_has_left_once_it_is_back(
    here: Presence, table: PaperTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "LEAVE_AFTER", 0.0)
    table.away = 2
    await here.arrive(BOB, BOARD)
    here.depart(BOB, BOARD)
    await until(lambda: "departed" in table.told, "the departure")
    assert table.away == 0


async def test_closing_a_worker_tells_nobody_that_everyone_left(here: Presence, table: PaperTable) -> None:
    await here.arrive(BOB, BOARD)
    here.depart(BOB, BOARD)
    await here.close()
    assert table.told == ["arrived"]
