"""Programs that follow a thing: each frame is judged as it comes; state and frames are the state read anew."""

import json
import time
from dataclasses import dataclass, field

from models.grants import Resource
from ops.api.answers import LIVE_CURSOR
from ops.api.shapes.common import BASE
from ops.proof.judge import DISCOVER, around
from ops.proof.screens import OK, PATIENCE, SIGNED_OUT, WITHDRAWN, Screen
from ops.proof.state_model import State, after_frames, but_for_numbers, comparable, settled
from ops.proof.visitor import Answer, Feed
from ops.proof.walk import Walker

LIVE = f"{BASE}/live"
TOO_OLD, TOO_MANY = 4409, 4429
NOT_LET_IN = {SIGNED_OUT, TOO_MANY}  # the second: a token that works no more was sent too often


@dataclass
class Followed(Screen):
    """One officer's script that follows one thing. Its `page` is the state that it read last."""

    cursor: str = ""
    begun: bool = field(default=False)

    async def open(self) -> None:
        """Read the state, then join with its cursor."""
        if await self._fetch() == OK:
            self.feed = Feed(self.walker.visitor, LIVE, self.cursor, {self.thing.kind: self.thing.reference})
            self._read = 0
            await self.feed.open()
            self.judged_at = self.walker.clock()

    async def listen(self) -> None:
        """Take what the socket brought since, and judge every byte; begin again when it was closed for that."""
        await super().listen()
        if self.feed is not None and self.feed.code == TOO_OLD and self._read == len(self.feed.heard):
            await self.open()

    async def as_fresh(self, *, numbers: bool = True) -> bool:
        """Compare with the state read now. A thing that is gone must have closed the socket."""
        await self.listen()
        answer = await self._ask()
        await self.listen()
        if answer.status != OK:
            code = self.feed.code if self.feed is not None else None
            return code == TOO_OLD or (code is not None and (code in NOT_LET_IN) is answer.leads_to_sign_in)
        fresh, held = settled(comparable(json.loads(answer.body))), settled(self.held())
        same = fresh == held if numbers else but_for_numbers(fresh) == but_for_numbers(held)
        if same and not numbers:
            self.page, self.frames = answer.body.decode(), []
        return same and not self.closed

    def held(self) -> State:
        """Give what the script holds."""
        return after_frames(json.loads(self.page), self.frames)

    async def differing(self) -> list[str]:
        """Name the members of the state that are not as in one read anew."""
        answer = await self._ask()
        fresh, held = comparable(json.loads(answer.body)) if answer.status == OK else {}, self.held()
        return sorted(name for name in fresh.keys() | held.keys() if fresh.get(name) != held.get(name))

    async def _ask(self) -> Answer:
        since = self.walker.clock()
        answer = await self.walker.visitor.get(self.path)
        self.walker.judge.tally.requests += 1
        self.walker.judge.judge(self.walker.officer, answer.everything, self.path, since, self.walker.clock())
        return answer

    async def _fetch(self) -> int:
        answer = await self._ask()
        if answer.status == OK:
            self.page, self.frames, self.cursor = answer.body.decode(), [], answer.header(LIVE_CURSOR)
        return answer.status

    def _live(self) -> str:
        return LIVE


async def judge_joining(script: Walker, thing: Resource) -> None:
    """Join without a cursor: told to begin again where the oracle lets them in, and nothing anywhere else."""
    since = script.clock()
    feed = Feed(script.visitor, LIVE, "", {thing.kind: thing.reference})
    await feed.open()
    deadline = time.monotonic() + PATIENCE
    while feed.code is None and time.monotonic() < deadline:
        await feed.news(1.0)
    until, judge = script.clock(), script.judge
    for message in feed.heard:
        judge.tally.frames += 1
        judge.judge(script.officer, message.encode(), LIVE, since, until)
    judge.tally.cells += 1
    expected: set[int] = set()
    for inside in script.lets_in(since, until):
        levels = {judge.now.ruling.level(script.officer, thing.id, at) for at in around(since, until)}
        expected |= {TOO_OLD if level >= DISCOVER else WITHDRAWN for level in levels} if inside else NOT_LET_IN
    if feed.code not in expected or bool(feed.heard) != (feed.code == TOO_OLD):
        judge.differ("feed", thing.kind, thing.reference, script.officer, f"{LIVE} closed with {feed.code}")
    await feed.close()
