"""By radio: what the loggist enters for an officer is that officer's, with their audience, until they confirm it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col

from live.audience import Level
from models.agencies import Officer
from models.base import new_id
from models.grants import Resource
from models.tasks import CheckIn, Post, TaskState
from ops.actions.radio import Heard, confirm_heard, enter_heard
from ops.actions.stand_downs import stand_down
from ops.actions.tasks import claim_task
from ops.errors import Conflict, Invalid, NotAllowed, NotFound
from ops.screens.my_day import MyDay, read_my_day
from tests.actions.office import Office, words
from tests.cast import NOW

NINE = NOW - timedelta(minutes=9)


async def hear(office: Office, by: Officer, **fields: object) -> None:
    county = office.county
    usual = Heard(county.operation.reference, county.bob.reference, "radio", new_id().hex)
    heard = replace(usual, **fields)  # type: ignore[arg-type]  # the test names fields of Heard
    await enter_heard(office.desk, await office.asks(by), heard)


async def day(office: Office, officer: Officer) -> MyDay:
    asks = await office.asks(officer)
    async with office.desk.database.reading() as session:
        return await read_my_day(session, asks, office.county.operation.reference)


async def post_of(office: Office, text: str) -> tuple[Post, Resource]:
    async with office.desk.database.reading() as session:
        rows = await session.execute(
            select(Post, Resource).join(Resource, col(Resource.id) == col(Post.id)).where(col(Post.channel) != "")
        )
        post, resource = rows.one()
        return post, resource


async def test_a_post_heard_is_its_authors_and_seen_by_whom_theirs_would_be(office: Office) -> None:
    county = office.county
    own = await office.post(county.bob)
    await hear(office, county.alan, text="At the gate", site=county.farm.reference, at=NINE)
    post, resource = await post_of(office, "At the gate")
    assert (post.author_id, post.entered_by, post.channel) == (county.bob.id, county.alan.id, "radio")
    assert (post.happened_at, post.arrived_at) == (NINE, NOW)
    assert (resource.acl_id, resource.owner_agency_id) == (own.acl_id, own.owner_agency_id)
    assert ("entered for somebody else", [county.operation.reference]) in await office.audited()


async def test_without_a_place_it_goes_to_their_agency_and_control(office: Office) -> None:
    county = office.county
    await hear(office, county.alan, text="On our way")
    _, resource = await post_of(office, "On our way")
    assert resource.owner_agency_id == county.fair_work.id
    assert await office.levels(resource) == {"bob": Level.CONTRIBUTE, "alice": Level.READ, "alan": Level.READ}
    assert {grant.reason for grant in await office.grants(resource)} == {"heard by radio"}


async def test_a_status_and_a_check_in_are_theirs_too(office: Office) -> None:
    county = office.county
    await claim_task(office.desk, await office.asks(county.bob), county.knock.reference)
    await hear(office, county.alan, task=county.knock.reference, status="here", check_in="safe", at=NINE)
    async with office.desk.database.reading() as session:
        state = (await session.execute(select(TaskState).where(col(TaskState.channel) == "radio"))).scalar_one()
        said = (await session.execute(select(CheckIn).where(col(CheckIn.channel) == "radio"))).scalar_one()
    assert (state.officer_id, state.status, state.at) == (county.bob.id, "here", NINE)
    assert (said.officer_id, said.agency_id, said.site_id, said.at) == (
        county.bob.id,
        county.fair_work.id,
        county.farm.id,
        NINE,
    )


async def test_a_call_for_help_by_radio_is_a_call_for_help(office: Office) -> None:
    await hear(office, office.county.alan, check_in="help", text="Cannot get out", task=office.county.knock.reference)
    (call,) = await office.check_ins("help")
    assert (call.officer_id, call.note) == (office.county.bob.id, "Cannot get out")


@pytest.mark.parametrize("name", ["bob", "carol", "oscar"])
async def test_only_who_keeps_the_log_enters_for_others(office: Office, name: str) -> None:
    async with office.refusing(NotAllowed, NotFound):
        await hear(office, office.county.everyone()[name], text="At the gate")


async def test_nothing_is_done_for_an_officer_that_they_could_not_do(office: Office) -> None:
    county = office.county
    yard = {"text": "At the yard", "site": county.yard.reference}  # the owner's alone
    task = {"status": "here", "task": county.interview.reference}
    for fields in (yard, task):
        async with office.refusing(NotFound, NotAllowed):
            await hear(office, county.alan, **fields)
    async with office.refusing(NotAllowed):  # carol reads the farm, and may not write there
        await hear(office, county.alan, officer=county.carol.reference, text="At the gate", site=county.farm.reference)


async def test_nothing_is_done_with_what_the_loggist_cannot_see(office: Office) -> None:
    county = office.county
    quiet = await office.post(county.bob, audience="agency")
    assert "alan" not in await office.levels(quiet)
    async with office.refusing(NotFound):
        await hear(office, county.alan, text="Words", site=quiet.reference)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "text"),
        ({"text": "x", "channel": "pigeon"}, "channel"),
        ({"check_in": "ok now"}, "check_in"),
        ({"status": "here"}, "place"),
        ({"text": "x", "officer": "nobody"}, "officer"),
    ],
)
async def test_what_does_not_fit_is_said_beside_its_field(office: Office, fields: dict[str, str], field: str) -> None:
    async with office.refusing(Invalid) as refused:
        await hear(office, office.county.alan, **fields)
    assert list(words(refused)) == [field]


async def test_somebody_who_takes_no_part_is_not_heard_nor_is_oneself(office: Office) -> None:
    county = office.county
    for officer in (county.dora, county.olga, county.alan):
        async with office.refusing(Invalid) as refused:
            await hear(office, county.alan, officer=officer.reference, text="Words")
        assert list(words(refused)) == ["officer"]


async def test_the_author_confirms_each_entry_once_and_nobody_else_may(office: Office) -> None:
    county = office.county
    await claim_task(office.desk, await office.asks(county.bob), county.knock.reference)
    await hear(
        office, county.alan, task=county.knock.reference, status="here", check_in="safe", text="At the gate", at=NINE
    )
    waiting = [one.entry for one in (await day(office, county.bob)).heard]
    assert sorted(entry.partition(":")[0] for entry in waiting) == ["check-in", "post", "status"]
    assert (await day(office, county.alice)).heard == ()
    for entry in waiting:
        async with office.refusing(Conflict):
            await confirm_heard(office.desk, await office.asks(county.alice), county.operation.reference, entry)
        await confirm_heard(office.desk, await office.asks(county.bob), county.operation.reference, entry)
        async with office.refusing(Conflict):
            await confirm_heard(office.desk, await office.asks(county.bob), county.operation.reference, entry)
    assert (await day(office, county.bob)).heard == ()
    post, _ = await post_of(office, "At the gate")
    assert post.confirmed_at == NOW
    assert post.confirmed_position is not None


async def test_the_same_form_again_is_one_entry_and_after_standing_down_there_is_none(office: Office) -> None:
    county = office.county
    for _ in range(2):
        await hear(office, county.alan, text="On our way", key="one")
    assert (await post_of(office, "On our way"))[0].entered_by == county.alan.id
    await stand_down(
        office.desk, await office.asks(county.alice), county.operation.reference, "All done.", county.open()
    )
    async with office.refusing(Conflict):
        await hear(office, county.alan, text="On our way")
