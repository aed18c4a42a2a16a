"""Open pages with their sockets: each frame is judged as it comes, and in the end the page equals a fresh one."""

import asyncio
import html
import json
import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from starlette.routing import WebSocketRoute

from models.grants import Resource
from ops.proof.judge import DISCOVER, around
from ops.proof.page_model import after_frames, attribute, but_for_numbers, elements
from ops.proof.visitor import Feed
from ops.proof.walk import Walker
from ops.web.policy import policy_of

OK = 200
SIGNED_OUT, WITHDRAWN = 4401, 4403
ADMINISTRATION = ("/agency", "/platform", "/agreements")  # on open pages, numbers that these change follow later
PATIENCE = 12.0  # seconds for an open page to become what a fresh one is; sums follow within about a second
FEWEST_LOOKS = 5  # however long they take: on a busy machine a single one may outlast our patience


@dataclass
class Screen:
    """One officer's open page of one thing."""

    walker: Walker
    path: str
    thing: Resource
    page: str = ""
    frames: list[dict[str, Any]] = field(default_factory=list)
    feed: Feed | None = None
    judged_at: datetime | None = None
    _read: int = 0

    @property
    def closed(self) -> bool:
        """Say whether the server closed it."""
        return self.feed is not None and self.feed.code is not None

    async def open(self) -> None:
        """Open the page, then its socket."""
        if await self._fetch() == OK:
            self.feed = Feed(self.walker.visitor, self._live(), attribute(self.page, "data-cursor"))
            await self.feed.open()
            self.judged_at = self.walker.clock()

    async def listen(self) -> None:
        """Take what the socket brought since: judge every byte, and do as a browser would."""
        if self.feed is None or self.judged_at is None:
            return
        since, self.judged_at = self.judged_at, self.walker.clock()
        tally, again = self.walker.judge.tally, False
        while self._read < len(self.feed.heard):
            message = self.feed.heard[self._read]
            self._read += 1
            self.walker.judge.judge(self.walker.officer, message.encode(), self._live(), since, self.judged_at)
            for frame in json.loads(message):
                tally.frames += 1
                again = again or frame["do"] == "resync"
                self.frames.append(frame)
        if again:
            await self._fetch()

    async def as_fresh(self, *, numbers: bool = True) -> bool:
        """Compare with a page fetched now. A page that is gone must have been closed.

        Without `numbers`, who sees a thing may be as it was; the page is then opened anew.
        """
        await self.listen()
        since = self.walker.clock()
        answer = await self.walker.visitor.get(self.path)
        self.walker.judge.tally.requests += 1
        body = answer.everything
        self.walker.judge.judge(self.walker.officer, body, self.path, since, self.walker.clock())
        await self.listen()
        if (not answer.leads_to_sign_in) not in self.walker.judge.lets_in(self.walker.officer, since, since):
            return False
        if answer.status != OK:
            code = self.feed.code if self.feed is not None else None
            return code is not None and (code == SIGNED_OUT) is answer.leads_to_sign_in
        fresh, shown = elements(answer.body.decode()), after_frames(self)
        if numbers or self.closed:
            return not self.closed and fresh == shown
        if but_for_numbers(fresh) != but_for_numbers(shown):
            return False
        self.page, self.frames = answer.body.decode(), []
        return True

    async def differing(self) -> list[str]:
        """Name the elements of the open page that are not as on a fresh one."""
        fresh = elements((await self.walker.visitor.get(self.path)).body.decode())
        shown = after_frames(self)
        return sorted(name for name in fresh.keys() | shown.keys() if fresh.get(name) != shown.get(name))

    async def close(self) -> None:
        """Close the page."""
        if self.feed is not None:
            await self.feed.close()

    async def _fetch(self) -> int:
        answer = await self.walker.visitor.get(self.path)
        since = self.walker.clock()
        self.walker.judge.judge(self.walker.officer, answer.everything, self.path, since, since)
        self.page, self.frames = answer.body.decode(), []
        return answer.status

    def _live(self) -> str:
        return html.unescape(attribute(self.page, "data-live"))


async def judge_door(walker: Walker, route: WebSocketRoute, thing: Resource) -> None:
    """Knock at a feed: it opens to whom the oracle lets in, and says the same to everybody else as for nothing."""
    since = walker.clock()
    feed = Feed(walker.visitor, route.path.format(ref=thing.reference), "")
    await feed.open()
    deadline = time.monotonic() + PATIENCE
    while not feed.heard and feed.code is None and time.monotonic() < deadline:
        await feed.news(1.0)
    until, judge = walker.clock(), walker.judge
    let_in = feed.code is None and bool(feed.heard)
    for message in feed.heard:
        judge.tally.frames += 1
        judge.judge(walker.officer, message.encode(), route.path, since, until)
    inside = judge.lets_in(walker.officer, since, until)
    judge.tally.cells += 1
    if (feed.code != SIGNED_OUT) not in inside:
        judge.differ("sign-in", thing.kind, thing.reference, walker.officer, f"{route.path} closed with {feed.code}")
    if feed.code == SIGNED_OUT:
        if feed.heard:
            judge.differ("leak", "frame to who is signed out", thing.reference, walker.officer, route.path)
        return
    least = int(policy_of(route).least) or DISCOVER
    expected = {judge.now.ruling.level(walker.officer, thing.id, at) >= least for at in around(since, until)}
    judge.tally.cells += 1
    if let_in not in expected or (not let_in and feed.code != WITHDRAWN):
        judge.differ("feed", thing.kind, thing.reference, walker.officer, f"{route.path} closed with {feed.code}")
    await feed.close()


async def all_as_fresh(screens: list[Screen], done: str) -> None:
    """Wait until every open page shows what a fresh one does after what was done; note those that never come to."""
    waiting, deadline, looks = list(screens), time.monotonic() + PATIENCE, 0
    numbers = not any(one.startswith(ADMINISTRATION) for one in done.split(", "))
    while waiting:
        same = await asyncio.gather(*(screen.as_fresh(numbers=numbers) for screen in waiting))
        waiting, looks = [screen for screen, is_same in zip(waiting, same, strict=True) if not is_same], looks + 1
        if time.monotonic() > deadline and looks >= FEWEST_LOOKS:
            break
        if waiting and waiting[0].feed is not None:
            await waiting[0].feed.news(0.2)
    for screen in waiting:
        parts = "closed" if screen.closed else ", ".join(await screen.differing())
        judge = screen.walker.judge
        where = f"{screen.path}: {parts}, after {done or 'nothing'}"
        judge.differ("feed", screen.thing.kind, screen.thing.reference, screen.walker.officer, where)
    for screen in screens:
        judge = screen.walker.judge
        judge.tally.cells += 1 + sum(row.gate_id == screen.thing.id for row in judge.now.rows.values())
