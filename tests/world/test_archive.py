"""A world that is exported and loaded into a fresh cabinet shows the same officers the same things."""

import random
import zipfile
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from live.audience import Level
from models.agencies import Officer
from models.cabinet import METADATA
from models.database import Database
from models.grants import Resource
from models.sign_ins import Credential, Invitation, Passkey
from ops.access.asker import Asker
from ops.access.audiences import known
from ops.access.principals import keys_of
from ops.errors import Refusal
from ops.screens.case_file import read_case
from ops.screens.lists import my_cases, my_operations, my_profiles
from ops.screens.search import Sought, search
from ops.storage import Storage
from ops.world.archive import SECRET, STAY, load_archive, write_archive
from ops.world.people import load_demo
from ops.world.reading import WorldError
from tests.cast import NOW
from tests.conftest import make_schema
from tests.worlds import INSTANTS, file_world, make_world

WORLDS = 3


async def fresh(folder: Path, name: str) -> Database:
    database = Database(f"sqlite:///{folder / name}.db")
    await make_schema(database)
    return database


async def moved(database: Database, folder: Path, name: str) -> Database:
    """Export a cabinet, and load it into a new one."""
    there = await fresh(folder, name)
    await write_archive(database, Storage.at(folder / "files"), folder / f"{name}.zip")
    await load_archive(there, Storage.at(folder / f"files-{name}"), folder / f"{name}.zip", now=NOW)
    return there


async def rows(database: Database) -> dict[str, list[dict[str, Any]]]:
    """Give every row that moves, without what stays behind."""
    found = {}
    async with database.reading() as session:
        for table in METADATA.sorted_tables:
            if table.name not in STAY:
                lines = (await session.execute(select(table))).mappings()
                kept = [{name: value for name, value in line.items() if name not in SECRET} for line in lines]
                found[table.name] = sorted(kept, key=repr)
    return found


async def levels(database: Database) -> dict[tuple[str, str, Any], int]:
    """Give how far every officer gets with every thing, at every boundary."""
    found = {}
    async with database.reading() as session:
        resources = (await session.execute(select(Resource))).scalars().all()
        officers = (await session.execute(select(Officer))).scalars().all()
        facts = await known(session, [one.id for one in resources])
        for at in INSTANTS:
            keys = await keys_of(session, [one.id for one in officers], at)
            for officer in officers:
                held = keys[officer.id].held if officer.id in keys else frozenset()
                for one in resources:
                    found[officer.reference, one.reference, at] = int(facts[one.id].audience.at(at).level(held))
    return found


async def seen(database: Database) -> dict[str, Any]:
    """Give what every officer sees: their lists, their cases, and what they find."""
    found: dict[str, Any] = {}
    async with database.reading() as session:
        officers = (await session.execute(select(Officer))).scalars().all()
    for officer in officers:
        async with database.reading() as session:
            keys = (await keys_of(session, [officer.id], NOW)).get(officer.id)
            who = Asker(officer.id, officer.agency_id, keys.held if keys else frozenset(), NOW)
            cases = await my_cases(session, who)
            files: list[object] = []
            for case in cases:
                try:
                    files.append(await read_case(session, who, case.reference))
                except Refusal as refusal:
                    files.append(refusal)
            lists = (await my_operations(session, who), await my_profiles(session, who))
            found[officer.reference] = (cases, files, lists, await search(session, who, Sought("the")))
    return found


@pytest.mark.parametrize("number", range(WORLDS))
async def test_a_random_world_gives_everybody_the_same_levels_afterwards(
    database: Database, tmp_path: Path, seed: int, number: int
) -> None:
    await file_world(database, make_world(random.Random(seed + number)))
    there = await moved(database, tmp_path, "there")
    before = await levels(database)
    assert any(level >= Level.READ for level in before.values())
    assert await levels(there) == before
    assert await rows(there) == await rows(database)
    await there.close()


async def test_the_demo_county_moves_with_its_files_and_everybody_sees_the_same(tmp_path: Path) -> None:
    here = await fresh(tmp_path, "here")
    await load_demo(here, NOW, Storage.at(tmp_path / "files"))
    there = await moved(here, tmp_path, "there")
    before = await seen(here)
    assert sum(len(one[0]) for one in before.values()) > 20
    assert await seen(there) == before
    assert await rows(there) == await rows(here)
    own, theirs = ({path.name: path.read_bytes() for path in (tmp_path / name).rglob("*") if path.is_file()}
                   for name in ("files", "files-there"))  # fmt: skip
    assert own
    assert own == theirs
    async with there.reading() as session:
        assert {row.password_hash for row in (await session.execute(select(Credential))).scalars()} == {None}
        assert not (await session.execute(select(Passkey))).scalars().all()
        assert (await session.execute(select(Invitation))).scalars().all()
    with pytest.raises(WorldError, match="into an empty database"):
        await load_archive(there, Storage.at(tmp_path / "files"), tmp_path / "there.zip", now=NOW)
    await here.close()
    await there.close()


def test_every_table_moves_or_is_named_as_staying() -> None:
    names = {table.name for table in METADATA.sorted_tables}
    assert {"grant", "journal", "audit", "found_by", "report_version"} <= names - STAY
    assert {"sign_in", "passkey", "code_app", "recovery_code", "invitation", "api_token", "wall"} <= STAY


async def test_a_file_that_is_no_world_leaves_nothing(sqlite_database: Database, tmp_path: Path) -> None:
    (tmp_path / "junk.zip").write_bytes(b"PK\x03\x04junk")
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as archive:
        archive.writestr("world.json", '{"format": "something else"}')
    for name in ("junk.zip", "other.zip"):
        with pytest.raises(WorldError):
            await load_archive(sqlite_database, Storage.at(tmp_path / "files"), tmp_path / name, now=NOW)
