"""The proof knows programs: an account sees what it was given, and one that sees its agency's things is found out."""

import random
from pathlib import Path

import pytest

from models.database import Database
from ops.access.principals import StandingRow, agency_key
from ops.proof.judge import Tally
from ops.proof.stage import staged

A_PART = 0.25  # of the routes about each kind of thing


@pytest.mark.timeout(600)
@pytest.mark.parametrize("broken", [False, True])
async def test_a_program_sees_its_own_and_one_with_its_agencys_key_is_found_out(
    sqlite_database: Database, tmp_path: Path, tally: Tally, monkeypatch: pytest.MonkeyPatch, *, broken: bool
) -> None:
    if broken:
        own = StandingRow.own.fget  # type: ignore[attr-defined]  # a property's

        def too_many(self: StandingRow) -> tuple[str, ...]:
            return (*own(self), agency_key(self.agency)) if self.agency else own(self)

        monkeypatch.setattr(StandingRow, "own", property(too_many))
    async with staged(sqlite_database, tmp_path, random.Random(5), tally) as stage:
        programs = [script for script in stage.scripts if script.officer in stage.programs]
        assert len(programs) == len(stage.programs) > 1
        for script in programs:
            await script.walk(A_PART)
    assert ("leak" in {one.what for one in tally.differences}) == broken, tally.differences[:5]
    assert tally.cells > 100
