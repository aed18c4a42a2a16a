"""A report written for one partner: live on their open case, nowhere else; and gone from it when access is removed."""

import asyncio
import re

from playwright.async_api import Page, expect

from models.cases import Case
from tests.browser.window import Window, Windows

CASE = "LAPWING Mill Rd"
TITLE = "What he asked us for, nightjar"
NEWER = "She said yes, firecrest"
WORDS = "He would like to phone his sister before anything else, stonechat"


async def write_report(ruth: Window) -> str:
    """Write a report for the Lantern Trust's reception centre alone; gives its address."""
    page = ruth.page
    await page.get_by_role("link", name="Write a report").first.click()
    await page.get_by_label("Title").fill(TITLE)
    await page.get_by_label("Report", exact=True).fill(WORDS)
    await page.get_by_label("Kind").select_option("support")
    await page.locator("#who summary").filter(has_text="Lantern Trust").click()
    await page.locator("#who label").filter(has_text="Reception centre").get_by_role("checkbox").check()
    terms = page.locator("summary").filter(has_text="why, and until when")
    if not await page.get_by_label("Why they need it").is_visible():
        await terms.click()
    await page.get_by_label("Why they need it").fill("They look after him today")
    await page.get_by_role("button", name="File the report").click()
    await page.wait_for_url(re.compile(r"/reports/\w{26}$"))
    return page.url.removeprefix(ruth.server.origin)


async def revise(ruth: Window, report: str) -> None:
    """Write the next version."""
    await ruth.goto(f"{report}/edit")
    await ruth.page.get_by_label("Report", exact=True).fill(f"{WORDS}. {NEWER}")
    await ruth.page.get_by_role("button", name="Save as the next version").click()
    await ruth.page.wait_for_url(f"**{report}")


async def remove_access(ruth: Window, report: str) -> None:
    """Take the grant of the Lantern Trust away again."""
    await ruth.goto(f"{report}/sharing")
    await ruth.page.get_by_role("link", name=re.compile("^Remove.*Lantern Trust")).click()
    await expect(ruth.page.get_by_role("main")).to_contain_text("at once, also where it is open on a screen")
    await ruth.page.get_by_label(re.compile("^Why")).fill("He changed his mind")
    await ruth.page.get_by_role("button", name="Remove access").click()
    await expect(ruth.page.get_by_role("main")).to_contain_text("Open screens have closed it")


async def test_a_narrow_report_is_live_for_its_readers_and_leaves_their_screen_when_access_is_removed(
    windows: Windows,
) -> None:
    here, there = windows.stage.here, windows.stage.there
    case = f"/cases/{await windows.reference(Case, Case.title, CASE)}"
    ruth = await windows.open("ruth", case, server=here)
    marta = await windows.open("marta", case, server=there)
    reading = await windows.open("marta", case, server=here)
    without_scripts = await windows.open("marta", case, server=there, java_script_enabled=False)
    dan = await windows.open("dan", case, server=there)
    for window in (ruth, marta, reading, dan):
        await window.until_live()

    report = await write_report(ruth)
    card = marta.page.get_by_role("article").filter(has_text=TITLE)
    await expect(card).to_contain_text(WORDS)
    await expect(card).to_contain_text("Ruth Okafor")
    await expect(card.locator(".seen")).to_contain_text("Seen by")

    await reading.page.get_by_role("link", name=TITLE, exact=True).click()
    await expect(reading.page.get_by_role("heading", name=TITLE)).to_be_visible()
    await without_scripts.page.reload()
    await expect(without_scripts.page.get_by_role("link", name=TITLE, exact=True)).to_be_visible()
    await reading.until_joined()

    await revise(ruth, report)
    await expect(reading.page.get_by_text(NEWER)).to_be_visible()
    await expect(card).to_contain_text(NEWER)
    await reading.until_live()

    closes = expect(marta.page.locator("#reports .gone")).to_have_text("You can no longer see this")
    await asyncio.gather(closes, remove_access(ruth, report))
    await expect(marta.page.get_by_text(WORDS)).to_have_count(0)
    await expect(marta.page.get_by_text(TITLE)).to_have_count(0)
    await expect(reading.page.get_by_role("heading", name="You can no longer see this page")).to_be_focused()
    await expect(reading.page.get_by_text(WORDS)).to_have_count(0)

    await without_scripts.page.get_by_role("link", name=TITLE, exact=True).click()
    await it_is_not_found(without_scripts.page)
    await without_scripts.page.go_back()
    await expect(without_scripts.page.get_by_role("heading", name=CASE)).to_be_visible()
    await expect(without_scripts.page.get_by_text(TITLE)).to_have_count(0)
    await reading.goto(report)
    await it_is_not_found(reading.page)
    await reading.page.go_back()
    await expect(reading.page.get_by_text(WORDS)).to_have_count(0)
    await expect(reading.page.get_by_text(TITLE)).to_have_count(0)

    heard = await dan.everything()
    assert not dan.unread
    assert CASE.encode() in heard
    for canary in ("nightjar", "stonechat", "firecrest", report.rpartition("/")[2]):
        assert canary.encode() not in heard


async def it_is_not_found(page: Page) -> None:
    await expect(page.get_by_role("heading", name="Page not found")).to_be_visible()
    await expect(page.get_by_text(WORDS)).to_have_count(0)
