"""What goes wrong on the commander's day: a call for help, a silence, a report that went too far, a browser asleep."""

import asyncio
import re
from datetime import timedelta

from playwright.async_api import Page, expect

from models.cases import Case
from tests.browser.commanders_day import (
    ASLEEP,
    INTERVIEW,
    LATE,
    LATER,
    QUIET,
    SEEN,
    SITE,
    Day,
    come_late,
    come_to,
    post_from_phone,
    say,
)
from tests.browser.feed_between import FeedBetween
from tests.browser.silence import unheard_for
from tests.browser.test_sharing_mistakes import CASE, WORDS, share_with_immigration, the_interview
from tests.browser.window import PHONE


async def help_is_called(day: Day) -> None:
    """It stands first on the commander's board; the caller reads who has seen it."""
    tom = day.tom.page
    await day.tom.goto(f"{day.operation}/mine")
    await tom.get_by_role("button", name="Need help").tap()
    first = day.board.page.locator("#alerts .alert").first
    await expect(first).to_contain_text("Need help")
    await expect(first).to_contain_text("Tom Reyes")
    await day.press(first.get_by_role("button", name="Acknowledge"))
    await expect(tom.locator("#field-now")).to_contain_text("Seen by Asha Malik")
    await tom.get_by_label("What happened").fill("A cable, moved")
    await tom.get_by_role("button", name="I’m OK now").tap()
    await expect(day.alert("Need help")).to_have_count(0)


async def somebody_falls_silent_and_comes_back(day: Day) -> None:
    """Grey, then an alert that asks to look after him; what he wrote without signal comes late, in its place, once."""
    ruth, held = day.others["ruth"], day.task_on(day.board, INTERVIEW)
    await day.tom.context.close()
    await unheard_for(day.windows, day.operation, "tom", timedelta(minutes=3))
    await ruth.goto(f"{day.operation}/posts/new?site={day.sites[SITE]}")
    await say(ruth, QUIET, "Everyone at N1")
    await expect(held).to_have_attribute("data-loud", "silent")
    await expect(day.alert("Nothing heard")).to_have_count(0)
    await unheard_for(day.windows, day.operation, "tom", timedelta(minutes=9, seconds=58))
    await ruth.goto(f"{day.operation}/posts/new?site={day.sites[SITE]}")
    await say(ruth, f"Still {QUIET.lower()}", "Everyone at N1")
    await come_to(ruth, day.operation)
    await expect(day.alert("Nothing heard")).to_contain_text("Tom Reyes: no sign since")  # by itself, at ten minutes
    await expect(held).to_have_attribute("data-loud", "late")

    day.tom = await day.windows.open("tom", f"{day.operation}/mine", server=day.windows.stage.here, device=PHONE)
    await day.tom.until_live()
    for number in (2, 0, 4, 0, 1, 3):  # one twice: its answer was lost
        await come_late(day, number)
    await expect(day.board.line("linnet")).to_have_count(len(LATE))
    await expect(day.alert("Nothing heard")).to_have_count(0)
    await expect(held).not_to_have_attribute("data-loud", "late")
    for words in LATE:
        await expect(day.board.line(words)).to_contain_text("arrived ")
    lines = await day.board.page.locator("#feed > li .line").all_inner_texts()
    told = [words for line in reversed(lines) for words in (*LATE, SEEN, QUIET) if words in line]
    assert told == [*LATE, SEEN, QUIET], lines


async def a_report_goes_too_far(day: Day) -> None:
    """She is told, holds it in one tap, and its wrong reader loses it while he looks; nothing later reaches him."""
    dan = day.others["dan"]
    case = f"/cases/{await day.windows.reference(Case, Case.title, CASE)}"
    harriet = day.others["harriet"]
    await harriet.goto(case)
    await come_to(dan, case)
    report = await the_interview(harriet)
    await share_with_immigration(harriet, report)
    widened = day.alert("A report of theirs now includes Immigration Enforcement")
    await expect(widened).to_be_visible()
    await expect(dan.page.get_by_role("link", name="Labour interview").first).to_be_visible()
    assert await the_interview(dan) == report
    await dan.until_joined()
    await expect(dan.page.get_by_text(WORDS)).to_be_visible()
    closes = expect(dan.page.get_by_role("heading", name="You can no longer see this page")).to_be_focused()
    await asyncio.gather(closes, day.press(widened.get_by_role("button", name=re.compile("^Hold"))))
    await expect(dan.page.get_by_text(WORDS)).to_have_count(0)
    await expect(widened).to_have_count(0)

    await harriet.goto(f"{report}/edit")
    await harriet.page.get_by_label("Report", exact=True).fill(LATER)
    await harriet.page.get_by_role("button", name=re.compile("^Save")).click()
    await expect(harriet.page.get_by_text(LATER)).to_be_visible()
    answer = await dan.context.request.get(f"{dan.server.origin}{report}")
    assert answer.status == 404
    assert LATER not in await answer.text()
    await come_to(dan, day.operation)


async def her_browser_sleeps(day: Day) -> None:
    """Five minutes of the day are missing, and then they are not: she sees what a board has that never slept."""
    feed = FeedBetween()

    async def stand(page: Page) -> None:
        await page.clock.install()
        await feed.stand(page)

    asleep = await day.windows.open("asha", day.operation, server=day.windows.stage.here, prepare=stand)
    await asleep.until_live()
    await asleep.page.clock.pause_at(await asleep.page.evaluate("Date.now() / 1000 + 1"))
    await feed.hang_up(1011)
    for words in ASLEEP:
        await post_from_phone(day, words, "Everyone at N1")
    await expect(day.board.line("brambling")).to_have_count(len(ASLEEP))
    await expect(asleep.line("brambling")).to_have_count(0)
    await asleep.page.clock.fast_forward(5 * 60_000)
    await asleep.page.clock.resume()
    await expect(asleep.line("brambling")).to_have_count(len(ASLEEP))
    lines = [window.page.locator("#feed > li .line") for window in (asleep, day.board)]
    assert await lines[0].all_inner_texts() == await lines[1].all_inner_texts()
    await asleep.context.close()
