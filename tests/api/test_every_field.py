"""Every field of every command of the API: what does not fit is named, changes nothing, and tells nothing of others."""

import copy
import re
from collections.abc import Awaitable, Callable, Collection, Iterator
from typing import Any

import pytest
from starlette.routing import Route

from models.agencies import Officer
from ops.api.declared import call_of
from ops.web.policy import policy_of
from tests.api.programs import script_of
from tests.api.walks import BODIES, asks_of, commands, filled, named, send, wants
from tests.web.building import Building, absent
from tests.web.duties import DUTIES
from tests.web.facts import facts_of
from tests.web.records import Records, changes, house, records, told
from tests.web.walks import oracle, verdict

__all__ = ["house", "records"]
Place = tuple[str | int, ...]
WITH_FIELDS = [route for route in commands() if BODIES[call_of(route).method, route.path]]
REFERENCE = re.compile("(?<![a-z2-7])[a-z2-7]{26}(?![a-z2-7])")
MEANT_FOR_THE_UNSEEN = {("/requests", ("reference",))}  # a wrong one is answered as a right one
LONG = "x" * 200_001
OF_ANOTHER_SORT: dict[type, tuple[Any, ...]] = {
    str: (7, True, [], {}),
    bool: ("yes", 7, []),
    int: ("x", 1.5, [], {}),
    list: ("x", 7, {}),
    dict: ("x", 7, []),
}
TOO_MUCH: dict[type, tuple[Any, ...]] = {str: (LONG, "\0"), int: (10**30, -(10**30)), list: ([LONG], [[]])}


async def sender(house: Building, route: Route) -> tuple[Officer, str]:
    """Give an officer who is let in, and the reference of something that they may do this to."""
    for name, officer in house.county.everyone().items():
        if policy_of(route).duties and DUTIES[name].isdisjoint(policy_of(route).duties):
            continue
        if "{" not in route.path:
            return officer, ""
        for ask in await asks_of(route, house, officer, await facts_of(house.database)):
            if verdict(wants(route), ask.level) == "open":
                return officer, ask.reference
    raise LookupError(f"nobody may do {route.path}")


def places(body: Any, at: Place = ()) -> Iterator[tuple[Place, Any]]:
    """Give every place of a body, and what stands there."""
    inner = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    for name, value in inner:
        yield (*at, name), value
        yield from places(value, (*at, name))


def with_other(body: Any, place: Place, value: Any) -> Any:
    """Give a body with something else in one place."""
    changed = copy.deepcopy(body)
    inner = changed
    for name in place[:-1]:
        inner = inner[name]
    inner[place[-1]] = value
    return changed


def names(answer: Any, place: Place) -> bool:
    """Say whether an answer refuses in the form of all problems, and names this place, or what it is part of."""
    if (answer.status_code, answer.headers["content-type"]) != (422, "application/problem+json"):
        return False
    path = ".".join(map(str, place))
    return any(path.startswith(one["field"]) or one["field"].startswith(path) for one in answer.json()["errors"])


Send = Callable[[Place, Any], Awaitable[Any]]


async def misfits(sent: Send, place: Place, value: Any) -> list[object]:
    """Send what does not fit into one place; gives what was not refused, or not named."""
    wrong = list[object]()
    others = [(place, other) for other in OF_ANOTHER_SORT.get(type(value), ())]
    if isinstance(value, dict):
        others.append(((*place, "lead_id"), "x"))  # what no body has
    for at, other in others:
        if not names(answer := await sent(at, other), place):
            wrong.append((at, other, answer.status_code, answer.text))
    for other in TOO_MUCH.get(type(value), ()):
        answer = await sent(place, other)
        if not 400 <= answer.status_code < 500 or LONG[:99] in answer.text:
            wrong.append((place, str(other)[:20], answer.status_code, answer.text[:200]))
    return wrong


async def told_apart(sent: Send, place: Place, value: Any, unseen: Collection[str]) -> list[object]:
    """Name in one place what its sender may not see; gives where the answer is another than to what is nowhere."""
    if not isinstance(value, str) or (known := REFERENCE.search(value)) is None:
        return []
    nowhere = absent()
    nothing = told(await sent(place, value.replace(known[0], nowhere)), nowhere)
    answers = [told(await sent(place, value.replace(known[0], other)), other) for other in unseen]
    return [(place, nothing, answer) for answer in answers if answer != nothing]


@pytest.mark.parametrize("route", WITH_FIELDS, ids=named)
async def test_what_does_not_fit_is_named_by_its_field_and_changes_nothing(
    house: Building, records: Records, route: Route
) -> None:
    officer, reference = await sender(house, route)
    program, facts = await script_of(house, officer), await facts_of(house.database)
    whole = filled(BODIES[call_of(route).method, route.path], house)
    unseen = [one.reference for one in house.county.everything().values() if not oracle(facts, officer.id, one)]
    before = records.everything()

    async def sent(place: Place, value: Any) -> Any:
        return await send(house, program, route, reference, with_other(whole, place, value))

    assert names(await sent(("lead_id",), "x"), ("lead_id",)), "what no body has"
    for place, value in places(whole):
        assert await misfits(sent, place, value) == []
        if (route.path, place) not in MEANT_FOR_THE_UNSEEN:
            assert await told_apart(sent, place, value, unseen) == []
    assert changes(before, records.everything()) == []
