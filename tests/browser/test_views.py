"""Views, agencies and a status are in the address; the board can be worked with keys alone."""

from playwright.async_api import expect

from models.operations import Site
from models.tasks import Task
from tests.browser.window import Windows

ROTAS = "Rotas and sleeping places"


async def test_a_view_with_its_filters_can_be_sent_as_an_address(windows: Windows) -> None:
    site, rotas = await windows.stage.reference(Site, "S1"), await windows.stage.reference(Task, ROTAS)
    asha = await windows.open("asha")
    await asha.until_live()
    page = asha.page
    await page.locator("#only-status").select_option("done")
    await expect(asha.task(rotas)).to_be_hidden()
    await page.locator(f"#rail-{site} a.tag", has_text="FWA").click()
    assert "agency=FWA" in page.url
    await page.locator("#only-status").select_option("")
    await expect(asha.task(rotas)).to_be_visible()
    await expect(page.locator("#sites .task:not([data-agency~='FWA'])").first).to_be_hidden()
    await page.get_by_role("link", name="Grid").click()
    await expect(page.locator(f"#tasks-{site}")).to_be_hidden()
    sent = page.url

    again = await windows.open("asha", None)
    await again.page.goto(sent)
    await again.until_live()
    await expect(again.page.locator("#live")).to_have_attribute("data-view", "grid")
    await expect(again.page.get_by_role("button", name="FWA")).to_have_attribute("aria-pressed", "true")
    await again.page.get_by_role("link", name="Map").click()
    await expect(again.page.locator("#map table")).to_be_visible()
    await again.page.locator("#map").get_by_role("link", name="S1").click()
    await expect(again.page.locator(f"#site-{site}")).to_be_in_viewport()


async def test_the_header_keeps_every_link_however_many_are_here(windows: Windows) -> None:
    for name in ("ruth", "dan", "priya", "marta", "ben"):
        await (await windows.open(name)).until_live()
    asha = await windows.open("asha")
    await asha.until_live()
    await expect(asha.page.locator("#whos")).to_contain_text("+")
    nav = asha.page.get_by_role("navigation", name="Main")
    for width in (1280, 1440):
        await asha.page.set_viewport_size({"width": width, "height": 900})
        assert await nav.evaluate("nav => nav.scrollWidth <= nav.clientWidth"), width
        assert await asha.page.locator(".op h1").evaluate("one => one.scrollWidth <= one.clientWidth"), width
    await expect(nav.get_by_role("link", name="Search")).to_be_in_viewport()


async def test_the_activity_shows_all_kinds_of_posts_or_one(windows: Windows) -> None:
    asha = await windows.open("asha")
    await asha.until_live()
    kinds, lines = asha.page.locator("#only-kind"), asha.page.locator("#feed > li")
    every = await lines.locator("visible=true").count()
    await kinds.select_option("photo")
    assert "kind=photo" in asha.page.url
    shown = lines.locator("visible=true")
    assert 0 < await shown.count() < every
    assert (
        await shown.filter(has=asha.page.locator(".files, .shots, img, a[href^='/attachments/']")).count()
        == await shown.count()
    )
    await asha.page.reload()
    await asha.until_live()
    await expect(kinds).to_have_value("photo")
    tom = await windows.open("tom", "/mine")
    await tom.until_live()
    await tom.page.locator("#field-dock a.post").click()
    await tom.page.get_by_label("What happened").fill("Without a picture, jackdaw")
    await tom.page.get_by_role("button", name="Post to").click()
    await expect(asha.line("jackdaw")).to_have_count(1)
    await expect(asha.line("jackdaw")).to_be_hidden()
    await kinds.select_option("")
    await expect(asha.line("jackdaw")).to_be_visible()


async def test_arrows_go_between_tasks_sites_and_pegs_and_letters_act(windows: Windows) -> None:
    site = await windows.stage.reference(Site, "S1")
    asha = await windows.open("asha")
    await asha.until_live()
    page = asha.page
    first = page.locator(f"#tasks-{site} summary").first
    await page.keyboard.press("ArrowDown")
    await expect(first).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await expect(page.locator(f"#tasks-{site} summary").nth(1)).to_be_focused()
    await page.keyboard.press("ArrowRight")
    await expect(page.locator("#sites > .site").nth(1).locator(".task summary").first).to_be_focused()
    await page.keyboard.press("ArrowLeft")
    await expect(first).to_be_focused()
    pegs = page.locator(f"#rail-{site} a.tag")
    await pegs.first.focus()
    await page.keyboard.press("ArrowRight")
    await expect(pegs.nth(1)).to_be_focused()

    await page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    await expect(keys).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(pegs.nth(1)).to_be_focused()
    await page.keyboard.press("/")
    await page.wait_for_url("**/search")


async def test_single_letters_can_be_turned_off_and_never_work_in_a_field(windows: Windows) -> None:
    asha = await windows.open("asha")
    await asha.until_live()
    page = asha.page
    await page.keyboard.press("?")
    await page.get_by_label("Single letters work as keys").uncheck()
    await page.keyboard.press("Escape")
    await page.locator("#only-status").focus()
    await page.keyboard.press("/")
    await page.locator("#only-status").blur()
    await page.keyboard.press("/")
    assert "/search" not in page.url
    await page.keyboard.press("?")
    await page.get_by_label("Single letters work as keys").check()
    await page.keyboard.press("Escape")
    await page.keyboard.press("g")
    await page.keyboard.press("w")
    await page.wait_for_url("**/watch")


async def test_a_does_what_the_first_alert_asks_for(windows: Windows) -> None:
    tom = await windows.open("tom", "/mine")
    asha = await windows.open("asha")
    await asha.until_live()
    await tom.until_live()
    await tom.page.get_by_role("button", name="Need help").click()
    call = asha.page.locator("#alerts .alert").filter(has_text="Tom Reyes").first
    await expect(call.get_by_role("button", name="Acknowledge")).to_be_visible()
    await asha.page.keyboard.press("a")
    await expect(tom.page.locator("#field-now")).to_contain_text("Seen by Asha Malik")
    await tom.page.get_by_label("What happened").fill("Nothing more")
    await tom.page.get_by_role("button", name="I’m OK now").click()
    await expect(call).to_have_count(0)
