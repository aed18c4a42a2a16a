"""Pages that are not live let go of what may be shown no longer, and keep what somebody is typing."""

import json
import re

from playwright.async_api import WebSocketRoute, expect

from models.cases import Case
from tests.browser.window import Window, Windows

CASE = "LAPWING Mill Rd"
REPORT = "Mill Rd: who collects, who drives"
GONE = "You can no longer see this page"


async def lend(asha: Window, report: str) -> str:
    """Give Nadia the report; gives the address at which that is taken back."""
    page = asha.page
    await asha.goto(f"{report}/sharing")
    await page.get_by_label("Or one person, by work e-mail").fill("n.brooks@children.trentcity.example")
    await page.get_by_label("Why they need it").fill("Looks in for an hour")
    await page.get_by_role("button", name="See who will get it").click()
    await page.get_by_role("button", name=re.compile("^Give")).click()
    await page.wait_for_url(re.compile("/sharing$"))
    given = page.locator(".grants li").filter(has_text="Looks in for an hour").get_by_role("link", name="Remove")
    address = await given.get_attribute("href")
    assert address is not None
    return address


async def test_sharing_and_why_close_while_one_looks_and_nothing_of_it_stays_on_the_glass(windows: Windows) -> None:
    case = f"/cases/{await windows.reference(Case, Case.title, CASE)}"
    asha = await windows.open("asha", case, server=windows.stage.here)
    report = await asha.page.get_by_role("link", name=REPORT, exact=True).first.get_attribute("href")
    assert report is not None
    given = await lend(asha, report)
    pages = [await windows.open("nadia", f"{report}/{of}", server=windows.stage.there) for of in ("why", "sharing")]
    for window in pages:
        await expect(window.page.locator("main")).to_contain_text(REPORT)
    await asha.goto(given)
    await asha.page.get_by_role("button", name=re.compile("^Remove")).click()
    for window in pages:
        await expect(window.page.get_by_role("heading", name=GONE)).to_be_focused()
        assert REPORT not in await window.page.content()
        assert not [words for words in window.complaints if "404" not in words]


async def test_what_is_being_typed_stays_when_the_page_is_fetched_again(windows: Windows) -> None:
    case = f"/cases/{await windows.reference(Case, Case.title, CASE)}"
    marta = await windows.open("marta", None)
    feeds: list[WebSocketRoute] = []

    def stand_between(feed: WebSocketRoute) -> None:
        feeds.append(feed)

    await marta.page.route_web_socket(re.compile("/pages/live"), stand_between)
    await marta.goto(f"{case}/reports/new")
    await marta.page.get_by_label("Report", exact=True).fill("She says that the van comes at six")
    for _ in range(100):
        if feeds:
            break
        await marta.page.wait_for_timeout(50)
    async with marta.page.expect_response(lambda answer: "x-resync" in answer.request.headers) as fetched:
        feeds[0].send(json.dumps([{"do": "resync", "within": 0}]))
    assert (await fetched.value).status == 200
    await expect(marta.page.get_by_label("Report", exact=True)).to_have_value("She says that the van comes at six")
    await expect(marta.page.get_by_role("heading", name="Write a report")).to_be_visible()
