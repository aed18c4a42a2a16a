"""Imports as the officer who brings them in sees them: the lines, what is wrong with them, how far it has come."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.base import table_of
from models.imports import Import, ImportRow, ImportState
from ops.access.asker import Asker
from ops.actions.import_fields import KINDS, Kind
from ops.actions.imports import own_import
from ops.screens.exports import Reading
from ops.screens.formats import sheet_lines

A_PAGE = 2000  # lines of the file of the bad ones, read at once
SHOWN = 50  # lines that a page lists
EXAMPLES = 3
_ROW = table_of(ImportRow)


class BadLine(NamedTuple):
    """A line that is wrong, or looks like something that is there."""

    number: int
    problem: str
    cells: list[str]


@dataclass(frozen=True, slots=True)
class ImportPage:
    """An import: where it stands, and what to choose next."""

    row: Import
    kind: Kind
    examples: tuple[tuple[str, ...], ...]  # the first cells of each column
    bad: tuple[BadLine, ...]

    @property
    def expected(self) -> int:
        """Give how many lines would be brought in."""
        return self.row.rows - self.row.bad - (0 if self.row.with_doubles else self.row.doubles)

    @property
    def under_way(self) -> bool:
        """Say whether it is being brought in just now."""
        return self.row.state == ImportState.PUBLISHING


def kinds_for(asker: Asker) -> list[Kind]:
    """Give what the asker may bring in."""
    return [kind for kind in KINDS.values() if kind.duty in asker.duties]


async def my_imports(session: AsyncSession, asker: Asker) -> list[Import]:
    """List one's own imports, the newest first."""
    rows = await session.execute(
        select(Import)
        .where(
            col(Import.officer_id) == asker.officer,
            or_(col(Import.state) != ImportState.ABANDONED, col(Import.ended_at).is_not(None)),
        )
        .order_by(col(Import.at).desc())
        .limit(50)
    )
    return list(rows.scalars())


async def read_import(session: AsyncSession, asker: Asker, reference: str) -> ImportPage:
    """Read one's own import; NotFound for any other."""
    row = await own_import(session, asker, reference)
    first = await session.execute(
        select(_ROW.c.cells).where(_ROW.c.import_id == row.id).order_by(_ROW.c.number).limit(EXAMPLES)
    )
    lines = list(first.scalars())
    examples = tuple(
        tuple(line[column] for line in lines if column < len(line) and line[column])
        for column in range(len(row.headings))
    )
    return ImportPage(row, KINDS[row.kind], examples, tuple(await bad_lines(session, row, SHOWN)))


async def bad_lines(session: AsyncSession, row: Import, most: int, after: int = 0) -> list[BadLine]:
    """Give the first lines that will not be brought in, and why."""
    left_out = _ROW.c.problem != ""
    if not row.with_doubles:
        left_out = or_(left_out, _ROW.c.double)
    rows = await session.execute(
        select(_ROW.c.number, _ROW.c.problem, _ROW.c.cells)
        .where(_ROW.c.import_id == row.id, _ROW.c.published.is_(False), _ROW.c.number > after, left_out)
        .order_by(_ROW.c.number)
        .limit(most)
    )
    return [BadLine(one[0], one[1] or "Looks as if it were there already", one[2]) for one in rows]


async def bad_sheet(reading: Reading, row: Import) -> AsyncIterator[bytes]:
    """Give the lines that will not be brought in as a sheet: mended, it can be brought in as it is."""
    yield b"\xef\xbb\xbf" + sheet_lines([(*row.headings, "What is wrong")])
    after = 0
    while True:
        async with reading() as session:
            lines = await bad_lines(session, row, A_PAGE, after)
        if not lines:
            return
        width = len(row.headings)
        yield sheet_lines([(*(line.cells + [""] * width)[:width], line.problem) for line in lines])
        after = lines[-1].number
