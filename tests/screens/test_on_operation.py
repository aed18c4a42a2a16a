"""An operation's screens show each reader their part, the newest of it, and to a caller that the call arrived."""

from datetime import datetime

from live.audience import Level
from models.agencies import Officer
from models.base import new_reference
from models.database import Database
from models.grants import Resource
from models.operations import VisitWindow
from models.tasks import CheckIn, Claim, Post, PostVersion
from ops.actions.tasks import CLAIM_LEASE
from ops.screens.board import board_of, next_change
from ops.screens.board_values import Board
from ops.screens.my_day import MyDay, day_of
from ops.screens.on_operation import FEED_LINES, SITE_POSTS, OnOperation, on_operation
from ops.transaction import new_resource
from tests import cast
from tests.cast import HOUR, NOW, County, file, found_county, grant


async def gathered(database: Database, county: County, officer: Officer, at: datetime = NOW) -> OnOperation:
    async with database.reading() as session:
        return await on_operation(session, await cast.asker(database, officer, at), county.operation.reference)


async def board(database: Database, county: County, officer: Officer) -> Board:
    seen = await gathered(database, county, officer)
    async with database.reading() as session:
        return await board_of(session, await cast.asker(database, officer), seen, ())


async def day(database: Database, county: County, officer: Officer) -> MyDay:
    seen, asks = await gathered(database, county, officer), await cast.asker(database, officer)
    async with database.reading() as session:
        return await day_of(session, seen, asks)


async def said(
    database: Database,
    county: County,
    officer: Officer,
    kind: str,
    site: Resource | None = None,
    answers: CheckIn | None = None,
) -> CheckIn:
    row = CheckIn(
        reference=new_reference(),
        operation_id=county.operation.id,
        site_id=site.id if site else None,
        officer_id=officer.id,
        agency_id=officer.agency_id,
        kind=kind,
        answers_id=answers.id if answers else None,
        at=NOW,
        arrived_at=NOW,
    )
    await file(database, row)
    return row


async def discovers(database: Database, county: County, officer: Officer) -> None:
    await grant(database, county.operation, officer, Level.DISCOVER, agreement=county.agreement)


async def posted(database: Database, county: County, site: Resource, number: int, at: datetime) -> None:
    """Post many times at a site, at one moment."""
    things = [new_resource("post", county.police.id, acl=site.id, gate=county.operation.id) for _ in range(number)]
    posts = [
        Post(
            id=thing.id,
            operation_id=county.operation.id,
            site_id=site.id,
            author_id=county.alice.id,
            agency_id=county.police.id,
            happened_at=at,
            arrived_at=at,
        )
        for thing in things
    ]
    words = [PostVersion(post_id=r.id, number=1, text="t", officer_id=county.alice.id, at=at) for r in things]
    for rows in (things, posts, words):
        await file(database, *rows)


async def test_who_only_discovers_the_operation_reads_that_their_call_arrived_and_who_saw_it(
    database: Database,
) -> None:
    county = await found_county(database)
    await discovers(database, county, county.oscar)
    for site in (None, county.farm):
        call = await said(database, county, county.oscar, "help", site)
        assert (await day(database, county, county.oscar)).help_called_at == NOW
        await said(database, county, county.alice, "seen", site, call)
        assert (await day(database, county, county.oscar)).help_seen_by == "Alice"
        await said(database, county, county.oscar, "ok now", site, call)
        assert (await day(database, county, county.oscar)).help_called_at is None


async def test_a_call_at_a_site_that_one_cannot_see_is_in_nobodys_sums_but_its_readers(database: Database) -> None:
    county = await found_county(database)
    before = await board(database, county, county.bob)
    await said(database, county, county.bob, "help", county.yard)
    assert (await day(database, county, county.bob)).help_called_at == NOW
    assert await board(database, county, county.bob) == before
    assert [alert.site_code for alert in (await board(database, county, county.alice)).alerts] == ["S2"]


async def test_another_officers_call_is_not_ones_own(database: Database) -> None:
    county = await found_county(database)
    await said(database, county, county.bob, "help")
    assert (await day(database, county, county.carol)).help_called_at is None


async def test_the_newest_posts_of_all_and_of_each_site_are_loaded_and_no_more(database: Database) -> None:
    county = await found_county(database)
    await posted(database, county, county.yard, SITE_POSTS + 3, NOW - 2 * HOUR)
    await posted(database, county, county.farm, FEED_LINES + 3, NOW)
    seen = await gathered(database, county, county.alice)
    assert len(seen.posts) == FEED_LINES + SITE_POSTS
    shown = await board(database, county, county.alice)
    assert {line.site_code for line in shown.feed} == {"S1"}
    assert [line.sort for line in shown.feed] == sorted((line.sort for line in shown.feed), reverse=True)
    assert len(shown.feed) == FEED_LINES
    latest = {site.code: site.latest for site in shown.sites}
    assert [line.happened_at for line in latest.values() if line] == [NOW, NOW - 2 * HOUR]


async def test_at_a_site_one_reads_its_own_posts_back_whatever_is_posted_elsewhere(database: Database) -> None:
    county = await found_county(database)
    await posted(database, county, county.farm, SITE_POSTS + 3, NOW - 2 * HOUR)
    await posted(database, county, county.yard, FEED_LINES + 3, NOW)
    until = NOW + CLAIM_LEASE
    claim = Claim(
        task_id=county.knock.id, officer_id=county.alice.id, agency_id=county.police.id, at=NOW, lease_until=until
    )
    await file(database, claim)
    shown = await day(database, county, county.alice)
    assert [line.site_code for line in shown.posts] == ["S1"] * SITE_POSTS


async def test_hidden_posts_take_no_places(database: Database) -> None:
    county = await found_county(database)
    before = await board(database, county, county.carol)
    await posted(database, county, county.yard, FEED_LINES + 3, NOW)
    assert before.feed
    assert await board(database, county, county.carol) == before


async def test_an_overlap_ends_with_its_first_visit_and_the_board_says_when(database: Database) -> None:
    county = await found_county(database)
    hours = [(county.police, NOW + HOUR, NOW + 3 * HOUR), (county.council, NOW + 2 * HOUR, NOW + 4 * HOUR)]
    for agency, starts, ends in hours:
        await file(database, VisitWindow(site_id=county.farm.id, agency_id=agency.id, starts=starts, ends=ends))
    moments, at = [], NOW
    while (after := next_change(await gathered(database, county, county.alice, at))) is not None:
        moments.append(after)
        at = after
    assert moments == [NOW + hours * HOUR for hours in (1, 2, 3, 4)]


async def test_who_cannot_post_on_the_whole_operation_is_not_offered_to(database: Database) -> None:
    county = await found_county(database)
    await discovers(database, county, county.oscar)
    await grant(database, county.operation, county.dora, agreement=county.agreement)
    offered = {name: (await day(database, county, getattr(county, name))).may_post for name in ("bob", "dora", "oscar")}
    assert offered == {"bob": True, "dora": False, "oscar": False}
