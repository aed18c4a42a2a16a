"""A report that went too far is held while its wrong reader looks; a ring-fence names itself and nothing leaves."""

import asyncio
import re

from playwright.async_api import expect

from models.cases import Case
from tests.browser.window import Window, Windows

CASE = "LAPWING Mill Rd"
INTERVIEW = "Labour interview, worker 1 (first account)"
WORDS = "promised fifty pounds a day"


async def the_interview(window: Window) -> str:
    """Open the interview report from the case that is open; gives its address."""
    await window.page.get_by_role("link", name=INTERVIEW, exact=True).first.click()
    await window.page.wait_for_url(re.compile(r"/reports/\w{26}$"))
    return window.page.url.removeprefix(window.server.origin)


async def share_with_immigration(tom: Window, report: str) -> None:
    """Make the mistake of 10:14, for which one must insist twice."""
    page = tom.page
    await page.locator("summary").filter(has_text="Take it out of the ring-fences").click()
    await page.get_by_label("Why that harms nobody").fill("Wages only, I think")
    await page.get_by_role("button", name="Take it out").click()
    await expect(page.get_by_text("Outside the ring-fences")).to_be_visible()
    await tom.goto(f"{report}/sharing")
    option = await page.locator("#who option").filter(has_text="ICE East").get_attribute("value")
    await page.locator("#who").select_option(option)
    await page.get_by_label("Why they need it").fill("They asked me")
    await page.get_by_role("button", name="See who will get it").click()
    await expect(page.locator("#confirm-err")).to_contain_text("that agency enforces")
    await page.get_by_label("I am sure").check()
    await page.get_by_role("button", name="See who will get it").click()
    await page.get_by_role("button", name=re.compile("^Give")).click()
    await page.wait_for_url(re.compile("/sharing$"))


async def test_a_report_widened_by_mistake_is_held_in_one_tap_and_closes_while_its_wrong_reader_looks(
    windows: Windows,
) -> None:
    here, there = windows.stage.here, windows.stage.there
    case = f"/cases/{await windows.reference(Case, Case.title, CASE)}"
    board = await windows.open("asha", "/", server=there)
    asha = await windows.open("asha", case, server=here)
    tom = await windows.open("tom", case, server=there)
    dan = await windows.open("dan", case, server=there)
    marta = await windows.open("marta", case, server=there)
    for window in (board, asha, dan, marta):
        await window.until_live()
    report = await the_interview(tom)
    assert WORDS.encode() not in await dan.everything()

    await share_with_immigration(tom, report)
    alarm = asha.page.locator("#case-widened .alert")
    await expect(alarm).to_contain_text("now includes Immigration Enforcement")
    await expect(marta.page.locator("#case-widened .alert")).to_contain_text("now includes Immigration Enforcement")
    await expect(marta.page.get_by_role("button", name="Hold")).to_have_count(0)
    assert await the_interview(dan) == report
    await dan.until_joined()
    await expect(dan.page.get_by_text(WORDS)).to_be_visible()

    on_board = board.page.locator("#alerts .alert").filter(has_text="A report of theirs now includes")
    await expect(on_board).to_contain_text("Immigration Enforcement")
    await expect(on_board.get_by_role("link", name="Look at it")).to_have_attribute("href", report)
    closes = expect(dan.page.get_by_role("heading", name="You can no longer see this page")).to_be_focused()
    await asyncio.gather(closes, on_board.get_by_role("button", name=re.compile("^Hold")).click())
    await expect(on_board).to_have_count(0)
    await expect(dan.page.get_by_text(WORDS)).to_have_count(0)
    await expect(asha.page.get_by_role("link", name=INTERVIEW)).to_have_count(0)
    await expect(alarm).to_have_count(0)
    await expect(marta.page.get_by_role("link", name=INTERVIEW)).to_have_count(0)

    harriet = await windows.open("harriet", "/watch", server=here)
    await expect(harriet.page.get_by_role("main")).to_contain_text("Now includes Immigration Enforcement")
    await harriet.page.get_by_role("link", name="Decide who may see it").click()
    await expect(harriet.page.get_by_role("heading", name="This report is held")).to_be_visible()
    for group in await harriet.page.locator("fieldset").all():
        wrong = "Immigration" in await group.inner_text()
        await group.get_by_label("Remove it" if wrong else "Keep it").check()
    await harriet.page.get_by_label("Why it can be seen again").fill("Immigration Enforcement was a mistake")
    await harriet.page.get_by_role("button", name="End the hold").click()
    await harriet.page.wait_for_url(f"**{report}")
    await expect(asha.page.get_by_role("link", name=INTERVIEW).first).to_be_visible()
    await expect(marta.page.get_by_role("link", name=INTERVIEW).first).to_be_visible()
    await dan.goto(report)
    await expect(dan.page.get_by_role("heading", name="Page not found")).to_be_visible()
    assert not [words for one in (board, asha, tom, marta, harriet) for words in one.complaints if "422" not in words]


async def test_a_ring_fence_names_itself_and_nothing_leaves(windows: Windows) -> None:
    case = f"/cases/{await windows.reference(Case, Case.title, CASE)}"
    marta = await windows.open("marta", case, server=windows.stage.here)
    dan = await windows.open("dan", case, server=windows.stage.there)
    await dan.until_live()
    own = marta.page.locator("article.report").filter(has=marta.page.get_by_text("support ·"))
    title = await own.first.get_by_role("heading").inner_text()
    words = (await own.first.locator(".words").inner_text())[:60]
    await own.first.get_by_role("link", name=re.compile("^Sharing")).click()
    page = marta.page
    await expect(page.locator("#give")).to_contain_text("Not: HM Revenue & Customs, Immigration Enforcement")
    await page.get_by_label("Or one person, by work e-mail").fill("d.whitlock@immigration.example")
    await page.get_by_label("Why they need it").fill("Everyone on the operation should have it")
    await page.get_by_role("button", name="See who will get it").click()
    await expect(page.locator("#who-err")).to_contain_text("never to Immigration Enforcement")
    await expect(page.locator("#who-err")).to_contain_text("Nothing was shared")
    await expect(page.get_by_label("Or one person, by work e-mail")).to_have_value("d.whitlock@immigration.example")
    await dan.page.reload()
    await dan.until_live()
    heard = await dan.everything()
    assert title.encode() not in heard
    assert words.encode() not in heard
