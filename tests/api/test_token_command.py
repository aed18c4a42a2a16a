"""`tallyboard token`: what who runs the server types, and that a running server obeys it."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from ops.commands import cli

ACCOUNT = ("create", "Command and control", "--agency", "HBR")


@pytest.fixture(autouse=True)
def _fresh(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATABASE_URL", "REDIS_URL", "ORIGIN"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    made = ("--agency", "Harbour Trust", "--code", "HBR", "--administrator", "Nora", "--email", "n@harbour.example")
    assert CliRunner().invoke(cli, ["begin", *made]).exit_code == 0


def run(*words: str) -> tuple[int, str]:
    answer = CliRunner().invoke(cli, ["token", *words])
    return answer.exit_code, answer.output


def test_a_token_is_printed_once_listed_without_itself_and_revoked_for_good() -> None:
    code, told = run(*ACCOUNT, "--scope", "read", "--scope", "contribute")
    secret = re.search(r"tally_\S{40,}", told)
    assert (code, secret is not None) == (0, True)
    code, listed = run("list")
    assert ("HBR\tCommand and control" in listed, "contribute,read" in listed) == (True, True)
    assert secret is not None
    assert secret[0] not in listed
    reference = listed.split("\t")[0]
    assert run("revoke", reference) == (0, "It has ended, on every server.\n")
    assert run("list") == (0, "")
    assert run("revoke", reference) == (1, "There is no open token with this reference.\n")


def test_a_second_token_is_of_the_same_account() -> None:
    run(*ACCOUNT)
    run(*ACCOUNT, "--name", "the other machine")
    assert [line.split("\t")[2:4] for line in run("list")[1].splitlines()] == [
        ["Command and control", "Command and control"],
        ["Command and control", "the other machine"],
    ]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("create", "Wall", "--agency", "XYZ"), "--agency: No agency that takes part has these letters.\n"),
        ((*ACCOUNT, "--scope", "everything"), "--scope: Choose what it may be used for.\n"),
        (
            (*ACCOUNT, "--scope", "audit"),
            "--scope: Administering and reading records are officers' duties. A program has none.\n",
        ),
        ((*ACCOUNT, "--days", "1000"), "--days: Write for how many days, from 1 to 366.\n"),
    ],
)
def test_what_does_not_fit_is_named_by_its_option(words: tuple[str, ...], told: str) -> None:
    assert run(*words) == (2, told)
