"""Takes the pictures of the documentation again: the demo county in a fresh folder, nine screens of it."""

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal, NamedTuple

from PIL import Image
from playwright.async_api import Browser, Page, async_playwright

from ops.world.people import DEMO_PASSWORD, DEMO_PEOPLE

PICTURES = Path(__file__).resolve().parent / "pictures"
CHROMIUM = os.environ.get("TALLYBOARD_CHROMIUM", "/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-sync",
    "--lang=en-GB",
]
DESK = {"viewport": {"width": 1440, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
BIG = {"viewport": {"width": 2560, "height": 1440}}
PATIENCE = 30.0  # seconds for the demo to be ready
MOST_BYTES = 300_000  # a picture in a repository is fetched by everyone


class Shot(NamedTuple):
    """A picture: whose screen, which one, on what."""

    name: str
    officer: str  # the first name, nobody for the door
    way: tuple[str, ...]  # an address, then links to follow
    device: dict[str, Any]
    scheme: Literal["light", "dark"] = "light"


SHOTS = (
    Shot("sign-in", "", ("/sign-in",), DESK),
    Shot("board-light", "Asha", ("/",), DESK),
    Shot("board-dark", "Asha", ("/",), DESK, "dark"),
    Shot("wall", "", ("/wall",), BIG, "dark"),
    Shot("power-company-board", "Steve", ("/",), DESK),
    Shot("field-phone", "Tom", ("/mine",), PHONE),
    Shot("composer-phone", "Tom", ("/mine", "#field-dock a.post"), PHONE),
    Shot("case", "Ruth", ("/cases", "text=LAPWING Mill Rd"), DESK),
    Shot("sharing", "Ruth", ("/cases", "text=Ionut P.", "text=Safeguarding plan", "text=Sharing"), DESK),
)


def main() -> None:
    PICTURES.mkdir(exist_ok=True)
    with demo() as origin:
        asyncio.run(take_all(origin))


@contextmanager
def demo() -> Iterator[str]:
    """Run the demo on a free port; gives its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    origin = f"http://localhost:{port}"
    command = [sys.executable, "-c", "from ops.commands import main; main()", "demo", "--port", str(port)]
    with tempfile.TemporaryDirectory(prefix="tallyboard-shots-") as data:
        process = subprocess.Popen([*command, "--data", data], stdout=subprocess.DEVNULL)
        try:
            wait_until_ready(process, f"{origin}/readyz")
            yield origin
        finally:
            process.terminate()
            process.wait(20)


def wait_until_ready(process: "subprocess.Popen[bytes]", address: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(address):  # noqa: S310 - our own server
                return
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.1)
    sys.exit("shots: the demo did not start")


async def take_all(origin: str) -> None:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        for shot in SHOTS:
            await take(browser, origin, shot)
        await browser.close()


async def take(browser: Browser, origin: str, shot: Shot) -> None:
    context = await browser.new_context(
        **shot.device, locale="en-GB", timezone_id="Europe/London", color_scheme=shot.scheme, reduced_motion="reduce"
    )
    page = await context.new_page()
    if shot.officer:
        await sign_in(page, origin, shot.officer)
    if shot.name == "wall":
        await pair(browser, page, origin)
    address, *links = shot.way
    await page.goto(f"{origin}{address}")
    for link in links:
        await page.locator(link).first.click()
        await page.wait_for_load_state()
    await page.wait_for_load_state("networkidle")
    if await page.locator("#conn-words").count():
        await page.locator("#conn-words", has_text="Live").wait_for()
    await fill_in(page, shot)
    await page.screenshot(path=PICTURES / f"{shot.name}.png")
    await context.close()
    shrink(PICTURES / f"{shot.name}.png")


async def sign_in(page: Page, origin: str, officer: str) -> None:
    email = next(person.email for person in DEMO_PEOPLE if f" {officer} " in person.label)
    await page.goto(f"{origin}/sign-in")
    await page.fill("#email", email)
    await page.fill("#password", DEMO_PASSWORD)
    await page.get_by_role("button", name="Sign in", exact=True).click()
    await page.wait_for_url(lambda url: "/sign-in" not in url)


async def pair(browser: Browser, screen: Page, origin: str) -> None:
    """Pair a screen to the demo's wall with a new code from its commander."""
    context = await browser.new_context()
    page = await context.new_page()
    await sign_in(page, origin, "Asha")
    await page.locator("summary", has_text="Operation").click()
    await page.get_by_role("link", name="Walls").click()
    await page.get_by_role("button", name="Pair a screen to Control room").click()
    code = await page.locator(".secret code").inner_text()
    await context.close()
    await screen.goto(f"{origin}/wall")
    await screen.fill("#code", code)
    await screen.get_by_role("button", name="Show the wall").click()
    await screen.wait_for_url(f"{origin}/wall")


async def fill_in(page: Page, shot: Shot) -> None:
    """Type what an officer would, where an empty form says little."""
    if shot.name == "composer-phone":
        await page.get_by_label("What happened").fill("Six beds in the loft, all used this week.")


def shrink(picture: Path) -> None:
    """Keep a palette of 256 colours: flat areas and text need no more."""
    with Image.open(picture) as taken:
        small = taken.convert("RGB").quantize(256, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)
    small.save(picture, optimize=True)
    size = picture.stat().st_size
    print(f"{picture.name}: {size // 1000} KB")
    if size > MOST_BYTES:
        sys.exit(f"shots: {picture.name} is larger than {MOST_BYTES // 1000} KB")


if __name__ == "__main__":
    main()
