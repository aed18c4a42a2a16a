"""Whoever may not see what happens cannot tell by the time, the size or the number of frames whether anything does.

Blocks of time with and without hidden posts follow each other at random. In each of them somebody else's posts, which
the reader may see, are timed. Only ranks are compared, within one run: how fast the machine is plays no part.
"""

import asyncio
import random
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

import pytest

from tests.faults.ground import Ground
from tests.faults.oracle import everything_is_right
from tests.faults.pages import Page, kept_open
from tests.faults.posting import Posting

BLOCKS, BLOCKS_AT_NIGHT = 8, 500  # of each of the two kinds
LASTS = 0.8  # seconds
SEEN, HIDDEN = 4, 2  # posts in a block that the reader may see, and that they may not: the load that is promised for
CHANCE = 0.001  # two samples that chance parts more rarely than this are told apart
SHUFFLES = 20_000


@dataclass
class Block:
    """What one page heard in one block of time."""

    busy: bool
    delay: float  # of the posts that the reader may see: the median of the seconds until they came
    frames: int
    size: int


MEASURES: dict[str, Callable[[Block], float]] = {
    "delay": lambda block: block.delay,
    "frames": lambda block: block.frames,
    "size": lambda block: block.size,
}


def chance_of(blocks: Sequence[Block], measure: Callable[[Block], float], dice: random.Random) -> float:
    """Give how rarely chance would part the two kinds by their ranks at least as far as they are parted."""
    ordered = sorted(measure(block) for block in blocks)
    ranks = [median(place for place, one in enumerate(ordered) if one == measure(block)) for block in blocks]
    busy = sum(block.busy for block in blocks)
    middle = sum(ranks) * busy / len(ranks)
    apart = abs(sum(rank for rank, block in zip(ranks, blocks, strict=True) if block.busy) - middle)
    further = sum(abs(sum(dice.sample(ranks, busy)) - middle) >= apart for _ in range(SHUFFLES))
    return further / SHUFFLES


async def hide(hidden: Posting) -> None:
    """Post at random moments of a block what only one's own agency reads."""
    async with hidden.client() as client, asyncio.TaskGroup() as posts:
        first = len(hidden.began)
        for number in range(first, first + HIDDEN):
            await asyncio.sleep(random.uniform(0, LASTS / HIDDEN))
            posts.create_task(hidden.once(client, number))


async def block_of(pages: Sequence[Page], seen: Posting, hidden: Posting, *, busy: bool) -> list[Block]:
    """Let a block of time pass, its posts at the same moments whatever else happens; give what each page heard."""
    began = time.monotonic()
    heard, words = [len(page.screen.heard) for page in pages], list[str]()
    hiding = asyncio.create_task(hide(hidden)) if busy else None
    async with seen.client() as client:
        for number in range(SEEN):
            await asyncio.sleep(max(0.0, began + number * LASTS / SEEN - time.monotonic()))
            words.append(seen.word(len(seen.began)))
            await seen.once(client, len(seen.began))
            for page in pages:
                await page.screen.until_heard(words[-1])
    if hiding is not None:
        await hiding
    await asyncio.sleep(max(0.0, began + LASTS - time.monotonic()))
    return [_heard(page, since, words, seen, busy=busy) for page, since in zip(pages, heard, strict=True)]


def _heard(page: Page, since: int, words: Sequence[str], seen: Posting, *, busy: bool) -> Block:
    delays = [at - seen.began[word] for word in words if (at := page.first_heard(word)) is not None]
    brought = [message for message in page.screen.heard[since:] if '"do":"beat"' not in message]
    return Block(busy, median(delays), len(brought), sum(map(len, brought)))


@pytest.mark.timeout(3600)
async def test_nobody_can_tell_whether_anything_hidden_happens(mostly_one: Ground, seed: int, *, nightly: bool) -> None:
    dice = random.Random(seed)
    seen, hidden = await Posting.of(mostly_one), await Posting.of(mostly_one)
    seen.audiences, hidden.audiences = ("task",), ("agency",)
    kinds = [True, False] * (BLOCKS_AT_NIGHT if nightly else BLOCKS)
    dice.shuffle(kinds)
    async with kept_open(mostly_one, ["ruth", "tom"]) as pages:
        await block_of(pages, seen, hidden, busy=True)  # whatever is slow the first time
        before = len(hidden.began)
        blocks = [await block_of(pages, seen, hidden, busy=busy) for busy in kinds]
        assert len(hidden.began) - before == HIDDEN * len(kinds) / 2
        await everything_is_right(mostly_one, pages)
    ruth, tom = pages
    assert not any(word in ruth.everything for word in hidden.began)
    assert all(word in tom.everything for word in hidden.began)
    chances = {name: chance_of([ruths for ruths, _ in blocks], of, dice) for name, of in MEASURES.items()}
    print(chances)
    assert min(chances.values()) >= CHANCE, chances
    assert chance_of([toms for _, toms in blocks], MEASURES["size"], dice) < CHANCE, "whoever sees them can tell"
