"""`tallyboard begin`: what who runs a new installation types, and what it answers."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ops.commands import cli

SENT = (
    "--agency",
    "Harbour Trust",
    "--code",
    "hbr",
    "--administrator",
    "Nora Quill",
    "--email",
    "nora@harbour.example",
)


@pytest.fixture(autouse=True)
def _fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "ORIGIN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("PORT", "8000")


def run(*words: str, typed: str | None = None) -> tuple[int, str]:
    answer = CliRunner().invoke(cli, ["begin", *words], input=typed)
    return answer.exit_code, answer.output


def test_it_prints_a_link_at_the_address_that_browsers_use_and_no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    code, told = run(*SENT, "--port", "8140")
    assert code == 0
    assert re.search(r"http://localhost:8140/invitations/open#\S{40,}\n", told)
    assert "password" not in told.lower()
    monkeypatch.setenv("ORIGIN", "https://board.example.org")
    assert "https://board.example.org/invitations/open#" in run(*SENT)[1]


def test_what_is_left_out_is_asked_for() -> None:
    code, told = run(typed="Harbour Trust\nHBR\nNora Quill\nnora@harbour.example\n")
    assert (code, "/invitations/open#" in told) == (0, True)


def test_what_does_not_fit_is_named_by_its_option() -> None:
    code, told = run(*SENT, "--code", "H", "--agency", "Harbour Trust")
    assert (code, told) == (2, "--code: Write two to four letters.\n")
