"""What an open page keeps and lets go when access ends: its header, its announcements, its containers."""

import asyncio
import re
from typing import Any

from playwright.async_api import Page, Route, expect

from models.operations import Site
from tests.browser.feed_between import FeedBetween
from tests.browser.window import Window, Windows

TITLE = "LAPWING"
RESYNC: dict[str, Any] = {"do": "resync", "within": 0}


async def board_with_feed(windows: Windows, *, with_server: bool = True) -> tuple[Window, FeedBetween]:
    """Open a leader's board with the test between it and its server."""
    feed = FeedBetween(with_server)
    asha = await windows.open("asha", server=windows.stage.there, prepare=feed.stand)
    await feed.until_resumed(1)
    if with_server:
        await asha.until_live()
    return asha, feed


async def root_of(page: Page) -> str:
    """Give the reference that the page is about."""
    found = await page.locator("#live").get_attribute("data-root")
    assert found
    return found


def retract(reference: str) -> dict[str, Any]:
    return {"do": "retract", "ref": reference}


async def test_a_page_fetched_again_after_a_downgrade_changes_its_header_and_title_too(windows: Windows) -> None:
    asha, feed = await board_with_feed(windows)
    steve = await windows.open("steve", None)
    address = asha.page.url
    lesser = await steve.context.request.get(address)
    of_reader, of_discoverer = (
        await asha.page.content(),
        (await lesser.text()).replace("<title>Live board", "<title>Your part"),
    )
    me = re.compile('data-me="[^"]*"')
    found = me.search(of_reader)
    of_discoverer = me.sub(found.group() if found else "", of_discoverer)
    await expect(asha.page.locator(".op")).to_contain_text(TITLE)
    await expect(asha.page.locator("#whos .who").first).to_be_visible()
    assert TITLE not in of_discoverer

    async def as_discoverer(route: Route) -> None:
        if "x-resync" in route.request.headers:
            await route.fulfill(body=of_discoverer, content_type="text/html")
        else:
            await route.continue_()

    await asha.page.route(address, as_discoverer)
    feed.say(RESYNC)
    await feed.until_resumed(2)
    await expect(asha.page.locator(".op")).to_have_text("Your part")
    await expect(asha.page.locator("#whos")).to_have_count(0)
    await expect(asha.page).to_have_title("Your part – Tallyboard")
    assert TITLE not in await asha.page.locator("html").inner_html()

    await asha.page.unroute(address)
    feed.say(RESYNC)
    await feed.until_resumed(3)
    await expect(asha.page.locator(".op")).to_contain_text(TITLE)
    await expect(asha.page.locator(".tools > #whos + #conn")).to_have_count(1)
    await expect(asha.page).to_have_title("Live board – Tallyboard")


async def test_a_page_of_another_officer_is_opened_as_theirs_and_not_mixed_into_this_one(windows: Windows) -> None:
    asha, feed = await board_with_feed(windows)
    await windows.hand_over(asha, "ruth")  # a colleague signs in, in another tab of this browser
    feed.say(RESYNC)
    await expect(asha.page.locator(".menu summary[title]")).to_have_attribute("title", re.compile("Ruth Okafor"))


async def test_a_withdrawn_page_keeps_no_word_of_what_it_was_about(windows: Windows) -> None:
    asha, feed = await board_with_feed(windows)
    await asha.page.evaluate("document.title = 'Something – Tallyboard'")
    await asha.page.evaluate(
        "document.querySelectorAll('#say-politely, #say-now').forEach(region => { region.textContent = 'LAPWING'; })"
    )
    feed.say(retract(await root_of(asha.page)))
    await expect(asha.page.get_by_role("heading", name="You can no longer see this page")).to_be_focused()
    await expect(asha.page).to_have_title("Tallyboard")
    await expect(asha.page.locator("header.bar .brand")).to_have_text("Tallyboard")
    await expect(asha.page.locator("#say-now")).to_have_text("You can no longer see this page.")
    assert TITLE not in await asha.page.locator("html").inner_html()


async def test_an_announcement_on_its_way_is_not_made_after_the_page_was_withdrawn(windows: Windows) -> None:
    asha, feed = await board_with_feed(windows)
    page = asha.page
    await page.evaluate(
        """() => {
            globalThis.said = [];
            for (const region of document.querySelectorAll("#say-politely, #say-now")) {
                new MutationObserver(() => said.push(region.textContent)).observe(region, { childList: true });
            }
        }"""
    )
    call = (
        '<section class="alerts" id="alerts"><div class="alert" data-state="help" data-key="help S1 now">'
        '<p class="say">Whinchat needs help</p></div></section>'
    )
    feed.say({"do": "fill", "parts": [{"id": "alerts", "html": call, "into": ""}]}, retract(await root_of(page)))
    await expect(page.locator("#say-now")).to_have_text("You can no longer see this page.")
    await page.evaluate("() => new Promise(done => setTimeout(done, 300))")
    assert not [words for words in await page.evaluate("said") if "Whinchat" in words]


async def test_a_page_that_comes_late_does_not_undo_a_retract(windows: Windows) -> None:
    """Not live, a pressed form asks for the page again: nothing is heard beside that, and all of it afterwards."""
    asha, feed = await board_with_feed(windows, with_server=False)
    page = asha.page
    line = page.locator("#feed > li").first
    reference = str(await line.get_attribute("data-ref"))
    asked, go_on = asyncio.Event(), asyncio.Event()

    async def slow(route: Route) -> None:
        if "x-resync" in route.request.headers:
            asked.set()
            await go_on.wait()
        await route.continue_()

    await page.route(page.url, slow)
    await press_a_form(page)
    await asyncio.wait_for(asked.wait(), 20)
    feed.say(retract(reference))  # to whoever still listens
    go_on.set()
    first, second = feed.cursors[0], await feed.until_resumed(2)
    assert second != first
    assert second == await page.locator("#live").get_attribute("data-cursor")
    assert feed.closed == 1
    feed.say(retract(reference))  # as the server does for a page of that cursor
    await expect(page.locator(f"#post-{reference}")).to_have_count(0)


async def test_a_page_that_is_gone_when_asked_for_again_closes(windows: Windows) -> None:
    asha, _ = await board_with_feed(windows, with_server=False)
    page = asha.page

    async def gone(route: Route) -> None:
        await (route.fulfill(status=404, body="") if "x-resync" in route.request.headers else route.continue_())

    await page.route(page.url, gone)
    await press_a_form(page)
    await expect(page.get_by_role("heading", name="You can no longer see this page")).to_be_focused()


async def press_a_form(page: Page) -> None:
    """Press a form whose command is answered, so that the page wants to know what came of it."""
    await page.route("**/claim", lambda route: route.fulfill(status=204))
    open_task = page.locator(".task:has(form)").first
    await open_task.locator("summary").click()
    await open_task.get_by_role("button", name="Take it").click()


async def test_tasks_that_one_may_still_see_outlive_their_site_and_go_back_to_it(windows: Windows) -> None:
    asha, feed = await board_with_feed(windows)
    page = asha.page
    site = await windows.stage.reference(Site, "S1")
    at_site, loose = page.locator(f"#tasks-{site} > .task"), page.locator("#loose-tasks > .task")
    before = [str(name) for name in await at_site.evaluate_all("all => all.map(task => task.dataset.ref)")]
    elsewhere = await loose.count()
    assert len(before) > 3
    lost, kept = [before[0], before[-1]], before[1:-1]
    summary = page.locator(f"#task-{kept[0]} summary")
    await summary.focus()
    await page.keyboard.press("Enter")

    feed.say(retract(lost[0]), retract(site), retract(lost[1]))
    await expect(page.locator(f"#site-{site}")).to_have_count(0)
    await expect(loose).to_have_count(elsewhere + len(kept))
    assert await page.locator("#loose-tasks .gone").count() == 0
    assert await page.locator("#sites > .gone").count() == 1
    for reference in kept:
        await expect(page.locator(f"#loose-tasks > #task-{reference}")).to_be_visible()
    await expect(page.locator(f"#task-{kept[0]} details")).to_have_attribute("open", "")
    await expect(summary).to_be_focused()

    shell = (
        f'<article class="site" id="site-{site}" data-ref="{site}" data-sort="S1"><header id="site-head-{site}"><h3>S1'
        f'</h3></header><ul class="tasks" id="tasks-{site}" data-order="asc"></ul></article>'
    )
    part = {"id": f"site-{site}", "html": shell, "into": "sites", "once": True}
    feed.say({"do": "show", "ref": site, "rev": 0, "parts": [part]})
    await expect(at_site).to_have_count(len(kept))
    assert [str(name) for name in await at_site.evaluate_all("all => all.map(task => task.dataset.ref)")] == kept
    await expect(loose).to_have_count(elsewhere)
    await expect(page.locator(f"#task-{kept[0]} details")).to_have_attribute("open", "")


async def test_no_page_title_holds_the_words_of_a_case(windows: Windows) -> None:
    ruth = await windows.open("ruth", "/cases")
    link = ruth.page.get_by_role("link", name=re.compile("LAPWING")).first
    await link.click()
    await expect(ruth.page.locator("h1")).to_contain_text("LAPWING")
    await expect(ruth.page).to_have_title("Case file – Tallyboard")
