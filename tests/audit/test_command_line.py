"""What an officer of data protection types: verify, head, key, with exit codes that a timer can act upon."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlmodel import col
from typer.testing import CliRunner

from models.audit import Act, AuditRow
from models.database import Database
from models.migrations import migrate
from ops.audit.keys import signing_key
from ops.audit.sealing import seal
from ops.commands import cli
from ops.paths import MIGRATIONS
from ops.settings import Settings
from tests.cast import NOW, file


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Give a deployment with three sealed entries."""
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    settings = Settings()

    async def begin() -> None:
        database = Database(settings.database())
        await migrate(database, MIGRATIONS)
        await file(database, *(AuditRow(at=NOW, act=Act.LISTED) for _ in range(3)))
        await seal(database, signing_key(settings.audit_key()), NOW)
        await database.close()

    asyncio.run(begin())
    return settings


def run(*words: str) -> tuple[int, str]:
    answer = CliRunner().invoke(cli, ["audit", *words])
    return answer.exit_code, answer.output


def test_a_whole_audit_verifies_also_against_the_head_on_file(settings: Settings, tmp_path: Path) -> None:
    code, line = run("head")
    (tmp_path / "heads").write_text(line)
    (tmp_path / "key").write_text(run("key")[1])
    assert (code, line.count("\n")) == (0, 1)
    code, told = run("verify", "--head", str(tmp_path / "heads"), "--key", str(tmp_path / "key"))
    assert (code, told.splitlines()[0]) == (0, "Whole: 3 sealed entries follow from one another.")


def test_anything_wrong_gives_an_exit_code(settings: Settings) -> None:
    async def harm() -> None:
        database = Database(settings.database())
        async with database.writing() as session:
            await session.execute(update(AuditRow).where(col(AuditRow.sequence) == 2).values(act=Act.OPENED))
        await database.close()

    asyncio.run(harm())
    code, told = run("verify")
    assert (code, told.startswith("WRONG: entry 2 (")) == (1, True)


def test_a_file_that_is_no_head_is_told(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "heads").write_text("hello")
    code, told = run("verify", "--head", str(tmp_path / "heads"))
    assert (code, "no signed head" in told) == (2, True)
