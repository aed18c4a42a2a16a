"""A whole world as one file, for an empty cabinet elsewhere: every row and file but what lets people in."""

import asyncio
import base64
import json
import secrets
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Column, Date, Table, Uuid, insert, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.agencies import Officer
from models.attachments import Attachment
from models.base import Instant, new_reference
from models.cabinet import METADATA
from models.database import Database
from models.journal import Deployment
from models.sign_ins import Credential
from ops.errors import NotFound
from ops.storage import Storage
from ops.transaction import take_journal_lock
from ops.world.guests import Guest, invited
from ops.world.loader import SEALING_KEY_BYTES, is_empty
from ops.world.reading import WorldError

FORMAT = "tallyboard world 1"
A_BATCH = 500  # rows in one statement
SECRET = frozenset({"password_hash"})  # columns that stay behind
STAY = frozenset(  # what lets somebody in, and what belongs to the processes of one server
    {
        "answer", "api_token", "clearance", "code_app", "deployment", "half_sign_in", "import", "import_mapping",
        "import_row", "invitation", "passkey", "passkey_challenge", "presence", "recovery_code", "sign_in", "token",
        "wall", "worker",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Moved:
    """What was written or loaded: rows by table, files, and the links of those who must come in anew."""

    rows: Mapping[str, int]
    files: int
    guests: tuple[Guest, ...] = ()


async def write_archive(database: Database, files: Storage, path: Path) -> Moved:
    """Write everything of one moment into a new file."""
    counts: dict[str, int] = {}
    with zipfile.ZipFile(path, "x", zipfile.ZIP_DEFLATED) as archive:
        async with database.reading() as session:
            deployment = await session.get(Deployment, 1)
            head = {"format": FORMAT, "partnership": deployment.partnership if deployment else ""}
            archive.writestr("world.json", json.dumps(head))
            for table in _moving():
                rows = (await session.execute(select(table))).mappings().all()
                lines = "".join(f"{json.dumps(_told(table, row), ensure_ascii=False)}\n" for row in rows)
                archive.writestr(f"tables/{table.name}.jsonl", lines)
                counts[table.name] = len(rows)
            keys = await _keys(session)
        return Moved(counts, await _put_files(archive, files, keys))


async def load_archive(database: Database, files: Storage, path: Path, *, now: datetime) -> Moved:
    """Load such a file into a cabinet without agencies; all of it or nothing. Raises WorldError for anything else."""
    if not await is_empty(database):
        raise WorldError(f"{path}: a whole world is loaded into an empty database, and there are agencies in this one.")
    try:
        with zipfile.ZipFile(path) as archive:
            head = json.loads(archive.read("world.json"))
            if head.get("format") != FORMAT:
                raise WorldError(f"{path}: this is no world that can be loaded here ({head.get('format')!r}).")
            tables = await asyncio.to_thread(_read, archive)
            keys = [row[name] for row in tables["attachment"] for name in _KEYS if row[name]]
            async with files.kept_only_on_success(*keys), database.writing() as session:
                await take_journal_lock(session)
                kept = await _take_files(archive, files, keys)
                for table in _moving():
                    await _file(session, table, tables[table.name])
                guests = await _invite_everybody(session, now)
                await session.merge(_deployment(head["partnership"]))
    except (zipfile.BadZipFile, KeyError, ValueError, OSError) as error:
        raise WorldError(f"{path}: this is no whole world: {error}") from None
    return Moved({name: len(rows) for name, rows in tables.items()}, kept, tuple(guests))


_KEYS = ("sealed_key", "shared_key", "thumbnail_key")


def _moving() -> list[Table]:
    return [table for table in METADATA.sorted_tables if table.name not in STAY]


def _told(table: Table, row: Mapping[Any, Any]) -> dict[str, Any]:
    return {column.name: _plain(row[column.name]) for column in table.columns if column.name not in SECRET}


def _plain(value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    match value:
        case UUID():
            return str(value)
        case datetime() | date():
            return value.isoformat()
        case _:
            return value


def _read(archive: zipfile.ZipFile) -> dict[str, list[dict[str, Any]]]:
    found = {}
    for table in _moving():
        lines = archive.read(f"tables/{table.name}.jsonl").decode().splitlines()
        found[table.name] = [_meant(table, json.loads(line)) for line in lines if line]
    return found


def _meant(table: Table, row: Mapping[str, Any]) -> dict[str, Any]:
    return {column.name: _typed(column, row[column.name]) for column in table.columns if column.name not in SECRET}


def _typed(column: Column[Any], value: Any) -> Any:  # noqa: ANN401 - whatever a column holds
    if value is None or isinstance(column.type, JSON):
        return value
    if isinstance(column.type, Uuid):
        return UUID(value)
    if isinstance(column.type, Instant):
        return datetime.fromisoformat(value)
    return date.fromisoformat(value) if isinstance(column.type, Date) else value


async def _file(session: AsyncSession, table: Table, rows: Sequence[dict[str, Any]]) -> None:
    for layer in _layers(table, rows):
        for first in range(0, len(layer), A_BATCH):
            await session.execute(insert(table), layer[first : first + A_BATCH])


def _layers(table: Table, rows: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """Give rows so that what one of them names in its own table comes before it."""
    own = [column.name for column in table.columns if any(key.column.table is table for key in column.foreign_keys)]
    waiting, there = list(rows), set[Any]()
    while waiting:
        ready = [
            row for row in waiting if all(row[name] in {None, row.get("id")} or row[name] in there for name in own)
        ]
        if not ready:
            raise ValueError(f"rows of {table.name} name each other in a circle")
        there.update(row.get("id") for row in ready)
        known = {id(row) for row in ready}
        waiting = [row for row in waiting if id(row) not in known]
        yield ready


async def _keys(session: AsyncSession) -> list[str]:
    rows = (await session.execute(select(Attachment))).scalars()
    return [key for row in rows for key in (row.sealed_key, row.shared_key, row.thumbnail_key) if key]


async def _put_files(archive: zipfile.ZipFile, files: Storage, keys: Sequence[str]) -> int:
    put = 0
    for key in keys:
        try:
            pieces = [piece async for piece in await files.read(key)]
        except NotFound:
            continue  # it was gone before: the row says what it was
        archive.writestr(f"files/{key}", b"".join(pieces))
        put += 1
    return put


async def _take_files(archive: zipfile.ZipFile, files: Storage, keys: Sequence[str]) -> int:
    there = {name for name in archive.namelist() if name.startswith("files/")}
    taken = [key for key in keys if f"files/{key}" in there]
    for key in taken:
        await files.put(key, archive.read(f"files/{key}"))
    return len(taken)


async def _invite_everybody(session: AsyncSession, now: datetime) -> list[Guest]:
    """Make a link for everybody who may come in: no password, passkey or code moves with a world."""
    rows = await session.execute(
        select(Officer, col(Credential.email))
        .join(Credential, col(Credential.officer_id) == col(Officer.id))
        .where(col(Officer.active))
        .order_by(col(Officer.name))
    )
    made = [invited(officer, email, now) for officer, email in rows]
    session.add_all(invitation for invitation, _ in made)
    return [guest for _, guest in made]


def _deployment(partnership: str) -> Deployment:
    key = base64.b64encode(secrets.token_bytes(SEALING_KEY_BYTES)).decode()
    return Deployment(name=new_reference(), sealing_key=key, partnership=partnership)
