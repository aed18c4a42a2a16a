"""Nothing moves under a pointer or a focus, nothing typed is lost, and a change is marked for a moment."""

import asyncio
import re
from collections.abc import Callable

from playwright.async_api import Page, expect

from models.operations import Site
from models.tasks import Task
from tests.browser.window import PHONE, Window, Windows
from tests.serving import PATIENCE

ROTAS = "Rotas and sleeping places"


async def order_at(window: Window, site: str) -> list[str]:
    """Give the tasks' ids as they stand, top to bottom."""
    tasks = window.page.locator(f"#tasks-{site} > .task")
    order: list[str] = await tasks.evaluate_all("all => all.map(task => task.id)")
    return order


async def press(window: Window, status: str) -> None:
    await window.page.locator("#field-dock").get_by_role("button", name=status).tap()


async def test_the_tasks_of_a_card_keep_their_places_until_the_pointer_leaves(windows: Windows) -> None:
    site, rotas = await windows.stage.reference(Site, "S1"), await windows.stage.reference(Task, ROTAS)
    asha = await windows.open("asha", server=windows.stage.there)
    tom = await windows.open("tom", "/mine", device=PHONE)
    await asha.until_live()
    await tom.until_live()
    await press(tom, "On site")
    await expect(asha.task(rotas)).to_have_attribute("data-state", "here")
    before = await order_at(asha, site)

    await asha.page.locator(f"#site-head-{site}").hover()
    await press(tom, "En route")
    await expect(asha.task(rotas)).to_have_attribute("data-state", "move")
    await two_settlings(asha.page)
    assert await order_at(asha, site) == before

    await asha.page.mouse.move(1, 1)
    await until(asha, site, lambda order: order != before)
    after = await order_at(asha, site)
    assert after.index(f"task-{rotas}") > before.index(f"task-{rotas}")
    await press(tom, "On site")
    await until(asha, site, lambda order: order == before)


async def until(window: Window, site: str, holds: Callable[[list[str]], bool]) -> None:
    """Wait for a condition on the order of a card's tasks."""
    async with asyncio.timeout(PATIENCE):
        while not holds(await order_at(window, site)):
            await asyncio.sleep(0.1)


async def two_settlings(page: Page) -> None:
    """Wait until the page has twice looked whether something may move."""
    await page.evaluate("() => new Promise(done => setTimeout(done, 1100))")


async def test_an_opened_task_stays_open_and_keeps_the_focus_while_its_news_arrive(windows: Windows) -> None:
    rotas = await windows.stage.reference(Task, ROTAS)
    asha = await windows.open("asha", server=windows.stage.there)
    tom = await windows.open("tom", "/mine", device=PHONE)
    await asha.until_live()
    await tom.until_live()
    summary = asha.task(rotas).locator("summary")
    await summary.focus()
    await asha.page.keyboard.press("Enter")
    await expect(asha.task(rotas).locator("details")).to_have_attribute("open", "")
    for status, state in (("En route", "move"), ("On site", "here")):
        await press(tom, status)
        await expect(asha.task(rotas)).to_have_attribute("data-state", state)
        await expect(asha.task(rotas).locator("details")).to_have_attribute("open", "")
        await expect(summary).to_be_focused()
        await expect(asha.task(rotas).locator(".told")).to_contain_text(f"{status} since")


async def test_half_typed_words_and_the_cursor_stay_while_the_field_page_changes_around_them(windows: Windows) -> None:
    asha = await windows.open("asha", server=windows.stage.there)
    tom = await windows.open("tom", "/mine", device=PHONE)
    await asha.until_live()
    await tom.until_live()
    await tom.page.get_by_role("button", name="Need help").tap()
    note = tom.page.get_by_label("What happened")
    await note.press_sequentially("Cable moved, nobodyhurt")
    for _ in range(len("hurt")):
        await note.press("ArrowLeft")

    call = asha.page.locator("#alerts .alert").filter(has_text="Tom Reyes")
    await expect(call).to_contain_text("Need help")
    await call.get_by_role("button").click()
    await expect(tom.page.locator("#field-now")).to_contain_text("Seen by Asha Malik")
    await expect(note).to_be_focused()
    await tom.page.keyboard.type(" ")
    await expect(note).to_have_value("Cable moved, nobody hurt")
    await tom.page.get_by_role("button", name="I’m OK now").tap()
    await expect(tom.page.get_by_role("button", name="Need help")).to_be_visible()
    await expect(call).to_have_count(0)


async def test_words_in_the_composer_outlive_a_reload(windows: Windows) -> None:
    tom = await windows.open("tom", "/mine", device=PHONE)
    await tom.page.get_by_role("link", name="Post progress", exact=True).tap()
    await tom.page.get_by_label("What happened").fill("Half a sentence about a")
    await tom.page.reload()
    await expect(tom.page.get_by_label("What happened")).to_have_value("Half a sentence about a")


async def test_a_line_is_marked_and_settles_and_a_feed_that_is_read_holds_the_next_ones(windows: Windows) -> None:
    asha = await windows.open("asha", server=windows.stage.there)
    tom = await windows.open("tom", "/mine", device=PHONE)
    await asha.until_live()
    await post(tom, "A mark that settles, ruff")
    line = asha.line("A mark that settles, ruff")
    await expect(line).to_have_class(re.compile("changed"))

    first = asha.page.locator("#feed > li").first
    await first.hover()
    top = await first.inner_text()
    await post(tom, "One that waits, snipe")
    newer = asha.page.locator("#newer")
    await expect(newer).to_have_text("1 newer – show")
    await expect(asha.line("One that waits, snipe")).to_have_count(0)
    assert await first.inner_text() == top
    await newer.click()
    await expect(asha.line("One that waits, snipe")).to_have_count(1)
    await expect(newer).to_be_hidden()
    await expect(line).not_to_have_class(re.compile("changed"))
    await expect(asha.line("One that waits, snipe")).not_to_have_class(re.compile("changed"))


async def post(tom: Window, words: str) -> None:
    await tom.page.get_by_role("link", name="Post progress", exact=True).tap()
    await tom.page.get_by_label("What happened").fill(words)
    await tom.page.get_by_role("button", name="Post to").tap()
    await tom.page.wait_for_url("**/mine")
