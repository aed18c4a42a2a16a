"""What is said louder of a task shows on its line at once, and its own status is there again afterwards; rails of any
size are legible."""

from playwright.async_api import expect

from models.base import new_id
from models.operations import Site
from models.tasks import Task
from ops.screens.board_values import Peg
from ops.screens.values import AgencyTag
from ops.web.templates import Templates
from tests.browser.test_calm import order_at, until
from tests.browser.window import PHONE, Windows

ROTAS = "Rotas and sleeping places"


async def test_a_callers_task_needs_help_until_they_are_ok(windows: Windows) -> None:
    site, rotas = await windows.stage.reference(Site, "S1"), await windows.stage.reference(Task, ROTAS)
    asha = await windows.open("asha", server=windows.stage.there)
    tom = await windows.open("tom", "/mine", device=PHONE)
    await asha.until_live()
    await tom.until_live()
    await asha.page.mouse.move(1, 1)
    before, line = await order_at(asha, site), asha.task(rotas)
    own = await line.get_attribute("data-state")
    await tom.page.get_by_role("button", name="Need help").tap()
    await expect(line).to_have_attribute("data-loud", "help")
    await expect(line.locator("summary")).to_contain_text("Need help:")
    await expect(line.locator("svg.own")).to_be_hidden()
    await until(asha, site, lambda order: order[0] == f"task-{rotas}")
    await asha.page.reload()
    await asha.until_live()
    await expect(line).to_have_attribute("data-loud", "help")

    await tom.page.get_by_label("What happened").fill("A cable, moved")
    await tom.page.get_by_role("button", name="I’m OK now").tap()
    await expect(line).not_to_have_attribute("data-loud", "help")
    await expect(line).to_have_attribute("data-state", own or "")
    await expect(line.locator("svg.own")).to_be_visible()
    await until(asha, site, lambda order: order == before)


async def test_eight_pegs_stand_in_one_row_thirteen_in_two_and_twenty_seven_can_be_read(windows: Windows) -> None:
    site = await windows.stage.reference(Site, "S1")
    asha = await windows.open("asha", server=windows.stage.there)
    await asha.until_live()
    templates = Templates(partnership="", demo=False)
    rows = {}
    for number in (8, 13, 27):
        pegs = tuple(Peg(_agency(n), "here" if n % 2 else "", 12) for n in range(number))
        html = templates.render("board/_rail.html", {"site": _Site(site, pegs)})
        drawn = await asha.page.evaluate(_MEASURE, [f"rail-{site}", html])
        rows[number] = drawn["rows"]
        assert drawn["clipped"] == [], number
        assert drawn["smallest"] >= 11, number
    assert rows == {8: 1, 13: 2, 27: 4}


class _Site:
    """As much of a site as a rail is drawn from."""

    def __init__(self, reference: str, rail: tuple[Peg, ...]) -> None:
        self.reference, self.rail, self.code, self.loud = reference, rail, "S1", ()


def _agency(number: int) -> AgencyTag:
    return AgencyTag(new_id(), f"agency{number}", f"WM{number:02}", f"Agency {number}", number % 8 + 1)


_MEASURE = """([id, html]) => {
  document.getElementById(id).outerHTML = html;
  const pegs = [...document.querySelectorAll(`#${id} .peg`)];
  const letters = pegs.map((peg) => peg.querySelector(".tag > span, :scope > span"));
  const width = (element) => {
    const range = document.createRange();
    range.selectNodeContents(element.firstChild);
    return range.getBoundingClientRect().width;
  };
  const wide = (peg) => peg.getBoundingClientRect().width + 0.5;
  return {
    rows: new Set(pegs.map((peg) => Math.round(peg.getBoundingClientRect().top))).size,
    clipped: letters.filter((word, n) => width(word) > wide(pegs[n])).map((word) => word.textContent),
    smallest: Math.min(...letters.map((word) => parseFloat(getComputedStyle(word).fontSize))),
  };
}"""
