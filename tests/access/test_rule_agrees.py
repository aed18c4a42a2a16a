import random
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import ColumnElement, Select, and_, or_, select, true
from sqlmodel import col

from live.audience import Clause, Level
from models.database import Database
from models.grants import Grant, Resource
from ops.access import rules
from ops.access.admissions import admissions_at
from ops.access.audiences import known, places_of
from tests.access.judge import judge
from tests.cast import DAY, NOW
from tests.worlds import file_world, make_world

WORLDS = 2  # on each database
NIGHTLY = range(WORLDS, 20)
FEWEST_CELLS = 20_000  # over both databases
FEWEST_GRANTED = 300
MUTANT_SEED = 7

judged: dict[str, int] = {"cells": 0, "granted": 0}


@pytest.mark.parametrize("number", [*range(WORLDS), *(pytest.param(n, marks=pytest.mark.nightly) for n in NIGHTLY)])
async def test_oracle_door_list_audience_and_who_can_see_agree(database: Database, seed: int, number: int) -> None:
    world = make_world(random.Random(f"{seed}/{number}"))
    await file_world(database, world)
    verdict = await judge(database, world)
    assert not verdict.differences, f"--seed={seed}, world {number}: {verdict.differences[:10]}"
    judged["cells"] += verdict.judged
    judged["granted"] += verdict.granted


@pytest.mark.parametrize("number", range(WORLDS))
async def test_what_the_database_says_of_many_is_what_each_audience_says(
    database: Database, seed: int, number: int
) -> None:
    await file_world(database, make_world(random.Random(f"admissions {seed}/{number}")))
    async with database.reading() as session:
        every = list((await session.execute(select(col(Resource.id)))).scalars())
        moments = {*(await session.execute(select(col(Grant.ends)))).scalars(), NOW, NOW + DAY} - {None}
        facts, places = await known(session, every), await places_of(session, every)
        for at in sorted(moments)[:12]:
            admitted = await admissions_at(session, places, at)
            assert admitted == {thing: facts[thing].audience.at(at) for thing in every}, at
            assert any(one.readers_outside for one in admitted.values())


def test_that_comparison_judged_enough() -> None:
    if not judged["cells"]:
        pytest.skip("the comparison did not run")
    assert judged["cells"] >= FEWEST_CELLS
    assert judged["granted"] >= FEWEST_GRANTED


def gate_left_open(_admitting: Callable[..., Any]) -> Callable[..., Any]:
    return lambda _keys, _at: select(col(Resource.id))


def glass_admits(_admitting: Callable[..., Any]) -> Callable[..., Any]:
    return lambda keys, at: rules.reached(keys, at, Level.DISCOVER)


def hold_forgotten(reached: Callable[..., Any]) -> Callable[..., Any]:
    def mutant(keys: Any, at: datetime, level: int, *, own_agency: bool = False) -> Select[Any]:
        if own_agency:
            return reached(keys, at, level, own_agency=True)  # type: ignore[no-any-return]
        return select(col(Grant.resource_id)).where(
            col(Grant.principal).in_(keys), col(Grant.level) >= int(level), rules.live(at)
        )

    return mutant


def end_included(_live: Callable[..., Any]) -> Callable[..., Any]:
    def mutant(at: datetime) -> ColumnElement[bool]:
        return or_(_live(at), and_(col(Grant.ends) == at, col(Grant.revoked_at).is_(None)))

    return mutant


def everything_live(_live: Callable[..., Any]) -> Callable[..., Any]:
    return lambda _at: true()


MUTANTS = [
    (rules, "admitting", gate_left_open),
    (rules, "admitting", glass_admits),
    (rules, "reached", hold_forgotten),
    (rules, "live", end_included),
    (rules, "live", everything_live),
]


@pytest.mark.parametrize(("place", "name", "mutate"), MUTANTS, ids=lambda value: getattr(value, "__name__", str(value)))
async def test_the_comparison_finds_a_rule_that_was_broken_in_sql(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch, place: Any, name: str, mutate: Callable[..., Any]
) -> None:
    world = make_world(random.Random(MUTANT_SEED))
    await file_world(sqlite_database, world)
    monkeypatch.setattr(place, name, mutate(getattr(place, name)))
    assert (await judge(sqlite_database, world, [NOW])).differences


async def test_the_comparison_finds_an_audience_whose_end_is_late(
    sqlite_database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = make_world(random.Random(MUTANT_SEED))
    await file_world(sqlite_database, world)
    monkeypatch.setattr(Clause, "live", lambda c, t: c.starts <= t and (c.ends is None or t <= c.ends))
    assert (await judge(sqlite_database, world, [NOW])).differences
