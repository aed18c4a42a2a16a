"""Passkeys with Chromium's own virtual device, and codes: enrolled, signed in with, confirmed with, on real pages."""

import re

import pyotp
import pytest_asyncio
from playwright.async_api import CDPSession, expect
from sqlalchemy import update
from sqlmodel import col

from models.database import Database
from models.sign_ins import SignIn
from ops.world.people import DEMO_PASSWORD
from tests.browser.test_accessible import AXE, RULES, RUN, SIDEWAYS
from tests.browser.window import PHONE, Window, Windows, sign_in
from tests.serving import PEOPLE


@pytest_asyncio.fixture
async def joy(embedded_windows: Windows) -> Window:
    """Joy, who has just signed in with her password."""
    window = await embedded_windows.anonymous("joy")
    await sign_in(window)
    return window


async def device_of(window: Window) -> CDPSession:
    """Give the window a device that holds passkeys and recognises its officer."""
    devtools = await window.context.new_cdp_session(window.page)
    await devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    await devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return devtools


async def tire(windows: Windows) -> None:
    """Let every confirmation be an old one."""
    database = Database(windows.stage.database_url)
    async with database.writing() as session:
        await session.execute(update(SignIn).where(col(SignIn.id).is_not(None)).values(confirmed_at=None))
    await database.close()


async def test_a_passkey_is_enrolled_signs_in_and_confirms(embedded_windows: Windows, joy: Window) -> None:
    page = joy.page
    await device_of(joy)
    await joy.goto("/sign-ins")
    await page.get_by_label("Name for a new passkey").fill("Ward phone")
    await page.get_by_role("button", name="Add a passkey").click()
    await expect(page.get_by_role("heading", name="Your recovery codes")).to_be_visible()
    await expect(page.locator(".codes li")).to_have_count(10)
    await page.get_by_role("link", name="I have kept them").click()
    await expect(page.locator("#passkeys")).to_contain_text("Ward phone")

    await page.locator("summary").filter(has_text="signed in as").click()
    await page.get_by_role("button", name="Sign out").click()
    await page.wait_for_url("**/sign-in")
    await page.get_by_role("button", name="Use passkey").click()
    await page.wait_for_url(lambda url: "/sign-in" not in url)
    await joy.goto("/sign-ins")
    await expect(page.locator("main")).to_contain_text("by passkey")

    await tire(embedded_windows)
    await page.get_by_role("button", name=re.compile("^Remove.*Ward phone")).click()
    await expect(page.get_by_role("heading", name="Confirm that it is you")).to_be_visible()
    await page.get_by_role("button", name="Use passkey").click()
    await expect(page.get_by_role("heading", name="Confirmed")).to_be_visible()
    await page.get_by_role("button", name="Do it now").click()
    await page.wait_for_url("**/sign-ins")
    await expect(page.locator("#passkeys")).to_have_count(0)
    assert not [told for told in joy.complaints if "403" not in told]


async def test_without_a_passkey_here_the_page_says_so_and_nothing_is_lost(
    embedded_windows: Windows, joy: Window
) -> None:
    devtools = await device_of(joy)
    await joy.goto("/sign-in")
    await joy.page.fill("#email", PEOPLE["joy"])
    await joy.page.get_by_role("button", name="Use passkey").click()
    await expect(joy.page.locator("[data-passkey-says]")).to_have_text(re.compile("gave no passkey"))
    await expect(joy.page.locator("#email")).to_have_value(PEOPLE["joy"])
    await devtools.detach()


async def test_a_code_app_is_added_and_asked_for_by_keyboard_alone_on_a_phone(embedded_windows: Windows) -> None:
    joy = await embedded_windows.anonymous("joy", device=PHONE, bypass_csp=True)
    await sign_in(joy)
    page = joy.page
    await joy.goto("/sign-ins")
    await page.get_by_role("button", name="Add a code app").press("Enter")
    await expect(page.locator(".qrbox svg")).to_be_visible()
    await is_accessible(joy)
    await page.get_by_text("Cannot scan it?").click()
    secret = (await page.locator(".secret").inner_text()).replace(" ", "")
    await page.locator("#code").fill(pyotp.TOTP(secret).now())
    await page.keyboard.press("Enter")
    await expect(page.locator(".codes li")).to_have_count(10)
    await is_accessible(joy)
    code = await page.locator(".codes code").first.inner_text()

    await joy.goto("/sign-ins")
    await is_accessible(joy)
    await joy.context.clear_cookies()
    await joy.goto("/mine")
    await page.fill("#email", PEOPLE["joy"])
    await page.fill("#password", DEMO_PASSWORD)
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="One more step")).to_be_visible()
    await is_accessible(joy)
    await page.locator("#code").fill("000")
    await page.keyboard.press("Enter")
    await expect(page.locator("#code-err")).to_be_visible()
    await is_accessible(joy)
    await page.locator("#code").fill(code)
    await page.keyboard.press("Enter")
    await expect(page.locator("[data-left]")).to_contain_text("9 recovery codes left")
    await is_accessible(joy)
    await page.get_by_role("link", name="Go on").press("Enter")
    await page.wait_for_url(re.compile("/mine$"))


async def test_a_lost_phone_and_a_confirmation_have_pages_that_everyone_can_use(embedded_windows: Windows) -> None:
    asha = await embedded_windows.anonymous("asha", bypass_csp=True)
    await sign_in(asha)
    for path in ("/lost-phones", "/confirm?next=/watch"):
        await asha.goto(path)
        await is_accessible(asha)


async def test_an_invitations_token_goes_from_behind_the_address_into_a_form(embedded_windows: Windows) -> None:
    guest = await embedded_windows.anonymous("joy", bypass_csp=True)
    await guest.goto("/invitations/open")
    await is_accessible(guest)
    sent: list[tuple[str, str]] = []
    guest.page.on("request", lambda request: sent.append((request.url.partition("#")[0], request.post_data or "")))
    await guest.page.goto("about:blank")
    await guest.goto("/invitations/open#a-token-of-nobody")
    await guest.page.wait_for_url("**/invitations/accept")
    await expect(guest.page.locator("main")).to_contain_text("This link was used")
    assert [body for _, body in sent if body] == ["token=a-token-of-nobody"]
    assert not [url for url, _ in sent if "a-token-of-nobody" in url]
    await guest.page.go_back()
    assert "a-token-of-nobody" not in guest.page.url


async def is_accessible(window: Window) -> None:
    """Judge the page that is open, in both widths and both lights."""
    await window.page.wait_for_load_state()
    await window.page.evaluate(AXE)
    before = window.page.viewport_size
    for width in (1440, 360):
        await window.page.set_viewport_size({"width": width, "height": 800})
        for scheme in ("light", "dark"):
            await window.page.emulate_media(color_scheme=scheme)
            found = await window.page.evaluate(RUN, RULES)
            assert not found, f"{window.page.url} {width} {scheme}: {found}"
        assert await window.page.evaluate(SIDEWAYS) <= 0
    assert before
    await window.page.set_viewport_size(before)
