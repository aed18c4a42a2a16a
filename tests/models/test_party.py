"""Who comes while something is open shares it; nobody waits for ever, and nobody takes a failure for a success."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from models.party import MOST, Party

Guests = list[int]


class House:
    """Something that is opened by a host, and closed for all who came."""

    def __init__(self) -> None:
        self.party: Party[Guests] = Party()
        self.closed: list[Guests] = []
        self.opened = asyncio.Event()
        self.door = asyncio.Event()

    async def come(self, number: int, does: Callable[[], Awaitable[object]] | None = None) -> None:
        async with self.party.come() as visit:
            if visit.shared is not None:
                await (does or self.nothing)()
                visit.shared.append(number)
                return
            self.opened.set()
            await self.door.wait()
            await (does or self.nothing)()
            together = [number]
            await self.party.let_in(visit, together)
            self.closed.append(together)

    async def nothing(self) -> None:
        await asyncio.sleep(0)


async def refused() -> None:
    raise ValueError("refused")


async def arrive(*coming: Awaitable[None]) -> list[asyncio.Task[None]]:
    tasks = [asyncio.ensure_future(one) for one in coming]
    await asyncio.sleep(0)
    return tasks


async def test_who_comes_meanwhile_shares_and_who_comes_too_many_shares_the_next() -> None:
    house = House()
    tasks = await arrive(*(house.come(number) for number in range(MOST + 3)))
    house.door.set()
    await asyncio.gather(*tasks)
    assert house.closed == [list(range(MOST)), list(range(MOST, MOST + 3))]


async def test_a_guest_leaves_only_when_all_is_done_with() -> None:
    house, ends = House(), list[str]()
    held = asyncio.Event()

    async def noted(name: str, coming: Awaitable[None]) -> None:
        await coming
        ends.append(f"{name} after {len(house.closed)}")

    tasks = await arrive(noted("host", house.come(0)), noted("guest", house.come(1)), house.come(2, held.wait))
    house.door.set()
    await asyncio.sleep(0)
    held.set()
    await asyncio.gather(*tasks)
    assert sorted(ends) == ["guest after 1", "host after 1"]


async def test_a_refused_guest_leaves_the_others_alone() -> None:
    house = House()
    tasks = await arrive(house.come(0), house.come(1, refused), house.come(2))
    house.door.set()
    found = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(one) for one in found] == [type(None), ValueError, type(None)]
    assert house.closed == [[0, 2]]


async def test_after_a_refused_host_the_next_one_opens() -> None:
    house = House()
    tasks = await arrive(house.come(0, refused), house.come(1), house.come(2))
    house.door.set()
    found = await asyncio.gather(*tasks, return_exceptions=True)
    assert [type(one) for one in found] == [ValueError, type(None), type(None)]
    assert house.closed == [[1, 2]]


async def test_what_comes_to_nothing_does_so_for_every_guest() -> None:
    party: Party[Guests] = Party()

    async def come() -> None:
        async with party.come() as visit:
            if visit.shared is None:
                await asyncio.sleep(0)
                await party.let_in(visit, [])
                raise ValueError("the commit failed")

    found = await asyncio.gather(come(), come(), come(), return_exceptions=True)
    assert [type(one) for one in found] == [ValueError, ConnectionError, ConnectionError]
    await asyncio.wait_for(come_alone(party), 5)


async def come_alone(party: Party[Guests]) -> None:
    async with party.come() as visit:
        assert visit.shared is None


@pytest.mark.parametrize("gone", [0, 1, 2])
async def test_nobody_waits_for_one_who_went_away(gone: int) -> None:
    house = House()
    tasks = await arrive(*(house.come(number) for number in range(4)))
    house.door.set()
    tasks[gone].cancel()
    found = await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 5)
    assert [number for number, one in enumerate(found) if one is not None] == [gone]
    assert sorted(number for guests in house.closed for number in guests) == [n for n in range(4) if n != gone]


async def test_nobody_waits_for_one_who_went_away_as_they_were_let_in() -> None:
    house = House()

    async def sends_the_next_away() -> None:
        asyncio.get_running_loop().call_soon(tasks[1].cancel)  # it is called in before that, and not there yet

    tasks = await arrive(house.come(0, sends_the_next_away), house.come(1), house.come(2))
    house.door.set()
    found = await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 5)
    assert [type(one) for one in found] == [type(None), asyncio.CancelledError, type(None)]
    assert house.closed == [[0, 2]]


async def test_nobody_waits_for_a_host_who_went_away_as_it_was_its_turn() -> None:
    house = House()
    tasks = await arrive(house.come(0, refused), house.come(1), house.come(2))
    house.door.set()
    await house.opened.wait()
    while house.party._waiting and not house.party._waiting[0].done() and len(house.party._waiting) > 1:
        await asyncio.sleep(0)
    tasks[1].cancel()
    found = await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 5)
    assert [type(one) for one in found] == [ValueError, asyncio.CancelledError, type(None)]
    assert house.closed == [[2]]
