"""A call for help from a bad line: however often it is sent, it is one call; and the next one is another."""

import asyncio
from urllib.parse import parse_qs

from playwright.async_api import Route, expect

from tests.browser.window import PHONE, Windows


async def test_a_call_that_is_tried_again_is_the_same_call_and_the_next_is_another(windows: Windows) -> None:
    tom = await windows.open("tom", "/mine", device=PHONE)
    await tom.until_live()
    page = tom.page
    sent: list[dict[str, list[str]]] = []
    enough, looked_at = asyncio.Event(), asyncio.Event()

    async def bad_line(route: Route) -> None:
        sent.append(parse_qs(route.request.post_data or "", keep_blank_values=True))
        if len(sent) in {1, 2}:
            return await route.abort()
        if len(sent) == 3:
            return await route.fulfill(status=503, body="")
        await looked_at.wait()  # the page tries again by itself: nobody may be late to see that it said "NOT SENT"
        enough.set()
        return await route.fulfill(status=204)

    await page.route("**/check-ins", bad_line)
    button = page.get_by_role("button", name="Need help")
    await button.tap()
    await expect(page.locator("#field-dock .refused")).to_contain_text("NOT SENT")
    await button.tap()
    async with asyncio.timeout(30):
        while len(sent) < 3:
            await asyncio.sleep(0.1)
    await expect(page.locator("#field-dock .refused")).to_be_visible()
    looked_at.set()
    await button.tap()
    await asyncio.wait_for(enough.wait(), 20)
    keys = [form["key"][0] for form in sent[:4]]
    assert len(keys[0]) > 20
    assert set(keys) == {keys[0]}
    assert all(form["kind"] == ["help"] for form in sent)

    await expect(page.locator("#field-dock .refused")).to_have_count(0)
    await button.tap()
    async with asyncio.timeout(20):
        while sent[-1]["key"][0] == keys[0]:
            await asyncio.sleep(0.1)


async def test_a_call_that_got_through_is_not_taken_back_by_its_own_second_try(windows: Windows) -> None:
    """The answer is lost, the call is not: the page shows it, and nothing more is sent."""
    tom = await windows.open("tom", "/mine", device=PHONE)
    await tom.until_live()
    page = tom.page
    sent: list[str] = []

    async def lost_answer(route: Route) -> None:
        sent.append(route.request.post_data or "")
        await route.fetch(max_redirects=0)
        await route.abort()

    await page.route("**/check-ins", lost_answer)
    await page.get_by_role("button", name="Need help").tap()
    await expect(page.locator("#field-now")).to_contain_text("Help called")
    await page.evaluate("() => new Promise(done => setTimeout(done, 4000))")
    assert all("kind=help" in form for form in sent), sent
    await page.unroute("**/check-ins")
    await page.get_by_label("What happened").fill("A flat tyre")
    await page.get_by_role("button", name="I’m OK now").tap()
    await expect(page.get_by_role("button", name="Need help")).to_be_visible()
