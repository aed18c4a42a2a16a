"""Loading a world: all of it or nothing, on both databases, and mistakes told where they are."""

from pathlib import Path

import pytest
from sqlalchemy import func, select

from models.database import Database
from models.journal import JournalEntry
from ops.paths import DEMO
from ops.storage import Storage
from ops.world.loader import is_empty, load_world
from ops.world.reading import WorldError, read_world
from tests.cast import NOW

LAPWING = DEMO / "lapwing.yaml"


async def test_the_demo_world_loads_into_an_empty_cabinet(database: Database, tmp_path: Path) -> None:
    assert await is_empty(database)
    await load_world(database, LAPWING, now=NOW, files=Storage.at(tmp_path / "files"))
    assert not await is_empty(database)
    async with database.reading() as session:
        last, entries = (await session.execute(select(func.max(JournalEntry.position), func.count()))).one()
    assert last == entries


async def test_a_world_that_names_nobody_leaves_neither_rows_nor_files(
    sqlite_database: Database, tmp_path: Path
) -> None:
    world = _altered(tmp_path, "commander: Asha Malik", "commander: Nobody Atall")
    with pytest.raises(WorldError, match=r"lapwing\.yaml:\d+: there is no officer 'Nobody Atall'"):
        await load_world(sqlite_database, world, now=NOW, files=Storage.at(tmp_path / "files"))
    assert await is_empty(sqlite_database)
    assert not [path for path in (tmp_path / "files").rglob("*") if path.is_file()]


async def test_sharing_with_an_agency_that_signed_nothing_is_refused(sqlite_database: Database, tmp_path: Path) -> None:
    world = _altered(tmp_path, "- {to: [CCS/MASH, NHS/SAFE], level", "- {to: [PRB/PP, NHS/SAFE], level")
    with pytest.raises(WorldError, match=r"there is no signature under 'Trentshire Modern .* of 'PRB/PP'"):
        await load_world(sqlite_database, world, now=NOW, files=Storage.at(tmp_path / "files"))


@pytest.mark.parametrize(
    ("written", "instead", "told"),
    [
        ('reached: "10:12"', 'reached: "noon"', r"reached: .*a moment is written '08:12'"),
        ("kind: voluntary", "kind: charity", r"agencies\.11\.kind"),
        ('steps: ["07:42 move Ola', 'steps: ["07:42 sleep Ola', r"operation\.tasks\.0\.steps\.0: .*a step is written"),
    ],
)
def test_a_slip_in_the_file_is_told_with_its_field(tmp_path: Path, written: str, instead: str, told: str) -> None:
    with pytest.raises(WorldError, match=told):
        read_world(_altered(tmp_path, written, instead))


def test_a_slip_in_the_file_is_told_with_its_line(tmp_path: Path) -> None:
    world = _altered(tmp_path, "  commander: Asha Malik", "  captain: Asha Malik")
    line = next(n for n, text in enumerate(world.read_text().splitlines(), start=1) if "captain: Asha" in text)
    with pytest.raises(WorldError, match=rf"lapwing\.yaml:{line}: operation\.captain"):
        read_world(world)


def _altered(folder: Path, written: str, instead: str) -> Path:
    text = LAPWING.read_text(encoding="utf-8")
    assert written in text
    world = folder / "lapwing.yaml"
    world.write_text(text.replace(written, instead, 1), encoding="utf-8")
    (folder / "photos").symlink_to(DEMO / "photos")
    return world
