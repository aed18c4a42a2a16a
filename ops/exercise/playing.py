"""Plays the demo day at a running server: each act at its moment, so many times faster than a day goes."""

import asyncio
import sys
import time
from collections.abc import Callable
from contextlib import closing, suppress
from http.client import HTTPConnection

from ops.exercise.browsing import RefusedError
from ops.exercise.day import BEGINS, happenings
from ops.exercise.stage import Stage
from ops.paths import DEMO
from ops.world.county import email_of
from ops.world.reading import read_world
from ops.world.written_day import World

READY_WITHIN = 60.0  # seconds for the server to begin
A_MINUTE = 60


class Played:
    """What became of the acts."""

    def __init__(self) -> None:
        """Begin with none."""
        self.done = 0
        self.refused: list[str] = []


async def play(port: int, speed: float, say: Callable[[str], None]) -> Played:
    """Play the whole day; gives what was done and what was refused. `speed`: minutes of the day in a minute."""
    world, played = await asyncio.to_thread(read_world, DEMO / "lapwing.yaml"), Played()
    operation = world.operation
    if operation is None:
        return played
    await asyncio.to_thread(_wait_until_ready, port)
    stage = Stage(port, emails_of(world), {agency.code: agency for agency in world.agencies})
    began = time.monotonic()
    try:
        for one in happenings(operation):
            due = began + (one.at - BEGINS).total_seconds() / speed
            await asyncio.sleep(max(0.0, due - time.monotonic()))
            hours, minutes = divmod(int(one.at.total_seconds()) // A_MINUTE, A_MINUTE)
            try:
                await one.do(stage)
            except RefusedError as refusal:
                played.refused.append(f"{hours:02}:{minutes:02} {one.what}: {refusal}")
                say(f"{hours:02}:{minutes:02} not done: {one.what} ({refusal})")
            else:
                played.done += 1
                say(f"{hours:02}:{minutes:02} {one.what}")
    finally:
        await stage.close()
    return played


def play_beside(port: int, speed: float) -> None:
    """Play in a thread beside the server of this process, and say what happens on its output."""
    with suppress(KeyboardInterrupt):
        played = asyncio.run(play(port, speed, lambda words: print(words, file=sys.stderr, flush=True)))  # noqa: T201 - a demo speaks
        print(f"The day is over: {played.done} acts done, {len(played.refused)} refused.", file=sys.stderr, flush=True)  # noqa: T201 - the same


def emails_of(world: World) -> dict[str, str]:
    """Give every officer's work e-mail, as the file makes it."""
    return {person.name: email_of(person, agency.domain) for agency in world.agencies for person in agency.officers}


def _wait_until_ready(port: int) -> None:
    deadline = time.monotonic() + READY_WITHIN
    while time.monotonic() < deadline:
        with suppress(OSError), closing(HTTPConnection("localhost", port, timeout=5)) as connection:
            connection.request("GET", "/readyz")
            with connection.getresponse() as answer:
                if answer.status == 200:  # noqa: PLR2004 - OK
                    return
        time.sleep(0.2)
    raise RefusedError("the server did not begin")
