"""The rules for live changes, on a page whose clock and feed are the test's own: how often it paints, speaks, marks."""

from typing import Any

from playwright.async_api import Page

from models.base import new_reference
from tests.browser.feed_between import FeedBetween
from tests.browser.window import Window, Windows

BEAT = {"do": "beat", "cursor": "none", "now": ""}
COUNT = """() => {
  window.paints = 0;
  window.said = [];
  new MutationObserver(() => { window.paints += 1; }).observe(document.getElementById("feed"), { childList: true });
  const polite = document.getElementById("say-politely");
  new MutationObserver(() => { if (polite.textContent) window.said.push(polite.textContent); })
    .observe(polite, { childList: true, characterData: true, subtree: true });
}"""


def line(words: str) -> dict[str, Any]:
    """Make the message of a new line in the feed."""
    ref = new_reference()
    html = f'<li class="post" id="post-{ref}" data-ref="{ref}" data-sort="9-{ref}"><p class="line">{words}</p></li>'
    return {"do": "show", "ref": ref, "rev": 1, "parts": [{"id": f"post-{ref}", "html": html, "into": "feed"}]}


def alerts(rows: int) -> dict[str, Any]:
    """Make the message of an alert strip with so many rows."""
    row = '<div class="alert" data-state="wait" data-key="wait {0}"><p class="say">Alert {0}</p></div>'
    html = "".join(row.format(number) for number in range(rows))
    section = f'<section class="alerts" id="alerts" aria-label="Needs attention">{html}</section>'
    return {"do": "fill", "parts": [{"id": "alerts", "html": section}]}


async def board(windows: Windows) -> tuple[Window, FeedBetween]:
    """Open a board whose clock stands still, and that hears nothing but the test."""
    feed = FeedBetween(with_server=False)

    async def stand(page: Page) -> None:
        await page.clock.install()
        await feed.stand(page)

    asha = await windows.open("asha", prepare=stand)
    await feed.until_resumed(1)
    feed.say(BEAT)
    await asha.until_live()
    await asha.page.clock.pause_at(await asha.page.evaluate("Date.now() / 1000 + 60"))
    feed.say(BEAT)
    await asha.page.mouse.move(1, 1)
    await asha.page.evaluate(COUNT)
    return asha, feed


async def hear(page: Page, feed: FeedBetween, frame: dict[str, Any], then: int) -> None:
    """Let one message arrive, and time pass after it."""
    feed.say(frame)
    await page.evaluate("0")  # answered after what was said before
    await page.clock.run_for(then)


async def test_forty_lines_in_two_seconds_are_at_most_four_paints_a_second_and_all_of_them_come(
    windows: Windows,
) -> None:
    asha, feed = await board(windows)
    for number in range(40):
        await hear(asha.page, feed, line(f"curlew {number}"), 50)
    await asha.page.clock.run_for(500)
    assert 4 <= await asha.page.evaluate("window.paints") <= 4 * 2 + 1
    assert await asha.page.locator("#feed > li", has_text="curlew").count() == 40


async def test_news_are_said_in_one_summary_in_ten_seconds_and_figures_never(windows: Windows) -> None:
    asha, feed = await board(windows)
    for number in range(44):  # twenty-two seconds of news
        await hear(asha.page, feed, line(f"godwit {number}"), 500)
    said = await asha.page.evaluate("window.said")
    assert 2 <= len(said) <= 3, said
    assert all("updates. Newest: godwit" in words for words in said), said
    figures = '<dl class="figures" id="figures"><div><dt>arrests</dt><dd data-mark="arrests">9</dd></div></dl>'
    await asha.page.clock.run_for(30_000)
    before = len(await asha.page.evaluate("window.said"))
    await hear(asha.page, feed, {"do": "fill", "parts": [{"id": "figures", "html": figures}]}, 30_000)
    assert len(await asha.page.evaluate("window.said")) == before


async def test_six_marks_at_most_the_rest_are_counted_and_all_settle(windows: Windows) -> None:
    asha, feed = await board(windows)
    for number in range(10):
        await hear(asha.page, feed, line(f"plover {number}"), 1)
    await asha.page.clock.run_for(600)
    assert await asha.page.locator(".changed").count() == 6
    assert await asha.page.locator("#many-changes").inner_text() == "10 changed"
    await asha.page.clock.run_for(9_000)
    assert await asha.page.locator(".changed").count() == 0
    assert await asha.page.locator("#many-changes").is_hidden()


async def test_nothing_shifts_under_a_pointer_in_the_deck_while_alerts_come(windows: Windows) -> None:
    asha, feed = await board(windows)
    await hear(asha.page, feed, alerts(1), 600)
    card = asha.page.locator("#sites > .site").first
    await card.hover()
    before = await card.bounding_box()
    await hear(asha.page, feed, alerts(3), 2_000)
    assert await card.bounding_box() == before
    assert await asha.page.locator("#alerts").get_attribute("data-more") == "+2 more"
    await asha.page.mouse.move(1, 1)
    await asha.page.clock.run_for(1_000)
    after = await card.bounding_box()
    assert before
    assert after
    assert after["y"] > before["y"]
