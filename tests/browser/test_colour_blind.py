"""States are told by shape and word: in pictures without any colour, no two of them look alike."""

import io
from itertools import combinations
from types import SimpleNamespace

import pytest
from PIL import Image, ImageChops
from playwright.async_api import Locator, expect

from ops.screens.words import STATE_WORDS
from ops.web.templates import Templates
from tests.browser.window import Window, Windows

STATES = ("idle", "move", "here", "wait", "done", "help", "late", "overlap")
ON_THE_MAP = ("idle", "move", "here", "wait", "done", "help", "late")  # a site's own; an overlap is its agencies'
APART = 0.04  # of the pixels differ by more than a shade, at least
SHADE = 60  # of 255
GLYPHS = """(states) => {
  const box = document.createElement("div");
  box.id = "all-glyphs";
  box.style.cssText = "position: fixed; inset: 0; background: white; color: black; display: flex; z-index: 99";
  box.innerHTML = states.map((one) =>
    `<svg width="64" height="64" viewBox="0 0 16 16" data-one="${one}"><use href="#g-${one}"/></svg>`).join("");
  document.body.append(box);
}"""


async def board_without_colour(windows: Windows, deficiency: str) -> Window:
    """Open a board as somebody sees it who tells no colours apart, or not all of them."""
    asha = await windows.open("asha", bypass_csp=True)
    await asha.until_live()
    session = await asha.context.new_cdp_session(asha.page)
    await session.send("Emulation.setEmulatedVisionDeficiency", {"type": deficiency})
    return asha


async def picture(element: Locator) -> Image.Image:
    """Give what an element looks like, in shades of grey, always of one size."""
    taken = Image.open(io.BytesIO(await element.screenshot()))
    return taken.convert("L").resize((64, 64))


def apart(one: Image.Image, other: Image.Image) -> float:
    """Give which part of two pictures differs by more than a shade."""
    differing = ImageChops.difference(one, other).point(lambda level: 255 if level > SHADE else 0)
    return float(sum(1 for level in differing.tobytes() if level)) / (64 * 64)


def alike(pictures: dict[str, Image.Image]) -> list[tuple[str, str, float]]:
    """Name the pairs that nobody could tell apart."""
    pairs = ((one, other, apart(pictures[one], pictures[other])) for one, other in combinations(pictures, 2))
    return [(one, other, round(share, 3)) for one, other, share in pairs if share < APART]


async def test_every_state_has_a_silhouette_of_its_own(windows: Windows) -> None:
    asha = await board_without_colour(windows, "achromatopsia")
    await asha.page.evaluate(GLYPHS, list(STATES))
    found = {one: await picture(asha.page.locator(f"#all-glyphs [data-one={one}]")) for one in STATES}
    assert alike(found) == []


async def test_every_state_of_a_site_has_a_shape_of_its_own_on_the_map(
    windows: Windows, map_of: dict[str, str]
) -> None:
    asha = await board_without_colour(windows, "achromatopsia")
    await asha.page.set_viewport_size({"width": 1440, "height": 900})
    found = {}
    for state, html in map_of.items():
        await asha.page.evaluate("html => { document.getElementById('map').outerHTML = html; }", html)
        found[state] = await picture(asha.page.locator("#map .m-site"))
    assert alike(found) == []


@pytest.mark.parametrize("deficiency", ["protanopia", "deuteranopia", "tritanopia", "achromatopsia"])
async def test_the_board_says_in_words_what_its_colours_say(windows: Windows, deficiency: str) -> None:
    asha = await board_without_colour(windows, deficiency)
    states = asha.page.locator("#sites .site > header .state")
    await expect(states.first).to_be_visible()
    for state in await states.all():
        assert (await state.inner_text()).strip()
        assert await state.locator("svg").count() == 1
    for peg in await asha.page.locator(".rail a.tag").all():
        assert await peg.locator("svg use").count() == 1
        assert (await peg.locator(".vh").inner_text()).strip()


@pytest.fixture
def map_of() -> dict[str, str]:
    """Draw the map of one site in each of its states, with the board's own template."""
    templates = Templates(partnership="", demo=False)
    drawn = {}
    for state in ON_THE_MAP:
        site = SimpleNamespace(
            reference="s", code="S1", name="", state=state, state_word=STATE_WORDS[state], x=40, y=40, rail=[]
        )
        drawn[state] = templates.render("board/_map.html", {"board": SimpleNamespace(sites=[site])})
    return drawn
