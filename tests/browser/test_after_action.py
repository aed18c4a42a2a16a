"""The after-action report at every width: each cell of its tables, and the whole day on its line, can be seen."""

import pytest
from playwright.async_api import expect

from tests.browser.window import DESK, PHONE, Windows

OUTSIDE = """() => [...document.querySelectorAll('.paper :is(tbody th, tbody td, .gantt text)')]
  .filter((one) => one.getClientRects().length)
  .filter((one) => { const at = one.getBoundingClientRect(); return at.left < 0 || at.right > innerWidth; })
  .map((one) => one.textContent)"""
INSIDE_OUT = """() => [...document.querySelectorAll('.paper .scroll-x')]
  .filter((one) => one.scrollWidth > one.clientWidth).map((one) => one.getAttribute('aria-label'))"""


@pytest.mark.parametrize(
    "device", [DESK, PHONE, {"viewport": {"width": 800, "height": 900}}], ids=["desk", "phone", "tablet"]
)
async def test_every_cell_of_the_report_is_in_view_and_says_what_it_is(
    windows: Windows, device: dict[str, object]
) -> None:
    asha = await windows.open("asha", device=device)
    operation = asha.page.url.removeprefix(asha.server.origin)
    await asha.goto(f"{operation}/report")
    await expect(asha.page.get_by_role("heading", name="Who did what")).to_be_visible()
    assert await asha.page.locator(".paper tbody tr").count() > 20
    assert await asha.page.locator(".gantt rect").count() > 3
    assert await asha.page.evaluate(OUTSIDE) == []
    assert await asha.page.evaluate(INSIDE_OUT) == []
    headings = await asha.page.locator(".paper thead").evaluate_all(
        "all => all.map((head) => [...head.querySelectorAll('th')].slice(1).map((one) => one.textContent))"
    )
    labels = await asha.page.locator(".paper tbody").evaluate_all(
        "all => all.map((body) => [...body.rows[0].cells].slice(1).map((one) => one.dataset.is))"
    )
    assert labels == headings
