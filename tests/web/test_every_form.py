"""Every field of every form: what does not fit is refused in plain words, changes nothing, and is on record."""

import re
import shutil
import sqlite3
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
import pytest_asyncio
from starlette.requests import Request
from starlette.routing import Route

from live.audience import Level
from models.cabinet import METADATA
from models.database import Database
from ops.web import forms
from ops.web.policy import Who, policy_of
from tests import cast
from tests.compiled import Compiled
from tests.web.building import Building, running, settle
from tests.web.facts import facts_of
from tests.web.trials import Trial, obeyed, refused, sender
from tests.web.unfit import unfit_for
from tests.web.walks import commands, oracle, widen, words_for
from tests.web.whole_forms import REFUSED_HERE, filled, in_turn, whole_of

BOOKKEEPING = {"audit", "audit_reference", "audit_head", "sign_in", "worker", "presence"}
OURS = in_turn([route for route in commands() if policy_of(route).who is not Who.ANYONE])
NEW_EACH_TIME = re.compile(r' data-(now|cursor)="[^"]*"| value="[0-9a-f]{32}"')
MEANT_FOR_THE_UNSEEN = {("/emergency-access", "reference")}  # breaking the glass opens it, on record, for an hour
ONE_IN = 5  # of what does not fit, where the same handler has been tried with all of it already

tried: dict[str, set[object]] = {"handlers": set()}


def named(route: Route) -> str:
    return route.path


@pytest_asyncio.fixture(scope="module")
async def house(
    _sqlite_template: tuple[Path, Compiled], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Building]:
    """Give one building to all of these: what is refused changes nothing, and each whole form has its own thing."""
    folder = tmp_path_factory.mktemp("forms")
    template, compiled = _sqlite_template
    shutil.copyfile(template, folder / "cabinet.db")
    database = compiled.serve(Database(f"sqlite:///{folder / 'cabinet.db'}"))
    with pytest.MonkeyPatch.context() as today:
        today.setattr(cast, "NOW", datetime.now(UTC))
        county = await settle(database, folder)
        async with running(database, folder) as app:
            made = Building(app, database, county, folder)
            await widen(made)
            await cast.grant(database, county.profile, county.fair_work, Level.READ, agreement=county.agreement)
            yield made
    await database.close()


class Noted(dict[str, str]):
    """A form that notes which of its fields a command reads."""

    read: set[str]

    def get(self, name: str, default: Any = None) -> Any:
        self.read.add(name)
        return super().get(name, default)

    def __getitem__(self, name: str) -> str:
        self.read.add(name)
        return super().__getitem__(name)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Note the fields that commands read."""
    found: set[str] = set()
    fields, many = forms.fields, forms.many

    async def noted(request: Request) -> dict[str, str]:
        form = Noted(await fields(request))
        form.read = found
        return form

    async def each_noted(request: Request, name: str) -> list[str]:
        found.add(name)
        return await many(request, name)

    for module in [module for name, module in sys.modules.items() if name.startswith("ops.web.")]:
        for name, was in list(vars(module).items()):
            if was is fields or was is many:
                monkeypatch.setattr(module, name, noted if was is fields else each_noted)
    return found


class Records:
    """The rows of the cabinet as its file has them, past the product."""

    def __init__(self, house: Building) -> None:
        self._file = sqlite3.connect(str(house.database.url.database))
        self._refused = 0

    def everything(self) -> dict[str, list[Any]]:
        """Give all rows but the audit and who was last here."""
        kept = [table.name for table in METADATA.sorted_tables if table.name not in BOOKKEEPING]
        return {table: sorted(self._file.execute(f'SELECT * FROM "{table}"'), key=str) for table in kept}  # noqa: S608  # our own names

    def refusals(self) -> int:
        """Give how many requests were refused since this was last asked."""
        (now,) = self._file.execute("SELECT count(*) FROM audit WHERE act LIKE 'refused%'").fetchone()
        since, self._refused = now - self._refused, now
        return int(since)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


@pytest.fixture
def records(house: Building) -> Iterator[Records]:
    """Look into the cabinet past the product."""
    found = Records(house)
    yield found
    found.close()


async def misfits(trial: Trial, records: Records, name: str, words: Mapping[str, str], step: int) -> list[object]:
    """Send what does not fit into one field; gives what was not refused in words, and once on record."""
    wrong: list[object] = []
    for value in unfit_for(trial.route.path, name)[::step]:
        answer = await trial.send(**{name: value.format(**words)})
        if not (refused(answer) and records.refusals() == 1):
            wrong.append((name, value[:40], answer.status_code))
    return wrong


async def told_apart(
    trial: Trial, records: Records, name: str, words: Mapping[str, str], unseen: Mapping[str, str]
) -> list[object]:
    """Name in one field what its sender may not see; gives where the answer is another than to what is nowhere."""
    wrong: list[object] = []
    for value in unfit_for(trial.route.path, name):
        if "{absent}" not in value or (trial.route.path, name) in MEANT_FOR_THE_UNSEEN:
            continue
        nowhere = await trial.send(**{name: value.format(**words)})
        for kind, reference in unseen.items():
            answer = await trial.send(**{name: value.format(**{**words, "absent": reference})})
            if told(answer, reference) != told(nowhere, words["absent"]):
                wrong.append((name, value, kind, answer.status_code, nowhere.status_code))
    records.refusals()  # each is on record by now
    return wrong


def told(answer: httpx2.Response, named: str) -> tuple[int, str, str]:
    """Give what an answer tells, but for the name that was sent and what is new in each answer."""
    return answer.status_code, answer.headers.get("location", ""), NEW_EACH_TIME.sub("", answer.text.replace(named, ""))


@pytest.mark.parametrize("route", OURS, ids=named)
async def test_what_does_not_fit_into_a_field_is_refused_and_changes_nothing(
    house: Building, read: set[str], records: Records, route: Route
) -> None:
    officer, reference = await sender(house, route)
    visitor, whole = await house.enter(officer), whole_of(route)
    more = await whole.first(house, visitor, reference)
    trial = Trial(house, route, visitor, reference, more)
    step = ONE_IN if handler(route) in tried["handlers"] else 1
    tried["handlers"].add(handler(route))
    before, words, done = records.everything(), words_for(house), set[str]()
    facts = await facts_of(house.database)
    unseen = {
        one.kind: one.reference for one in house.county.everything().values() if not oracle(facts, officer.id, one)
    }
    read.clear()
    records.refusals()
    while todo := (read | set(filled(route, house, more)) if whole.uses is None else set(whole.uses)) - done:
        for name in sorted(todo):  # what is read shows itself while the first fields are tried
            assert await misfits(trial, records, name, words, step) == []
            assert step > 1 or await told_apart(trial, records, name, words, unseen) == []
        done |= todo
    assert changes(before, records.everything()) == []
    whole_form = await trial.send()
    assert obeyed(whole_form) == (route.path not in REFUSED_HERE), whole_form.status_code
    assert whole.uses is not None or read <= done, "this field was never tried"


def changes(before: Mapping[str, list[Any]], after: Mapping[str, list[Any]]) -> list[object]:
    """Name the tables that differ, with what is new or gone in them."""
    return [
        (table, set(map(str, after[table])) ^ set(map(str, rows)))
        for table, rows in before.items()
        if rows != after[table]
    ]


def handler(route: Route) -> object:
    """Give the function behind a command, which several may share."""
    inner = route.endpoint.__wrapped__  # type: ignore[attr-defined]  # made by functools.wraps
    return getattr(inner, "__func__", inner)
