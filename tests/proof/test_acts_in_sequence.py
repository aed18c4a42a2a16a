"""Acts and time in sequence over the real surface: after each, everything agrees about everyone and everything.

Oracle, lists, audiences and open pages give every officer the same, and no act has broken what must always hold.
"""

import asyncio
import random
import shutil
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlmodel import col

from live.audience import Level
from models.database import Database
from models.grants import Grant
from ops.access.audiences import known
from ops.proof.acts import Actor
from ops.proof.expected import LISTS
from ops.proof.judge import Judge, State, Tally
from ops.proof.page_model import after_frames
from ops.proof.proving import open_some
from ops.proof.screens import Screen, all_as_fresh
from ops.proof.stage import Stage, staged
from ops.proof.walk import pages
from tests.access.judge import listed_levels
from tests.cast import HOUR, NOW, asker_in
from tests.proof import counted
from tests.proof.twins import A_MOMENT, StandingClock

EVERY_DAY = 2  # the seed of every run; the nights throw others
STEPS = 16  # in each world of a day, three instants among them
TIME_PASSED = "time passed"
NIGHTLY_STEPS = 200
EVERY = 4  # after so many acts an instant comes at which grants begin and end
INSTANTS = (NOW + 1.1 * HOUR, NOW + 2.1 * HOUR, NOW + 3.1 * HOUR)  # past the hours at which grants begin and end
RENDERINGS = 2  # of the rule: as a list in the database, and as the audience that live delivery asks
BY_ADMINISTRATION = ("/agency", "/platform", "/agreements", "/operations")  # what may leave a thing to nobody
ON_FORMS = {"case", "report", "profile"}  # what is shared with the terms of the data-sharing form


async def judge_every_cell(stage: Stage, clock: StandingClock) -> list[str]:
    """Ask list and audience about everyone and everything; gives where they differ from the oracle.

    Counts one cell for one officer, one thing and one rendering.
    """
    state, at, wrong = stage.judge.now, clock.now(), []
    async with stage.database.reading() as session:
        facts = await known(session, list(state.rows))
        for officer, fact in state.ruling.facts["officers"].items():
            asks = await asker_in(session, officer, fact["agency"], at)
            listed = await listed_levels(session, asks)
            for key, row in state.rows.items():
                expected = state.ruling.level(officer, key, at)
                answers = (listed.get(key, 0), int(facts[key].audience.at(at).level(asks.keys)))
                stage.judge.tally.cells += RENDERINGS
                stage.judge.tally.open += RENDERINGS * bool(expected)
                if answers != (expected, expected):
                    wrong.append(f"{row.kind} {row.reference}: {expected} by the oracle, but {answers}")
    return wrong


async def everyone_looks(stage: Stage, step: int) -> None:
    """Let everyone open a list over the real surface: it shows them all that they may know of, and nothing else."""
    path = tuple(LISTS)[step % len(LISTS)]
    route = next(route for route in pages() if route.path == path)
    for walker in stage.walkers:
        await walker.open(route)


async def outlived(stage: Stage, screens: list[Screen]) -> list[Screen]:
    """Find nothing on an open page that time took away; gives the same pages, opened anew.

    A "seen by" number that others' time changed is not redrawn on an open page, so equality would ask too much.
    """
    house, at = stage.served.house, screens[0].walker.clock() if screens else NOW
    async with asyncio.timeout(10):
        while screens and ((place := house.tailer._place) is None or place.at < at):
            await asyncio.sleep(0.01)
        await asyncio.sleep(0.2)
    again = []
    for screen in screens:
        await screen.listen()
        if not screen.closed:
            shown = "".join(after_frames(screen).values()).encode()
            stage.judge.judge(screen.walker.officer, shown, f"{screen.path}, still open", at, at)
        await screen.close()
        fresh = Screen(screen.walker, screen.path, screen.thing)
        await fresh.open()
        again += [fresh] if fresh.feed is not None else []
    return again


def managers(state: State, clock: StandingClock) -> set[UUID]:
    """Name the things that somebody who is active manages."""
    officers = state.ruling.facts["officers"]
    return {key for key in state.rows if any(state.ruling.level(o, key, clock.now()) >= Level.MANAGE for o in officers)}


def manage_only_their_own(judge: Judge, clock: StandingClock) -> bool:
    """I10."""
    ruling = judge.now.ruling
    return all(
        ruling.level(o, key, clock.now()) < Level.MANAGE or fact["agency"] == row.owner_agency_id
        for o, fact in ruling.facts["officers"].items()
        for key, row in judge.now.rows.items()
    )


async def ungrounded(stage: Stage, known_before: set[UUID]) -> list[str]:
    """I22: name the new grants to other agencies that lack a purpose, a basis, an agreement or an end."""
    rows = stage.judge.now.rows
    async with stage.database.reading() as session:
        grants = (await session.execute(select(Grant).where(col(Grant.id).not_in(known_before)))).scalars()
        return [
            grant.reference
            for grant in grants
            if rows[grant.resource_id].kind in ON_FORMS
            and grant.grantee_agency_id != rows[grant.resource_id].owner_agency_id
            and not grant.emergency
            and not (grant.purpose and grant.lawful_basis and grant.agreement_id and grant.ends and grant.granted_by)
        ]


async def live_on(database: Database, folder: Path, seed: str, steps: int) -> None:
    tally, clock = Tally(), StandingClock(NOW)
    async with staged(database, folder, random.Random(seed), tally, clock) as stage:
        clock.advance(A_MOMENT)  # past what ends as soon as it began
        actor, screens, at_first = Actor(stage), await open_some(stage, 5), set(stage.judge.now.ruling.facts["grants"])
        instants = list(INSTANTS)
        for step in range(steps):
            before = stage.judge.now
            if step % EVERY == EVERY - 1 and instants:
                clock.advance(instants.pop(0) - clock.now())
                stage.served.house.follower.wake()
                done = TIME_PASSED
            else:
                done = await actor.act()
                clock.advance(A_MOMENT)  # sums follow a second later
                stage.served.house.follower.wake()
                if not done.startswith(BY_ADMINISTRATION):  # I24; what time took meanwhile, the act did not
                    managed = managers(before, clock) & stage.judge.now.rows.keys()
                    assert managed <= managers(stage.judge.now, clock), done
            assert await judge_every_cell(stage, clock) == [], f"world {seed}, step {step}, after {done}"
            assert manage_only_their_own(stage.judge, clock)
            assert await ungrounded(stage, at_first) == [], f"world {seed}, after {done}"
            await everyone_looks(stage, step)
            if done == TIME_PASSED:
                screens = await outlived(stage, screens)
            else:
                await all_as_fresh(screens, done)
            stage.judge.settle()
            screens = [screen for screen in screens if not screen.closed]
            assert not tally.differences, f"world {seed}, step {step}, after {done}: {tally.differences[:5]}"
        for screen in screens:
            await screen.close()
    counted.sequence(tally)


@pytest.mark.timeout(900)
async def test_after_every_act_and_every_instant_everything_agrees(
    _sqlite_template: tuple[Path, object], tmp_path: Path
) -> None:
    """World after world, until enough was judged: some are small."""
    number = 0
    while counted.cells["sequence"] < counted.FEWEST_CELLS:
        folder = tmp_path / str(number)
        folder.mkdir()
        shutil.copyfile(_sqlite_template[0], folder / "cabinet.db")
        database = Database(f"sqlite:///{folder / 'cabinet.db'}")
        try:
            await live_on(database, folder, f"{EVERY_DAY}/{number}", STEPS)
        finally:
            await database.close()
        number += 1


@pytest.mark.nightly
@pytest.mark.timeout(7200)
@pytest.mark.parametrize("number", range(3))
async def test_after_every_act_of_a_long_night_everything_agrees(
    database: Database, tmp_path: Path, seed: int, number: int
) -> None:
    await live_on(database, tmp_path, f"{seed}/{number}", NIGHTLY_STEPS)
