"""Every screen: no axe violation, no sideways scroll, no complaint in the console, nobody's name in its title."""

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect
from sqlalchemy import select
from sqlmodel import col

from models.agencies import Officer
from models.base import new_reference
from models.cases import Case
from models.database import Database
from models.profiles import Profile
from models.reports import ReportVersion
from tests.browser.test_naming import name_somebody
from tests.browser.window import Window, Windows, until_confirmed

AXE = (Path(__file__).parent / "axe.min.js").read_text()
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RUN = """async (rules) => {
  const found = await axe.run(document, { runOnly: { type: 'tag', values: rules } });
  const where = (node) => `${node.target.join(' ')}: ${node.failureSummary}`;
  return found.violations.map((one) => `${one.id}: ${one.nodes.map(where).join('; ')}`);
}"""
EXPECTED = {
    "not found": ("404",),
    "sign-in refused": ("422",),
    "sealed words": ("403",),
}  # what a browser may complain of
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
OPEN_ALL = "document.querySelectorAll('details:not(.menu)').forEach((one) => { one.open = true; })"

OWN, THEIRS = 'Adult safeguarding, "Ionut P."', "LAPWING Mill Rd"  # cases, as Ruth sees them

Way = Callable[[Window, Windows], Awaitable[None]]


def at(path: str) -> Way:
    """Go to an address."""

    async def go(window: Window, windows: Windows) -> None:
        await window.goto(path)

    return go


def at_case(title: str, page: str = "") -> Way:
    async def go(window: Window, windows: Windows) -> None:
        await window.goto(f"/cases/{await windows.reference(Case, Case.title, title)}{page}")

    return go


def at_report(page: str = "") -> Way:
    async def go(window: Window, windows: Windows) -> None:
        await at_case(OWN)(window, windows)
        await window.page.get_by_role("link", name="Safeguarding plan", exact=True).click()
        await window.page.wait_for_url("**/reports/*")
        await window.page.goto(f"{window.page.url}{page}")

    return go


async def at_case_as(window: Window, windows: Windows) -> None:
    await at_case(THEIRS, "/as")(window, windows)
    await window.page.get_by_label("View as", exact=True).select_option(label="FWA Fair Work Agency")
    await window.page.get_by_role("button", name="Show").click()


async def at_board_as(window: Window, windows: Windows) -> None:
    await window.goto("/")
    await window.page.goto(f"{window.page.url}/as")
    await window.page.get_by_label("View as", exact=True).select_option(label="FWA Fair Work Agency")
    await window.page.get_by_role("button", name="Show").click()
    await expect(window.page.get_by_role("heading", name="As Fair Work Agency sees it")).to_be_visible()


async def at_stand_down(window: Window, windows: Windows) -> None:
    await window.goto("/")
    await window.page.goto(f"{window.page.url}/sharing")
    await window.page.get_by_role("link", name="Stand it down").click()


def at_operation(page: str) -> Way:
    async def go(window: Window, windows: Windows) -> None:
        await window.goto("/")
        await window.page.goto(f"{window.page.url}{page}")

    return go


async def at_person(window: Window, windows: Windows) -> None:
    await at_operation("/people-met")(window, windows)
    await window.page.locator("#people > li a.btn:visible").first.click()
    await expect(window.page.get_by_role("heading", name="Hand over")).to_be_visible()


async def at_radio(window: Window, windows: Windows) -> None:
    await at_operation("/radio")(window, windows)
    await window.page.get_by_label("For").select_option(label="Tom Reyes")
    await window.page.get_by_role("button", name="Choose").click()
    await expect(window.page.get_by_role("heading", name="FWA Tom Reyes says")).to_be_visible()


async def at_compared(window: Window, windows: Windows) -> None:
    await window.goto("/")
    await window.page.get_by_role("link", name="Compare").first.click()
    await expect(window.page.get_by_role("heading", name="Visits at the same hours")).to_be_visible()


async def at_request(window: Window, windows: Windows) -> None:
    await window.goto("/watch")
    await window.page.locator("#decide").get_by_role("link", name="Look and decide").first.click()
    await window.page.wait_for_url("**/requests/*")


async def at_profile(window: Window, windows: Windows) -> None:
    await window.goto(f"/profiles/{await windows.reference(Profile, Profile.label, 'Ionut P.')}")


async def at_found(window: Window, windows: Windows) -> None:
    await window.goto("/search")
    await window.page.get_by_label("Words, a name, a place or a reference").fill("the")
    await window.page.locator("main").get_by_role("button", name="Search").click()
    await expect(window.page.get_by_role("heading", name="50+ found")).to_be_visible()


async def at_table(window: Window, windows: Windows) -> None:
    await window.goto("/imports")
    table = b"Case title,Type,What it is about\nPlanks on the quay,Housing,Found in May\nNobody's boat,Boats,\n"
    await window.page.get_by_label("Each line is").select_option("case")
    await window.page.locator("#file").set_input_files({"name": "old.csv", "mimeType": "text/csv", "buffer": table})
    await window.page.get_by_role("button", name="Send it up").click()
    await window.page.wait_for_url("**/imports/*")


async def at_tried(window: Window, windows: Windows) -> None:
    await at_table(window, windows)
    await window.page.get_by_role("button", name="Try every line").click()
    await expect(window.page.get_by_role("heading", name="Lines that will not be brought in")).to_be_visible()


async def at_proposal(window: Window, windows: Windows) -> None:
    await window.goto("/watch")
    await window.page.locator('#decide a[href^="/proposals/"]').first.click()
    await window.page.wait_for_url("**/proposals/*")


async def at_naming(window: Window, windows: Windows) -> None:
    offered = window.page.locator('#decide a[href^="/namings/"]')
    await window.goto("/watch")
    if not await offered.count():
        await name_somebody(windows, "He may have a brother", "FRS")
        await window.page.reload()
    await offered.first.click()
    await window.page.wait_for_url("**/namings/*")


async def at_sealed(window: Window, windows: Windows) -> None:
    await window.goto("/withdrawn")
    await window.page.get_by_role("button", name="Open what it said").first.click()
    await until_confirmed(window.page, window.page.get_by_role("heading", name="What it said"))


async def at_post_to_withdraw(window: Window, windows: Windows) -> None:
    await window.goto("/")
    line = window.page.locator("#feed li").filter(has=window.page.get_by_text("Withdrawn:")).first
    sharing = await line.locator("a.seen").get_attribute("href") or ""
    await window.goto(sharing.replace("sharing", "withdrawal"))


async def at_composer(window: Window, windows: Windows) -> None:
    await window.goto("/mine")
    await window.page.locator("#field-dock a.post").click()
    await window.page.wait_for_url("**/posts/new*")


async def at_removal(window: Window, windows: Windows) -> None:
    await at_report("/sharing")(window, windows)
    await window.page.get_by_role("link", name="Remove").first.click()


async def at_officer(window: Window, windows: Windows) -> None:
    await window.goto("/agency")
    await window.page.locator('a[href^="/agency/officers/"]').first.click()


async def at_team(window: Window, windows: Windows) -> None:
    await window.goto("/agency")
    await window.page.locator('a[href^="/agency/teams/"]').first.click()


async def at_agreement(window: Window, windows: Windows) -> None:
    await window.goto("/agreements")
    await window.page.locator('a[href^="/agreements/"]').first.click()


async def at_removals(window: Window, windows: Windows) -> None:
    await at_case(OWN, "/sharing")(window, windows)
    await window.page.get_by_role("link", name="Take several back at once").click()
    await window.page.get_by_label("From whom").select_option("outside")
    await window.page.get_by_role("button", name="See what would close").click()


async def at_refused_sign_in(window: Window, windows: Windows) -> None:
    await window.goto("/sign-in")
    await window.page.get_by_role("button", name="Sign in", exact=True).click()
    await expect(window.page.locator(".errors")).to_be_visible()


SCREENS: dict[str, tuple[str, Way]] = {
    "sign-in": ("", at("/sign-in")),
    "sign-in refused": ("", at_refused_sign_in),
    "board": ("asha", at("/")),
    "board as a grid": ("asha", at_operation("?view=grid")),
    "board as a map": ("asha", at_operation("?view=map")),
    "visits at the same hours": ("asha", at_compared),
    "power company's board": ("steve", at("/")),
    "field": ("tom", at("/mine")),
    "composer": ("tom", at_composer),
    "cases": ("ruth", at("/cases")),
    "case file": ("ruth", at_case(THEIRS)),
    "case edit": ("ruth", at_case(OWN, "/edit")),
    "new report": ("ruth", at_case(THEIRS, "/reports/new")),
    "ring-fences": ("asha", at_case(THEIRS, "/fences")),
    "hold": ("ruth", at_report("/hold")),
    "report": ("ruth", at_report()),
    "report edit": ("ruth", at_report("/edit")),
    "sharing": ("ruth", at_report("/sharing")),
    "why": ("ruth", at_report("/why")),
    "stand-down": ("asha", at_stand_down),
    **{page: ("asha", at_operation(f"/{page}")) for page in ("plan", "agencies", "sites", "tasks", "briefing")},
    **{page: ("asha", at_operation(f"/{page}")) for page in ("readiness", "debrief", "timeline")},
    "people met": ("tom", at_operation("/people-met")),
    "somebody met": ("marta", at_person),
    "everything that happened": ("asha", at_operation("/timeline?show=everything")),
    "replay": ("asha", at_operation("/replay?minute=150")),
    "report on paper": ("ruth", at_report("/print")),
    "after-action report": ("asha", at_operation("/report")),
    "decision log": ("asha", at_operation("/decisions")),
    "by radio": ("asha", at_radio),
    "walls": ("asha", at_operation("/walls")),
    "a screen to pair": ("", at("/wall/code")),
    "command": ("asha", at_operation("/command")),
    "case as another": ("ruth", at_case_as),
    "board as another": ("asha", at_board_as),
    "access removal": ("ruth", at_removal),
    "watch": ("ruth", at("/watch")),
    "asking by reference": ("ruth", at("/requests/new")),
    "asked for": ("nadia", at("/requests")),
    "request to decide": ("ruth", at_request),
    "emergency access": ("daniel", at("/emergency-access")),
    "proposal": ("ruth", at_proposal),
    "profile to share": ("ruth", at_naming),
    "withdrawn": ("alison", at("/withdrawn")),
    "sealed words": ("alison", at_sealed),
    "post to withdraw": ("asha", at_post_to_withdraw),
    "who can sign in": ("alison", at("/invitations")),
    "operations": ("ruth", at("/operations")),
    "people": ("ruth", at("/profiles")),
    "search": ("ruth", at("/search")),
    "found": ("asha", at_found),
    "bring in": ("ruth", at("/imports")),
    "columns of a table": ("ruth", at_table),
    "lines that were tried": ("ruth", at_tried),
    "take away": ("alison", at("/exports")),
    "case on paper": ("ruth", at_case(OWN, "/print")),
    "person": ("ruth", at_profile),
    "records": ("alison", at("/records")),
    "what officers did": ("alison", at("/records/officers")),
    "register": ("ruth", at_case(OWN, "/register")),
    "sign-ins": ("ruth", at("/sign-ins")),
    "agency": ("harriet", at("/agency")),
    "officer": ("harriet", at_officer),
    "team": ("harriet", at_team),
    "without a manager": ("harriet", at("/agency/unmanaged")),
    "agreements": ("harriet", at("/agreements")),
    "agreement": ("ruth", at_agreement),
    "platform": ("adaeze", at("/platform")),
    "access review": ("ruth", at("/agency/review")),
    "taking back": ("ruth", at_removals),
    "hand-over": ("ruth", at_case(OWN, "/hand-over")),
    "not found": ("ruth", at(f"/cases/{new_reference()}")),
    "first run": ("colin", at("/")),
}


async def window_of(name: str, windows: Windows, **options: Any) -> Window:
    return await windows.open(name, None, **options) if name else await windows.anonymous(**options)


async def settled(page: Page) -> None:
    """Wait for the page's scripts, and for its socket if it has one."""
    await page.wait_for_load_state()
    if await page.locator("#conn-words").count():
        await expect(page.locator("#conn-words")).to_contain_text("Live")
    await expect(page.get_by_role("heading", name="Sorry, something went wrong")).to_have_count(0)
    await page.evaluate(OPEN_ALL)


@pytest.mark.parametrize("screen", SCREENS)
async def test_axe_finds_nothing(windows: Windows, screen: str) -> None:
    name, go = SCREENS[screen]
    window = await window_of(name, windows, bypass_csp=True)  # the policy keeps axe out, as it should
    await go(window, windows)
    await settled(window.page)
    await window.page.evaluate(AXE)
    found: list[str] = []
    for width, height in ((1440, 900), (360, 780)):
        await window.page.set_viewport_size({"width": width, "height": height})
        for scheme in ("light", "dark"):
            await window.page.emulate_media(color_scheme=scheme)
            found += [f"{width} {scheme} {one}" for one in await window.page.evaluate(RUN, RULES)]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("screen", SCREENS)
async def test_it_fits_a_narrow_phone_complains_of_nothing_and_its_title_names_nobody(
    windows: Windows, screen: str, private_words: list[str]
) -> None:
    name, go = SCREENS[screen]
    window = await window_of(name, windows)
    await go(window, windows)
    await settled(window.page)
    for width in (360, 320):
        await window.page.set_viewport_size({"width": width, "height": 780})
        assert await window.page.evaluate(SIDEWAYS) <= 0, f"sideways scroll at {width}"
    title = await window.page.title()
    assert title.endswith(" – Tallyboard")
    assert not [word for word in private_words if word.lower() in title.lower()]
    expected = EXPECTED.get(screen, ())
    assert not [told for told in window.complaints if not any(status in told for status in expected)]


@pytest_asyncio.fixture
async def private_words(windows: Windows) -> list[str]:
    """Give every title of a case or a report, and the name of every officer and individual."""
    database = Database(windows.stage.database_url)
    words: list[str] = []
    async with database.reading() as session:
        for column in (Case.title, ReportVersion.title, Officer.name, Profile.label, Profile.aliases):
            for text in (await session.execute(select(col(column)))).scalars():
                words += [text, *text.split(", ")]
    await database.close()
    return [word for word in words if len(word) > 3]
