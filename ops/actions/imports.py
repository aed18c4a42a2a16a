"""A table is brought in: staged, checked line by line, then published in batches, each line at most once.

Whatever comes of it is the importing agency's own, managed by the officer's team: nothing is shared by an import.
"""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import bindparam, delete, func, insert, select, update
from sqlmodel import col

from models.base import table_of
from models.imports import Import, ImportMapping, ImportRow, ImportState
from ops.access.asker import Asker
from ops.access.duties import must_hold
from ops.actions.freshness import must_be_fresh
from ops.actions.import_doubles import keys_there
from ops.actions.import_fields import (
    KINDS,
    Kind,
    compared,
    guessed,
    headings_in,
    key_of,
    problem_of,
    values_of,
)
from ops.errors import Conflict, Invalid, NotFound
from ops.files.sheets import Sheet
from ops.transaction import Desk, Work

A_BATCH = 2000  # lines staged or checked in one transaction
KEPT_FOR = timedelta(days=7)  # an import that nobody goes on with; its lines are somebody's data
LONGEST_LABEL = 160
CONFIRMED = ("officer", "agency")  # these let somebody in
OPEN = (ImportState.STAGED, ImportState.CHECKED, ImportState.STOPPED)
_ROW = table_of(ImportRow)


async def stage(desk: Desk, asker: Asker, kind: str, label: str, sheet: Sheet) -> str:
    """Keep a table's lines, and guess which column is what. Gives the import's reference."""
    chosen = must_import(asker, kind)
    remembered = await _remembered(desk, asker, chosen)
    begin = headings_in(chosen, sheet.lines, remembered)
    headings, lines = sheet.lines[begin], sheet.lines[begin + 1 :]
    if not lines:
        raise Invalid({"file": "This file has headings and no lines below them."})
    made = Import(
        agency_id=asker.agency,
        officer_id=asker.officer,
        kind=chosen.name,
        label=label[:LONGEST_LABEL],
        note=sheet.note + (f"; headings in line {begin + 1}" if begin else ""),
        headings=headings,
        mapping=guessed(chosen, headings, remembered),
        state=ImportState.ABANDONED,  # until its last line is here: a server may die before
        rows=len(lines),
        at=asker.at,
    )
    async with desk.database.writing() as session:
        session.add(made)
    for first in range(0, len(lines), A_BATCH):
        rows = [
            {
                "import_id": made.id,
                "number": begin + 2 + n,
                "cells": cells,
                "problem": "",
                "double": False,
                "published": False,
            }
            for n, cells in enumerate(lines[first : first + A_BATCH], start=first)
        ]
        async with desk.database.writing() as session:
            await session.execute(insert(_ROW), rows)
    async with desk.work(asker) as work:
        staged = update(Import).where(col(Import.id) == made.id).values(state=ImportState.STAGED)
        await work.session.execute(staged)
    return made.reference


def must_import(asker: Asker, kind: str) -> Kind:
    """Give the kind of thing. NotFound for who does not hold the duty that brings it in."""
    if kind not in KINDS:
        raise Invalid({"kind": "Choose what the lines are."})
    must_hold(asker, KINDS[kind].duty)
    return KINDS[kind]


async def check(desk: Desk, asker: Asker, reference: str, mapping: Mapping[str, int], *, with_doubles: bool) -> None:
    """Try every line without bringing anything in: what is wrong with it, and what looks as if it were there already.

    Only what the officer may see is compared with: a match with anything else would tell that it is there.
    """
    async with desk.database.writing() as session:
        row = await own_import(session, asker, reference, *OPEN)
        kind = must_import(asker, row.kind)
        if not all(0 <= column < len(row.headings) for column in mapping.values()):
            raise Invalid({"mapping": "Choose columns that the table has."})
        wanted = {field.label for field in kind.fields if field.needed and field.name not in mapping}
        if wanted:
            raise Invalid({"mapping": f"Choose a column for: {', '.join(sorted(wanted))}."})
        if len(set(mapping.values())) < len(mapping):
            raise Invalid({"mapping": "Two fields have the same column."})
        row.mapping, row.with_doubles = dict(mapping), with_doubles
        await _remember(session, asker, kind, row)
        there = await keys_there(session, asker, kind)
    bad = doubles = 0
    after = 0
    while lines := await _page(desk, row, after):
        judged = await asyncio.to_thread(_judge, kind, mapping, lines, there)
        bad += sum(bool(one["told"]) for one in judged)
        doubles += sum(one["twice"] and not one["told"] for one in judged)
        async with desk.database.writing() as session:
            await session.execute(_JUDGED, [{**one, "whose": row.id} for one in judged])
        after = lines[-1][0]
    async with desk.work(asker) as work:
        row = await own_import(work.session, asker, reference, *OPEN)
        row.state, row.bad, row.doubles, row.why = ImportState.CHECKED, bad, doubles, ""


async def begin_publishing(
    desk: Desk, asker: Asker, reference: str, *, only_good: bool, at_the_server: bool = False
) -> None:
    """Let the lines become things, in the background. Without `only_good` not one does while any is bad.

    `at_the_server`: whoever runs the server brings them in, and nobody there can be asked who they are.
    """
    async with desk.work(asker) as work:
        row = await own_import(work.session, asker, reference, ImportState.CHECKED, ImportState.STOPPED)
        kind = must_import(work.asker, row.kind)
        if kind.name in CONFIRMED and not at_the_server:
            await must_be_fresh(work)
        if row.bad and not only_good:
            raise Conflict(
                "Some lines are wrong. Mend them in the file and bring it in again, or bring in the good ones only."
            )
        if row.state != ImportState.STOPPED and not await _waiting(work, row):
            raise Conflict("No line is left that could be brought in.")
        row.state, row.why, row.lease_until = ImportState.PUBLISHING, "", None


async def abandon(desk: Desk, asker: Asker, reference: str) -> None:
    """Throw the staged lines away. What was published stays."""
    async with desk.work(asker) as work:
        row = await own_import(work.session, asker, reference, *OPEN)
        row.state, row.ended_at = ImportState.ABANDONED, asker.at
        await work.session.execute(delete(ImportRow).where(col(ImportRow.import_id) == row.id))


async def own_import(session: Any, asker: Asker, reference: str, *states: ImportState) -> Import:  # noqa: ANN401 - a session
    """Find an import of the asker's own. Conflict when it is past the states in which this can be done."""
    named = select(Import).where(
        col(Import.reference) == reference,
        col(Import.officer_id) == asker.officer,
        col(Import.agency_id) == asker.agency,
    )
    found = await session.execute(named.with_for_update() if states else named)  # of two at once one is first
    row: Import | None = found.scalar_one_or_none()
    if row is None:
        raise NotFound
    if states and row.state not in states:
        raise Conflict(f"This import is {row.state}: that cannot be done any more.")
    return row


_JUDGED = (
    update(_ROW)
    .where(_ROW.c.import_id == bindparam("whose"), _ROW.c.number == bindparam("line"))
    .values(problem=bindparam("told"), double=bindparam("twice"))
)


def _judge(
    kind: Kind, mapping: Mapping[str, int], lines: Sequence[tuple[int, list[str]]], there: dict[str, str]
) -> list[dict[str, Any]]:
    judged = []
    for number, cells in lines:
        values = values_of(kind, mapping, cells)
        problem, key = problem_of(kind, values), key_of(kind, values)
        before = there.get(key, "") if not problem else ""
        if not problem:
            there.setdefault(key, f"line {number}")
        told = problem or (f"looks like {before}" if before else "")
        judged.append({"line": number, "told": problem, "twice": bool(before and told)})
    return judged


async def _page(desk: Desk, row: Import, after: int) -> list[tuple[int, list[str]]]:
    async with desk.database.reading() as session:
        rows = await session.execute(
            select(_ROW.c.number, _ROW.c.cells)
            .where(_ROW.c.import_id == row.id, _ROW.c.published.is_(False), _ROW.c.number > after)
            .order_by(_ROW.c.number)
            .limit(A_BATCH)
        )
        return [(found[0], found[1]) for found in rows]


async def _waiting(work: Work, row: Import) -> int:
    found = await work.session.execute(select(func.count()).select_from(_ROW).where(*publishable(row)))
    return int(found.scalar_one())


def publishable(row: Import) -> list[Any]:
    """Select the lines of an import that are good and not yet published."""
    wanted = [_ROW.c.import_id == row.id, _ROW.c.published.is_(False), _ROW.c.problem == ""]
    return wanted if row.with_doubles else [*wanted, _ROW.c.double.is_(False)]


async def _remembered(desk: Desk, asker: Asker, kind: Kind) -> dict[str, str]:
    async with desk.database.reading() as session:
        kept = await session.get(ImportMapping, (asker.agency, kind.name))
        return dict(kept.fields) if kept else {}


async def _remember(session: Any, asker: Asker, kind: Kind, row: Import) -> None:  # noqa: ANN401 - a session
    said = {
        compared(row.headings[column]): field for field, column in row.mapping.items() if column < len(row.headings)
    }
    kept = await session.get(ImportMapping, (asker.agency, kind.name))
    if kept is None:
        session.add(ImportMapping(agency_id=asker.agency, kind=kind.name, fields=said))
    else:
        kept.fields = {**kept.fields, **said}
