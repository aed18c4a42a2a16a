"""A page that is not live hears when something on it may be shown no longer, at the instant, and hears nothing else."""

import json
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from live.audience import Level
from live.screen import CloseCode
from models.base import new_reference
from models.grants import Resource
from tests.cast import grant
from tests.web.building import Building, Socket, Visitor

RESYNC = '"do":"resync"'


def shown_on(text: str) -> tuple[list[str], str]:
    """Give what a page says that it shows, and its place."""
    found = re.search(r'<body[^>]* data-shows="([^"]*)" data-cursor="([^"]*)" data-again="([^"]*)"', text)
    assert found is not None
    return found[1].split(), found[2]


@asynccontextmanager
async def listening(visitor: Visitor, shows: list[str], cursor: str) -> AsyncIterator[Socket]:
    """Open the feed as the page's script does."""
    async with visitor.socket("/pages/live", cursor=None) as socket:
        socket.say(json.dumps({"do": "resume", "cursor": cursor, "shows": shows}))
        yield socket


@asynccontextmanager
async def open_page(visitor: Visitor, path: str) -> AsyncIterator[Socket]:
    """Open a page, and its feed."""
    answer = await visitor.get(path)
    assert answer.status_code == 200
    async with listening(visitor, *shown_on(answer.text)) as socket:
        await socket.live()
        yield socket


async def take(building: Building, name: str) -> None:
    """Take one of the county's grants back, as its manager does."""
    alice = await building.enter(building.county.alice)
    answer = await alice.post(f"/grants/{building.county.grants[name].reference}/remove", why="no longer needed")
    assert answer.status_code == 303


PAGES = ("/reports/{visit}/sharing", "/reports/{visit}/why", "/attachments/{photo}/why", "/cases/{case}/why")


@pytest.mark.parametrize("page", PAGES)
async def test_an_open_page_about_something_is_over_when_the_access_is(small: Building, page: str) -> None:
    county = small.county
    words = {"visit": county.visit, "photo": county.visit_photo, "case": county.case}
    path = page.format(**{name: thing.reference for name, thing in words.items()})
    bob = await small.enter(county.bob)
    async with open_page(bob, path) as socket:
        await take(small, "Fair Work on the case")
        await socket.until_heard(RESYNC)
    assert (await bob.get(path)).status_code == 404


async def test_it_is_so_on_both_databases_and_a_list_is_fetched_again_too(building: Building) -> None:
    bob = await building.enter(building.county.bob)
    async with (
        open_page(bob, f"/reports/{building.county.visit.reference}/sharing") as sharing,
        open_page(bob, "/cases") as cases,
    ):
        await take(building, "Fair Work on the case")
        for socket in (sharing, cases):
            await socket.until_heard(RESYNC)
    assert building.county.case.reference not in (await bob.get("/cases")).text


async def test_who_may_only_read_it_from_now_on_is_shown_the_page_anew(small: Building) -> None:
    county, path = small.county, f"/reports/{small.county.visit.reference}/sharing"
    await grant(small.database, county.visit, county.alan, Level.READ)
    await grant(small.database, county.visit, county.alice, Level.MANAGE)
    alan = await small.enter(county.alan)
    assert 'id="give"' in (await alan.get(path)).text
    async with open_page(alan, path) as socket:
        await take(small, "the owner on the visit")
        await socket.until_heard(RESYNC)
    page = await alan.get(path)
    assert (page.status_code, 'id="give"' in page.text) == (200, False)


async def test_access_that_ends_by_itself_ends_on_the_page_at_that_instant_without_an_act(building: Building) -> None:
    county = building.county
    clock = building.app.state.house.desk.clock
    oscar = await building.enter(county.oscar)
    await grant(building.database, county.profile, county.power, ends=clock.now() + timedelta(seconds=5))
    async with open_page(oscar, f"/profiles/{county.profile.reference}") as socket:
        await socket.until_heard(RESYNC)
    assert (await oscar.get(f"/profiles/{county.profile.reference}")).status_code == 404


async def test_what_was_lost_between_the_page_and_its_feed_is_heard_when_the_feed_opens(building: Building) -> None:
    bob = await building.enter(building.county.bob)
    shows, cursor = shown_on((await bob.get(f"/reports/{building.county.visit.reference}/why")).text)
    await take(building, "Fair Work on the case")
    async with listening(bob, shows, cursor) as socket:
        await socket.until_heard(RESYNC)


async def test_what_others_lose_or_gain_is_not_heard(building: Building) -> None:
    county = building.county
    alan = await building.enter(county.alan)
    async with open_page(alan, f"/reports/{county.visit.reference}/sharing") as socket:
        await grant(building.database, county.visit, county.nhs, Level.READ)
        await take(building, "Fair Work on the visit")
        async with open_page(alan, "/cases"):
            pass
        assert RESYNC not in "".join(socket.heard)


async def test_naming_what_one_may_not_see_tells_nothing_whatever_happens_to_it(building: Building) -> None:
    county = building.county
    oscar, bob = await building.enter(county.oscar), await building.enter(county.bob)
    _, cursor = shown_on((await bob.get("/cases")).text)
    heard: list[bool] = []
    for reference in (county.visit.reference, new_reference()):
        async with listening(oscar, [reference], "") as first:
            await first.until_heard(RESYNC)  # no place is an old place, whatever is named
        place = oscar_place(building, county.oscar.id)
        async with listening(oscar, [reference], place) as socket:
            await socket.live()
            if not heard:
                await take(building, "Fair Work on the visit")
            await socket.live()
            heard.append(RESYNC in "".join(socket.heard))
    assert heard == [False, False]
    assert cursor


def oscar_place(building: Building, officer: object) -> str:
    house = building.app.state.house
    return str(house.sealer.seal(house.tailer.place, officer))


async def test_who_is_signed_out_hears_that(small: Building) -> None:
    bob = await small.enter(small.county.bob)
    async with open_page(bob, f"/reports/{small.county.visit.reference}/why") as socket:
        assert (await bob.post("/sign-out")).status_code == 303
        assert await socket.closed() == CloseCode.SIGNED_OUT


@pytest.mark.parametrize("shows", ["all", ["x"] * 257, {"a": 1}])
async def test_a_list_that_is_none_is_junk(small: Building, shows: object) -> None:
    bob = await small.enter(small.county.bob)
    async with bob.socket("/pages/live", cursor=None) as socket:
        socket.say(json.dumps({"do": "resume", "cursor": "", "shows": shows}))
        assert await socket.closed() == CloseCode.JUNK


async def test_nothing_is_written_down_of_a_feed_that_shows_nothing(small: Building) -> None:
    bob = await small.enter(small.county.bob)
    async with open_page(bob, f"/reports/{small.county.visit.reference}/why"):
        before = len(await small.audited())
    assert len(await small.audited()) == before


async def test_a_page_that_shows_nothing_or_lives_on_a_screens_feed_opens_none(small: Building) -> None:
    bob, visit = await small.enter(small.county.bob), small.county.visit
    for path in ("/sign-ins", f"/reports/{visit.reference}", "/watch", f"/cases/{new_reference()}"):
        assert "data-shows" not in (await bob.get(path)).text, path
    assert isinstance(visit, Resource)
