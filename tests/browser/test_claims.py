"""One officer at a time holds a task, everybody sees who, and the last press holds."""

import asyncio
import re

from playwright.async_api import Route, expect

from models.tasks import Task
from tests.browser.window import PHONE, Windows

INTERVIEW = "Interview 3, S1"
ROTAS = "Rotas and sleeping places"


async def test_one_tap_takes_a_task_and_the_other_agency_is_told_who_has_it(windows: Windows) -> None:
    here, there = windows.stage.here, windows.stage.there
    interview = await windows.stage.reference(Task, INTERVIEW)
    tom = await windows.open("tom", "/mine", server=here, device=PHONE)
    asha = await windows.open("asha", server=here)
    priya = await windows.open("priya", server=there)
    dan = await windows.open("dan", server=there)
    for window in (tom, asha, priya, dan):
        await window.until_live()
    await priya.page.route_web_socket("**/live*", lambda socket: None)  # from the next socket on, she hears nothing
    await priya.page.reload()
    await priya.task(interview).locator("summary").click()
    await expect(priya.task(interview)).to_contain_text("Nobody holds it yet")

    await tom.page.get_by_role("button", name=re.compile(f"^Take it.*{INTERVIEW}$")).tap()
    await expect(tom.page.get_by_role("link", name=f"Post progress on {INTERVIEW}")).to_be_visible()
    await asha.task(interview).locator("summary").click()
    await expect(asha.task(interview)).to_contain_text("Held by Tom Reyes, FWA")

    await priya.page.get_by_role("button", name="Take it").click()
    await expect(priya.task(interview).get_by_role("alert")).to_have_text("Already with Tom Reyes, Fair Work Agency.")
    assert INTERVIEW.encode() not in await dan.everything()


async def test_the_last_press_holds_even_while_the_first_is_on_its_way(windows: Windows) -> None:
    rotas = await windows.stage.reference(Task, ROTAS)
    asha = await windows.open("asha", server=windows.stage.there)
    tom = await windows.open("tom", "/mine", device=PHONE)
    await asha.until_live()
    await tom.until_live()
    pressed_again = asyncio.Event()

    async def slow(route: Route) -> None:
        await pressed_again.wait()
        await route.continue_()

    await tom.page.route("**/tasks/*/status", slow)
    dock = tom.page.locator("#field-dock")
    await dock.get_by_role("button", name="En route").tap()
    await dock.get_by_role("button", name="On site").tap()
    pressed_again.set()
    await expect(dock.get_by_role("button", name="On site")).to_have_attribute("aria-pressed", "true")
    await expect(asha.task(rotas)).to_have_attribute("data-state", "here")
    await tom.page.reload()
    await expect(dock.get_by_role("button", name="On site")).to_have_attribute("aria-pressed", "true")
