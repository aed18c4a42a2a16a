"""A database that answers at once, as SQLite does in the loop's own thread, never lets the loop go on by itself."""

import asyncio

import pytest

from live.aggregates import PAUSE
from live.ports import Aggregate
from live.screen import Screen
from tests.live.paper import PaperSnapshot
from tests.live.stage import Stage, clause

CLASSES = 4


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async def ask(self: PaperSnapshot, _question: str) -> None:
        """Answer without waiting for anything."""

    monkeypatch.setattr(PaperSnapshot, "_ask", ask)


async def test_a_line_has_left_before_the_sums_are_drawn(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    bob = await stage.open("bob", "bob")
    stage.journal.pass_time(PAUSE)
    stage.journal.make("post", clause("bob"), text="words")
    left, draw = list[bool](), PaperSnapshot.aggregate

    async def noted(self: PaperSnapshot, screen: Screen) -> Aggregate:
        left.append(bob.browser.saw("words"))
        return await draw(self, screen)

    monkeypatch.setattr(PaperSnapshot, "aggregate", noted)
    await stage.turn()
    assert left == [True]


async def test_others_get_their_turn_between_the_sums_of_two_classes(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(CLASSES):
        await stage.open(f"officer {number}", "fair work", f"team {number}")
    stage.journal.pass_time(PAUSE)
    drawn, draw = list[int](), PaperSnapshot.aggregate
    turns = 0

    async def noted(self: PaperSnapshot, screen: Screen) -> Aggregate:
        drawn.append(turns)
        return await draw(self, screen)

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    monkeypatch.setattr(PaperSnapshot, "aggregate", noted)
    for number in range(CLASSES):
        stage.journal.make(f"post {number}", clause(f"team {number}"))
    working = asyncio.create_task(others())
    await stage.turn()
    working.cancel()
    assert len(drawn) == CLASSES
    assert len(set(drawn)) == CLASSES, "somebody else had the loop between any two"
