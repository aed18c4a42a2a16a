"""The bell is killed, frozen, its listeners thrown out, or never there: nothing is lost, and no restart is needed."""

import asyncio
import signal
import time
from collections.abc import Awaitable, Callable

import httpx2
import pytest
from redis.asyncio import Redis

from tests.faults.ground import Ground
from tests.faults.load import Load, under_load
from tests.faults.oracle import everything_is_right
from tests.faults.pages import nobody_began_again
from tests.faults.posting import percentile
from tests.serving import NO_TLS

LOSES = "imran"  # whose access is taken: his page begins again when its line breaks meanwhile
FRESH = 1.5  # seconds from an act to every screen while the bell is away, p99
POSTS_A_SECOND, POSTS_AT_NIGHT = 4.0, 50.0

Fault = Callable[[Ground, float], Awaitable[None]]


async def killed(ground: Ground, seconds: float) -> None:
    """Kill the bell, and start it again after a while."""
    assert ground.bell is not None
    await asyncio.to_thread(ground.bell.stop)
    await asyncio.sleep(seconds)
    await asyncio.to_thread(ground.bell.start)


async def frozen(ground: Ground, seconds: float) -> None:
    """Stop its process: it still takes connections, and answers nothing."""
    assert ground.bell is not None
    process = ground.bell._process
    process.send_signal(signal.SIGSTOP)
    try:
        await asyncio.sleep(seconds)
    finally:
        process.send_signal(signal.SIGCONT)


async def throwing_out(ground: Ground, seconds: float) -> None:
    """Throw every listener out, each second."""
    assert ground.bell is not None
    client = Redis.from_url(ground.bell.connection_url)
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        await client.execute_command("CLIENT", "KILL", "TYPE", "pubsub")  # type: ignore[no-untyped-call]  # redis-py leaves it so
        await asyncio.sleep(1)
    await client.aclose()


async def cut_off(ground: Ground, seconds: float) -> None:
    """Cut one worker off from the bell."""
    line = ground.workers[0].to_bell
    assert line is not None
    line.cut()
    await asyncio.sleep(seconds)
    line.mend()


async def bells(ground: Ground) -> list[str]:
    """Say what each worker tells of its bell to whoever asks after its health."""
    async with httpx2.AsyncClient(verify=NO_TLS) as client:
        return [(await client.get(f"http://localhost:{one.server.port}/readyz")).text for one in ground.workers]


async def fresh_through(fault: Fault, seconds: float, load: Load, rate: float) -> list[float]:
    """Give how long each post took to each page that showed it, posted while the bell was in trouble."""
    earlier = set(load.posting.began)
    async with load.going_on(rate):
        await fault(load.ground, seconds)
        await asyncio.sleep(1)
    await everything_is_right(load.ground, load.pages)
    took: list[float] = []
    for word, began in load.posting.began.items():
        if word in earlier:
            continue
        heard = [at for page in load.pages if (at := page.first_heard(word)) is not None]
        took.extend(at - began for at in heard)
    assert took, "somebody heard something"
    p50, p99 = percentile(took, 0.5), percentile(took, 0.99)
    print(f"{fault.__name__} {seconds} s: p50 {p50:.3f} p99 {p99:.3f} max {max(took):.3f}")
    return took


SHORT = [(killed, 0.3), (frozen, 1.0), (throwing_out, 2.0), (cut_off, 1.0)]
LONG = [(killed, 0.3), (killed, 2), (killed, 12), (killed, 120), (frozen, 60), (throwing_out, 30), (cut_off, 60)]


@pytest.mark.timeout(1800)
async def test_whatever_becomes_of_the_bell_nothing_is_lost(three: Ground, *, nightly: bool) -> None:
    rate = POSTS_AT_NIGHT if nightly else POSTS_A_SECOND
    async with under_load(three) as load:
        for fault, seconds in LONG if nightly else SHORT:
            took = await fresh_through(fault, seconds, load, rate)
            assert not nightly or percentile(took, 0.99) <= FRESH, fault.__name__
            assert nobody_began_again(page for page in load.pages if page.person.name != LOSES)
    await says_again(three, "ok")


async def says_again(ground: Ground, words: str) -> None:
    async with asyncio.timeout(30):
        while set(await bells(ground)) != {words}:
            await asyncio.sleep(0.1)


async def test_a_worker_says_that_its_bell_is_away_and_stays_ready(three: Ground) -> None:
    assert three.bell is not None
    await says_again(three, "ok")
    await asyncio.to_thread(three.bell.stop)
    await says_again(three, "ok, without the bell")
    await asyncio.to_thread(three.bell.start)
    await says_again(three, "ok")
