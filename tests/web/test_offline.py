"""A receipt tells of devices whose line had broken: exactly what their pages were sent and still hold."""

import json
import re
from datetime import timedelta

from sqlalchemy import select, update
from sqlmodel import col

from live.screen import CloseCode
from models.broken_lines import BrokenLine
from models.grants import Grant
from models.sign_ins import SignIn
from tests import cast
from tests.cast import grant
from tests.web.building import Building, Socket, Visitor

REPORT = {"title": "Seen", "text": "A van.", "kind": "visit", "level": "read", "confirm": "1", "necessity": "They ask",
          "purpose": "The visit", "basis": "Public task"}  # fmt: skip


class Page:
    """A page as a tab shows it, and the line from it to the server."""

    def __init__(self, visitor: Visitor, path: str, html: str, left: "Page | None") -> None:
        place = re.search(r'data-cursor="([^"]+)"', html)
        shows = re.search(r'data-shows="([^"]*)"', html)
        live = re.search(r'data-live="([^"]+)"', html)
        assert place is not None, path
        self.visitor, self.place, self.left = visitor, place[1], left
        self.shows = None if live else shows[1].split() if shows else []
        self.live = live[1] if live else "/pages/live"
        self.again = False
        self.socket: Socket

    async def connect(self) -> "Page":
        """Say hello as our own script does."""
        said = {"do": "resume", "cursor": self.place, "page": self.place, "again": self.again}
        if self.left is not None:
            said["left"] = self.left.place
        if self.shows is not None:
            said["shows"] = self.shows
        self._at = self.visitor.socket(self.live, None)
        self.socket = await self._at.__aenter__()
        self.socket.say(json.dumps(said))
        await self.socket.live()
        self.again = True
        return self

    async def breaks(self) -> None:
        """Lose the line without a word."""
        await self.socket.hang_up(CloseCode.BROKEN)

    async def is_closed(self) -> None:
        """Close the page."""
        await self.socket.hang_up()


async def opened(visitor: Visitor, path: str, left: Page | None = None) -> Page:
    answer = await visitor.get(path)
    assert answer.status_code == 200, answer.text
    return await Page(visitor, path, answer.text, left).connect()


async def taken(building: Building, name: str) -> str:
    """Let Alice take one grant back; gives the receipt."""
    alice = await building.enter(building.county.alice)
    reference = building.county.grants[name].reference
    assert (await alice.post(f"/grants/{reference}/remove", why="")).status_code == 303
    return (await alice.get(f"/grants/{reference}/remove")).text


async def receipt(building: Building, name: str) -> str:
    alice = await building.enter(building.county.alice)
    return (await alice.get(f"/grants/{building.county.grants[name].reference}/remove")).text


def case_of(building: Building) -> str:
    return f"/cases/{building.county.case.reference}"


async def test_a_page_whose_line_broke_may_still_hold_what_it_was_drawn_with(building: Building) -> None:
    bob = await building.enter(building.county.bob)
    page = await opened(bob, case_of(building))
    await page.breaks()
    told = await taken(building, "Fair Work on the case")
    assert re.search(r"One screen, offline since \d\d:\d\d, may still hold 2 entries\.", told)  # the case and the visit
    assert "offline since" in (await (await building.enter(building.county.alice)).get("/removals")).text


async def test_a_page_that_was_closed_holds_nothing(small: Building) -> None:
    bob = await small.enter(small.county.bob)
    page = await opened(bob, case_of(small))
    await page.is_closed()
    assert "offline" not in await taken(small, "Fair Work on the case")
    assert await small.count(BrokenLine) == 0


async def test_a_page_that_is_back_has_let_go_of_it(small: Building) -> None:
    bob = await small.enter(small.county.bob)
    page = await opened(bob, case_of(small))
    await page.breaks()
    assert "may still hold 1 entry." in await taken(small, "Fair Work on the visit")
    await page.connect()
    assert "offline" not in await receipt(small, "Fair Work on the visit")
    await page.breaks()
    assert "offline" not in await receipt(small, "Fair Work on the visit")  # it broke anew, without it


async def test_a_tab_that_shows_another_page_shows_the_old_one_no_more(small: Building) -> None:
    bob = await small.enter(small.county.bob)
    page = await opened(bob, case_of(small))
    await page.breaks()
    other = await opened(bob, f"/operations/{small.county.operation.reference}", page)
    assert "offline" not in await taken(small, "Fair Work on the case")
    await other.is_closed()


async def test_another_tab_of_the_same_browser_says_nothing_about_this_one(small: Building) -> None:
    bob = await small.enter(small.county.bob)
    page = await opened(bob, case_of(small))
    await page.breaks()
    other = await opened(bob, f"/operations/{small.county.operation.reference}")
    assert "may still hold 2 entries." in await taken(small, "Fair Work on the case")
    await other.is_closed()


async def test_what_was_lost_before_the_line_broke_is_not_held(small: Building) -> None:
    bob = await small.enter(small.county.bob)
    page = await opened(bob, case_of(small))
    await taken(small, "Fair Work on the visit")
    async with small.database.writing() as session:  # so long before that the page has surely heard of it
        visit = col(Grant.id) == small.county.grants["Fair Work on the visit"].id
        await session.execute(update(Grant).where(visit).values(revoked_at=cast.NOW - cast.HOUR))
    await page.breaks()
    assert "may still hold 1 entry." in await taken(small, "Fair Work on the case")
    assert "offline" not in await receipt(small, "Fair Work on the visit")


async def test_what_came_live_is_held_and_what_came_after_the_break_is_not(building: Building) -> None:
    county = building.county
    alice, bob = await building.enter(county.alice), await building.enter(county.bob)
    page = await opened(bob, case_of(building))
    fair_work = f"agency:{county.fair_work.reference}"
    form = {**REPORT, "shared_with": fair_work, "until": f"{cast.NOW + cast.DAY:%Y-%m-%d}"}
    sent = await alice.post(f"{case_of(building)}/reports", **form, key=cast.new_id().hex)
    assert sent.status_code == 303, re.findall(r"<li><a href=.#[^>]*>[^<]*", sent.text)
    await page.socket.until_heard(sent.headers["location"].rpartition("/")[2])
    await page.breaks()
    await alice.post(f"{case_of(building)}/reports", **form, key=cast.new_id().hex)
    told = await taken(building, "Fair Work on the case")
    assert "may still hold 3 entries." in told  # the case, the visit, and the first of the two


async def test_what_its_officer_reads_by_another_way_is_not_lost(small: Building) -> None:
    county = small.county
    await grant(small.database, county.visit, county.bob, agreement=county.agreement)
    bob = await small.enter(county.bob)
    page = await opened(bob, case_of(small))
    await page.breaks()
    assert "offline" not in await taken(small, "Fair Work on the visit")


async def test_a_page_that_only_listens_counts_by_what_it_shows(small: Building) -> None:
    county = small.county
    given = await grant(small.database, county.profile, county.fair_work, agreement=county.agreement)
    small.county.grants["Fair Work on the profile"] = given
    bob = await small.enter(county.bob)
    page = await opened(bob, f"/profiles/{county.profile.reference}")
    await page.breaks()
    async with small.database.writing() as session:
        await session.execute(update(SignIn).values(device="Mozilla/5.0 (Linux; Android 15) Chrome/140"))
    assert "One phone, offline since" in await taken(small, "Fair Work on the profile")


async def test_a_line_that_broke_long_after_the_removal_had_brought_it(small: Building) -> None:
    bob = await small.enter(small.county.bob)
    page = await opened(bob, case_of(small))
    await taken(small, "Fair Work on the visit")
    await page.breaks()
    async with small.database.reading() as session:
        line = (await session.execute(select(BrokenLine))).scalar_one()
    for after, held in ((timedelta(seconds=20), True), (timedelta(minutes=2), False)):
        async with small.database.writing() as session:
            await session.execute(update(BrokenLine).values(since=line.since + after))
        told = await receipt(small, "Fair Work on the visit")
        assert ("offline" in told) == held, after


async def test_nobody_s_page_is_named_by_anybody_else(small: Building) -> None:
    county = small.county
    bob, dora = await small.enter(county.bob), await small.enter(county.dora)
    page = await opened(bob, case_of(small))
    await page.breaks()
    stolen = Page(dora, case_of(small), f'data-cursor="{page.place}" data-live="{case_of(small)}/live"', page)
    stolen.again = True
    await stolen.connect()
    assert "may still hold 2 entries." in await taken(small, "Fair Work on the case")
    await stolen.is_closed()
