"""A day without scripts, on one process with SQLite: every form posts, every mistake is told where it was made."""

import re

from playwright.async_api import Locator, expect

from ops.world.people import DEMO_PASSWORD
from tests.browser.test_main_job import photo_with_a_place
from tests.browser.window import PHONE, Window, Windows
from tests.serving import PEOPLE

WORDS = "Two beds behind the store, redshank"


async def test_every_form_of_a_field_day_works_without_scripts(embedded_windows: Windows) -> None:
    tom = await embedded_windows.anonymous("tom", device=PHONE, java_script_enabled=False)
    await signs_in_at_the_second_try(tom)
    await tom.goto("/mine")
    now, dock = tom.page.locator("#field-now"), tom.page.locator("#field-dock")

    await dock.get_by_role("button", name="En route").tap()
    await expect(dock.get_by_role("button", name="En route")).to_have_attribute("aria-pressed", "true")
    await expect(now).to_contain_text("En route")
    await dock.get_by_role("button", name="On site").tap()
    await expect(now).to_contain_text("On site")

    await posts_a_photo_at_the_second_try(tom)
    await expect(tom.page.locator("#field-posts li").first).to_contain_text(WORDS)
    await expect(tom.page.locator("#field-posts li").first.locator("img")).to_have_count(1)

    due = await tom.page.locator("#field-checkin time").first.get_attribute("datetime")
    await tom.page.get_by_role("button", name="I’m OK").tap()
    await expect(tom.page.locator("#field-checkin time").first).not_to_have_attribute("datetime", str(due))

    await tom.page.get_by_role("button", name=re.compile("^Take it.*Interview 3, S1$")).tap()
    mine = tom.page.get_by_role("link", name=re.compile("^Post progress on Interview 3, S1$"))
    await expect(mine).to_be_visible()
    held = await now.get_by_role("heading").inner_text()
    await now.get_by_role("button", name="Give this task back").tap()
    await expect(now.get_by_role("heading")).not_to_have_text(held)

    await tom.page.get_by_role("button", name="Need help").tap()
    await expect(now).to_contain_text("Help called")
    await tom.page.get_by_label("What happened").fill("Only a flat tyre")
    await tom.page.get_by_role("button", name="I’m OK now").tap()
    await expect(tom.page.get_by_role("button", name="Need help")).to_be_visible()


async def signs_in_at_the_second_try(tom: Window) -> None:
    await tom.goto("/mine")
    await tom.page.fill("#email", PEOPLE["tom"])
    await tom.page.fill("#password", "not the password")
    await tom.page.get_by_role("button", name="Sign in", exact=True).tap()
    await it_is_told_at(tom, tom.page.locator("#email"))
    await expect(tom.page.locator("#email")).to_have_value(PEOPLE["tom"])
    await tom.page.fill("#password", DEMO_PASSWORD)
    await tom.page.get_by_role("button", name="Sign in", exact=True).tap()
    await expect(tom.page).to_have_url(re.compile("/operations/.*/mine$"))


async def posts_a_photo_at_the_second_try(tom: Window) -> None:
    await tom.page.get_by_role("link", name="Post progress", exact=True).tap()
    text, photos = tom.page.get_by_label("What happened"), tom.page.locator("#photos")
    await tom.page.get_by_label("My agency and POL").check()
    await tom.page.get_by_role("button", name="Post").tap()
    await it_is_told_at(tom, text)
    await text.fill(WORDS)
    await photos.set_input_files({"name": "notes.xyz", "mimeType": "text/plain", "buffer": b"no picture at all"})
    await tom.page.get_by_role("button", name="Post").tap()
    await it_is_told_at(tom, photos)
    await expect(text).to_have_value(WORDS)
    await expect(tom.page.get_by_label("My agency and POL")).to_be_checked()
    await photos.set_input_files({"name": "beds.jpg", "mimeType": "image/jpeg", "buffer": photo_with_a_place()})
    await tom.page.get_by_role("button", name="Post").tap()
    await tom.page.wait_for_url("**/mine")


async def it_is_told_at(window: Window, control: Locator) -> None:
    """The summary leads to the control; the same words stand beside it, and the control says that it is wrong."""
    name = await control.get_attribute("id")
    told = window.page.locator(f".errors a[href='#{name}']")
    await expect(told).to_be_visible()
    await expect(window.page.locator(f"#{name}-err")).to_contain_text(await told.inner_text())
    await expect(control).to_have_attribute("aria-invalid", "true")
    await expect(control).to_have_attribute("aria-describedby", re.compile(f"{name}-err"))
    await expect(window.page).to_have_title(re.compile("^Error: "))
