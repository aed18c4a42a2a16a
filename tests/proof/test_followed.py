"""The proof judges what programs hear: a door of theirs left open, and a line that never comes, are found out."""

import random
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from models.database import Database
from ops.proof.followed import judge_joining
from ops.proof.judge import Tally
from ops.proof.proving import Plan, Proof
from ops.proof.stage import staged

PROGRAMS_ONLY = Plan(pages=0.0, doors=0.3, acts=8, screens=0, programs=8)
SEED = 12


async def proved(database: Database, folder: Path, tally: Tally) -> set[str]:
    proof = Proof(SEED, tally, leak_found=True, loss_found=True)
    await proof.world(database, folder, 0, PROGRAMS_ONLY)
    return {difference.what for difference in tally.differences}


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
@pytest.mark.nightly
async def test_a_line_that_never_comes_to_programs_is_found_out(
    sqlite_database: Database, tmp_path: Path, tally: Tally, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(*_: Any) -> Mapping[Any, Any]:
        return {}

    monkeypatch.setattr("ops.api.painter.ProgramPainter.leaves", nothing)
    assert await proved(sqlite_database, tmp_path, tally) == {"feed"}
