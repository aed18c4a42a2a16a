"""A wall from its pairing to its end: it follows, says when it stopped, can be read, and nothing on it is pressed."""

import re
from typing import Any
from uuid import uuid4

import pytest
from playwright.async_api import Locator, Page, expect

from tests.browser.feed_between import FeedBetween
from tests.browser.test_accessible import AXE, RULES, RUN
from tests.browser.window import PATIENCE_MS, PHONE, Window, Windows, until_confirmed

BIG: dict[str, Any] = {"viewport": {"width": 2560, "height": 1440}}
THE_TIME = re.compile(r"^\d\d:\d\d$")
STOPPED = re.compile(r"^Stopped \d\d:\d\d$")
TURNS_IN = 3 * PATIENCE_MS
PRESSED = "a, button, input, select, textarea, details, summary, form, [tabindex], [contenteditable], [role=button]"
ANGLE = 16 / 60  # degrees: what a letter must measure for somebody who glances at it
CAPITAL = 0.668  # of the type's size, in Atkinson Hyperlegible Next

THEN = """theme => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => {
  document.documentElement.dataset.theme = theme;
  done();
})))"""
OVERHANG = """() => document.getElementById('wall-grid').getBoundingClientRect().bottom
  - document.getElementById('wall-moves').getBoundingClientRect().top"""
NIGHT = "async (when) => (await import('/static/js/dusk.js')).isNight(new Date(when))"


async def walls_of(windows: Windows) -> Window:
    """Open the walls of the operation under way, as its commander."""
    asha = await windows.open("asha")
    await asha.page.locator("details.menu summary", has_text="Operation").click()
    await asha.page.get_by_role("link", name="Walls").click()
    await expect(asha.page.get_by_role("heading", name="Walls", exact=True)).to_be_visible()
    return asha


async def paired(windows: Windows, asha: Window, name: str, **options: Any) -> Window:
    """Make a wall on that page and pair a screen to it, as people do."""
    await asha.page.get_by_label("Name").fill(name)
    await asha.page.get_by_role("button", name="Make it and show its code").click()
    shown = asha.page.locator(".secret code")
    await until_confirmed(asha.page, shown)
    code = await shown.inner_text()
    wall = await windows.anonymous(device=options.pop("device", BIG), **options)
    await wall.goto("/wall")
    await wall.page.get_by_label("Code").fill(code)
    await wall.page.get_by_role("button", name="Show the wall").click()
    await wall.page.wait_for_url("**/wall")
    return wall


def clock_of(wall: Window) -> Locator:
    return wall.page.locator("#wall-time")


async def test_a_wall_is_paired_follows_says_that_it_stopped_and_is_ended(windows: Windows) -> None:
    asha = await walls_of(windows)
    wall = await paired(windows, asha, "By the stairs")
    await expect(clock_of(wall)).to_have_text(THE_TIME)
    tom = await windows.open("tom", "/mine", device=PHONE)
    await tom.until_live()
    task = await tom.page.locator("#now-h").inner_text()
    for status in ("En route", "On site"):
        await tom.page.locator("#field-dock").get_by_role("button", name=status).tap()
        await expect(wall.page.locator("#wall-moves p").first).to_contain_text(f"{task}: {status.lower()}")

    await wall.context.set_offline(True)
    await expect(clock_of(wall)).to_have_text(STOPPED)
    await wall.context.set_offline(False)
    await expect(clock_of(wall)).to_have_text(THE_TIME)

    await asha.page.get_by_role("link", name="Back to the walls").click()
    await asha.page.get_by_role("button", name="End it By the stairs").click()
    await wall.page.wait_for_url("**/wall/code")
    await expect(wall.page.get_by_label("Code")).to_be_visible()
    assert "Sparkle" not in await wall.page.content()
    assert not [told for told in wall.complaints if "WebSocket" not in told and "ERR_INTERNET" not in told]


async def test_a_wall_that_hears_nothing_for_twelve_seconds_says_so(windows: Windows) -> None:
    asha, feed = await walls_of(windows), FeedBetween(with_server=False)
    wall = await paired(windows, asha, "By the door")
    await feed.stand(wall.page)
    await wall.page.reload()
    await expect(clock_of(wall)).to_have_text("Not live")
    cursor = await feed.until_resumed(1)
    feed.say({"do": "beat", "cursor": cursor, "now": "2026-03-12T09:42:30Z"})
    await expect(clock_of(wall)).to_have_text("09:42")
    await expect(clock_of(wall)).to_have_text("Stopped 09:42", timeout=PATIENCE_MS)


async def test_a_wall_whose_server_may_show_nothing_says_so_at_once(windows: Windows) -> None:
    asha, feed = await walls_of(windows), FeedBetween()
    wall = await paired(windows, asha, "By the lift")
    await feed.stand(wall.page)
    await wall.page.reload()
    await expect(clock_of(wall)).to_have_text(THE_TIME)
    feed.say({"do": "stale"})
    await expect(clock_of(wall)).to_have_text(STOPPED)
    pale = "getComputedStyle(document.getElementById('wall-grid')).opacity"
    assert float(await wall.page.evaluate(pale)) < 1


@pytest.mark.parametrize("width", [2560, 3840])
async def test_a_wall_can_be_read_from_three_metres_in_light_and_in_the_dark(windows: Windows, width: int) -> None:
    asha = await walls_of(windows)
    device = {"viewport": {"width": width, "height": width * 9 // 16}}
    wall = await paired(windows, asha, f"Read at {width}", device=device, bypass_csp=True)
    await expect(clock_of(wall)).to_have_text(THE_TIME)
    for selector in ("#wall-grid tbody th", "#wall-grid tbody td .state", "#wall-grid tbody td[data-state] b"):
        assert await arcminutes(wall.page, selector) >= 60 * ANGLE, selector
    assert await arcminutes(wall.page, "#wall-time") >= 2 * 60 * ANGLE * 0.9
    await wall.page.evaluate(AXE)
    for scheme in ("light", "dark"):
        await wall.page.emulate_media(color_scheme=scheme)
        await wall.page.evaluate(THEN, scheme)  # whatever the hour is
        assert await wall.page.evaluate(RUN, RULES) == []
        assert await wall.page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    assert await cut_off(wall.page) == []


async def test_a_wall_is_dark_from_sunset_to_sunrise(windows: Windows) -> None:
    window = await windows.anonymous()
    await window.goto("/wall/code")
    hours = {
        "2026-06-21T03:00Z": True,
        "2026-06-21T04:30Z": False,
        "2026-06-21T20:00Z": False,
        "2026-06-21T21:30Z": True,
        "2026-12-21T07:30Z": True,
        "2026-12-21T12:00Z": False,
        "2026-12-21T16:30Z": True,
        "2026-03-20T12:00Z": False,
        "2026-03-20T23:59Z": True,
    }
    assert {when: await window.page.evaluate(NIGHT, when) for when in hours} == hours


async def test_nothing_on_a_wall_can_be_pressed_and_nothing_is_said_aloud(windows: Windows) -> None:
    wall = await paired(windows, await walls_of(windows), "By the window")
    await expect(clock_of(wall)).to_have_text(THE_TIME)
    assert await wall.page.locator(PRESSED).count() == 0
    for _ in range(3):
        await wall.page.keyboard.press("Tab")
    assert await wall.page.evaluate("document.activeElement === document.body")
    assert await wall.page.locator("[aria-live], [role=status], [role=alert]").count() == 0
    said = await wall.everything()
    for name in (b"Asha", b"Malik", b"Reyes", b"Ionut", b"Mihai"):
        assert name not in said


async def test_more_than_eight_sites_turn_in_pages_and_what_needs_somebody_stays(embedded_windows: Windows) -> None:
    windows = embedded_windows
    asha = await windows.open("asha")
    await asha.until_live()
    operation = asha.page.url.partition("?")[0]
    for number in range(1, 9):
        form: dict[str, str | float | bool] = {
            "code": f"T{number}",
            "name": f"Yard {number}",
            "address": "",
            "check_in_minutes": "30",
            "x": "5",
            "y": "5",
        }
        ours = {"origin": windows.stage.here.origin, "sec-fetch-site": "same-origin"}
        answer = await asha.context.request.post(f"{operation}/sites", form=form, headers=ours, max_redirects=0)
        assert answer.status == 303, await answer.text()
    tom = await windows.open("tom", "/mine")
    await tom.until_live()
    await tom.page.get_by_role("button", name="Need help").click()
    wall = await paired(windows, await walls_of(windows), f"Long {uuid4().hex[:4]}")
    await expect(clock_of(wall)).to_have_text(THE_TIME)
    visible = wall.page.locator("#wall-grid tbody tr:visible")
    urgent = wall.page.locator("#wall-grid tbody tr[data-alert]")
    stays = await urgent.count()
    assert 0 < stays < 8
    await expect(wall.page.locator("#wall-page")).to_have_text(re.compile("page 1 of"))
    await expect(visible).to_have_count(8)
    first = await visible.locator("th").all_inner_texts()
    await expect(wall.page.locator("#wall-page")).to_have_text(re.compile("page 2 of"), timeout=TURNS_IN)
    second = await visible.locator("th").all_inner_texts()
    assert set(first) != set(second)
    for row in await urgent.all():
        await expect(row).to_be_visible()


@pytest.mark.parametrize("width", [2560, 3840])
async def test_a_wall_of_twenty_agencies_and_sixteen_sites_fits_its_screen(
    crowded_windows: Windows, width: int
) -> None:
    windows = crowded_windows
    device = {"viewport": {"width": width, "height": width * 9 // 16}}
    wall = await paired(windows, await walls_of(windows), "Crowded", device=device, bypass_csp=True)
    await expect(clock_of(wall)).to_have_text(THE_TIME)
    await expect(wall.page.locator("#wall-alerts")).to_contain_text("more")
    await expect(wall.page.locator("#wall-grid thead th[data-tally]")).to_have_count(20)
    await wall.page.evaluate(AXE)
    for page in ("page 1 of 2", "page 2 of 2"):
        await expect(wall.page.locator("#wall-page")).to_have_text(page, timeout=TURNS_IN)
        await expect(wall.page.locator("#wall-grid tbody tr:visible")).to_have_count(8)
        assert await cut_off(wall.page) == []
        assert await wall.page.evaluate(OVERHANG) <= 0
        for selector in ("#wall-grid tbody th", "#wall-grid tbody td .state"):
            assert await arcminutes(wall.page, selector) >= 60 * ANGLE, selector
        assert await wall.page.evaluate(RUN, RULES) == []


async def arcminutes(page: Page, selector: str) -> float:
    """Give how large the smallest capital of these is for somebody three metres from a 55-inch screen."""
    size = "all => Math.min(...all.map(one => parseFloat(getComputedStyle(one).fontSize))) / innerWidth"
    share: float = await page.locator(selector).evaluate_all(size)
    width = 1218  # millimetres of such a screen
    return share * width * CAPITAL / 3000 * 57.2958 * 60


async def cut_off(page: Page) -> list[str]:
    """Name the cells whose words do not fit; a long name of a site may end in dots."""
    script = """all => all.filter((one) =>
      one.scrollWidth > one.clientWidth + 1 || (one.closest('tbody') && one.scrollHeight > one.clientHeight + 1),
    ).map((one) => one.innerText)"""
    found: list[str] = await page.locator("#wall-grid :is(td, th), .wall-figs, .wall-clock").evaluate_all(script)
    return found
