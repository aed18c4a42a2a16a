"""Words that stand nowhere else: one in every field of every object, so that any byte can be traced to its object."""

import random
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from sqlalchemy import Column, Table, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel.sql.sqltypes import AutoString

from models.attachments import Attachment
from models.cabinet import METADATA
from models.cases import Case
from models.database import Database
from models.found_by import index
from models.operations import Decision, Operation, Site
from models.profiles import Profile
from models.reports import ReportVersion
from models.tasks import PostVersion, Task
from models.withdrawals import Withdrawal
from ops.proof.seers import PROGRAMS, PUBLIC, SEERS, UNDER, WRITTEN, Seers, Values

WORD = re.compile(rb"zq0k8[a-z2-7]{10}")  # 0 and 8 stand in no reference, so that none is taken for a word
REFERENCE = re.compile(rb"(?<![a-z2-7])[a-z2-7]{26}(?![a-z2-7])")
FOUND = (Case, ReportVersion, PostVersion, Profile, Operation, Site, Decision, Task)  # what search looks through
SAID_IN = {"report_version": "report_id", "post_version": "post_id", "attachment": "parent_id"}
_LETTERS = "abcdefghijklmnopqrstuvwxyz234567"


@dataclass(frozen=True, slots=True)
class Secret:
    """What one word gives away: a field of a row, and who may be shown it."""

    table: str
    column: str
    row: str  # its reference or id; never its content
    seers: Seers


Secrets = dict[bytes, list[Secret]]  # the same words may stand in several rows: one form, many grants


class Canaries:
    """Makes words; the same dice make the same ones."""

    def __init__(self, dice: random.Random) -> None:
        """Take the dice of one world."""
        self._dice = dice

    def word(self) -> str:
        """Make a word that was nowhere before."""
        return "zq0k8" + "".join(self._dice.choices(_LETTERS, k=10))


def planted(table: Table) -> list[str]:
    """Name the columns of a table that hold what people write, and so get a canary."""
    return [name for name in SEERS[table.name].words if name in table.columns] if table.name in SEERS else []


def unknown_texts() -> set[str]:
    """Name the text columns that nobody has thought about; there must be none, or a leak from them is not seen."""
    return {
        f"{table.name}.{column.name}"
        for table in METADATA.sorted_tables
        for column in table.columns
        if isinstance(column.type, AutoString)
        and column.name not in planted(table)
        and column.name not in PROGRAMS
        and f"{table.name}.{column.name}" not in PUBLIC | WRITTEN
    }


async def plant(database: Database, canaries: Canaries) -> int:
    """Put a word of its own into every field of every row that people write into; gives how many."""
    count = 0
    async with database.writing() as session:
        for table in METADATA.sorted_tables:
            columns = planted(table)
            key = list(table.primary_key.columns)
            for row in (await session.execute(select(*key))).all() if columns else ():
                where = [column == value for column, value in zip(key, row, strict=True)]
                words = {name: canaries.word() for name in columns}
                await session.execute(update(table).where(*where).values(words))
                count += len(words)
        await _find_by_them(session)
    return count


async def _find_by_them(session: AsyncSession) -> None:
    """Let search find things by their canaries: what it shows for a word is judged like any other page."""
    for table in FOUND:
        rows = list((await session.execute(select(table))).scalars())
        await session.run_sync(lambda here, rows=rows: index(here.connection(), (), rows))  # type: ignore[misc]  # at once


async def secrets_of(database: Database, files: Mapping[bytes, Secret]) -> Secrets:
    """Read which word stands in which field; `files` are the words inside stored files."""
    found: Secrets = {}
    async with database.reading() as session:
        withdrawn = {row.resource_id: row for row in (await session.execute(select(Withdrawal))).scalars()}
        parents = {row.id.hex: row.parent_id for row in (await session.execute(select(Attachment))).scalars()}
        for word, secret in files.items():
            gone = withdrawn.get(parents[secret.row]) if secret.row in parents else None
            found[word] = [replace(secret, seers=Seers(keeper=gone.officer_id)) if gone else secret]
        for table in METADATA.sorted_tables:
            columns = planted(table)
            rows = (await session.execute(select(table))).mappings().all() if columns else ()
            above = await _above(session, table) if rows else {}
            for row in rows:
                taken = withdrawn.get(row[SAID_IN[table.name]]) if table.name in SAID_IN else None
                kept = Seers(keeper=taken.officer_id) if taken and row["at"] < taken.at else None
                for word, secret in _words(table, row, columns, above):
                    found.setdefault(word, []).append(replace(secret, seers=kept) if kept else secret)
        for column in _public():
            for text in (await session.execute(select(column))).scalars():
                for word in WORD.findall(str(text).encode()):
                    found.setdefault(word, [Secret(column.table.name, column.name, "-", Seers(everyone=True))])
    return found


def _public() -> list[Column[Any]]:
    columns = [column for table in METADATA.sorted_tables for column in table.columns]
    return [column for column in columns if f"{column.table.name}.{column.name}" in PUBLIC]


async def _above(session: AsyncSession, table: Table) -> Mapping[UUID, Values]:
    """Give the rows that those of a table hang on, by id."""
    under = SEERS[table.name].under
    if under is None:
        return {}
    rows = (await session.execute(select(METADATA.tables[under[1]]))).mappings()
    return {row["id"]: row for row in rows}


def _words(
    table: Table, row: Values, columns: Iterable[str], above: Mapping[UUID, Values]
) -> Iterator[tuple[bytes, Secret]]:
    under = SEERS[table.name].under
    values = {**row, UNDER: above[row[under[0]]]} if under else row
    name = values.get("reference") or values.get("id")
    shown = name.hex if isinstance(name, UUID) else str(name)
    for column in columns:
        secret = Secret(table.name, column, shown, SEERS[table.name].of(values))
        for word in WORD.findall(str(values[column] or "").encode()):
            yield word, secret
