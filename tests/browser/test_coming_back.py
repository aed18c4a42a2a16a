"""How long a page waits before it dials again: up to a bound that doubles, and each page another time below it."""

import pytest
from playwright.async_api import Page

from tests.browser.feed_between import FeedBetween
from tests.browser.window import Windows

GOING_AWAY = 1011  # any code that says no more than: it is over
LUCK = "Math.random = () => window.luck ?? 0.5"
FIRST, BOUNDS = 3_000, [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]  # milliseconds: delivery.md, section 7
DRAWS = """async (draws) => {
  const { Backoff } = await import(new URL("backoff.js", document.querySelector('script[type="module"]').src));
  return Array.from({ length: draws }, () => new Backoff().failed());
}"""


@pytest.mark.parametrize("path", ["/", "/cases"])
async def test_a_page_that_is_not_answered_waits_longer_each_time_and_a_first_try_comes_soon(
    windows: Windows, path: str
) -> None:
    feed = FeedBetween(with_server=False)

    async def stand(page: Page) -> None:
        await page.add_init_script(LUCK)
        await page.clock.install()
        await feed.stand(page)

    window = await windows.open("asha", path, prepare=stand)
    await feed.until_resumed(1)
    await window.page.clock.pause_at(await window.page.evaluate("Date.now() / 1000 + 1"))  # seconds
    for tries, bound in enumerate([FIRST, *BOUNDS], start=1):
        await feed.hang_up(GOING_AWAY)
        await window.page.evaluate("0")  # answered after what was said before
        await window.page.clock.run_for(bound // 2 - 1)
        await window.page.evaluate("0")
        assert len(feed.cursors) == tries, f"it dialled before half of {bound} ms"
        await window.page.clock.run_for(1)
        await feed.until_resumed(tries + 1)


async def test_pages_that_lost_one_server_in_one_moment_come_back_spread_over_three_seconds(windows: Windows) -> None:
    window = await windows.open("asha")
    await window.until_live()
    waits = sorted(await window.page.evaluate(DRAWS, 1_000))
    assert waits[0] >= 0
    assert waits[-1] < FIRST
    in_each_tenth = [sum(tenth <= 10 * wait / FIRST < tenth + 1 for wait in waits) for tenth in range(10)]
    assert min(in_each_tenth) >= 50, in_each_tenth  # 100 by expectation; so few by chance once in ten million
