"""The proof knows walls: one shows what its account was given, and one that sees its agency's things is found out."""

import random
from pathlib import Path

import pytest

from models.database import Database
from ops.access.principals import StandingRow, agency_key
from ops.proof.judge import Tally
from ops.proof.proving import open_walls
from ops.proof.screens import all_as_fresh
from ops.proof.stage import staged


@pytest.mark.timeout(600)
@pytest.mark.parametrize("broken", [False, True])
async def test_a_wall_shows_its_own_and_one_with_its_agencys_key_is_found_out(
    sqlite_database: Database, tmp_path: Path, tally: Tally, monkeypatch: pytest.MonkeyPatch, *, broken: bool
) -> None:
    if broken:
        own = StandingRow.own.fget  # type: ignore[attr-defined]  # a property's

        def too_many(self: StandingRow) -> tuple[str, ...]:
            return (*own(self), agency_key(self.agency)) if self.agency else own(self)

        monkeypatch.setattr(StandingRow, "own", property(too_many))
    async with staged(sqlite_database, tmp_path, random.Random(3), tally) as stage:
        assert stage.walls
        for wall in stage.walls:
            await wall.walk()
        screens = await open_walls(stage)
        assert screens
        if not broken:
            await all_as_fresh(screens, "nothing")
            assert tally.frames > 0
            assert tally.open > 0
        for screen in screens:
            await screen.close()
    assert ("leak" in {one.what for one in tally.differences}) == broken, tally.differences[:5]
