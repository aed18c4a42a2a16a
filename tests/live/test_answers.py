"""Answers under way: read again when access changed meanwhile, cut when what they send was lost."""

from datetime import timedelta

import pytest

from live.answers import LOOK_EVERY, Answer, begins_anew, discloses
from tests.live.stage import Stage, clause, named


class Line:
    """A connection that can be cut."""

    def __init__(self) -> None:
        self.open = True

    def cut(self) -> None:
        self.open = False


@pytest.fixture
def line() -> Line:
    return Line()


def sends(answer: Answer, officer: str, *references: str) -> None:
    discloses(named(officer), None, references)
    answer.sending = True


async def test_a_page_that_is_read_while_access_changes_is_outdated(stage: Stage, line: Line) -> None:
    stage.journal.make("post", clause("bob"))
    await stage.turn()
    with stage.answers.begin(line.cut) as answer:
        stage.journal.make("other", clause("bob"))
        await stage.turn()
        assert not answer.outdated, "content alone changes nobody's access"
        stage.journal.take("post", "bob")
        await stage.turn()
        assert answer.outdated


async def test_a_page_that_begins_after_the_change_is_not(stage: Stage, line: Line) -> None:
    stage.journal.make("post", clause("bob"))
    stage.journal.take("post", "bob")
    await stage.turn()
    with stage.answers.begin(line.cut) as answer:
        await stage.turn()
        assert not answer.outdated


async def test_a_download_is_cut_when_it_was_lost(stage: Stage, line: Line) -> None:
    stage.journal.make("photo", clause("bob"))
    stage.journal.enrol("bob", "bob")
    await stage.turn()
    with stage.answers.begin(line.cut) as answer:
        sends(answer, "bob", "photo")
        stage.journal.take("photo", "bob")
        await stage.turn()
        assert not line.open


async def test_it_is_cut_before_the_worker_reports(stage: Stage, line: Line) -> None:
    stage.journal.make("photo", clause("bob"))
    await stage.turn()
    open_at_report: list[bool] = []
    stage.journal.on_report = lambda: open_at_report.append(line.open)
    with stage.answers.begin(line.cut) as answer:
        sends(answer, "bob", "photo")
        stage.journal.take("photo", "bob")
        await stage.turn()
    assert open_at_report == [False]


async def test_another_officers_download_goes_on(stage: Stage, line: Line) -> None:
    stage.journal.make("photo", clause("bob"))
    stage.journal.make("other", clause("carol"))
    stage.journal.enrol("bob", "bob")
    await stage.turn()
    with stage.answers.begin(line.cut) as answer:
        sends(answer, "bob", "photo")
        stage.journal.take("other", "carol")
        await stage.turn()
        assert line.open


async def test_a_download_ends_when_access_ends_by_time(stage: Stage, line: Line) -> None:
    ends = stage.journal.script.now + timedelta(hours=1)
    stage.journal.make("photo", clause("bob", ends=ends))
    stage.journal.enrol("bob", "bob")
    await stage.turn()
    with stage.answers.begin(line.cut) as answer:
        sends(answer, "bob", "photo")
        await stage.turn()
        assert line.open
        stage.journal.pass_time(timedelta(hours=1) + LOOK_EVERY)
        await stage.turn()
        assert not line.open


async def test_an_act_does_not_outdate_its_own_answer(stage: Stage, line: Line) -> None:
    await stage.turn()
    with stage.answers.begin(line.cut) as answer:
        stage.journal.rekey("bob", "team")
        await stage.turn()
        begins_anew()
        assert not answer.outdated


def test_outside_an_answer_nothing_is_noted() -> None:
    discloses(named("bob"), None, ["photo"])
    begins_anew()
