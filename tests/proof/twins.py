"""Two worlds that differ only in what one officer cannot discover, and all that this officer receives in both."""

import asyncio
import json
import random
import re
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID
from zipfile import ZipFile

import pytest
from sqlalchemy import delete, event, func, select
from sqlmodel import col

from live import aggregates, lease
from models import base
from models.agencies import OfficerDuty
from models.audit import Act, AuditRow
from models.database import Database
from models.journal import JournalEntry
from ops.proof.acts import OWN_DOOR
from ops.proof.canaries import Canaries
from ops.proof.chance import open_up, throw_world
from ops.proof.content import email_of
from ops.proof.forms import Found, Pen, forms_on
from ops.proof.judge import State, read_state
from ops.proof.seers import MANAGE
from ops.proof.served import Served, served
from ops.proof.stage import PASSWORD, fill
from ops.proof.visitor import Answer, Feed, Visitor
from tests.cast import NOW, HandClock

A_MOMENT = timedelta(seconds=2)  # longer than the pause between two sums
LOOKS = (Act.OPENED, Act.LISTED)
PATIENCE = 15.0
ANSWERING = "RequestResponseCycle.run_asgi"  # the server's task for one request: the engine's own work is not counted
_PASSING = re.compile(
    rb'(?m)^date: .*\r$| data-now="[^"]*"|(?<=data-cursor=")[^"]*|^set-cookie: .*\r$'
    rb"|(?<=W3CDTF\">)[^<]*"
)  # what tells only when it was sent, and sealed places: of one length always, which the test of the cursor sees


class StandingClock(HandClock):
    """A clock that the database cannot set."""

    def set(self, told: Any) -> None:
        """Take the first time only."""
        if not hasattr(self, "_standing"):
            self._standing = True
            super().set(told)


@dataclass
class Maker:
    """Makes references from a seed, so that the same act makes the same ones in both worlds."""

    dice: random.Random = field(default_factory=random.Random)

    def turn_to(self, act: str) -> None:
        """Begin an act: what it makes depends on its name alone."""
        self.dice = random.Random(act)

    def token_bytes(self, number: int) -> bytes:
        """Make so many bytes."""
        return self.dice.randbytes(number)


@dataclass
class Twin:
    """One of the two worlds, as it runs."""

    database: Database
    running: Served
    clock: StandingClock
    visitors: dict[UUID, Visitor]
    feeds: list[Feed] = field(default_factory=list)
    read: int = 0
    statements: list[str] = field(default_factory=list)

    async def get(self, officer: UUID, path: str) -> tuple[Answer, list[str]]:
        """Open a page; gives the answer, and the statements that it took."""
        self.statements.clear()
        answer = await self.visitors[officer].get(path)
        return answer, list(self.statements)

    async def quiet(self) -> None:
        """Let a moment pass, and wait until every screen has heard everything."""
        house = self.running.house
        for _ in range(2):
            self.clock.advance(A_MOMENT)
            now = self.clock.now()
            async with self.database.reading() as session:
                head = (await session.execute(select(func.coalesce(func.max(col(JournalEntry.position)), 0)))).scalar()
            async with asyncio.timeout(PATIENCE):
                while (place := house.tailer._place) is None or place.at < now or place.position < (head or 0):
                    house.follower.wake()
                    await asyncio.sleep(0.005)
        heard = -1
        while heard != (now_heard := sum(len(feed.heard) for feed in self.feeds)):
            heard = now_heard
            await asyncio.sleep(0.03)

    def news(self) -> list[list[str]]:
        """Give the frames that came since, feed by feed; heartbeats pass."""
        found = []
        for feed in self.feeds:
            frames = [frame for message in feed.heard for frame in json.loads(message) if frame["do"] != "beat"]
            feed.heard.clear()
            found.append([json.dumps(frame) for frame in frames] + ([f"closed {feed.code}"] if feed.code else []))
        return found

    def count(self) -> None:
        """Note the statements of every request from now on."""

        def counted(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            task = asyncio.current_task()
            if task and getattr(task.get_coro(), "__qualname__", "") == ANSWERING:
                self.statements.append(statement)

        for engine in (self.running.house.desk.database._reader, self.running.house.desk.database._writer):
            event.listen(engine.sync_engine, "before_cursor_execute", counted)


@dataclass
class Pair:
    """Both worlds, and the officer who must not be able to tell them apart."""

    plain: Twin
    other: Twin  # the one in which hidden things happen
    officer: UUID
    maker: Maker
    dice: random.Random
    state: State
    emails: list[str]
    steps: int = 0
    hidden: int = 0

    @property
    def twins(self) -> tuple[Twin, Twin]:
        """Give both."""
        return self.plain, self.other

    async def look(self, path: str) -> Answer:
        """Open a page in both worlds, and find no difference in any byte nor in the work it took."""
        self.steps += 1
        answers = []
        for twin in self.twins:
            self.maker.turn_to(f"step {self.steps}")
            answers.append(await twin.get(self.officer, path))
        (one, cost), (two, other_cost) = answers
        assert steady(one) == steady(two), f"{path}: {first_difference(steady(one), steady(two))!r}"
        assert len(cost) == len(other_cost), f"{path}: {parted(cost, other_cost)}"
        return one

    async def act(self, page: Answer) -> None:
        """Fill in a form of a page in both worlds alike, and find no difference in what comes of it."""
        forms = [form for form in forms_on(page.body.decode()) if not form.action.startswith((*OWN_DOOR, "/confirm"))]
        if not forms:
            return
        self.steps += 1
        form, letters = self.dice.choice(forms), self.dice.random()
        answers = []
        for twin in self.twins:
            self.maker.turn_to(f"step {self.steps}")
            filled = self._pen(random.Random(letters)).fill(form)
            answers.append(await twin.visitors[self.officer].post(filled.action, filled.values, filled.files))
        one, two = map(steady, answers)
        assert one == two, f"{form.action}: {first_difference(one, two)!r}"

    async def arrive(self) -> None:
        """Wait until every open page has everything; in which of its first frames, the machine's speed decides."""
        for twin in self.twins:
            await twin.quiet()
            twin.news()

    async def listen(self) -> None:
        """Wait until both worlds are quiet, and find no difference in what the open pages heard: one step for each."""
        self.steps += len(self.plain.feeds)
        for twin in self.twins:
            await twin.quiet()
        one, two = self.plain.news(), self.other.news()
        assert one == two, "\n".join(parted(here, there) for here, there in zip(one, two, strict=True) if here != there)

    async def hide(self, act: Callable[["Pair"], Any]) -> None:
        """Let something happen in the other world alone. Fails if the officer could have discovered it after all."""
        self.hidden += 1
        self.maker.turn_to(f"hidden {self.hidden}")
        before, written = await read_state(self.other.database, {}), await self._looks()
        await act(self)
        await self._tell_who_read(set(written), before)
        after = await read_state(self.other.database, {})
        at = self.other.clock.now()
        for key in after.rows:
            assert before.ruling.level(self.officer, key, at) == after.ruling.level(self.officer, key, at)

    async def _looks(self) -> dict[UUID, AuditRow]:
        """Give the other world's record of what was read by others than the officer."""
        looks = select(AuditRow).where(col(AuditRow.act).in_(LOOKS), col(AuditRow.officer_id) != self.officer)
        async with self.other.database.reading() as session:
            return {row.id: row for row in (await session.execute(looks)).scalars()}

    async def _tell_who_read(self, known: set[UUID], state: State) -> None:
        """Tell the plain world who read what the officer manages: its register says so, and that is no hidden thing."""
        now = self.other.clock.now()
        managed = {
            row.reference for key, row in state.rows.items() if state.ruling.level(self.officer, key, now) >= MANAGE
        }
        async with self.plain.database.writing() as session:
            for key, row in (await self._looks()).items():
                read = [reference for reference in row.references if reference in managed]
                if read and key not in known:
                    copy = row.model_dump(exclude={"references", "sequence", "seal"})
                    session.add(AuditRow(**copy, references=read))

    async def send_hidden(self, officer: UUID, form: Found) -> int:
        """Fill in a form in the other world alone, in the narrowest way."""
        filled = self._pen(self.dice).fill(form)
        for widening in ("shared_with", "person", "names"):
            filled.values.pop(widening, None)
        if "audience" in filled.values:
            filled.values["audience"] = ["agency"]
        return (await self.other.visitors[officer].post(filled.action, filled.values, filled.files)).status

    def _pen(self, dice: random.Random) -> Pen:
        return Pen(dice, Canaries(random.Random(dice.random())).word, NOW.date, self.emails, PASSWORD)


def steady(answer: Answer) -> bytes:
    """Give an answer without what tells only when it was sent. A workbook is compared by what is packed in it."""
    if not answer.body.startswith(b"PK"):
        return _PASSING.sub(b"", answer.everything)
    with ZipFile(BytesIO(answer.body)) as packed:
        parts = [one.filename.encode() + b"\r\n" + packed.read(one) for one in packed.infolist()]
    head = re.sub(rb"(?m)^content-length: .*$", b"", answer.head)  # packed dates are shorter or longer
    return _PASSING.sub(b"", b"\r\n".join([head, *parts]))


def parted(here: list[str], there: list[str]) -> str:
    """Say where two lists of frames part: what only one has, or the order."""
    only = [
        f"{name}: {frame[:500]}"
        for name, some, others in (("plain", here, there), ("other", there, here))
        for frame in some
        if frame not in others
    ]
    return "\n".join(only) or f"in another order: {[f[:60] for f in here]} {[f[:60] for f in there]}"


def first_difference(one: bytes, two: bytes) -> tuple[bytes, bytes]:
    """Give both texts around the place where they part."""
    one, two = (re.sub(rb"(?m)^content-length: .*$", b"", text) for text in (one, two))
    place = next((n for n, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two)))
    return one[max(0, place - 80) : place + 80], two[max(0, place - 80) : place + 80]


@asynccontextmanager
async def paired(template: Path, folder: Path, seed: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Pair]:
    """Build one world, copy it, run both, and sign everybody in."""
    maker, dice = Maker(), random.Random(seed)
    monkeypatch.setattr(base, "secrets", SimpleNamespace(token_bytes=maker.token_bytes))
    monkeypatch.setattr(aggregates, "BUDGET", 1e9)  # how fast this machine is must not decide which turn brings what,
    monkeypatch.setattr(lease, "LEASE", 1e9)  # nor whether a board says meanwhile that it stands still
    (folder / "plain").mkdir(parents=True)
    shutil.copyfile(template, folder / "plain" / "cabinet.db")
    world = throw_world(dice, NOW)
    open_up(dice, world)
    active = [
        world.id(name)
        for name, fact in world.facts["officers"].items()
        if fact["active"] and world.facts["agencies"][fact["agency"]]["active"]
    ]
    database = Database(f"sqlite:///{folder / 'plain' / 'cabinet.db'}")
    await fill(database, world, folder / "plain", dice)
    state = await read_state(database, {})
    officer = _observer(state, active)
    async with database.writing() as session:  # a duty shows sizes, or who read an agency's records: that is its point
        await session.execute(delete(OfficerDuty).where(col(OfficerDuty.officer_id) == officer))
    await database.close()
    shutil.copytree(folder / "plain", folder / "other")
    names = {world.id(name): email_of(name) for name in world.facts["officers"]}
    async with AsyncExitStack() as stack:
        twins = []
        for name in ("plain", "other"):
            database = Database(f"sqlite:///{folder / name / 'cabinet.db'}")
            stack.push_async_callback(database.close)
            clock = StandingClock(NOW)
            running = await stack.enter_async_context(served(str(database.url), folder / name, clock))
            visitors = {officer: Visitor(running.port) for officer in active}
            twins.append(Twin(database, running, clock, visitors))
            for number, (somebody, visitor) in enumerate(visitors.items()):
                maker.turn_to(f"sign-in {number}")
                assert await visitor.sign_in(names[somebody], PASSWORD) == 303
            twins[-1].count()
        yield Pair(twins[0], twins[1], officer, maker, dice, state, list(names.values()))
        for twin in twins:
            for feed in twin.feeds:
                await feed.close()


def _observer(state: State, active: list[UUID]) -> UUID:
    """Choose who sees about half: somebody from whom much is hidden, and who is shown much."""
    seen = {o: sum(bool(state.ruling.level(o, key, NOW)) for key in state.rows) for o in active}
    return min(active, key=lambda o: (abs(seen[o] - len(state.rows) / 2), o.hex))
