"""What is printed: each sheet of A4 says what it is, for whom and when, and nothing goes over its right edge."""

import re

import pytest
from playwright.async_api import expect

from tests.browser.paper import A4, PX, Sheet, sheets
from tests.browser.test_accessible import OWN, Way, at_case, at_operation, at_report
from tests.browser.window import Window, Windows

EDGES = 15  # millimetres left and right
WIDE = round((A4[0] - 2 * EDGES) * 96 / 25.4)  # pixels that a line may take
WHEN = re.compile(r"\d{1,2} \w+ 20\d\d,? (at )?\d\d:\d\d")
OVER = """all => all.filter((one) => one.getClientRects().length && getComputedStyle(one).overflowX !== 'visible'
  && one.scrollWidth > one.clientWidth + 1).map((one) => `${one.className} ${one.getAttribute('aria-label')}`)"""
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


async def at_report_for_another(window: Window, windows: Windows) -> None:
    await at_operation("/report")(window, windows)
    await window.page.get_by_label("Made for").select_option(label="FWA Fair Work Agency")
    await window.page.get_by_role("button", name="Make it").click()
    await expect(window.page.get_by_role("main")).to_contain_text("as a version for Fair Work Agency")


PAPERS: dict[str, tuple[str, Way, tuple[str, ...]]] = {
    "after-action report": ("asha", at_operation("/report"), ("Operation LAPWING, after-action report",)),
    "its version for another": ("asha", at_report_for_another, ("after-action report", "and Fair Work Agency")),
    "case": ("ruth", at_case(OWN, "/print"), ()),
    "report": ("ruth", at_report("/print"), ()),
    "register": ("ruth", at_case(OWN, "/register"), ()),
}
READERS = {"asha": "for Asha Malik, Trentshire Police", "ruth": "for Ruth Okafor"}


@pytest.mark.parametrize("paper", PAPERS)
async def test_each_sheet_says_what_it_is_for_whom_and_when_and_nothing_is_cut_off(
    windows: Windows, paper: str
) -> None:
    name, go, says = PAPERS[paper]
    window = await windows.open(name, None)
    await go(window, windows)
    await window.page.wait_for_load_state()
    printed = sheets(await window.page.pdf(format="A4", prefer_css_page_size=True))
    assert printed
    for number, sheet in enumerate(printed, start=1):
        for words in ("OFFICIAL", READERS[name], *says, f"{number} of {len(printed)}"):
            assert words in sheet.words, f"sheet {number} does not say {words}: {sheet.words}"
        assert WHEN.search(sheet.words), f"sheet {number} does not say when: {sheet.words[:300]}"
        fits(sheet)

    await window.page.emulate_media(media="print")
    await window.page.set_viewport_size({"width": WIDE, "height": 1000})
    assert await window.page.evaluate(SIDEWAYS) <= 0
    assert await window.page.locator("body *").evaluate_all(OVER) == []


def fits(sheet: Sheet) -> None:
    """Say that a sheet is A4, printed at its own size, and that its lines end before the edge."""
    assert (round(sheet.width), round(sheet.height)) == A4
    assert sheet.scale == pytest.approx(PX, rel=0.001)
    assert sheet.right <= A4[0] - EDGES + 0.5
