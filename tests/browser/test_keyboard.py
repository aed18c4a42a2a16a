"""The whole way from the door to a post without a pointer, the focus in sight at every step."""

from playwright.async_api import Page, expect

from models.tasks import Task
from ops.world.people import DEMO_PASSWORD
from tests.browser.window import Windows
from tests.serving import PEOPLE

MOST_STEPS = 120
WHERE = """() => {
  const focused = document.activeElement;
  const drawn = [focused, focused.closest('label'), focused.closest('.camera')].filter(Boolean);
  const outlined = drawn.some((element) => {
    const style = getComputedStyle(element);
    return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
  });
  const box = (focused.matches('.vh') ? focused.closest('label') : focused).getBoundingClientRect();
  const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  return { outlined, inside, tag: focused.tagName, what: focused.outerHTML.slice(0, 160) };
}"""


async def tab_to(page: Page, selector: str) -> None:
    """Press Tab until the focus is there; it is visible and on the screen at every stop."""
    for _ in range(MOST_STEPS):
        await page.keyboard.press("Tab")
        where = await page.evaluate(WHERE)
        if where["tag"] != "BODY":
            assert where["outlined"], f"no outline: {where['what']}"
            assert where["inside"], f"off the screen: {where['what']}"
        if await page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"{selector} is not reached")


async def test_an_officer_signs_in_opens_a_task_and_posts_by_keyboard_alone(windows: Windows) -> None:
    rotas = await windows.stage.reference(Task, "Rotas and sleeping places")
    tom = await windows.anonymous("tom")
    page = tom.page
    await tom.goto("/sign-in")
    await tab_to(page, "#email")
    await page.keyboard.type(PEOPLE["tom"])
    await tab_to(page, "#password")
    await page.keyboard.type(DEMO_PASSWORD)
    await tab_to(page, "button[type=submit]")
    await page.keyboard.press("Enter")
    await tom.until_live()

    await page.keyboard.press("Tab")
    await expect(page.locator(".skip")).to_be_focused()
    await page.keyboard.press("Enter")
    await tab_to(page, f"#task-{rotas} summary")
    await page.keyboard.press("Enter")
    await expect(page.locator(f"#task-{rotas} .told")).to_contain_text("Asked of Fair Work Agency")

    await page.reload()
    await tab_to(page, "nav a[href='/mine']")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/mine")
    await tom.until_live()
    await tab_to(page, "#field-dock a.post")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/posts/new*")
    await tab_to(page, "#text")
    await page.keyboard.type("Typed and sent without a pointer, turnstone")
    await tab_to(page, "[name=audience]")
    await page.keyboard.press("ArrowDown")
    await expect(page.locator("#audience-line")).to_contain_text("will see this")
    await tab_to(page, "#post-button")
    await page.keyboard.press("Enter")
    await page.wait_for_url("**/mine")
    await expect(tom.post("turnstone")).to_have_count(1)
