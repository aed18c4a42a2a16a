"""Reads tables as people keep them, CSV and XLSX: within bounds, and with a clear word for what is none."""

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import NamedTuple

from python_calamine import CalamineError, CalamineWorkbook

from ops.errors import Invalid

LARGEST = 64 * 1024 * 1024  # bytes of a file
LARGEST_UNPACKED = 400 * 1024 * 1024  # bytes of a workbook's parts, counted while they are unpacked and thrown away
MOST_PARTS = 2000
MOST_ROWS = 200_000
MOST_COLUMNS = 100
LONGEST_CELL = 60_000
CHUNK = 1024 * 1024
DELIMITERS = ",;\t|"
WORKBOOK = b"PK\x03\x04"
OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"

Cell = str | int | float | bool | date | time | datetime | timedelta | None


class Sheet(NamedTuple):
    """The lines of a table as text, and what had to be guessed to read them."""

    lines: list[list[str]]
    note: str


def read_sheet(path: Path) -> Sheet:
    """Read the first table of a file. Raises Invalid with what is wrong; blocks, so call it aside."""
    size = path.stat().st_size
    if size == 0:
        raise _refused("This file is empty.")
    if size > LARGEST:
        raise _refused(f"This file is larger than {LARGEST // 1024 // 1024} MB. Split it.")
    with path.open("rb") as file:
        begins = file.read(4)
    if begins == OLD_WORKBOOK:
        raise _refused("This is an old or a locked workbook. Save it as XLSX without a password, or as CSV.")
    sheet = _workbook(path) if begins == WORKBOOK else _text(path)
    if not sheet.lines:
        raise _refused("This file has no lines.")
    return sheet


def _text(path: Path) -> Sheet:
    raw = path.read_bytes()
    text, letters = _decoded(raw)
    if "\0" in text:
        raise _refused("This is no table: neither CSV nor XLSX.")
    head = text[: 64 * 1024]
    delimiter = max(DELIMITERS, key=lambda sign: _even(head, sign))
    csv.field_size_limit(LONGEST_CELL * 4)
    try:
        return Sheet(_bounded(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)), letters)
    except csv.Error:
        raise _refused("This file cannot be read as a table. Is a quotation mark missing?") from None


def _decoded(raw: bytes) -> tuple[str, str]:
    if raw[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return raw.decode("utf-16", errors="replace"), "UTF-16"
    try:
        return raw.decode("utf-8-sig"), "UTF-8"
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace"), "Windows-1252: look whether names with accents are right"


def _even(head: str, delimiter: str) -> tuple[int, int]:
    """Prefer the sign that parts most lines into equally many cells."""
    counts = [line.count(delimiter) for line in head.splitlines()[:50] if line.strip()]
    most = max(set(counts), key=counts.count, default=0)
    return (counts.count(most) if most else 0, most)


def _workbook(path: Path) -> Sheet:
    _must_be_small(path)
    try:
        with CalamineWorkbook.from_path(path) as book:
            names = [sheet.name for sheet in book.sheets_metadata]
            rows = book.get_sheet_by_index(0).iter_rows()
            note = f"Sheet “{names[0]}”" + (f" of {len(names)}; the others are not read" if len(names) > 1 else "")
            return Sheet(_bounded([_said(cell) for cell in row] for row in rows), note)
    except (CalamineError, OSError, ValueError, IndexError):
        raise _refused("This workbook cannot be read. Save it again as XLSX, or as CSV.") from None


def _must_be_small(path: Path) -> None:
    """Unpack every part and throw it away, counting: what a workbook says of its own size may be a lie."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            if len(parts) > MOST_PARTS:
                raise _refused("This workbook has too many parts.")
            unpacked = 0
            for part in parts:
                with archive.open(part) as stream:
                    while piece := stream.read(CHUNK):
                        unpacked += len(piece)
                        if unpacked > LARGEST_UNPACKED:
                            raise _refused("This workbook unpacks to far more than a table needs. Save it as CSV.")
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError):
        raise _refused("This workbook is damaged or locked. Save it again without a password.") from None


def _bounded(lines: Iterator[list[str]]) -> list[list[str]]:
    kept: list[list[str]] = []
    for line in lines:
        cells = [_clean(cell) for cell in _trimmed(line)]
        if len(cells) > MOST_COLUMNS:
            raise _refused(f"A line has more than {MOST_COLUMNS} columns.")
        if any(cells):
            kept.append(cells)
        if len(kept) > MOST_ROWS:
            raise _refused(f"This file has more than {MOST_ROWS:,} lines. Split it.")
    return kept


def _trimmed(line: Sequence[str]) -> Sequence[str]:
    last = max((n for n, cell in enumerate(line, start=1) if cell.strip()), default=0)
    return line[:last]


def _clean(cell: str) -> str:
    """Take off the space around a cell, what no database keeps, and the apostrophe that our own exports put there."""
    text = cell.replace("\0", "").replace("\xa0", " ").strip()[: LONGEST_CELL + 1]
    return text[1:] if text[:1] == "'" and text[1:2] in {"=", "+", "-", "@", "\t", "\r", "\n"} else text


def _said(cell: Cell) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return "yes" if cell else "no"
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime() if cell.time() == time():
            return cell.date().isoformat()
        case datetime():
            return cell.isoformat(sep=" ", timespec="seconds")
        case _:
            return str(cell)


def _refused(message: str) -> Invalid:
    return Invalid({"file": message})
