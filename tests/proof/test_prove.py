"""`tallyboard prove` finds nothing in the product, and finds it out when the product is broken."""

import random
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import ColumnElement
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col
from typer.testing import CliRunner

from live.audience import Level
from models.database import Database
from models.grants import Resource
from ops.access import doors
from ops.access.asker import Asker
from ops.access.audiences import audience_of
from ops.access.doors import Found
from ops.commands import cli
from ops.errors import NotFound
from ops.proof.canaries import unknown_texts
from ops.proof.forms import forms_on
from ops.proof.judge import Tally
from ops.proof.proving import Plan, Proof
from ops.proof.report import Run, report
from ops.proof.stage import staged
from ops.screens import lists
from tests.cast import NOW

QUICK = Plan(pages=0.05, doors=0.1, acts=4, screens=6)
EVERY_DAY = 12  # one world for every run, which a change must leave as it is; the nights throw others
LONG = Plan(pages=1.0, doors=1.0, acts=40, screens=30)


def test_every_text_that_is_kept_carries_a_canary_or_is_known_to_need_none() -> None:
    assert unknown_texts() == set()


@pytest.mark.timeout(600)
async def test_nobody_in_a_random_world_receives_what_the_oracle_does_not_give(
    sqlite_database: Database, tmp_path: Path, tally: Tally
) -> None:
    proof = Proof(EVERY_DAY, tally)
    await proof.world(sqlite_database, tmp_path, 0, QUICK)
    assert not tally.differences, [str(one) for one in tally.differences[:10]]
    assert (proof.leak_found, proof.loss_found) == (True, True)
    assert tally.cells > 500
    assert tally.open > 10
    assert tally.frames > 0


@pytest.mark.nightly
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("number", range(10))
async def test_nobody_in_many_random_worlds_does_either(
    database: Database, tmp_path: Path, seed: int, tally: Tally, number: int
) -> None:
    await Proof(seed, tally).world(database, tmp_path, number, LONG)
    assert not tally.differences, f"--seed={seed}, world {number}: {[str(one) for one in tally.differences[:10]]}"


async def open_to_all(session: AsyncSession, asker: Asker, resource: Resource | None, least: Level) -> Found:
    if resource is None:
        raise NotFound
    return Found(resource, Level.MANAGE, await audience_of(session, resource.id))


def every_row(*_: Any) -> ColumnElement[bool]:
    return col(Resource.id).is_not(None)


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("place", "name", "broken"), [(doors, "_judge", open_to_all), (lists, "visible_to", every_row)]
)
async def test_a_product_that_leaks_is_found_out(
    sqlite_database: Database,
    tmp_path: Path,
    tally: Tally,
    monkeypatch: pytest.MonkeyPatch,
    place: Any,
    name: str,
    broken: Any,
) -> None:
    monkeypatch.setattr(place, name, broken)
    async with staged(sqlite_database, tmp_path, random.Random(5), tally) as stage:
        for walker in stage.walkers[:2]:
            await walker.walk(0.2)
    assert any(one.what == "leak" for one in tally.differences)


@pytest.mark.timeout(600)
async def test_a_product_that_shows_too_little_is_found_out(
    sqlite_database: Database, tmp_path: Path, tally: Tally, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def none(*_: Any) -> list[Any]:
        return []

    monkeypatch.setattr("ops.web.lists.my_profiles", none)
    monkeypatch.setattr("ops.web.cases.my_cases", none)
    async with staged(sqlite_database, tmp_path, random.Random(5), tally) as stage:
        for walker in stage.walkers:
            await walker.walk(0.0)
    assert {one.what for one in tally.differences} == {"loss"}


def test_a_difference_makes_the_report_say_not_proved_and_names_no_content(tally: Tally) -> None:
    holds = Run(1, NOW, 3.0, "SQLite", tally, leak_found=True, loss_found=True)
    blind = Run(1, NOW, 3.0, "SQLite", tally, leak_found=False, loss_found=True)
    assert (holds.holds, blind.holds) == (True, False)
    assert "nothing else" in report(holds)
    assert "NOT PROVED" in report(blind)


def test_a_database_in_which_there_is_something_is_left_alone(tmp_path: Path) -> None:
    used = tmp_path / "used.db"
    database = f"sqlite:///{used}"
    import sqlite3

    with sqlite3.connect(used) as connection:
        connection.execute("CREATE TABLE ours (id INTEGER)")
    answer = CliRunner().invoke(cli, ["prove", "--seconds", "1", "--database-url", database])
    assert answer.exit_code == 2
    with sqlite3.connect(used) as connection:
        assert connection.execute("SELECT count(*) FROM ours").fetchone() == (0,)


def test_forms_are_filled_in_as_a_browser_finds_them() -> None:
    page = """
      <form method="get" action="/search"><input name="q"></form>
      <form method="post" action="/a"><input type="hidden" name="key" value="k"><textarea name="text"></textarea>
      <select name="s"><option value="">Choose</option><option value="1">One</option></select>
      <button formaction="/b" name="go" value="1">Send</button></form>"""
    [form] = forms_on(page)
    assert [(one.name, one.kind) for one in form.fields] == [("key", "hidden"), ("text", "textarea"), ("s", "select")]
    assert form.buttons == [("/b", "go", "1")]
