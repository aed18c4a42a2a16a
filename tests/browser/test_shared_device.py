"""A device that several officers use: nothing of one is left for the next, in drafts or behind the Back button."""

import re

import pytest
from playwright.async_api import Page, expect

from models.cases import Case
from tests.browser.feed_between import FeedBetween
from tests.browser.window import PHONE, Window, Windows

WORDS = "Half a sentence about the loft, pipit"


async def type_a_draft(window: Window) -> str:
    """Type into the composer and leave it unsent; gives its plain address, without the task."""
    page = window.page
    await page.get_by_role("link", name="Post progress", exact=True).click()
    await page.wait_for_url("**/posts/new*")
    composer = page.url.removeprefix(window.server.origin).partition("?")[0]
    await window.goto(composer)
    await page.get_by_label("What happened").fill(WORDS)
    await page.wait_for_function("sessionStorage.length > 0")
    return composer


async def kept_in(page: Page) -> str:
    """Give all that the tab keeps."""
    kept: str = await page.evaluate("JSON.stringify({ ...sessionStorage })")
    return kept


async def test_the_next_officer_in_a_tab_does_not_get_the_words_of_the_one_before(windows: Windows) -> None:
    tom = await windows.open("tom", "/mine", device=PHONE)
    composer = await type_a_draft(tom)
    await tom.page.reload()
    await expect(tom.page.get_by_label("What happened")).to_have_value(WORDS)
    await windows.hand_over(tom, "priya")  # the sign-in ran out, and a colleague signed in
    await tom.goto("/profiles")
    assert WORDS not in await kept_in(tom.page)
    await tom.goto(composer)
    await expect(tom.page.get_by_label("What happened")).to_have_value("")


async def test_a_sign_in_that_ends_elsewhere_takes_the_drafts_with_it(windows: Windows) -> None:
    feed = FeedBetween()
    tom = await windows.open("tom", None, device=PHONE, prepare=feed.stand)
    await tom.goto("/mine")
    await tom.until_live()
    await type_a_draft(tom)
    assert WORDS in await kept_in(tom.page)
    await tom.goto("/mine")
    await tom.until_live()
    await tom.page.route(
        "**/sign-in", lambda route: route.fulfill(body="<title>Sign in</title>", content_type="text/html")
    )
    await feed.hang_up(4401)
    await tom.page.wait_for_url("**/sign-in")
    assert WORDS not in await kept_in(tom.page)


@pytest.mark.parametrize("path", ["/profiles", "/cases", "sharing"])
async def test_back_never_brings_a_page_out_of_the_cache(windows: Windows, path: str) -> None:
    ruth = await windows.open("ruth", None)
    if path == "sharing":
        path = f"/cases/{await windows.reference(Case, Case.title, 'LAPWING Mill Rd')}/sharing"
    await ruth.goto(path)
    await ruth.page.evaluate("document.body.dataset.kept = 'yes'")
    async with ruth.page.expect_navigation():
        await ruth.page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    await expect(ruth.page.locator("body")).not_to_have_attribute("data-kept", "yes")
    await expect(ruth.page.locator("h1")).to_have_text(re.compile(r"\w"))


async def test_a_page_that_is_shown_for_the_first_time_is_not_loaded_twice(windows: Windows) -> None:
    ruth = await windows.open("ruth", "/profiles")
    await ruth.page.evaluate("document.body.dataset.kept = 'yes'")
    await ruth.page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: false }))")
    await ruth.page.evaluate("() => new Promise(done => setTimeout(done, 300))")
    await expect(ruth.page.locator("body")).to_have_attribute("data-kept", "yes")
