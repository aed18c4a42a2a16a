"""The composer of a report says who would see it, and who near would not; the profile that it names is offered."""

import re

from playwright.async_api import Locator, Page, expect

from models.cases import Case
from models.profiles import Profile
from tests.browser.test_keyboard import tab_to
from tests.browser.window import Window, Windows

CASE, NAMED = "LAPWING Mill Rd", "Ionut P."


def choices(page: Page, agency: str) -> Locator:
    """Find what can be chosen of one agency."""
    return page.locator("#who details").filter(has=page.locator("summary", has_text=agency))


async def compose(window: Window, windows: Windows) -> None:
    """Open the composer of the case."""
    await window.goto(f"/cases/{await windows.reference(Case, Case.title, CASE)}/reports/new")
    await expect(window.page.locator("#joint-status")).not_to_be_empty()


async def tick(page: Page, box: Locator) -> None:
    """Tick a box as somebody without a pointer does, until the composer has said what comes of it."""
    await box.focus()
    said = await page.locator("#joint-says").inner_text()
    await page.keyboard.press("Space")
    await expect(box).to_be_checked()
    await expect(page.locator("#joint-says")).not_to_have_text(said, use_inner_text=True)


async def name_somebody(windows: Windows, title: str, reader: str) -> str:
    """Let Asha name Ionut, whose profile the Council keeps, in a report that a reader has too; gives its address."""
    asha = await windows.open("asha", None)
    page = asha.page
    await compose(asha, windows)
    await page.get_by_label("Title", exact=True).fill(title)
    await page.get_by_label("Report", exact=True).fill("He asked for his papers.")
    await page.locator("summary").filter(has_text="People whom it names").click()
    await tick(page, page.get_by_label(NAMED))
    for agency in ("CCS", reader):
        await choices(page, agency).locator("summary").click()
        await tick(page, choices(page, agency).get_by_label(re.compile("^Its officers on")))
    await page.locator("summary").filter(has_text="For other agencies").click()
    await page.get_by_label("Why they need it").fill("They look after him")
    await page.get_by_label("Ends after").fill(await today(page))
    await page.get_by_role("button", name=re.compile("^File the report")).click()
    await page.wait_for_url(re.compile(r"/reports/\w{26}$"))
    return page.url.removeprefix(asha.server.origin)


async def today(page: Page) -> str:
    return str(await page.evaluate("new Date().toISOString().slice(0, 10)"))


async def test_the_composer_says_who_would_see_it_and_who_not_while_that_is_chosen(windows: Windows) -> None:
    asha = await windows.open("asha", None)
    page = asha.page
    await compose(asha, windows)
    says, status = page.locator("#joint-says"), page.locator("#joint-status")
    near = says.locator("li").filter(has_text="Near, and will not see it")
    fenced = says.locator("li").last
    await expect(says.locator("li").first).to_contain_text("in 1 agency will see this report")
    await expect(near).to_contain_text("HOU")
    await expect(fenced).to_contain_text("Not, by ring-fence: HM Revenue & Customs, Immigration Enforcement.")

    await tab_to(page, "#who summary")
    await choices(page, "HOU").locator("summary").focus()
    await page.keyboard.press("Enter")
    await tick(page, choices(page, "HOU").get_by_label(re.compile("^Its officers on")))
    await expect(says.locator("li").first).to_contain_text("in 2 agencies will see this report")
    await expect(near).not_to_contain_text("HOU")
    await expect(status).to_contain_text(
        re.compile(r"^\d+ people in 2 agencies will see it\. \d+ near will not\. Not: HM")
    )
    button = page.get_by_role("button", name=re.compile("^File the report"))
    number = (await status.inner_text()).split(" people")[0]
    await expect(button).to_have_text(f"File the report for {number} people")

    await page.locator("summary").filter(has_text="People whom it names").click()
    await tick(page, page.get_by_label(NAMED))
    person = says.locator("li").filter(has_text=NAMED)
    await expect(person).to_contain_text("Trent City Council, Housing cannot open the profile")
    await page.locator("#files").set_input_files(
        {"name": "a.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4"}
    )
    await expect(says.locator("li").first).to_contain_text("and its 1 file")
    assert not asha.complaints


async def test_what_cannot_be_worked_out_is_said_to_be_unknown(windows: Windows) -> None:
    asha = await windows.open("asha", None)
    page = asha.page
    await compose(asha, windows)
    await asha.context.set_offline(True)
    await page.get_by_label("Kind").select_option("visit")
    await expect(page.locator("#joint-status")).to_contain_text("is not known now")
    await expect(page.get_by_role("button", name=re.compile("^File the report"))).to_have_text("File the report")
    await asha.context.set_offline(False)
    await page.get_by_label("Kind").select_option("other")
    await expect(page.locator("#joint-status")).to_contain_text("will see it")


async def test_without_scripts_the_form_looks_again_and_keeps_what_was_typed(windows: Windows) -> None:
    asha = await windows.open("asha", None, java_script_enabled=False)
    page = asha.page
    await asha.goto(f"/cases/{await windows.reference(Case, Case.title, CASE)}/reports/new")
    await page.get_by_label("Title", exact=True).fill("Kept")
    await choices(page, "HOU").locator("summary").click()
    await choices(page, "HOU").get_by_label(re.compile("^Its officers on")).check()
    await page.get_by_role("button", name="Look again").click()
    await expect(page.locator("#joint-says li").first).to_contain_text("in 2 agencies will see this report")
    await expect(page.get_by_label("Title", exact=True)).to_have_value("Kept")
    await expect(choices(page, "HOU").get_by_label(re.compile("^Its officers on"))).to_be_checked()


async def test_the_profile_s_agency_is_offered_to_share_it_while_its_lead_looks(windows: Windows) -> None:
    ruth = await windows.open("ruth", "/watch")
    imran = await windows.open("imran", None)
    profile = f"/profiles/{await windows.reference(Profile, Profile.label, NAMED)}"
    await imran.goto(profile)
    await expect(imran.page.get_by_role("heading", name=NAMED)).to_have_count(0)
    await ruth.until_live()

    report = await name_somebody(windows, "He asks for his papers", "HOU")
    asked = ruth.page.locator("#decide li").filter(has_text="He asks for his papers")
    await expect(asked).to_contain_text(f"names {NAMED} in")
    await ruth.goto(report)
    await ruth.page.get_by_role("link", name="Decide whether they may").click()
    await expect(ruth.page.get_by_label(re.compile("Housing"))).to_be_checked()
    await ruth.page.get_by_role("button", name="Share the profile").click()
    await ruth.page.wait_for_url("**/sharing")
    await expect(ruth.page.locator(".grants")).to_contain_text("HOU")

    await imran.goto(profile)
    await expect(imran.page.get_by_role("heading", name=NAMED)).to_be_visible()
    await ruth.goto(report)
    await expect(ruth.page.get_by_role("link", name="Decide whether they may")).to_have_count(0)
    assert not ruth.complaints
