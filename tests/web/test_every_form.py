"""Every field of every form: what does not fit is refused in plain words, changes nothing, and is on record."""

import sys
from collections.abc import Mapping
from typing import Any

import pytest
from starlette.requests import Request
from starlette.routing import Route

from ops.web import forms
from ops.web.policy import Who, policy_of
from tests.web.building import Building
from tests.web.facts import facts_of
from tests.web.records import Records, changes, house, records, told
from tests.web.trials import Trial, obeyed, refused, sender
from tests.web.unfit import unfit_for
from tests.web.walks import commands, oracle, words_for
from tests.web.whole_forms import REFUSED_HERE, filled, in_turn, whole_of

__all__ = ["house", "records"]
OURS = in_turn([route for route in commands() if policy_of(route).who is not Who.ANYONE])
MEANT_FOR_THE_UNSEEN = {("/emergency-access", "reference")}  # breaking the glass opens it, on record, for an hour
ONE_IN = 5  # of what does not fit, where the same handler has been tried with all of it already

tried: dict[str, set[object]] = {"handlers": set()}


def named(route: Route) -> str:
    return route.path


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


def handler(route: Route) -> object:
    """Give the function behind a command, which several may share."""
    inner = route.endpoint.__wrapped__  # type: ignore[attr-defined]  # made by functools.wraps
    return getattr(inner, "__func__", inner)
