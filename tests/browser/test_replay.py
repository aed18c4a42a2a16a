"""Replay, in a real browser: it plays by itself at a speed, shows no picture, and a live call for help stops it."""

from playwright.async_api import expect

from tests.browser.test_accessible import SIDEWAYS
from tests.browser.window import Windows

IN_WORDS = """() => [...document.querySelectorAll('.flags text')].filter((one) => {
  const here = one.getBoundingClientRect();
  return [...document.querySelectorAll('.flags g')].some((other) => {
    const there = other.getBoundingClientRect();
    return !other.contains(one) && there.right > here.left + 1 && there.left < here.right - 1;
  });
}).map((one) => one.textContent)"""


async def test_it_plays_until_a_live_call_for_help_breaks_through(elsewhere: Windows) -> None:
    asha = await elsewhere.open("asha")
    operation = asha.page.url.removeprefix(asha.server.origin)
    await asha.goto(f"{operation}/replay?minute=90")
    await asha.until_joined()
    page, clock = asha.page, asha.page.locator("#replay-at")
    began = await clock.text_content()
    said = " ".join(await page.locator(".flags text").all_text_contents())
    assert all(words in said for words in ("Operation began", "Need help S1", "Referral"))
    assert await page.evaluate(IN_WORDS) == []
    await page.get_by_label("Speed").select_option("5")
    await page.get_by_role("button", name="Play from here").click()
    await expect(clock).not_to_have_text(began or "")
    await expect(page.get_by_role("button", name="Pause")).to_be_visible()
    for width in (800, 1440):
        await page.set_viewport_size({"width": width, "height": 900})
        assert await page.evaluate(SIDEWAYS) <= 0
    first = await page.locator("#live").get_attribute("data-page") or ""
    await expect(page.locator("#live")).not_to_have_attribute("data-page", first)

    tom = await elsewhere.open("tom", f"{operation}/mine", server=elsewhere.stage.there)
    await tom.page.get_by_role("button", name="Need help").click()
    await expect(page.locator(".breaks")).to_contain_text("Tom Reyes")
    await expect(page.get_by_role("button", name="Play from here")).to_be_visible()
    stopped = await clock.text_content()
    await tom.page.get_by_label("What happened").fill("All well")
    await tom.page.get_by_role("button", name="I’m OK now").click()
    await expect(page.locator(".breaks")).not_to_contain_text("Tom Reyes")
    await expect(clock).to_have_text(stopped or "")
    assert await page.locator("#live img").count() == 0
    assert "not shown here" in (await page.locator("#live").text_content() or "")
    assert asha.complaints == []
