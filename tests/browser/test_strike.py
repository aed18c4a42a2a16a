"""The strike: the board says what it does before it is done, with the keyboard alone; then every open board runs."""

import re
from datetime import UTC, datetime, timedelta

from playwright.async_api import expect

from tests.browser.planning_acts import spoken
from tests.browser.test_accessible import AXE, RULES, RUN, SIDEWAYS
from tests.browser.window import Window, Windows


async def planned(asha: Window) -> str:
    """Plan an operation for tomorrow; gives its address."""
    tomorrow, page = datetime.now(UTC) + timedelta(days=1), asha.page
    await asha.goto("/operations")
    await page.get_by_label("Title").fill("Operation Dunlin")
    await page.get_by_label("Begins").fill(spoken(tomorrow))
    await page.get_by_label("Ends").fill(spoken(tomorrow + timedelta(hours=6)))
    await page.get_by_role("button", name="Plan it").click()
    await page.wait_for_url(re.compile(r"/operations/\w{26}/plan$"))
    return page.url.removeprefix(asha.server.origin).removesuffix("/plan")


async def test_strike_says_what_it_does_first_and_then_every_open_board_runs(elsewhere: Windows) -> None:
    asha = await elsewhere.open("asha", None, bypass_csp=True)
    operation = await planned(asha)
    await asha.goto(operation)
    ben = await elsewhere.open("ben", operation, server=elsewhere.stage.there)
    for window in (asha, ben):
        await window.until_live()
    page, question = asha.page, asha.page.get_by_role("button", name="Strike now")
    await expect(page.locator(".op")).to_contain_text("planned for")
    await page.locator("#stage summary").focus()
    await page.keyboard.press("Enter")
    await expect(question).to_be_visible()
    await page.evaluate(AXE)
    for width in (1440, 360, 320):
        await page.set_viewport_size({"width": width, "height": 800})
        assert await page.evaluate(SIDEWAYS) <= 0
        for scheme in ("light", "dark"):
            await page.emulate_media(color_scheme=scheme)
            assert await page.evaluate(RUN, RULES) == []
    await page.keyboard.press("Tab")
    await page.keyboard.press("Escape")
    await expect(question).to_be_hidden()
    assert await page.evaluate("document.activeElement.textContent") == "Strike"
    await expect(ben.page.locator("#stage")).to_contain_text("Planned, not begun")

    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    for window in (asha, ben):
        await expect(window.page.locator("#stage")).to_be_hidden()
        assert window.complaints == []
    await asha.goto(f"{operation}/timeline")
    await expect(page.locator(".moments")).to_contain_text("Operation began")
