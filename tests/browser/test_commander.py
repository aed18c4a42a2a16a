"""The commander's day, from the empty plan to the report, with everybody's windows open; must-nots on the bytes."""

import re
from datetime import UTC, datetime, timedelta

from playwright.async_api import expect

from ops.clock import LONDON
from tests.browser.window import Window, Windows

TITLE = "Operation Nightjar"
SITE = "Redshank Hand Wash"
INTERVIEW = "Interview, worker 1, stonechat"
METER = "Make the meter safe, firecrest"
RISK = "A large dog by the hatch, wheatear"
SEEN = "Nine people on the forecourt, dunlin"
LEARNT = "Bring a second radio, siskin"
PEOPLE_THERE = {"harriet": ("Fair Work Agency", "Tom Reyes"), "dan": ("Immigration Enforcement", "Dan Whitlock")}


def spoken(moment: datetime) -> str:
    """Give a moment as the form's own control takes it."""
    return f"{moment.astimezone(LONDON):%Y-%m-%dT%H:%M}"


async def plan(asha: Window) -> str:
    """Plan an operation from the template; gives its address."""
    now, page = datetime.now(UTC), asha.page
    await asha.goto("/operations")
    await page.get_by_label("Begin with").select_option("Hand car wash day")
    await page.get_by_label("Title").fill(TITLE)
    await page.get_by_label("Begins").fill(spoken(now - timedelta(minutes=5)))
    await page.get_by_label("Ends").fill(spoken(now + timedelta(hours=8)))
    await page.get_by_role("button", name="Plan it").click()
    await page.wait_for_url(re.compile(r"/operations/\w{26}/plan$"))
    return page.url.removeprefix(asha.server.origin).removesuffix("/plan")


async def invite(asha: Window, operation: str, agency: str, part: str = "contribute") -> None:
    """Invite an agency."""
    await asha.goto(f"{operation}/agencies")
    await asha.page.get_by_label("Agency", exact=True).select_option(label=agency)
    await asha.page.get_by_label("They see").select_option(part)
    await asha.page.get_by_label("What they are needed for").fill("A visit to a hand car wash")
    await asha.page.get_by_role("button", name="Invite").click()
    await expect(asha.page.locator(".decision").filter(has_text=agency)).to_contain_text("Waiting")


async def accept(lead: Window, officer: str) -> None:
    """Answer the invitation on the watch by sending an officer."""
    await lead.goto("/watch")
    await lead.page.locator("#decide li").filter(has_text=TITLE).get_by_role("link", name="Answer").click()
    await lead.page.get_by_label(officer).check()
    await lead.page.get_by_role("button", name="Accept and send them").click()
    await expect(lead.page.get_by_role("main")).to_contain_text("You take part")


async def brief(asha: Window, tom: Window, operation: str) -> None:
    """Publish the briefing, and let Tom read it."""
    await asha.goto(f"{operation}/briefing")
    await asha.page.get_by_label("Risk").fill(RISK)
    await asha.page.get_by_role("button", name="Publish version 1").click()
    await expect(asha.page.get_by_role("heading", name="Version 1")).to_be_visible()
    await tom.goto(f"{operation}/briefing")
    await expect(tom.page.get_by_role("main")).to_contain_text(RISK)
    await tom.page.get_by_role("button", name="I have read version 1").click()
    await asha.goto(f"{operation}/readiness")
    await expect(asha.page.get_by_role("row").filter(has_text="Tom Reyes")).to_contain_text("Read ")


async def open_site(asha: Window, operation: str) -> None:
    """Add a site, and reveal it to both agencies."""
    await asha.goto(f"{operation}/sites")
    await asha.page.get_by_label("Code").fill("N1")
    await asha.page.get_by_label("Name", exact=True).fill(SITE)
    await asha.page.get_by_role("button", name="Add the site").click()
    for agency, _ in PEOPLE_THERE.values():
        form = asha.page.locator("form").filter(has=asha.page.get_by_role("button", name="Reveal it"))
        await form.get_by_label("Site", exact=True).select_option(label="N1")
        await form.get_by_label("To", exact=True).select_option(label=agency)
        await form.get_by_role("button", name="Reveal it").click()
        await expect(asha.page.locator("#site-N1")).to_contain_text("since")


async def visit(window: Window, operation: str) -> None:
    """Plan a visit of one's own agency for the day's own hours."""
    await window.goto(f"{operation}/sites")
    await window.page.get_by_label("Site", exact=True).last.select_option(label="N1")
    await window.page.get_by_role("button", name="Plan the visit").click()
    await expect(window.page.locator("#site-N1")).to_contain_text("Visits")


async def ask(asha: Window, operation: str, title: str, agency: str, site: str) -> None:
    """Make a task for one agency alone."""
    await asha.goto(f"{operation}/tasks")
    await asha.page.get_by_label("What is to be done").fill(title)
    await asha.page.get_by_label("Where").select_option(label=site)
    await asha.page.get_by_label("Asked of").select_option(label=agency)
    await asha.page.get_by_label(re.compile("^Only us")).check()
    await asha.page.get_by_role("button", name="Make the task").click()
    await expect(asha.page.get_by_role("main")).to_contain_text(title)


async def test_the_commanders_day_shows_each_of_them_their_part_and_nobody_else_anything(
    elsewhere: Windows,
) -> None:
    windows = elsewhere
    here, there = windows.stage.here, windows.stage.there
    asha, colin = await windows.open("asha", server=here), await windows.open("colin", "/watch", server=there)
    operation = await plan(asha)
    leads = {name: await windows.open(name, "/watch", server=there) for name in (*PEOPLE_THERE, "steve")}
    for name, (agency, officer) in PEOPLE_THERE.items():
        await invite(asha, operation, agency)
        await accept(leads[name], officer)
    await invite(asha, operation, "Trent Power Networks", "discover")
    await accept(leads["steve"], "Steve Hall")

    tom = await windows.open("tom", operation, server=there)
    await brief(asha, tom, operation)
    dan, steve = leads["dan"], leads["steve"]
    for window in (tom, dan, steve):
        await window.goto(operation)
        await window.until_live()
    await open_site(asha, operation)
    for window in (tom, dan):
        await expect(window.page.locator(".site").filter(has_text=SITE)).to_be_visible()  # on their open boards
    harriet = leads["harriet"]
    await ask(asha, operation, INTERVIEW, "Fair Work Agency", "N1")
    await ask(asha, operation, METER, "Trent Power Networks", "The whole operation")
    await expect(tom.page.locator(".task").filter(has_text=INTERVIEW)).to_be_visible()
    await expect(steve.page.locator(".task").filter(has_text=METER)).to_be_visible()

    await asha.goto(f"{operation}/plan")
    await asha.page.get_by_role("button", name="Begin the operation").click()
    await asha.page.wait_for_url(f"**{operation}")
    await asha.until_live()
    await tom.page.locator(".task").filter(has_text=INTERVIEW).locator("summary").click()
    await tom.page.locator(".task").filter(has_text=INTERVIEW).get_by_role("button", name="Take it").click()
    held = asha.page.locator(".task").filter(has_text=INTERVIEW)
    await expect(held.locator(".told")).to_contain_text("Held by Tom Reyes")
    await tom.goto(f"{operation}/posts/new?site={await site_reference(asha)}")
    await tom.page.get_by_label("What happened").fill(SEEN)
    await tom.page.locator("form.compose").get_by_role("button", name=re.compile("^Post")).last.click()
    await expect(asha.post(SEEN)).to_be_visible()
    await expect(dan.post(SEEN)).to_be_visible()
    for window in (tom, dan):
        await visit(window, operation)
    await expect(asha.page.locator("#alerts")).to_contain_text("overlapping hours")

    await asha.goto(f"{operation}/stand-down")
    for left_open in await asha.page.locator('input[name="left_open"]').all():
        await left_open.check()
    await asha.page.get_by_label("Why").fill("Everything is done")
    await asha.page.get_by_role("button", name="Stand it down").click()
    await asha.goto(f"{operation}/debrief")
    await asha.until_live()
    await tom.goto(f"{operation}/debrief")
    await tom.page.get_by_label("What", exact=True).fill(LEARNT)
    await tom.page.get_by_role("button", name="Say it").click()
    await expect(asha.page.locator("#notes")).to_contain_text(LEARNT)  # live, with nobody reloading

    await asha.goto(f"{operation}/report")
    await expect(asha.page.get_by_role("main")).to_contain_text(INTERVIEW)
    await asha.page.get_by_label("Made for").select_option(label="IMM Immigration Enforcement")
    await asha.page.get_by_role("button", name="Make it").click()
    await expect(asha.page.get_by_role("main")).to_contain_text("others may hold more")
    await expect(asha.page.get_by_role("main")).not_to_contain_text(INTERVIEW)
    await asha.goto(f"{operation}/replay")
    await expect(asha.page.get_by_role("main")).to_contain_text(INTERVIEW)
    await asha.page.get_by_label("As", exact=True).select_option(label="as IMM")
    await expect(asha.page.locator(".op")).to_contain_text("as Immigration Enforcement saw it")
    await expect(asha.page.get_by_role("main")).not_to_contain_text(INTERVIEW)
    await asha.until_joined()  # the page answers to keys by then
    await asha.page.keyboard.press("l")
    await asha.page.wait_for_url(f"**{operation}")

    assert INTERVIEW.encode() not in await dan.everything()
    power = await steve.everything()
    assert METER.encode() in power
    for word in (SITE, INTERVIEW, RISK, SEEN):
        assert word.encode() not in power, word
    nothing = await colin.everything()
    for word in (TITLE, SITE, INTERVIEW, METER, RISK, SEEN, operation.rpartition("/")[2]):
        assert word.encode() not in nothing, word
    for window in (asha, tom, dan, steve, harriet, colin):
        assert window.complaints == [], window.name


async def site_reference(asha: Window) -> str:
    """Read which site the board shows."""
    name = await asha.page.locator(".site").filter(has_text=SITE).get_attribute("data-ref")
    assert name
    return name
