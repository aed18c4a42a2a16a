"""Whatever a program says first: a documented close code, nothing of the cabinet, and the next one is served."""

import json
import random
import string
from collections import Counter
from collections.abc import Callable

import pytest

from live.screen import CloseCode
from tests.api.feeds import following, line
from tests.api.programs import Program, script_of
from tests.web.building import Building, absent

ROUNDS, ROUNDS_AT_NIGHT = 300, 20_000
DOCUMENTED = {CloseCode.JUNK, CloseCode.WITHDRAWN, CloseCode.TOO_OLD}
LETTERS = string.printable + "\0éß√𐍈\ud800"

Said = str | bytes


def nonsense(dice: random.Random, thing: str) -> Said:
    return "".join(dice.choices(LETTERS, k=dice.randrange(200)))


def some_bytes(dice: random.Random, thing: str) -> Said:
    return dice.randbytes(dice.randrange(2000))


def right_but_bytes(dice: random.Random, thing: str) -> Said:
    return json.dumps(hello(thing)).encode()


def broken(dice: random.Random, thing: str) -> Said:
    whole = json.dumps(hello(thing))
    return whole[: dice.randrange(len(whole))]


def deep(dice: random.Random, thing: str) -> Said:
    return dice.choice(["[", '{"do":']) * dice.randrange(1, 8000)


def wrong_value(dice: random.Random, thing: str) -> Said:
    return json.dumps({**hello(thing), dice.choice(["do", "operation", "cursor"]): value(dice)})


def one_more(dice: random.Random, thing: str) -> Said:
    return json.dumps({**hello(thing), dice.choice(["case", "watch", "topic", "", "keys"]): value(dice)})


def one_less(dice: random.Random, thing: str) -> Said:
    found = hello(thing)
    del found[dice.choice(list(found))]
    return json.dumps(found)


def no_object(dice: random.Random, thing: str) -> Said:
    return json.dumps(value(dice))


def huge_number(dice: random.Random, thing: str) -> Said:
    return '{"do": "join", "watch": true, "cursor": ' + dice.choice("123456789") * dice.randrange(1, 9000) + "}"


def named_twice(dice: random.Random, thing: str) -> Said:
    return '{"do": "leave", "do": "join", "operation": "' + thing + '", "operation": 7, "cursor": ""}'


def wrong_order(dice: random.Random, thing: str) -> Said:
    return json.dumps({"do": dice.choice(["resume", "beat", "show", "retract", "JOIN", "stale"]), "cursor": ""})


def old_cursor(dice: random.Random, thing: str) -> Said:
    return json.dumps({**hello(thing), "cursor": "".join(dice.choices(LETTERS, k=dice.randrange(500)))})


def nothing_there(dice: random.Random, thing: str) -> Said:
    return json.dumps({**hello(absent()), "cursor": ""})


KINDS: tuple[Callable[[random.Random, str], Said], ...] = (
    *(nonsense, some_bytes, right_but_bytes, broken, deep, wrong_value, one_more, one_less, no_object, huge_number),
    *(named_twice, wrong_order, old_cursor, nothing_there),
)


def hello(thing: str) -> dict[str, object]:
    return {"do": "join", "operation": thing, "cursor": ""}


def value(dice: random.Random) -> object:
    plain: list[object] = [
        None,
        True,
        0,
        -1,
        1e308,
        "",
        "join",
        "a" * 26,
        "A" * 26,
        "\0",
        [],
        {},
        [{}],
        {"do": "join"},
        "x" * 9000,
    ]
    return dice.choice(plain)


async def says(program: Program, said: Said) -> tuple[int, str]:
    """Say something first; gives how the socket was closed, and what it heard."""
    async with line(program) as socket:
        if isinstance(said, bytes):
            socket.say_bytes(said)
        else:
            socket.say(said)
        return await socket.closed(), "".join(socket.heard)


@pytest.mark.timeout(3600)
async def test_malformed_frames_are_closed_as_documented_and_told_nothing(
    small: Building, seed: int, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, *, nightly: bool
) -> None:
    monkeypatch.setattr(small.app.state.house.settings, "api_per_minute", 10 * ROUNDS_AT_NIGHT)
    dice, county = random.Random(seed), small.county
    program, reference = await script_of(small, county.bob), county.operation.reference
    codes = Counter[tuple[str, int]]()
    for number in range(ROUNDS_AT_NIGHT if nightly else ROUNDS):
        kind = KINDS[number % len(KINDS)]
        code, heard = await says(program, kind(dice, reference))
        assert code in DOCUMENTED, kind.__name__
        assert heard in {"", '[{"do":"resync","within":0}]'}, kind.__name__
        assert bool(heard) == (code == CloseCode.TOO_OLD)
        codes[kind.__name__, code] += 1
    assert not [record for record in caplog.records if record.levelname == "ERROR"], "no fault of ours"
    assert {code for _, code in codes} == DOCUMENTED
    assert {name for name, code in codes if code == CloseCode.TOO_OLD} <= {"old_cursor", "wrong_value"}
    async with following(program, "operation", reference) as followed:
        assert (await followed.fresh())["sites"], "the server serves on"
    assert small.app.state.house.sockets.open == 0
