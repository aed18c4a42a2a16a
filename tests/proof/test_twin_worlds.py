"""I19: two worlds that differ only in what an officer cannot discover are byte for byte the same to that officer."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from live.audience import Level
from models.grants import Resource
from ops.proof.forms import forms_on
from ops.proof.page_model import attribute
from ops.proof.visitor import Feed
from ops.proof.walk import pages
from ops.web.policy import policy_of
from tests.proof import counted
from tests.proof.twins import Pair, Twin, paired

EVERY_DAY = ("5/0",)  # the same in every run; the nights throw others
ROUNDS = 16
LOOKED_FOR = 54  # in each round
LONG = 60

BOXES = ("case", "operation")


def level(pair: Pair, thing: Resource) -> int:
    return pair.state.ruling.level(pair.officer, thing.id, pair.plain.clock.now())


def seen(pair: Pair, kind: str) -> list[Resource]:
    return [row for row in pair.state.of_kind(kind) if level(pair, row)]


def unseen(pair: Pair) -> list[Resource]:
    boxes = {row.id for row in pair.state.rows.values() if row.kind in BOXES and level(pair, row)}
    return [row for row in pair.state.rows.values() if not level(pair, row) and row.gate_id not in boxes]


async def act_on_what_is_hidden(pair: Pair) -> None:
    """Somebody else does whatever a page about a hidden thing offers."""
    things = unseen(pair)
    for _ in range(12):
        thing, officer = pair.dice.choice(things), pair.dice.choice(list(pair.other.visitors))
        routes = [route for route in pages() if policy_of(route).kind == thing.kind]
        if officer == pair.officer or not routes:
            continue
        path = pair.dice.choice(routes).path.format(ref=thing.reference)
        page = await pair.other.visitors[officer].get(path)
        forms = forms_on(page.body.decode("utf-8", "replace")) if page.status == 200 else []
        if forms and await pair.send_hidden(officer, pair.dice.choice(forms)) < 400:
            return


async def write_in_a_box_that_is_seen(pair: Pair) -> None:
    """A colleague of another agency writes a report or a post that the officer cannot discover, in what they see.

    Not in what the officer manages: whoever manages a thing is told in its register who opened it.
    """
    boxes = [box for kind in BOXES for box in seen(pair, kind) if level(pair, box) < Level.MANAGE]
    if not boxes:
        return
    ours = pair.state.ruling.agency(pair.officer)
    others = [o for o in pair.other.visitors if pair.state.ruling.agency(o) != ours]
    for _ in range(12):
        box, officer = pair.dice.choice(boxes), pair.dice.choice(others)
        new = "reports/new" if box.kind == "case" else "posts/new"
        page = await pair.other.visitors[officer].get(f"/{box.kind}s/{box.reference}/{new}")
        forms = [one for one in forms_on(page.body.decode()) if one.action.endswith(new.removesuffix("/new"))]
        if page.status == 200 and forms and await pair.send_hidden(officer, forms[0]) < 400:
            return


async def open_a_case(pair: Pair) -> None:
    """Somebody of another agency opens a case."""
    ours = pair.state.ruling.agency(pair.officer)
    for officer in [o for o in pair.other.visitors if pair.state.ruling.agency(o) != ours]:
        page = await pair.other.visitors[officer].get("/cases")
        forms = [one for one in forms_on(page.body.decode()) if one.action == "/cases"]
        if forms and await pair.send_hidden(officer, forms[0]) == 303:
            return


async def look_at_everything(pair: Pair) -> None:
    """Somebody looks at hidden things: the audit grows, presence comes and goes."""
    officer = pair.dice.choice([o for o in pair.other.visitors if o != pair.officer])
    for thing in unseen(pair)[:6]:
        await pair.other.visitors[officer].get(f"/{thing.kind}s/{thing.reference}")
    await pair.other.visitors[officer].get("/watch")


async def sign_in_again(pair: Pair) -> None:
    """Somebody signs in at another browser, wrongly first."""
    visitor = type(pair.other.visitors[pair.officer])(pair.other.running.port)
    await visitor.sign_in(pair.emails[0], "wrong")


HIDDEN: tuple[Callable[[Pair], Awaitable[None]], ...] = (
    act_on_what_is_hidden,
    write_in_a_box_that_is_seen,
    act_on_what_is_hidden,
    open_a_case,
    write_in_a_box_that_is_seen,
    look_at_everything,
    act_on_what_is_hidden,
    sign_in_again,
)


async def open_pages(pair: Pair) -> None:
    """Keep the pages of what the officer discovers open, in both worlds."""
    for box in [box for kind in BOXES for box in seen(pair, kind)]:
        page = await pair.look(f"/{box.kind}s/{box.reference}")
        for twin in pair.twins:
            await keep_open(twin, pair, page.body.decode(), box)


async def keep_open(twin: Twin, pair: Pair, page: str, box: Resource) -> None:
    own = (await twin.visitors[pair.officer].get(f"/{box.kind}s/{box.reference}")).body.decode()
    live = attribute(page, "data-live").replace("&amp;", "&")
    feed = Feed(twin.visitors[pair.officer], live, attribute(own, "data-cursor"))
    await feed.open()
    twin.feeds.append(feed)


async def look_around(pair: Pair) -> None:
    """Open some pages of every kind: what is discovered, what is hidden, and what is listed."""
    for route in pages():
        if "{" not in route.path:
            await pair.look(route.path)
            continue
        things = pair.state.of_kind(policy_of(route).kind)
        if things:
            await pair.look(route.path.format(ref=pair.dice.choice(things).reference))


async def look_for_what_is_hidden(pair: Pair) -> None:
    """Ask for hidden things by their right references: a refusal costs a third of a page, and may tell as much."""
    hidden = [row for row in pair.state.rows.values() if not level(pair, row)]
    for _ in range(LOOKED_FOR):
        thing = pair.dice.choice(hidden)
        routes = [route for route in pages() if policy_of(route).kind == thing.kind]
        if routes:
            await pair.look(pair.dice.choice(routes).path.format(ref=thing.reference))


async def live(pair: Pair, rounds: int) -> None:
    await open_pages(pair)
    await pair.arrive()
    for number in range(rounds):
        await pair.hide(HIDDEN[number % len(HIDDEN)])
        await pair.listen()
        await look_around(pair)
        await look_for_what_is_hidden(pair)
        box = pair.dice.choice([*seen(pair, "case"), *seen(pair, "operation"), *seen(pair, "report")])
        await pair.act(await pair.look(f"/{box.kind}s/{box.reference}"))
        await pair.listen()
    counted.steps["paired"] += pair.steps
    counted.steps["hidden"] += pair.hidden


@pytest.mark.timeout(600)
@pytest.mark.parametrize("world", EVERY_DAY)
async def test_what_cannot_be_discovered_changes_no_byte(
    _sqlite_template: tuple[Path, object], tmp_path: Path, world: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with paired(_sqlite_template[0], tmp_path, world, monkeypatch) as pair:
        await live(pair, ROUNDS)


@pytest.mark.nightly
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("number", range(8))
async def test_what_cannot_be_discovered_changes_no_byte_all_night(
    _sqlite_template: tuple[Path, object], tmp_path: Path, seed: int, number: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    print(f"--seed={seed}, world {number}")
    async with paired(_sqlite_template[0], tmp_path, f"{seed}/{number}", monkeypatch) as pair:
        await live(pair, LONG)
