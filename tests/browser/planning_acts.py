"""What a commander does before the day, with the forms: plans, invites, briefs, shows sites, makes tasks."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from playwright.async_api import Locator, expect

from ops.clock import LONDON
from tests.browser.window import Window


def spoken(moment: datetime) -> str:
    """Give a moment as the form's own control takes it."""
    return f"{moment.astimezone(LONDON):%Y-%m-%dT%H:%M}"


async def plan(asha: Window, title: str, case: str) -> str:
    """Plan an operation from the template, which began an hour ago; gives its address."""
    now, page = datetime.now(UTC), asha.page
    await asha.goto("/operations")
    await page.get_by_label("Begin with").select_option("Hand car wash day")
    await page.get_by_label("Title").fill(title)
    await page.get_by_label("Belongs to the case").select_option(label=case)
    await page.get_by_label("Begins").fill(spoken(now - timedelta(hours=1)))
    await page.get_by_label("Ends").fill(spoken(now + timedelta(hours=7)))
    await page.get_by_role("button", name="Plan it").click()
    await page.wait_for_url(re.compile(r"/operations/\w{26}/plan$"))
    return page.url.removeprefix(asha.server.origin).removesuffix("/plan")


async def name_deputy(asha: Window, operation: str, officer: str) -> None:
    """Put one more officer of one's own on the operation, as deputy."""
    await asha.goto(f"{operation}/plan")
    await asha.page.get_by_label(officer).check()
    await asha.page.get_by_role("button", name="Add them").click()
    await expect(asha.page.locator(".oplist li").filter(has_text=officer)).to_be_visible()
    await asha.page.get_by_label("Deputy").select_option(label=officer)
    await asha.page.get_by_role("button", name="Save the plan").click()
    await expect(asha.page.locator(".facts div").filter(has_text="Deputy")).to_contain_text(officer)


async def invite(asha: Window, operation: str, agency: str, part: str = "contribute") -> None:
    """Invite an agency."""
    if not asha.page.url.endswith("/agencies"):
        await asha.goto(f"{operation}/agencies")
    await asha.page.get_by_label("Agency", exact=True).select_option(label=agency)
    await asha.page.get_by_label("They see").select_option(part)
    await asha.page.get_by_label("What they are needed for").fill("A visit to a hand car wash")
    await asha.page.get_by_role("button", name="Invite").click()
    await expect(asha.page.locator(".decision").filter(has_text=agency)).to_contain_text("Waiting")


async def invite_too(asha: Window, operation: str, *agencies: str) -> None:
    """Invite more agencies in the same words, without looking at the page after each; it is open."""
    known = await choices(asha.page.get_by_label("Agency", exact=True))
    for agency in agencies:
        form = {"agency": known[agency], "part": "contribute", "words": "A visit to a hand car wash"}
        await send(asha, f"{operation}/agencies", form)


async def choices(select: Locator) -> dict[str, str]:
    """Give what a form sends for each of its choices, by what they say."""
    script = "all => Object.fromEntries(all.map((one) => [one.text, one.value]))"
    said: dict[str, str] = await select.locator("option").evaluate_all(script)
    return said


async def send(window: Window, path: str, form: Mapping[str, str]) -> None:
    """Send a form of a page that is open."""
    ours = {"origin": window.server.origin, "sec-fetch-site": "same-origin"}
    answer = await window.context.request.post(
        f"{window.server.origin}{path}", form={**form}, headers=ours, max_redirects=0
    )
    assert answer.status == 303, await answer.text()


async def accept(lead: Window, title: str, *officers: str) -> None:
    """Answer the invitation, which came to the open watch by itself, by sending officers."""
    await lead.page.locator("#decide li").filter(has_text=title).get_by_role("link", name="Answer").click()
    for officer in officers:
        await lead.page.get_by_label(officer).check()
    await lead.page.get_by_role("button", name="Accept and send them").click()
    await expect(lead.page.get_by_role("main")).to_contain_text("You take part")


async def publish(asha: Window, operation: str, risk: str) -> None:
    """Publish the briefing."""
    await asha.goto(f"{operation}/briefing")
    await asha.page.get_by_label("Risk").fill(risk)
    await asha.page.get_by_role("button", name="Publish version 1").click()
    await expect(asha.page.get_by_role("heading", name="Version 1")).to_be_visible()


async def add_site(asha: Window, operation: str, code: str, name: str) -> None:
    """Add a site."""
    await asha.goto(f"{operation}/sites")
    await asha.page.get_by_label("Code").fill(code)
    await asha.page.get_by_label("Name", exact=True).fill(name)
    await asha.page.get_by_role("button", name="Add the site").click()
    await expect(asha.page.locator(f"#site-{code}")).to_contain_text(name)


async def reveal(asha: Window, code: str, agency: str, letters: str, until: datetime | None = None) -> None:
    """Show a site to an agency from now on, perhaps until an hour; the page of sites is open."""
    form = asha.page.locator("form").filter(has=asha.page.get_by_role("button", name="Reveal it"))
    await form.get_by_label("Site", exact=True).select_option(label=code)
    await form.get_by_label("To", exact=True).select_option(label=agency)
    if until:
        await form.get_by_label("Until").fill(spoken(until))
    await form.get_by_role("button", name="Reveal it").click()
    shown = asha.page.locator(f"#site-{code} li").filter(has_text=letters).filter(has_text="since")
    await expect(shown).to_contain_text(f"{until.astimezone(LONDON):%H:%M}" if until else "since")


async def reveal_too(asha: Window, operation: str, code: str, *agencies: str) -> None:
    """Show a site to more agencies from now on."""
    form = asha.page.locator("form").filter(has=asha.page.get_by_role("button", name="Reveal it"))
    sites = await choices(form.get_by_label("Site", exact=True))
    known = await choices(form.get_by_label("To", exact=True))
    for agency in agencies:
        await send(asha, f"{operation}/reveals", {"site": sites[code], "agency": known[agency]})


async def visit(window: Window, operation: str, code: str) -> None:
    """Plan a visit of one's own agency for the day's own hours."""
    await window.goto(f"{operation}/sites")
    form = window.page.locator("form").filter(has=window.page.get_by_role("button", name="Plan the visit"))
    await form.get_by_label("Site", exact=True).select_option(label=code)
    await form.get_by_role("button", name="Plan the visit").click()
    await expect(window.page.locator(f"#site-{code}")).to_contain_text("Visits")


async def ask(asha: Window, operation: str, title: str, agency: str, site: str, *told: str) -> None:
    """Make a task for one agency, and for no other that is not told."""
    page = asha.page
    await asha.goto(f"{operation}/tasks")
    await page.get_by_label("What is to be done").fill(title)
    await page.get_by_label("Where").select_option(label=site)
    await page.get_by_label("Asked of").select_option(label=agency)
    await page.get_by_label(re.compile("^Only us")).check()
    for letters in told:
        await page.locator("#told label").filter(has_text=letters).locator("input").check()
    await page.get_by_label(re.compile("^It is about no individual")).check()
    await page.get_by_role("button", name="Make the task").click()
    await expect(page.get_by_role("main")).to_contain_text(title)
