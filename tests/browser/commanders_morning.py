"""The commander's morning: from the empty plan until everybody is there and she has command."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

from playwright.async_api import expect

from models.operations import Site
from tests.browser.commanders_day import (
    ANSWER,
    AT_THE_SITE,
    DO_NOT_ANSWER,
    HATCH,
    RADIO,
    RISK,
    SITE,
    TITLE,
    YARD,
    Day,
    come_to,
    say,
)
from tests.browser.planning_acts import (
    accept,
    add_site,
    invite,
    invite_too,
    name_deputy,
    plan,
    publish,
    reveal,
    reveal_too,
    visit,
)
from tests.browser.test_sharing_mistakes import CASE
from tests.browser.window import PHONE, Window, Windows


@asynccontextmanager
async def planned(windows: Windows) -> AsyncIterator[Day]:
    """Plan the operation and invite twelve agencies, eight of which send somebody; four have not answered yet."""
    here, there = windows.stage.here, windows.stage.there
    leads = {name: await windows.open(name, "/watch", server=there) for name in (*ANSWER, "joy")}
    desk = await windows.open("asha", None, server=here)
    operation = await plan(desk, TITLE, CASE)
    await name_deputy(desk, operation, "Ben Cole")
    await invite(desk, operation, ANSWER["steve"][1], "discover")
    await invite(desk, operation, ANSWER["harriet"][1])
    others = [agency for name, (_, agency, *_) in ANSWER.items() if name not in {"steve", "harriet"}]
    await invite_too(desk, operation, *others, *DO_NOT_ANSWER.values())
    for name, (_, _, *officers) in ANSWER.items():
        await accept(leads[name], TITLE, *officers)
    await expect(leads["joy"].page.locator("#decide")).to_contain_text(TITLE)
    board = await windows.open("asha", operation, server=there)
    ben = await windows.open("ben", operation, server=here)
    tom = await windows.open("tom", f"{operation}/briefing", server=there, device=PHONE)
    yield Day(windows, operation, desk, board, ben, tom, leads, datetime.now(UTC))


async def show_sites_and_brief(day: Day) -> None:
    """Sites appear on open boards; the commander watches the briefing being read."""
    for name in ANSWER:
        await come_to(day.others[name], day.operation)
    await add_site(day.desk, day.operation, "N1", SITE)
    await add_site(day.desk, day.operation, "N2", YARD)
    day.sites.update({name: await day.windows.reference(Site, Site.name, name) for name in (SITE, YARD)})
    await reveal(day.desk, "N1", ANSWER["harriet"][1], "FWA")
    await reveal_too(day.desk, day.operation, "N1", *(ANSWER[name][1] for name in AT_THE_SITE if name != "harriet"))
    await reveal(day.desk, "N2", ANSWER["leah"][1], "EHO", datetime.now(UTC) + timedelta(hours=3))
    for name in AT_THE_SITE:
        await expect(day.others[name].page.locator(".site").filter(has_text=SITE)).to_be_visible()
    await expect(day.others["leah"].page.locator(".site")).to_have_count(1)

    await publish(day.desk, day.operation, RISK)
    await day.desk.goto(f"{day.operation}/readiness")
    await day.desk.until_live()
    read = day.desk.page.get_by_role("row").filter(has_text="Tom Reyes")
    await expect(read).to_contain_text("Not read yet")
    await day.tom.page.reload()
    await expect(day.tom.page.get_by_role("main")).to_contain_text(RISK)
    await day.tom.page.get_by_role("button", name="I have read version 1").tap()
    await expect(read).to_contain_text("Read ")  # on her open page


async def two_visits_at_one_place(day: Day) -> None:
    """Both are told of the hours, neither what the other means to do there; the desk to ask is named."""
    leah = day.others["leah"]
    await visit(day.desk, day.operation, "N2")
    await visit(leah, day.operation, "N2")
    await leah.goto(f"{day.operation}/posts/new?site={day.sites[YARD]}")
    await say(leah, HATCH, "My agency only")
    await come_to(leah, day.operation)
    overlap = day.alert("overlapping hours")
    await expect(overlap).to_contain_text("EHO")
    await overlap.get_by_role("link", name="Compare").click()
    theirs = day.board.page.get_by_role("region", name=ANSWER["leah"][1])
    await expect(theirs).to_contain_text("Ask: Duty desk, 01632 960 156")
    await expect(theirs).to_contain_text("No open task of theirs here that you may see")
    await come_to(day.board, day.operation)
    await day.press(overlap.get_by_role("button", name="Not a clash"))
    await expect(overlap).to_have_count(0)


async def strike_and_command(day: Day) -> None:
    """Every board hears that it began; command is taken with a reason, acknowledged, and taken back."""
    await expect(day.ben.page.locator("#stage")).to_contain_text("Planned, not begun")
    await day.press(day.board.page.locator("#stage summary"))
    await day.press(day.board.page.get_by_role("button", name="Strike now"))
    for window in (day.board, day.ben, day.others["ruth"]):
        await expect(window.page.locator("#stage")).to_be_hidden()
    await take_command(day.ben, day, "Asha Malik", RADIO)
    changed = day.alert("Ben Cole took command from Asha Malik")
    await expect(changed).to_contain_text(RADIO)
    await day.press(changed.get_by_role("button", name="Acknowledge"))
    await expect(changed).to_have_count(0)
    await take_command(day.desk, day, "Ben Cole", "The mast stands again")
    await day.ben.goto(f"{day.operation}/command")
    await day.ben.page.get_by_role("button", name="Acknowledge").click()
    await expect(day.alert("took command")).to_have_count(0)
    await day.ben.goto(day.operation)


async def take_command(window: Window, day: Day, before: str, why: str) -> None:
    await window.goto(f"{day.operation}/command")
    await window.page.get_by_label("Why").fill(why)
    await window.page.get_by_role("button", name=f"Take command from {before}").click()
    await expect(window.page.locator(".decision").first).to_contain_text(f"From {before}")
