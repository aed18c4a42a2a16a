"""One contender measured: its screens opened, then fixed rates, a burst, and a backlog, each judged for exactness."""

import asyncio
import json
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from servers import Helper, Running
from wire import resume
from world import World, seal_cursors

from ops.web.signed_in import COOKIE

SETTLE = 45.0  # seconds for deliveries after the last post was made
POSTING = 120.0  # seconds for making posts
WRONGS = ("missing", "extra", "leaks", "resyncs", "closed", "failures")
FAST = 100.0  # posts a second, the rate of the target
FIRST = 27  # screens opened before memory is read: one of each agency


Watch = Callable[[str], AbstractContextManager[None]]


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is done."""

    per_second: float
    fixed: int
    burst: int
    backlog: int
    at_once: int = 16
    fast: int = 200  # posts at FAST a second
    calm: int = 10  # posts at one a second
    rest: float = 1.5  # seconds between phases
    opening: float = 240.0  # seconds for all screens to be live


@dataclass
class Figures:
    """What was found out about one contender."""

    name: str
    screens: int
    opened: float = 0.0
    kilobytes: float = 0.0
    phases: dict[str, dict[str, Any]] = field(default_factory=dict)
    trouble: list[str] = field(default_factory=list)

    @property
    def exact(self) -> bool:
        """Say whether each permitted screen got each post once, and no other screen got any."""
        return not self.trouble


class Measuring:
    """The load generator and the poster at work on one running server."""

    def __init__(self, figures: Figures, server: Running, load: Helper, poster: Helper, plan: Plan) -> None:
        self.figures, self.server, self.load, self.poster, self.plan = figures, server, load, poster, plan
        self.next = 0

    def open(self, world: World, screens: list[dict[str, Any]]) -> None:
        """Open every screen. What the server's memory grows by after the first few is theirs: caches are warm then."""
        permitted = [[int(seat.agency in a.agencies) for seat in world.seats] for a in world.audiences]
        command = {"do": "open", "port": self.server.port, "permitted": permitted, "within": self.plan.opening}
        self.load.ask(self.plan.opening + 30, **command, screens=screens[:FIRST])
        time.sleep(self.plan.rest)
        before = self.server.kilobytes
        answer = self.load.ask(self.plan.opening + 30, **command, screens=screens)
        time.sleep(self.plan.rest)
        self.figures.opened = answer["seconds"]
        self.figures.kilobytes = (self.server.kilobytes - before) / (len(screens) - FIRST)
        if answer["live"] < answer["wanted"] or answer["closed"]:
            raise RuntimeError(f"only {answer['live']} of {answer['wanted']} screens live; {answer['closed']}")

    def phase(self, name: str, count: int, make: Callable[[int, int], dict[str, Any]]) -> dict[str, Any]:
        """Run one phase: `make` makes the posts and says when it began."""
        self.load.ask(10, do="begin")
        used, began = self.server.cpu, time.monotonic()
        made = make(self.next, count)
        heard = self.load.ask(SETTLE + 30, do="settle", posts=made["posts"], within=SETTLE)
        self.next += count
        start = made["start"]
        lasted = max(1e-9, (heard["last"] - start) / 1e9)
        heard.update(
            lasted=lasted,
            deliveries_per_second=heard["delivered"] / lasted,
            posts_per_second=count / made["seconds"],
            server_cpu=(self.server.cpu - used) / (time.monotonic() - began),
            failures=made["failures"],
        )
        self.figures.phases[name] = heard
        wrong = {key: heard[key] for key in WRONGS if heard[key]}
        if wrong:
            self.figures.trouble.append(f"{name}: {wrong}")
        print(f"  {name}: {json.dumps({**heard, 'first': None, 'last': None})}", flush=True)
        time.sleep(self.plan.rest)
        return heard

    def at_rate(self, way: str, per_second: float = 0.0) -> Callable[[int, int], dict[str, Any]]:
        """Make posts on a fixed schedule."""
        return self._asking("rate", way, per_second=per_second or self.plan.per_second)

    def at_speed(self, way: str) -> Callable[[int, int], dict[str, Any]]:
        """Make posts as fast as they go."""
        return self._asking("burst", way, at_once=self.plan.at_once)

    def in_one(self, first: int, count: int) -> dict[str, Any]:
        """Hand a peer all events at once."""
        return self._asking("batch", "peer")(first, count)

    def while_asleep(self, first: int, count: int) -> dict[str, Any]:
        """Make the posts in the same database while the server sleeps; the clock starts when it wakes."""
        with self.server.asleep():
            made = self._asking("burst", "direct", at_once=1)(first, count)
            start = time.monotonic_ns()
        return {**made, "start": start}

    def _asking(self, do: str, way: str, **more: float) -> Callable[[int, int], dict[str, Any]]:
        def make(first: int, count: int) -> dict[str, Any]:
            start = time.monotonic_ns()
            return {**self.poster.ask(POSTING, do=do, way=way, first=first, count=count, **more), "start": start}

        return make


def measure_product(
    name: str, plan: Plan, server: Running, world: World, database: str, redis: str, folder: Path, profiled: Watch
) -> Figures:
    """Measure the product on its own database."""
    figures = Figures(name, len(world.seats))
    config = {"world": str(folder / "world.json"), "origin": server.origin, "database": database, "redis": redis}
    way = "direct" if redis else "form"
    with _telling(figures), helpers(config) as (load, poster):
        run = Measuring(figures, server, load, poster, plan)
        run.open(world, screens_of(server, world, database))
        with profiled("calm"):
            run.phase("calm", plan.calm, run.at_rate(way, 1.0))
        with profiled("fixed"):
            run.phase("fixed", plan.fixed, run.at_rate(way))
        with profiled("fast"):
            run.phase("fast", plan.fast, run.at_rate(way, FAST))
        with profiled("burst"):
            run.phase("burst", plan.burst, run.at_speed(way))
        with profiled("backlog"):
            run.phase("backlog", plan.backlog, run.while_asleep)
    return figures


def screens_of(server: Running, world: World, database: str) -> list[dict[str, Any]]:
    """Say where the board of each seat connects, as a page rendered now would."""
    cursors = asyncio.run(seal_cursors(database, world))
    return [
        {
            "path": f"/operations/{world.operation}/live?kind=board",
            "headers": {"Origin": server.origin, "Cookie": f"{COOKIE}={seat.secret}"},
            "hello": resume(cursor),
        }
        for seat, cursor in zip(world.seats, cursors, strict=True)
    ]


def opened(plan: Plan, server: Running, world: World, database: str, load: Helper) -> None:
    """Open the board of every seat."""
    permitted = [[int(seat.agency in a.agencies) for seat in world.seats] for a in world.audiences]
    command = {"do": "open", "port": server.port, "permitted": permitted, "within": plan.opening}
    load.ask(plan.opening + 30, **command, screens=screens_of(server, world, database))


def measure_peer(name: str, plan: Plan, server: Running, world: World, folder: Path, path: str, size: int) -> Figures:
    """Measure a peer with the same screens, audiences, payload size and schedule."""
    figures = Figures(name, len(world.seats))
    screens = [
        {"path": f"{path}screen={number}", "headers": {"Origin": server.origin}} for number in range(len(world.seats))
    ]
    config = {"world": str(folder / "world.json"), "origin": server.origin, "size": size}
    with _telling(figures), helpers(config) as (load, poster):
        run = Measuring(figures, server, load, poster, plan)
        run.open(world, screens)
        run.phase("calm", plan.calm, run.at_rate("peer", 1.0))
        run.phase("fixed", plan.fixed, run.at_rate("peer"))
        run.phase("fast", plan.fast, run.at_rate("peer", FAST))
        run.phase("burst", plan.burst, run.at_speed("peer"))
        run.phase("backlog", plan.backlog, run.in_one)
    return figures


@contextmanager
def _telling(figures: Figures) -> Iterator[None]:
    """Let the other contenders have their turn when one breaks."""
    try:
        yield
    except (RuntimeError, OSError) as failure:
        figures.trouble.append(f"stopped: {failure}")
        print(f"  stopped: {failure}", flush=True)


@contextmanager
def helpers(config: dict[str, Any]) -> Iterator[tuple[Helper, Helper]]:
    """Run the load generator and the poster."""
    with Helper("load.py").kept() as load, Helper("poster.py", json.dumps(config)).kept() as poster:
        yield load, poster
