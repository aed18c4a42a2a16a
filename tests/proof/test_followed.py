"""The proof judges what programs hear: a door of theirs left open, and a line that never comes, are found out."""

import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from models.database import Database
from ops.api.shapes.common import BASE
from ops.proof.followed import Followed, judge_joining
from ops.proof.judge import Tally
from ops.proof.screens import all_as_fresh
from ops.proof.stage import staged
from ops.proof.visitor import SEE_OTHER
from ops.proof.walk import CONTRIBUTE

SEED = 12


@pytest.mark.timeout(600)
async def test_a_door_of_the_feed_that_is_left_open_is_found_out(
    sqlite_database: Database, tmp_path: Path, tally: Tally, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def open_to_all(*_: Any) -> None:
        """Find nothing wrong with anybody."""

    async with staged(sqlite_database, tmp_path, random.Random(SEED), tally) as stage:
        things = [*stage.judge.now.of_kind("operation"), *stage.judge.now.of_kind("case")]
        for script in stage.scripts:
            await judge_joining(script, stage.dice.choice(things))
        assert not tally.differences
        monkeypatch.setattr("ops.api.live.find", open_to_all)
        for script in stage.scripts:
            for thing in things:
                await judge_joining(script, thing)
        assert {difference.what for difference in tally.differences} == {"feed"}


@pytest.mark.timeout(600)
@pytest.mark.parametrize("broken", [False, True])
async def test_a_line_that_never_comes_to_programs_is_found_out(
    sqlite_database: Database, tmp_path: Path, tally: Tally, monkeypatch: pytest.MonkeyPatch, broken: bool
) -> None:
    async def nothing(*_: Any) -> Mapping[Any, Any]:
        return {}

    if broken:
        monkeypatch.setattr("ops.api.painter.ProgramPainter.leaves", nothing)
        monkeypatch.setattr("ops.proof.screens.PATIENCE", 3.0)
    async with staged(sqlite_database, tmp_path, random.Random(SEED), tally) as stage:
        ruling = stage.judge.now.ruling
        script, browser, operation = next(
            (script, walker, thing)
            for script, walker in zip(stage.scripts, stage.walkers, strict=True)
            for thing in stage.judge.now.of_kind("operation")
            if ruling.level(walker.officer, thing.id, walker.clock()) >= CONTRIBUTE
        )
        followed = Followed(script, f"{BASE}/operations/{operation.reference}", operation)
        await followed.open()
        form = {"text": "heron", "audience": "agency", "key": "k1"}
        answer = await browser.visitor.post(f"/operations/{operation.reference}/posts", form)
        assert answer.status == SEE_OTHER, answer.body
        await stage.look()
        await all_as_fresh([followed], "a post")
        await followed.close()
    assert {difference.what for difference in tally.differences} == ({"feed"} if broken else set())
