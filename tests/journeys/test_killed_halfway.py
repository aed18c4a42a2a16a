"""A process that is killed in the middle of an act on access leaves all of it or nothing, whichever act it is."""

import random
import shutil
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import httpx2
import pytest
from sqlalchemy import Engine, event

from models.database import Database
from ops.transaction import Desk
from tests import cast
from tests.compiled import Compiled
from tests.faults.seams.halfway import COMMIT, Counted, counted, executed
from tests.serving import Person, Server
from tests.web.building import Building, running, settle
from tests.web.trials import Trial, obeyed, sender
from tests.web.walks import commands, widen
from tests.web.whole_forms import filled, in_turn, whole_of

ACTS = frozenset(
    {
        "/cases/{ref}/sharing",
        "/grants/{ref}/remove",
        "/requests/{ref}/approval",
        "/requests/{ref}/refusal",
        "/proposals/{ref}/accept",
        "/hand-overs/{ref}/acceptance",
        "/cases/{ref}/fences",
        "/fences/{ref}/lift",
        "/emergency-access",
        "/emergency-access/{ref}/review",
        "/reports/{ref}/hold",
        "/agency/officers/{ref}/suspension",
        "/operations/{ref}/stand-down",
    }
)
BY_DAY = 5  # acts, on each database; each is killed once in its middle, and at night after every one of its writes
# Beside the act itself: who is here, what was looked at, and which process has taken the act in.
NOT_THE_ACT = ("audit_reference", "audit_head", "sign_in", "worker", "presence", "clearance")
SEAMS = ("tests.faults.seams.halfway",)

Size = Mapping[str, tuple[int, int]]  # of a change: for each table how many rows are new and how many are gone


@dataclass(frozen=True, slots=True)
class Act:
    """An act that was done without being killed: how large it is, and how many writes it took."""

    size: Size
    writes: int


@asynccontextmanager
async def building(database: Database, folder: Path) -> AsyncIterator[Building]:
    county = await settle(database, folder)
    async with running(database, folder) as app:
        made = Building(app, database, county, folder)
        await widen(made)
        yield made


async def prepared(house: Building, paths: Sequence[str]) -> list[Trial]:
    """Let happen what must have before each of these acts."""
    trials = []
    for route in in_turn([route for route in commands() if route.path in paths]):
        officer, reference = await sender(house, route)
        visitor = await house.enter(officer)
        more = await whole_of(route).first(house, visitor, reference)
        trials.append(Trial(house, route, visitor, reference, more))
    return trials


def change(before: Mapping[str, list[str]], after: Mapping[str, list[str]]) -> Size:
    """Measure a change; nothing changed is empty."""
    sizes = {
        table: (len(set(after[table]) - set(rows)), len(set(rows) - set(after[table])))
        for table, rows in before.items()
    }
    return {table: size for table, size in sizes.items() if size != (0, 0)}


async def whole_acts(database: Database, folder: Path, paths: Sequence[str]) -> dict[str, Act]:
    """Do each act whole, in a county of its own."""
    found = {}
    async with building(database, folder) as house:
        for trial in await prepared(house, paths):
            before = await house.everything_but(*NOT_THE_ACT)
            assert obeyed(await trial.send()), trial.route.path
            found[trial.route.path] = Act(change(before, await house.everything_but(*NOT_THE_ACT)), Counted.writes)
    return found


async def send_and_die(house: Building, trial: Trial, url: str, after: str) -> None:
    """Send an act to a process that dies in it."""
    server = Server(url, house.folder, settings={"DIES_AFTER": after}, seams=SEAMS).start()
    person = Person(server, trial.visitor.cookie.partition("=")[2])
    path = trial.route.path.format(ref=trial.reference)
    try:
        with pytest.raises(httpx2.TransportError):
            await person.post(path, **filled(trial.route, house, trial.more))
        assert server.process is not None
        server.process.wait(5)
    finally:
        server.stop()


@pytest.fixture
def count(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Count what commands write in this process."""
    monkeypatch.setattr(Desk, "work", counted)
    event.listen(Engine, "after_cursor_execute", executed)
    yield
    event.remove(Engine, "after_cursor_execute", executed)


async def test_a_kill_in_the_middle_leaves_nothing_of_an_act_and_one_after_its_commit_all_of_it(
    database: Database,
    _sqlite_template: tuple[Path, Compiled],
    count: None,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    seed: int,
    nightly: bool,
) -> None:
    monkeypatch.setattr(cast, "NOW", datetime.now(UTC))
    dice = random.Random(f"{seed}/{database.is_sqlite}")
    paths = sorted(ACTS) if nightly else dice.sample(sorted(ACTS), BY_DAY)
    template, compiled = _sqlite_template
    shutil.copyfile(template, tmp_path / "whole.db")
    whole_one = compiled.serve(Database(f"sqlite:///{tmp_path / 'whole.db'}"))
    whole = await whole_acts(whole_one, tmp_path / "whole", paths)
    await whole_one.close()
    async with building(database, tmp_path) as house:
        trials = await prepared(house, paths)
    url = database.url.render_as_string(hide_password=False)
    for trial in trials:
        act, before = whole[trial.route.path], await house.everything_but(*NOT_THE_ACT)
        assert act.writes > 1
        for write in range(1, act.writes + 1) if nightly else [dice.randint(1, act.writes)]:
            await send_and_die(house, trial, url, str(write))
            assert change(before, await house.everything_but(*NOT_THE_ACT)) == {}, (trial.route.path, write)
        await send_and_die(house, trial, url, COMMIT)
        assert change(before, await house.everything_but(*NOT_THE_ACT)) == act.size, trial.route.path
