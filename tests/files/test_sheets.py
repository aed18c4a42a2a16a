"""Tables as people keep them are read; what is none is refused with a word, and the server lives."""

import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from openpyxl import Workbook

from ops.errors import Invalid
from ops.files import sheets
from ops.files.sheets import read_sheet


def kept(folder: Path, content: bytes, name: str = "table.csv") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("content", "note"),
    [
        ("Name,Town\nIonuț,Iași\n".encode(), "UTF-8"),
        ("\ufeffName,Town\nIonuț,Iași\n".encode(), "UTF-8"),
        ("Name;Town\r\nIonuț;Iași\r\n".encode(), "UTF-8"),
        ("Name\tTown\nIonuț\tIași\n".encode("utf-16"), "UTF-16"),
    ],
)
def test_letters_and_separators_are_found_out(tmp_path: Path, content: bytes, note: str) -> None:
    sheet = read_sheet(kept(tmp_path, content))
    assert (sheet.lines, sheet.note) == ([["Name", "Town"], ["Ionuț", "Iași"]], note)


def test_windows_letters_are_read_and_told(tmp_path: Path) -> None:
    sheet = read_sheet(kept(tmp_path, "Name,Café\nZoë “Z” Müller,€5\n".encode("cp1252")))
    assert sheet.lines[1] == ["Zoë “Z” Müller", "€5"]
    assert "Windows-1252" in sheet.note


def test_spaces_empty_lines_and_our_own_apostrophes_are_taken_off(tmp_path: Path) -> None:
    sheet = read_sheet(kept(tmp_path, b"A , B\n\n  x\xc2\xa0,'=1+1 ,,\n,,\n'quoted','t is\n"))
    assert sheet.lines == [["A", "B"], ["x", "=1+1"], ["'quoted'", "'t is"]]


def test_a_workbook_with_merged_headings_dates_and_formulas_is_read(tmp_path: Path) -> None:
    book = Workbook()
    page = book.active
    page["A1"] = "Register of cases"
    page.merge_cells("A1:D1")
    page.append(["Name", "Born", "Seen", "Sum"])
    page.append(["Ionut ", date(1990, 12, 31), datetime(2026, 3, 1, 9, 30, tzinfo=UTC).replace(tzinfo=None), "=1+1"])
    page.append([7.0, True, None, 2.5])
    book.create_sheet("Other").append(["x"])
    book.save(tmp_path / "book.xlsx")
    sheet = read_sheet(tmp_path / "book.xlsx")
    assert sheet.lines[0] == ["Register of cases"]
    assert sheet.lines[2][:3] == ["Ionut", "1990-12-31", "2026-03-01 09:30:00"]
    assert sheet.lines[3] == ["7", "yes", "", "2.5"]
    assert "the others are not read" in sheet.note


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "empty"),
        (b"\n\n ,\n", "no lines"),
        (b"\xd0\xcf\x11\xe0" + bytes(600), "old or a locked workbook"),
        (b"PK\x03\x04" + bytes(600), "damaged or locked"),
        (b"%PDF-1.7\n\x00\x01\x02\x00", "no table"),
        (b",".join([b"x"] * 200), "more than 100 columns"),
    ],
)
def test_what_is_no_table_is_refused_with_a_word(tmp_path: Path, content: bytes, told: str) -> None:
    with pytest.raises(Invalid) as refusal:
        read_sheet(kept(tmp_path, content))
    assert told in refusal.value.messages["file"]


def test_a_workbook_that_unpacks_to_a_bomb_is_refused_whatever_it_says_of_its_size(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "LARGEST_UNPACKED", 1024 * 1024)
    with zipfile.ZipFile(tmp_path / "bomb.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(8 * 1024 * 1024))
    assert (tmp_path / "bomb.xlsx").stat().st_size < 20_000
    with pytest.raises(Invalid, match=r"file") as refusal:
        read_sheet(tmp_path / "bomb.xlsx")
    assert "unpacks to far more" in refusal.value.messages["file"]
    monkeypatch.setattr(sheets, "MOST_PARTS", 0)
    with pytest.raises(Invalid):
        read_sheet(tmp_path / "bomb.xlsx")


def test_too_many_lines_and_too_many_bytes_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_ROWS", 3)
    with pytest.raises(Invalid) as refusal:
        read_sheet(kept(tmp_path, b"a\nb\nc\nd\n"))
    assert "Split it" in refusal.value.messages["file"]
    monkeypatch.setattr(sheets, "LARGEST", 3)
    with pytest.raises(Invalid):
        read_sheet(kept(tmp_path, b"a,b\n"))
