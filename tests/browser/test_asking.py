"""Asking and deciding while both look; and a broken glass that everyone concerned sees at once."""

import re

from playwright.async_api import expect
from sqlalchemy import select, update
from sqlmodel import col

from models.cases import Case
from models.database import Database
from models.grants import Resource
from models.reports import ReportVersion
from models.sign_ins import Credential, Factor, SignIn
from ops.clock import Clock
from tests.browser.window import Window, Windows
from tests.serving import PEOPLE

WHY = "She moves in there next week and I plan the visit, whinchat"
EMERGENCY = "He left the centre and his wound must be dressed, redstart"


async def case_in_housing(windows: Windows) -> str:
    """Give the address of the housing case, of which the Health service may know."""
    database = Database(windows.stage.database_url)
    async with database.reading() as session:
        rows = await session.execute(
            select(col(Resource.reference))
            .join(Case, col(Case.id) == col(Resource.id))
            .where(col(Case.theme) == "Housing")
        )
        found: str = rows.scalars().first() or ""
    await database.close()
    return f"/cases/{found}"


async def report_of_nurse(windows: Windows) -> str:
    """Give the reference of the health check."""
    database = Database(windows.stage.database_url)
    async with database.reading() as session:
        rows = await session.execute(
            select(col(Resource.reference))
            .join(ReportVersion, col(ReportVersion.report_id) == col(Resource.id))
            .where(col(ReportVersion.title) == "Health check on arrival")
        )
        found: str = rows.scalar_one()
    await database.close()
    return found


async def confirm_strongly(windows: Windows, name: str) -> None:
    """Let an officer have confirmed with a passkey a moment ago."""
    database = Database(windows.stage.database_url)
    async with database.writing() as session:
        who = select(col(Credential.officer_id)).where(col(Credential.email) == PEOPLE[name])
        newest = select(SignIn).where(col(SignIn.officer_id).in_(who)).order_by(col(SignIn.started_at).desc())
        signed_in = (await session.execute(newest)).scalars().first()
        assert signed_in is not None
        await session.execute(
            update(SignIn)
            .where(col(SignIn.id) == signed_in.id)
            .values(confirmed_at=Clock().now(), confirmed_by=Factor.PASSKEY)
        )
    await database.close()


async def ask(joy: Window) -> None:
    """Ask from the stub."""
    page = joy.page
    await page.get_by_role("link", name="Ask for access").click()
    await page.get_by_label("Why you need it").fill(WHY)
    await page.get_by_label("What it is for").fill("Safeguarding an adult at risk")
    await page.get_by_role("button", name="Send the request").click()
    await expect(page.get_by_text("Waits for a decision").first).to_be_visible()


async def test_a_request_is_decided_while_both_look(windows: Windows) -> None:
    here, there = windows.stage.here, windows.stage.there
    case = await case_in_housing(windows)
    imran = await windows.open("imran", "/watch", server=there)
    colin = await windows.open("colin", "/watch", server=there)
    stub = await windows.open("joy", case, server=here)
    joy = await windows.open("joy", case, server=here)
    for window in (imran, colin, stub):
        await window.until_live()
    await expect(stub.page.get_by_role("heading", name="A case that you cannot open")).to_be_visible()

    await ask(joy)
    asked = imran.page.locator("#decide li").filter(has_text="whinchat")
    await expect(asked).to_contain_text("Joy Mensah asks for")
    await expect(imran.page.locator("#waiting")).to_be_visible()

    await asked.get_by_role("link", name="Look and decide").click()
    basis = imran.page.get_by_label("Legal basis")
    await expect(basis).not_to_have_value("")
    confirm = imran.page.locator("#confirm")
    if await confirm.count():
        await confirm.check()
    await imran.page.get_by_role("button", name="Give access").click()
    await expect(imran.page.get_by_text("Approved", exact=True)).to_be_visible()

    await expect(stub.page.get_by_role("heading", name="A case that you cannot open")).to_have_count(0)
    await expect(stub.page.get_by_role("heading", level=1)).to_contain_text("Alder Close")
    await joy.page.reload()
    await expect(joy.page.get_by_text("Approved", exact=True)).to_be_visible()
    assert b"whinchat" not in await colin.everything()


async def test_a_broken_glass_is_seen_by_everyone_concerned_at_once(windows: Windows) -> None:
    here, there = windows.stage.here, windows.stage.there
    reference = await report_of_nurse(windows)
    joy = await windows.open("joy", "/watch", server=there)
    ruth = await windows.open("ruth", "/watch", server=there)
    dan = await windows.open("dan", "/watch", server=there)
    daniel = await windows.open("daniel", f"/reports/{reference}", server=here)
    await expect(daniel.page.get_by_role("heading", name="Page not found")).to_be_visible()
    for window in (joy, ruth, dan):
        await window.until_live()

    await confirm_strongly(windows, "daniel")
    await daniel.goto("/emergency-access")
    await daniel.page.get_by_label("Reference of the record").fill(reference)
    await daniel.page.get_by_label("What the emergency is").fill(EMERGENCY)
    await daniel.page.get_by_role("button", name="Open it for 60 minutes").click()
    await daniel.page.wait_for_url(re.compile(r"/emergency-access/\w{26}$"))
    await daniel.page.get_by_role("link", name="Read it now").click()
    await expect(daniel.page.get_by_role("heading", name="Health check on arrival")).to_be_visible()

    await expect(ruth.page.locator("#decide li").filter(has_text="redstart")).to_contain_text("of your agency")
    told = joy.page.locator("#decide li").filter(has_text="redstart")
    await expect(told).to_contain_text("Daniel Ferreira used emergency access")
    await told.get_by_role("link", name="Review").click()
    await joy.page.get_by_label("Yes").check()
    await joy.page.get_by_label("What you found").fill("His wound was dressed in time")
    await joy.page.get_by_role("button", name="Save the review").click()
    await expect(joy.page.get_by_text("justified", exact=True)).to_be_visible()
    await expect(ruth.page.locator("#decide li").filter(has_text="redstart")).to_have_count(0)
    heard = await dan.everything()
    assert b"redstart" not in heard
    assert reference.encode() not in heard
