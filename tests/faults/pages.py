"""Open pages that do what a browser does: they come back, and begin again when they are told to."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import httpx2
from websockets.exceptions import WebSocketException

from live.screen import CloseCode
from tests.faults.ground import Ground
from tests.journeys.test_fresh_page import same_as_fresh
from tests.serving import Person, Watched

AWAY = (OSError, WebSocketException, httpx2.TransportError)
NOT_NOW = {502, 503}
BACK_WITHIN = 0.5  # seconds until a page comes back here; the script takes up to 3
OVER = {CloseCode.SIGNED_OUT, CloseCode.WITHDRAWN}


class Timed(Watched):
    """A page's one life, from being fetched until it is fetched again; it notes when it heard what."""

    def __init__(self, person: Person, page: str) -> None:
        super().__init__(person, page, person.server)
        self.at: list[float] = []
        self.sockets: list[int] = []  # how many frames had been heard when each socket opened

    async def open(self) -> None:
        self.sockets.append(len(self.frames))
        await super().open()

    async def _take(self, message: str) -> None:
        self.at.append(time.monotonic())
        await super()._take(message)

    def told_to_begin_again(self) -> int | None:
        """Give the seconds within which it must be fetched again, once it is told to."""
        return next((frame["within"] for frame in self.frames if frame["do"] == "resync"), None)

    @property
    def stands_still(self) -> bool:
        """Say whether it tells its reader that it is behind: told so, or without a socket."""
        return self.close_code is not None or (bool(self.frames) and self.frames[-1]["do"] == "stale")


@dataclass
class Page:
    """An address that somebody keeps open, through all the lives of its page."""

    person: Person
    path: str
    lives: list[Timed] = field(default_factory=list)
    codes: list[int | None] = field(default_factory=list)
    returns: int = 0
    over: bool = False
    staying: asyncio.Task[None] | None = None

    @property
    def screen(self) -> Timed:
        """Give the life that is led now."""
        return self.lives[-1]

    @property
    def live(self) -> bool:
        """Say whether it is connected and does not stand still."""
        screen = self.screen
        heard = bool(screen.sockets) and len(screen.frames) > screen.sockets[-1]
        return heard and not screen.stands_still and screen.told_to_begin_again() is None

    @property
    def everything(self) -> str:
        """Give all that it was ever sent."""
        return "\n".join(part for life in self.lives for part in (life.page, life.everything))

    def first_heard(self, words: str) -> float | None:
        """Say when a socket first brought these words."""
        for life in self.lives:
            for at, heard in zip(life.at, life.heard, strict=True):
                if words in heard:
                    return at
        return None

    def life(self, answer: httpx2.Response) -> Timed:
        """Give the life that begins with an answer."""
        return Timed(self.person, answer.text)

    async def as_fresh(self) -> None:
        """Wait until it shows what it would show if it were opened now."""
        await same_as_fresh(self.screen, self.path)

    async def begin(self) -> None:
        """Fetch the page, for as long as it takes."""
        while True:
            with suppress(*AWAY):
                answer = await self.person.get(self.path)
                if answer.status_code == 200:
                    self.lives.append(self.life(answer))
                    return
                if answer.status_code in {303, 404}:
                    self.over = True
                    return
                assert answer.status_code in NOT_NOW, f"{self.path} is answered {answer.status_code}"
            await asyncio.sleep(random.uniform(0, BACK_WITHIN))

    def keep_open(self) -> asyncio.Task[None]:
        self.staying = asyncio.create_task(self.stay())
        return self.staying

    async def stay(self) -> None:
        """Come back for ever."""
        await self._connect()
        while not self.over:
            screen = self.screen
            async with screen._news:
                await screen._news.wait_for(
                    lambda: screen.close_code is not None or screen.told_to_begin_again() is not None  # noqa: B023
                )
            within = screen.told_to_begin_again()
            if within is not None:
                await screen.close()
                await asyncio.sleep(random.uniform(0, within))
                await self.begin()
            else:
                self.codes.append(screen.close_code)
                self.over = screen.close_code in OVER
            if not self.over:
                await self._connect()
                self.returns += 1

    async def _connect(self) -> None:
        while True:
            with suppress(*AWAY):
                await self.screen.open()
                return
            await asyncio.sleep(random.uniform(0, BACK_WITHIN))


@asynccontextmanager
async def kept_open(ground: Ground, names: Iterable[str], path: str = "") -> AsyncIterator[list[Page]]:
    """Keep a page of each officer open, whatever happens to its line: the operation's board, or another."""
    people = [await ground.person(name) for name in names]
    async with staying([Page(person, path or await person.landing()) for person in people]) as pages:
        yield pages


@asynccontextmanager
async def staying(pages: list[Page]) -> AsyncIterator[list[Page]]:
    """Keep these open while the block runs, all of them live at its beginning."""
    for page in pages:
        await page.begin()
    tasks = [page.keep_open() for page in pages]
    try:
        await all_live(pages)
        yield pages
    finally:
        for one in tasks:
            one.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        for page in pages:
            with suppress(*AWAY):
                await page.screen.close()


def nobody_began_again(pages: Iterable[Page]) -> bool:
    """Say that no page had to be fetched once more."""
    return all(life.told_to_begin_again() is None for page in pages for life in page.lives)


async def all_live(pages: Iterable[Page], patience: float = 30) -> float:
    """Wait until every page is live; give how long that took."""
    began = time.monotonic()
    while late := [page for page in pages if not (page.live or page.over)]:
        for page in late:
            if page.staying is not None and page.staying.done():
                page.staying.result()
        assert time.monotonic() - began < patience, [f"{one.person.name} {one.path} {one.codes}" for one in late]
        await asyncio.sleep(0.02)
    return time.monotonic() - began
