"""People met, in real browsers: met on a phone, handed over, accepted, and named at the end where nobody did."""

import re

from playwright.async_api import expect

from tests.browser.window import PHONE, Window, Windows


async def meet(tom: Window, operation: str) -> str:
    """Record somebody from the phone; gives their label."""
    await tom.goto(f"{operation}/mine")
    await tom.page.get_by_role("link", name="I met somebody").click()
    await tom.page.wait_for_url("**/people-met*")
    await expect(tom.page.get_by_role("button", name="Record them")).to_be_visible()
    before = await tom.page.locator("#people > li h3").all_text_contents()
    await tom.page.get_by_role("button", name="Record them").click()
    people = tom.page.locator("#people > li h3")
    await expect(people).to_have_count(len(before) + 1)
    (label,) = set(await people.all_text_contents()) - set(before)
    return label


async def test_meet_hand_over_accept_and_standing_down_names_the_one_unaccounted_for(elsewhere: Windows) -> None:
    windows = elsewhere
    here, there = windows.stage.here, windows.stage.there
    asha = await windows.open("asha", server=here)
    operation = asha.page.url.removeprefix(here.origin)
    tom = await windows.open("tom", operation, server=there, device=PHONE)
    marta = await windows.open("marta", f"{operation}/people-met", server=there)
    dan = await windows.open("dan", operation, server=there)
    for window in (asha, marta, dan):
        await window.until_live()

    safe, lost = await meet(tom, operation), await meet(tom, operation)
    strip = asha.page.locator("#met")
    for label in (safe, lost):
        await expect(strip.locator("li").filter(has_text=label)).to_contain_text("Tom Reyes")
        await expect(marta.page.locator("#people > li").filter(has_text=label)).to_have_count(0)

    await tom.page.locator("#people > li").filter(has_text=safe).get_by_role("link", name="Hand over").click()
    await tom.page.get_by_label("NGO Lantern Trust").check()
    await tom.page.get_by_role("button", name=re.compile("^Offer")).click()
    await expect(tom.page.get_by_role("heading", name=re.compile("^Offered to"))).to_be_visible()
    offered = marta.page.locator("#people > li").filter(has_text=safe)
    await expect(offered).to_contain_text("Not accepted yet")  # on her open page
    await offered.get_by_role("button", name="Take over").first.click()
    await expect(offered).to_contain_text("Marta Ilieva")
    await expect(strip.locator("li").filter(has_text=safe)).to_contain_text("Taken over")

    await asha.goto(f"{operation}/stand-down")
    named = asha.page.get_by_role("group", name="Not accounted for")
    await expect(named).to_contain_text(lost)
    await expect(named).not_to_contain_text(safe)
    await asha.page.get_by_label("Why").fill("Everything is done")
    for box in await asha.page.get_by_role("group", name="Not clear").get_by_role("checkbox").all():
        await box.check()
    await asha.page.get_by_role("button", name="Stand it down").click()
    await expect(asha.page.locator("#people-err")).to_contain_text("Nobody has taken these people over")
    for box in await named.get_by_role("checkbox").all():
        await box.check()
    await asha.page.get_by_role("button", name="Stand it down").click()
    await expect(asha.page.get_by_role("heading", name="This operation was stood down")).to_be_visible()
    await expect(asha.page.get_by_role("listitem").filter(has_text=lost)).to_contain_text("since")

    for label in (safe, lost):
        assert label.encode() not in await dan.everything()
    assert lost.encode() not in await marta.everything()
    for window in (tom, marta, dan):  # asha's browser tells of the refused form
        assert window.complaints == [], window.name
