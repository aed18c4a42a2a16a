"""The usual share is two clicks: one on who is near, one on what comes of it; all the terms are there already."""

import re
from html import unescape

from sqlalchemy import update

from models.agreements import Agreement
from models.grants import Grant
from tests.web.building import Building, Visitor

TAG = re.compile(r"<(?:input|select)[^>]*>")


def form(html: str, name: str) -> dict[str, str]:
    """Give what a browser would send of a form in which nothing was typed; a select sends its first option."""
    inside, sent = html.split(f'id="{name}"')[1].split("</form>", maxsplit=1)[0], dict[str, str]()
    for tag in TAG.findall(inside):
        field, value = re.search(r'name="([^"]*)"', tag), re.search(r'value="([^"]*)"', tag)
        option = re.search(re.escape(tag) + r'\s*<option value="([^"]*)"', inside)
        if field is not None and 'type="checkbox"' not in tag:
            sent[field[1]] = unescape((option or value or ["", ""])[1])
    return sent


async def sharing(visitor: Visitor, path: str) -> str:
    answer = await visitor.get(path)
    assert answer.status_code == 200
    return answer.text


async def test_who_works_on_the_case_is_given_a_report_with_two_clicks(building: Building) -> None:
    county = building.county
    async with building.database.writing() as session:
        await session.execute(update(Agreement).values(purposes="Protecting workers", lawful_bases="Public task"))
    carol = await building.enter(county.carol)
    path = f"/reports/{county.assessment.reference}/sharing"
    page = await sharing(carol, path)
    nearest = re.search(r'<button[^>]*name="nearest" value="([^"]+)">(POL[^<]*)<', page)
    assert nearest is not None
    before = await building.count(Grant)

    first = await carol.post(f"{path}/preview", **form(page, "give"), nearest=nearest[1])
    assert (first.status_code, "people now" in first.text or "person now" in first.text) == (200, True), first.text
    assert await building.count(Grant) == before
    second = await carol.post(path, **form(first.text, "confirm-form"))
    assert second.status_code == 303, second.text
    assert await building.count(Grant) == before + 1
    assert "Works on it with us." in await sharing(carol, path)
    assert nearest[0] not in await sharing(carol, path)


async def test_what_a_sharing_page_gives_is_the_thing_that_it_is_about(small: Building) -> None:
    """A site's page once gave its whole operation: the form's address was that of the board."""
    county, giving = small.county, set[str]()
    for officer in (county.alice, county.alan, county.bob, county.carol):
        visitor = await small.enter(officer)
        for thing in county.everything().values():
            page = await visitor.get(f"/{thing.kind}s/{thing.reference}/sharing")
            for where in re.findall(r'action="([^"]*)/sharing/preview"', page.text):
                assert where == f"/{thing.kind}s/{thing.reference}"
                giving.add(thing.kind)
    assert giving == {"case", "report", "profile", "operation"}
