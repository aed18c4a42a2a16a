"""The rules for live changes, on a page whose clock and feed are the test's own: how often it paints, speaks, marks."""

from typing import Any

from playwright.async_api import Page, expect

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


async def test_a_late_line_that_is_older_than_every_other_stands_below_them_all(windows: Windows) -> None:
    asha, feed = await board(windows)
    await asha.page.evaluate("document.querySelectorAll('#feed > li:nth-child(n+4)').forEach((one) => one.remove())")
    late = line("merlin")
    late["parts"][0]["html"] = late["parts"][0]["html"].replace('data-sort="9-', 'data-sort="0-')
    await hear(asha.page, feed, late, 500)
    lines = await asha.page.locator("#feed > li").all_inner_texts()
    assert len(lines) == 4
    assert "merlin" in lines[-1]


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


def states(ref: str, revision: int, state: str = "here") -> dict[str, Any]:
    """Make the message of one line's newest state."""
    words = f'<p class="line">avocet {revision}</p>'
    html = f'<li class="post" id="post-{ref}" data-ref="{ref}" data-sort="9" data-state="{state}">{words}</li>'
    return {"do": "show", "ref": ref, "rev": revision, "parts": [{"id": f"post-{ref}", "html": html, "into": "feed"}]}


WATCH = """(id) => {
  window.drawn = [];
  const line = document.getElementById(id);
  new MutationObserver(() => window.drawn.push(document.getElementById(id).innerText))
    .observe(line.parentElement, { childList: true, subtree: true, characterData: true });
}"""


async def test_several_changes_of_one_thing_within_a_paint_are_one(windows: Windows) -> None:
    asha, feed = await board(windows)
    ref = new_reference()
    await hear(asha.page, feed, states(ref, 1), 1_000)
    await asha.page.evaluate(WATCH, f"post-{ref}")
    for revision in range(2, 12):
        await hear(asha.page, feed, states(ref, revision), 10)
    await asha.page.clock.run_for(500)
    drawn = await asha.page.evaluate("window.drawn")
    assert drawn[-1] == "avocet 11"
    assert len(set(drawn)) <= 2, drawn  # the first at once, the newest with the next paint
    await asha.page.clock.run_for(12_000)
    said = " ".join(await asha.page.evaluate("window.said"))
    assert "avocet 11" in said
    assert "avocet 7" not in said


async def test_sums_that_say_the_same_thing_anew_within_a_paint_are_drawn_once(windows: Windows) -> None:
    asha, feed = await board(windows)
    part = '<dl class="figures" id="figures"><div><dt>arrests</dt><dd data-mark="arrests">{}</dd></div></dl>'
    await asha.page.evaluate(WATCH, "figures")
    for number in range(20, 30):
        fill = {"do": "fill", "parts": [{"id": "figures", "html": part.format(number)}]}
        await hear(asha.page, feed, fill, 10)
    await asha.page.clock.run_for(500)
    drawn = await asha.page.evaluate("window.drawn")
    assert "29" in drawn[-1]
    assert len(set(drawn)) <= 2, drawn  # the first at once, the newest with the next paint


async def test_a_call_for_help_is_painted_at_once_and_what_is_known_of_it_with_the_rest(windows: Windows) -> None:
    asha, feed = await board(windows)
    ref = new_reference()
    await hear(asha.page, feed, states(ref, 1), 1_000)
    await asha.page.evaluate(WATCH, f"post-{ref}")
    for revision in range(2, 42):
        await hear(asha.page, feed, states(ref, revision, "help"), 50)
    assert 4 <= len(await asha.page.evaluate("window.drawn")) <= 4 * 2 + 1
    call = alerts(1)
    call["parts"][0]["html"] = call["parts"][0]["html"].replace("wait", "help")
    await hear(asha.page, feed, states(ref, 50), 0)
    await hear(asha.page, feed, call, 0)
    assert await asha.page.locator("#alerts .alert[data-state=help]").count() == 1


async def test_a_reader_chooses_how_often_news_is_read_aloud(windows: Windows) -> None:
    asha, feed = await board(windows)
    page = asha.page
    await page.keyboard.press("?")
    await page.get_by_label("News read aloud by a screen reader").select_option("30")
    await page.keyboard.press("Escape")
    for number in range(44):
        await hear(page, feed, line(f"dotterel {number}"), 500)
    assert len(await page.evaluate("window.said")) == 1
    await page.keyboard.press("?")
    await page.get_by_label("News read aloud by a screen reader").select_option("off")
    await page.keyboard.press("Escape")
    before = len(await page.evaluate("window.said"))
    for number in range(44):
        await hear(page, feed, line(f"whimbrel {number}"), 1_000)
    assert len(await page.evaluate("window.said")) == before
    await page.evaluate("localStorage.clear()")


async def test_sound_is_set_by_who_holds_that_duty_and_by_nobody_else(windows: Windows) -> None:
    asha = await windows.open("asha")
    await asha.until_live()
    await asha.page.keyboard.press("?")
    await asha.page.get_by_label("Sound for help and overdue check-ins").uncheck()
    await asha.page.keyboard.press("Escape")
    await expect(asha.page.locator("#sound")).to_be_hidden()
    await asha.page.reload()
    await asha.until_live()
    await expect(asha.page.locator("#sound")).to_be_hidden()
    await asha.page.locator("details.menu summary", has_text="Operation").click()
    await asha.page.get_by_role("button", name="Keys, reading aloud, sound").click()
    await expect(asha.page.get_by_label("Sound for help and overdue check-ins")).not_to_be_checked()
    ruth = await windows.open("ruth")
    await ruth.until_live()
    await ruth.page.keyboard.press("?")
    await expect(ruth.page.get_by_role("dialog", name="Keys")).to_be_visible()
    await expect(ruth.page.get_by_label("Sound for help and overdue check-ins")).to_be_hidden()
