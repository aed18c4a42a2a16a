"""An export as a file: CSV and JSON in pieces as they are read, XLSX in a temporary file."""

import asyncio
import csv
import io
import json
import re
import tempfile
import zipfile
from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import date, datetime
from typing import IO, Any

from openpyxl import Workbook

from ops.screens.cells import harmless, when
from ops.screens.exports import Export, Page
from ops.screens.tables import Cell, Line, Table

XLSX_MOST = 20_000  # lines; a sheet is made whole before it is sent, and all of it is judged while it leaves
LONGEST_CELL = 32_000  # letters that a spreadsheet keeps in one cell; the rest goes on in the next
PIECE = 64 * 1024
NO_LETTERS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f￾￿]")  # what no sheet can hold


async def as_csv(export: Export, pages: AsyncIterator[Page]) -> AsyncIterator[bytes]:
    """Write one table as comma-separated values, below a line that says what it is and for whom."""
    (table,) = (part.table for part in export.parts)
    yield b"\xef\xbb\xbf" + _csv([export.banner, table.headings])
    async for page in pages:
        yield _csv(map(_words, page.lines))


async def as_zip(export: Export, pages: AsyncIterator[Page]) -> AsyncIterator[bytes]:
    """Write several tables as one CSV each, in a ZIP file that is sent while it is made."""
    file = Outflow()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        waiting = {part.table.name: [_csv([export.banner, part.table.headings])] for part in export.parts}
        async for page in pages:
            waiting[page.table.name].append(_csv(map(_words, page.lines)))
        for name, pieces in waiting.items():
            archive.writestr(f"{name.lower()}.csv", b"\xef\xbb\xbf" + b"".join(pieces))
            yield file.taken()
    yield file.taken()


async def as_json(export: Export, pages: AsyncIterator[Page]) -> AsyncIterator[bytes]:
    """Write all tables as one JSON object, a list for each; unlike a sheet it keeps every letter as it was typed."""
    head = {"marking": export.banner[0], "name": export.banner[1], "for": export.banner[2]}
    yield json.dumps(head, ensure_ascii=False)[:-1].encode()
    waiting, between = [part.table.name for part in export.parts], ""
    async for page in pages:
        while page.table.name in waiting:
            yield f'{"]" if between else ""}, "{waiting.pop(0).lower()}": ['.encode()
            between = "\n"
        for line in page.lines:
            yield (between + json.dumps(_named(page.table, line), ensure_ascii=False)).encode()
            between = ",\n"
    for name in waiting:
        yield f'{"]" if between else ""}, "{name.lower()}": ['.encode()
        between = "\n"
    yield b"]}"


async def as_xlsx(export: Export, pages: AsyncIterator[Page]) -> IO[bytes]:
    """Write all tables as the sheets of one workbook; gives the open file, which is gone when it is closed."""
    book = Workbook(write_only=True)
    sheets = {part.table.name: book.create_sheet(part.table.name) for part in export.parts}
    for part in export.parts:
        sheets[part.table.name].append(list(export.banner))
        sheets[part.table.name].append(list(part.table.headings))
    async for page in pages:
        await asyncio.to_thread(_append, sheets[page.table.name], page.lines)
    file = tempfile.TemporaryFile()  # noqa: SIM115 - whoever sends it closes it
    await asyncio.to_thread(book.save, file)
    file.seek(0)
    return file


class Outflow(io.RawIOBase):
    """Takes what a ZIP file writes, and gives it on; nothing is ever sought in it."""

    def __init__(self) -> None:
        """Start empty."""
        super().__init__()
        self._pieces: list[bytes] = []

    def writable(self) -> bool:
        """Say that it can be written to."""
        return True

    def write(self, piece: Any) -> int:  # noqa: ANN401 - whatever holds bytes
        """Take a piece."""
        self._pieces.append(bytes(piece))
        return len(piece)

    def taken(self) -> bytes:
        """Give what was written since the last time."""
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)


def sheet_lines(lines: Iterable[Sequence[Cell]]) -> bytes:
    """Give lines as comma-separated values, harmless to whoever opens them."""
    return _csv([_said(cell) for cell in line] for line in lines)


def _csv(lines: Iterable[Sequence[str]]) -> bytes:
    written = io.StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL).writerows([[harmless(cell) for cell in line] for line in lines])
    return written.getvalue().encode()


def _words(line: Line) -> list[str]:
    return [_said(cell) for cell in line]


def _said(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return "yes" if cell else "no"
        case datetime():
            return when(cell)
        case _:
            return str(cell)


def _named(table: Table, line: Line) -> dict[str, str | int | bool | None]:
    return {key: _told(cell) for key, cell in zip(table.keys, line, strict=True)}


def _told(cell: Cell) -> str | int | bool | None:
    return cell.isoformat() if isinstance(cell, datetime | date) else cell


def _append(sheet: Any, lines: Sequence[Line]) -> None:  # noqa: ANN401 - the library has no types
    for line in lines:
        cells = [NO_LETTERS.sub("", harmless(said)) for said in _words(line)]
        last = cells.pop()
        sheet.append([*cells, *(last[n : n + LONGEST_CELL] for n in range(0, max(1, len(last)), LONGEST_CELL))])
