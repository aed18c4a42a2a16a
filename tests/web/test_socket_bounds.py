"""A socket that takes more than its share, or says what no page of ours says, is closed with the documented code."""

from contextlib import AsyncExitStack

import pytest

from live.screen import CloseCode
from ops.web import open_screens
from ops.web.sockets import COMING_IN_AT_ONCE
from tests.web.building import Building, Visitor

MOST = 3


@pytest.fixture
def bounded(small: Building, monkeypatch: pytest.MonkeyPatch) -> Building:
    sockets = small.app.state.house.sockets
    monkeypatch.setattr(sockets, "_per_officer", MOST)
    return small


async def open_watches(stack: AsyncExitStack, visitor: Visitor, many: int) -> None:
    for _ in range(many):
        socket = await stack.enter_async_context(visitor.socket("/watch/live"))
        await socket.live()


async def test_one_officer_holds_so_many_pages_and_no_more(bounded: Building) -> None:
    alice, bob = await bounded.enter(bounded.county.alice), await bounded.enter(bounded.county.bob)
    async with AsyncExitStack() as stack:
        await open_watches(stack, alice, MOST)
        async with alice.socket("/watch/live") as one_too_many:
            assert await one_too_many.closed() == CloseCode.TOO_MANY
        await open_watches(stack, bob, 1)
    async with alice.socket("/watch/live") as again:
        await again.live()
    assert bounded.app.state.house.sockets.open == 0


async def test_one_address_holds_so_many_pages_and_no_more(small: Building, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(small.app.state.house.sockets, "_per_address", MOST)
    alice, bob = await small.enter(small.county.alice), await small.enter(small.county.bob)
    async with AsyncExitStack() as stack:
        await open_watches(stack, alice, MOST)
        async with bob.socket("/watch/live") as one_too_many:
            assert await one_too_many.closed() == CloseCode.TOO_MANY


async def test_so_many_come_in_at_once_and_the_others_wait_their_turn(small: Building) -> None:
    coming_in = small.app.state.house.sockets.coming_in
    alice = await small.enter(small.county.alice)
    async with AsyncExitStack() as stack:
        for _ in range(COMING_IN_AT_ONCE):
            await stack.enter_async_context(coming_in)
        async with alice.socket("/watch/live") as socket:
            await socket.until(lambda: socket.accepted)
            await socket.breathe()
            assert (socket.heard, socket.code) == ([], None)
            await stack.aclose()
            await socket.live()


@pytest.mark.parametrize(
    "junk",
    ["", "{", "[]", '"resume"', '{"do": "resume"}', '{"do": "resume", "cursor": 7}', "[" * 60_000, "9" * 5_000, "null"],
    ids=lambda junk: junk[:20],
)
async def test_a_socket_that_says_no_hello_of_ours_is_junk(small: Building, junk: str) -> None:
    alice = await small.enter(small.county.alice)
    async with alice.socket("/watch/live", cursor=None) as socket:
        socket.say(junk)
        assert await socket.closed() == CloseCode.JUNK


async def test_a_hello_of_bytes_is_junk(small: Building) -> None:
    alice = await small.enter(small.county.alice)
    async with alice.socket("/watch/live", cursor=None) as socket:
        socket.say_bytes(b"\xff\x00")
        assert await socket.closed() == CloseCode.JUNK


async def test_a_socket_that_says_nothing_is_closed(small: Building, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_screens, "HELLO_WITHIN", 0.01)
    alice = await small.enter(small.county.alice)
    async with alice.socket("/watch/live", cursor=None) as socket:
        assert await socket.closed() == CloseCode.JUNK


async def test_a_page_that_goes_on_talking_is_closed(small: Building) -> None:
    alice = await small.enter(small.county.alice)
    async with alice.socket("/watch/live") as socket:
        await socket.live()
        socket.say("more")
        assert await socket.closed() == CloseCode.JUNK
