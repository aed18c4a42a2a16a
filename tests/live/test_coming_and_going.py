import pytest

from live.screen import Life
from tests.live.stage import Stage, clause


async def test_who_left_hears_nothing_and_is_forgotten(stage: Stage) -> None:
    bob = await stage.open("bob", "bob")
    stage.tailer.leave(bob.screen)
    stage.journal.make("post", clause("bob"))
    await stage.turn()
    assert bob.browser.raw == []
    assert stage.hub.rooms == {}
    assert bob.screen.life is Life.CLOSED


async def test_who_leaves_before_being_let_in_leaves_nothing_behind(stage: Stage) -> None:
    bob = stage.knock("bob", "bob")
    stage.tailer.leave(bob.screen)
    await stage.turn()
    assert stage.hub.rooms == {}


@pytest.mark.parametrize("question", ["keys", "subjects_of", "known", "access_lost", "changed_since", "aggregate"])
async def test_who_leaves_while_being_let_in_leaves_nothing_behind(stage: Stage, question: str) -> None:
    bob = stage.knock("bob", "bob")
    stage.journal.asides[question] = lambda: stage.tailer.leave(bob.screen)
    await stage.turn()
    await stage.turn()
    assert stage.hub.rooms == {}
    assert bob.browser.raw == []


@pytest.mark.parametrize("question", ["events_after", "known", "leaves", "aggregate"])
async def test_who_leaves_in_the_middle_of_a_turn_does_not_disturb_it(stage: Stage, question: str) -> None:
    stage.journal.make("case", clause("bob"))
    bob, carol = await stage.open("bob", "bob"), await stage.open("carol", "carol", topic="case:2")
    stage.journal.make("post", clause("bob"))
    stage.journal.make("other", clause("carol"), topic="case:2")
    stage.journal.take("case", "bob")
    stage.journal.asides[question] = lambda: stage.tailer.leave(bob.screen)
    await stage.turn()
    assert list(carol.browser.page) == ["other"]
    await stage.turn()
    assert list(stage.hub.rooms) == ["case:2"]


async def test_who_left_does_not_come_back_with_a_reset(stage: Stage) -> None:
    bob = await stage.open("bob", "bob")
    stage.tailer.leave(bob.screen)
    stage.tailer.reset()
    await stage.turn()
    await stage.turn()
    assert stage.hub.rooms == {}
