"""`tallyboard import`: a table brought in at the server, with its wrong lines in a file and a bar that moves."""

import csv
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ops.commands import cli

WHO = ("--officer", "n@harbour.example")
HUNDRED_THOUSAND = 100_000


@pytest.fixture(autouse=True)
def _fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "REDIS_URL", "ORIGIN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    county = tmp_path / "county.yaml"
    county.write_text(
        "partnership: Pier\nagencies:\n  - {code: HBR, name: Harbour Trust, kind: statutory, domain: harbour.example,"
        " teams: {QUAY: Quayside}, officers: [{name: Nora Ng, email: n@harbour.example, teams: [QUAY],"
        " duties: [lead, administrator]}]}\n"
    )
    loaded = CliRunner().invoke(cli, ["load", str(county)])
    assert loaded.exit_code == 0, loaded.output


def run(*words: str) -> tuple[int, str]:
    answer = CliRunner().invoke(cli, ["import", *words])
    return answer.exit_code, answer.output


def table(path: Path, lines: int, wrong: int = 0) -> Path:
    """Write a table of cases as one finds it: a title above, spaces, every so many-th line without a theme."""
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerows([["Register of the harbour office"], ["Case title ", "Type", "Description", "Date opened"]])
        for n in range(lines):
            theme = "" if wrong and n % wrong == 0 else " housing "
            writer.writerow([f"Case {n}", theme, "Planks of a boat, found on the quay.", "31/12/2020"])
    return path


def test_a_table_is_tried_and_brought_in_and_the_wrong_lines_are_kept(tmp_path: Path) -> None:
    file, wrong = table(tmp_path / "old.csv", 300, wrong=100), tmp_path / "wrong.csv"
    code, told = run(str(file), "--of", "case", *WHO, "--check")
    assert (code, "3 wrong" in told) == (1, True), told
    code, told = run(str(file), "--of", "case", *WHO)
    assert (code, "Some lines are wrong" in told) == (1, True), told
    code, told = run(str(file), "--of", "case", *WHO, "--good", "--bad", str(wrong))
    assert (code, "297 of 300 lines were brought in." in told) == (0, True), told
    assert len(wrong.read_text().splitlines()) == 1 + 3
    code, told = run(str(file), "--of", "case", *WHO, "--check")
    assert "297 that look as if they were there already" in told


def test_officers_come_in_at_the_server_and_strangers_bring_nothing(tmp_path: Path) -> None:
    file = tmp_path / "staff.csv"
    file.write_bytes("Name;E-mail\nJürgen Groß;j.g@harbour.example\n".encode("cp1252"))
    assert run(str(file), "--of", "officer", *WHO)[0] == 0
    assert run(str(file), "--of", "officer", "--officer", "nobody@harbour.example")[0] == 1
    assert "--of: case" in run(str(file), "--of", "boat", *WHO)[1]
    code, told = run(str(file), "--of", "agency", *WHO)
    assert (code, "brings such a table in here" in told) == (1, True)


@pytest.mark.nightly
@pytest.mark.timeout(1800)
def test_a_hundred_thousand_lines_come_in_whole(tmp_path: Path) -> None:
    file, began = table(tmp_path / "old.csv", HUNDRED_THOUSAND, wrong=100), time.monotonic()
    code, told = run(str(file), "--of", "case", *WHO, "--good")
    print(f"{HUNDRED_THOUSAND} lines in {time.monotonic() - began:.0f} s")
    assert (code, "99000 of 100000 lines were brought in." in told) == (0, True), told[-500:]
