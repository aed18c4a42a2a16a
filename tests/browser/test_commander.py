"""The commander's whole day, from the empty plan to the report, with everybody's windows open; must-nots on bytes."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.commanders_alarms import (
    a_report_goes_too_far,
    help_is_called,
    her_browser_sleeps,
    somebody_falls_silent_and_comes_back,
)
from tests.browser.commanders_day import (
    ANSWER,
    ASLEEP,
    DECIDED,
    DO_NOT_ANSWER,
    HATCH,
    INTERVIEW,
    LATE,
    LATER,
    LEARNT,
    METER,
    PAID,
    QUIET,
    RADIO,
    RISK,
    SEEN,
    SITE,
    TITLE,
    YARD,
    Day,
    come_to,
    post_from_phone,
)
from tests.browser.commanders_morning import planned, show_sites_and_brief, strike_and_command, two_visits_at_one_place
from tests.browser.must_not import Uninvited, never_reached, reached, uninvited
from tests.browser.planning_acts import ask
from tests.browser.test_people_met import meet
from tests.browser.test_sharing_mistakes import WORDS
from tests.browser.window import Windows


@pytest.mark.timeout(600)  # a world of its own, and everybody in it signs in
async def test_the_commanders_day_shows_each_of_them_their_part_and_nobody_else_anything(elsewhere: Windows) -> None:
    invited = {letters for letters, *_ in ANSWER.values()} | DO_NOT_ANSWER.keys()
    async with uninvited(elsewhere, {"POL", *invited}) as others:
        assert len(others.watches) == 14
        async with planned(elsewhere) as day:
            await show_sites_and_brief(day)
            await two_visits_at_one_place(day)
            await strike_and_command(day)
            await who_does_what(day)
            labels = await two_people_are_met(day)
            await help_is_called(day)
            await somebody_falls_silent_and_comes_back(day)
            await a_report_goes_too_far(day)
            await her_browser_sleeps(day)
            await decide(day)
            await stand_down(day, *labels)
            await afterwards(day)
            await must_nots(day, others, *labels)


async def who_does_what(day: Day) -> None:
    """One holds the interview, the second is told who; the power company has its task and nothing else."""
    priya, steve = day.others["priya"], day.others["steve"]
    await ask(day.desk, day.operation, INTERVIEW, "Fair Work Agency", "N1", "HMR", "CCS", "NGO")
    await ask(day.desk, day.operation, METER, "Trent Power Networks", "The whole operation")
    await expect(day.task_on(steve, METER)).to_be_visible()
    await expect(day.task_on(priya, INTERVIEW)).to_be_visible()
    behind = await day.windows.open("priya", None, server=priya.server)
    await behind.page.route_web_socket("**/live*", lambda socket: None)  # hers is 0.2 s behind, and stays so
    await behind.goto(day.operation)
    await day.task_on(behind, INTERVIEW).locator("summary").click()

    await day.tom.goto(f"{day.operation}/mine")
    await day.tom.page.get_by_role("button", name=re.compile(f"^Take it.*{INTERVIEW}$")).tap()
    held = day.task_on(day.board, INTERVIEW)
    await day.press(held.locator("summary"))
    await expect(held.locator(".told")).to_contain_text("Held by Tom Reyes, FWA")
    await day.task_on(behind, INTERVIEW).get_by_role("button", name="Take it").click()
    refused = day.task_on(behind, INTERVIEW).get_by_role("alert")
    await expect(refused).to_have_text("Already with Tom Reyes, Fair Work Agency.")
    await behind.context.close()

    await day.tom.page.locator("#field-dock").get_by_role("button", name="On site").tap()
    await expect(held).to_have_attribute("data-state", "here")
    await post_from_phone(day, PAID, "The people on this task")
    await post_from_phone(day, SEEN, "Everyone at N1")
    line = day.board.line(SEEN)
    await expect(line.locator(".tally").first).to_have_text("FWA")
    await expect(line).to_contain_text("Tom Reyes")
    await expect(line.locator("time").first).to_have_text(re.compile(r"^\d\d:\d\d$"))
    await expect(day.others["dan"].line(SEEN)).to_have_count(1)
    site = day.board.page.locator(".site").filter(has_text=SITE)
    await expect(site.locator(".latest")).to_contain_text(SEEN)
    await expect(site.locator(".elapsed")).not_to_be_empty()  # since when somebody is there


async def two_people_are_met(day: Day) -> tuple[str, str]:
    """One is taken over by who was asked, one by nobody. Gives their labels."""
    marta = day.others["marta"]
    await marta.goto(f"{day.operation}/people-met")
    await marta.until_live()
    safe, lost = await meet(day.tom, day.operation), await meet(day.tom, day.operation)
    await day.tom.page.locator("#people > li").filter(has_text=safe).get_by_role("link", name="Hand over").click()
    await day.tom.page.get_by_label("NGO Lantern Trust").check()
    await day.tom.page.get_by_role("button", name=re.compile("^Offer")).click()
    offered = marta.page.locator("#people > li").filter(has_text=safe)
    await expect(offered).to_contain_text("Not accepted yet")
    strip = day.board.page.locator("#met li")
    await expect(strip.filter(has_text=safe)).to_contain_text("NGO")
    await offered.get_by_role("button", name="Take over").first.click()
    await expect(strip.filter(has_text=safe)).to_contain_text("Taken over")
    await expect(strip.filter(has_text=lost)).to_contain_text("Tom Reyes")
    return safe, lost


async def decide(day: Day) -> None:
    """Those who are told read it on their open log; who has the log open and is not told, hears nothing."""
    harriet, priya, page = day.others["harriet"], day.others["priya"], day.desk.page
    for window in (harriet, priya):
        await come_to(window, f"{day.operation}/decisions")
    await day.desk.goto(f"{day.operation}/decisions")
    await page.get_by_label("What was decided").fill(DECIDED)
    await page.get_by_label("Why", exact=True).fill("Cars leave by it unseen")
    await page.get_by_label("What else was considered, and why not").fill("An officer at it: we have none")
    await page.locator(".pick--codes label").filter(has_text="FWA").locator("input").check()
    await page.get_by_role("button", name="Enter the decision").click()
    for window in (day.desk, harriet):
        await expect(window.page.locator("#decisions > li").filter(has_text=DECIDED)).to_be_visible()


async def stand_down(day: Day, safe: str, lost: str) -> None:
    """It is refused until each unfinished task and each person whom nobody took over has been looked at."""
    steve, page = day.others["steve"], day.desk.page
    await day.task_on(steve, METER).locator("summary").click()
    await day.task_on(steve, METER).get_by_role("button", name="Take it").click()
    await expect(day.task_on(steve, METER).locator(".told")).to_contain_text("Held by Steve Hall")
    await steve.goto(f"{day.operation}/mine")
    await steve.page.locator("#field-dock").get_by_role("button", name="Clear").click()
    await expect(day.task_on(day.board, METER)).to_have_attribute("data-state", "done")
    await day.desk.goto(f"{day.operation}/stand-down")
    people, tasks = (page.get_by_role("group", name=name) for name in ("Not accounted for", "Not clear"))
    await expect(people).to_contain_text(lost)
    await expect(people).not_to_contain_text(safe)
    await expect(tasks).to_contain_text(INTERVIEW)
    await expect(tasks).not_to_contain_text(METER)
    await page.get_by_label("Why").fill("Everything is done")
    await page.get_by_role("button", name="Stand it down").click()
    await expect(page.locator("#people-err")).to_contain_text("Nobody has taken these people over")
    await expect(page.locator("#tasks-err")).to_be_visible()
    for box in await page.locator('input[name="left_open"]').all():
        await box.check()
    await page.get_by_role("button", name="Stand it down").click()
    await expect(page.get_by_role("heading", name="This operation was stood down")).to_be_visible()
    await expect(page.get_by_role("listitem").filter(has_text=lost)).to_contain_text("since")
    for window in (day.board, day.ben, day.others["ruth"]):
        await expect(window.page.locator("#stage")).to_contain_text("Stood down")
    await expect(day.alert("Not accounted for")).to_contain_text(lost)


async def afterwards(day: Day) -> None:
    """The debrief is live; the report and the replay hold what their audience may see."""
    imran, page, main = day.others["imran"], day.desk.page, day.desk.page.get_by_role("main")
    await day.desk.goto(f"{day.operation}/debrief")
    await day.desk.until_live()
    await day.tom.goto(f"{day.operation}/debrief")
    await day.tom.page.get_by_label("What", exact=True).fill(LEARNT)
    await day.tom.page.get_by_role("button", name="Say it").tap()
    await expect(page.locator("#notes")).to_contain_text(LEARNT)  # live, with nobody reloading

    await day.desk.goto(f"{day.operation}/report")
    await expect(main).to_contain_text(INTERVIEW)
    await expect(main).to_contain_text(DECIDED)
    await page.get_by_label("Made for").select_option(label="IMM Immigration Enforcement")
    await page.get_by_role("button", name="Make it").click()
    await expect(main).to_contain_text("others may hold more")
    for words in (INTERVIEW, DECIDED, METER):
        await expect(main).not_to_contain_text(words)
    await day.desk.goto(f"{day.operation}/replay")
    await expect(main).to_contain_text(INTERVIEW)
    await page.get_by_label("As", exact=True).select_option(label="as HOU")
    await expect(page.locator(".op")).to_contain_text("as Trent City Council, Housing saw it")
    await expect(main).to_contain_text(SEEN)
    await expect(main).not_to_contain_text(INTERVIEW)
    await imran.goto(f"{day.operation}/replay")
    await expect(imran.page.get_by_role("main")).to_contain_text(SEEN)
    await day.desk.until_joined()  # the page answers to keys by then
    await page.keyboard.press("l")
    await page.wait_for_url(f"**{day.operation}")


async def must_nots(day: Day, others: Uninvited, safe: str, lost: str) -> None:
    """What each of them must not have received, on every byte that came to them all day."""
    at_n1 = (SITE, SEEN, QUIET, *LATE, *ASLEEP)
    commanders = (*at_n1, YARD, RISK, RADIO, INTERVIEW, METER, PAID, DECIDED, LEARNT, safe, lost)
    await reached(day.board, *at_n1, INTERVIEW, METER, PAID, RADIO, safe, lost)
    await reached(day.desk, YARD, RISK, DECIDED, LEARNT)
    await reached(day.others["leah"], HATCH, YARD)
    await reached(day.others["harriet"], LATER, WORDS, DECIDED)
    await reached(day.others["steve"], METER)
    await reached(day.others["dan"], SEEN, WORDS)
    kept: dict[str, tuple[str, ...]] = {
        "steve": (*(words for words in commanders if words != METER), HATCH, WORDS, LATER),
        "joy": (*commanders, HATCH, WORDS, LATER),
        "leah": (*(words for words in commanders if words not in {YARD, RISK, RADIO, LEARNT}), WORDS, LATER),
        "dan": (INTERVIEW, METER, PAID, HATCH, DECIDED, LATER, YARD, safe, lost),
        "imran": (INTERVIEW, METER, PAID, HATCH, DECIDED, WORDS, LATER, YARD, safe, lost),
        "priya": (METER, HATCH, DECIDED, WORDS, LATER, YARD, safe, lost),
        "ruth": (METER, HATCH, DECIDED, YARD),
        "marta": (METER, HATCH, DECIDED, YARD, lost),
        "harriet": (METER, HATCH, YARD),
    }
    for name, words in kept.items():
        await never_reached(day.others[name], *words)
    for window in (day.desk, day.board, day.ben):
        await never_reached(window, HATCH)
    for name, word in {
        "dan": SEEN,
        "steve": METER,
        "leah": YARD,
        "joy": TITLE,
    }.items():  # the judge does find what came
        with pytest.raises(AssertionError, match=f"reached {name}"):
            await never_reached(day.others[name], word)
    reference = day.operation.rpartition("/")[2]
    await others.heard_nothing_of((TITLE, *commanders, HATCH, WORDS, LATER, reference))
    for window in (day.board, day.ben, day.tom, *day.others.values()):
        assert [told for told in window.complaints if "422" not in told] == [], window.name  # a form may be refused
