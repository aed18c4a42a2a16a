"""A real map where tiles are configured: from that one address, with the sites one may see, and the list beside it."""

import io
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest_asyncio
from PIL import Image
from playwright.async_api import Browser, Route, expect

from tests.browser.test_accessible import AXE, RULES, RUN
from tests.browser.window import Window, Windows
from tests.journeys.conftest import Stage
from tests.serving import Server, lapwing

TILES = "https://tiles.trentshire.example"
CREDIT = "Tiles: the county's own <survey>"


@pytest_asyncio.fixture
async def mapped(browser: Browser, tmp_path: Path) -> AsyncIterator[Windows]:
    """Give windows on one process that has tiles."""
    url = f"sqlite:///{tmp_path / 'tallyboard.db'}"
    await lapwing(url, tmp_path)
    settings = {"TILE_URL": f"{TILES}/{{z}}/{{x}}/{{y}}.png", "TILE_CREDIT": CREDIT}
    server = Server(url, tmp_path, settings=settings)
    windows = Windows(browser, Stage(server, server, url))
    try:
        server.start()
        yield windows
        await windows.close()
    finally:
        server.stop()


async def board(windows: Windows, name: str, asked: list[str], **options: Any) -> Window:
    """Open a board, and answer for the tiles."""
    window = await windows.open(name, None, **options)
    picture = io.BytesIO()
    Image.new("RGB", (256, 256), "#dde5dd").save(picture, "PNG")

    async def tile(route: Route) -> None:
        asked.append(route.request.url)
        assert "referer" not in route.request.headers
        await route.fulfill(body=picture.getvalue(), content_type="image/png")

    await window.context.route(re.compile(r"^(?!http://localhost)"), tile)
    await window.goto("/")
    await window.until_live()
    return window


async def fill_in(asha: Window, code: str, coordinates: str) -> None:
    """Send the form of a new site."""
    page, board = asha.page, asha.page.url.partition("?")[0]
    await page.goto(f"{board}/sites")
    form = page.locator("form", has=page.get_by_role("heading", name="Add a site"))
    await form.get_by_label("Code").fill(code)
    await form.get_by_label("Name").fill(f"Yard {code}")
    await form.get_by_label("Latitude, longitude").fill(coordinates)
    await form.get_by_role("button", name="Add the site").click()


async def add(asha: Window, code: str, coordinates: str) -> None:
    """Add a site in the plan, and go back to the board."""
    await fill_in(asha, code, coordinates)
    await expect(asha.page.get_by_role("heading", name=f"{code} Yard {code}")).to_be_visible()
    await asha.goto("/")
    await asha.until_live()


async def test_a_real_map_shows_the_sites_that_have_a_place_from_the_one_address_of_its_tiles(mapped: Windows) -> None:
    asked: list[str] = []
    asha = await board(mapped, "asha", asked, bypass_csp=False)
    await expect(asha.page.locator("#tiles")).to_be_hidden()
    await expect(asha.page.locator("#map svg.map")).to_be_visible()
    assert asked == []

    await fill_in(asha, "T1", "north of it")
    await expect(asha.page.get_by_role("link", name="Write latitude and longitude")).to_be_visible()
    await asha.goto("/")
    await add(asha, "T1", "53.012, -1.134")
    pin = asha.page.locator("#tiles .pin")
    await expect(pin).to_have_count(1)
    await expect(pin).to_have_attribute("title", "T1 Yard T1: Not started")
    await expect(asha.page.locator("#map svg.map")).to_be_hidden()
    await expect(asha.page.locator("#tiles > p")).to_have_text(CREDIT)
    await expect(asha.page.locator("#tiles .leaflet-tile-loaded").first).to_be_visible()
    assert asked
    assert all(one.startswith(f"{TILES}/") for one in asked), asked
    await add(asha, "T2", "53.02, -1.15")
    await expect(pin).to_have_count(2)
    assert not [told for told in asha.complaints if "422" not in told]  # the refused form

    steve = await board(mapped, "steve", asked)
    await expect(steve.page.locator("#tiles .pin")).to_have_count(0)
    assert b"53.012" not in await steve.everything()


async def test_a_real_map_has_its_list_its_keys_and_no_axe_violation(mapped: Windows) -> None:
    asha = await board(mapped, "asha", [], bypass_csp=True)
    await add(asha, "T1", "53.012, -1.134")
    await asha.page.get_by_role("link", name="Map", exact=True).click()
    await expect(asha.page.locator("#map table")).to_be_visible()
    await asha.page.evaluate(AXE)
    for scheme in ("light", "dark"):
        await asha.page.emulate_media(color_scheme=scheme)
        assert await asha.page.evaluate(RUN, RULES) == []
    await asha.page.locator("#tiles .pin").focus()
    await asha.page.keyboard.press("Enter")
    await expect(asha.page.locator("#live")).to_have_attribute("data-view", "sites")
    await expect(asha.page.locator("#sites > .site", has_text="Yard T1")).to_be_in_viewport()
