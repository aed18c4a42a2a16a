"""Posts that come at once share a commit, and each is judged, kept and refused as if it had come alone."""

import asyncio
from collections.abc import Callable, Coroutine

import pytest
from sqlalchemy import Update, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import col

from models.agencies import Officer
from models.audit import Act
from models.base import new_row
from models.database import went_away
from models.grants import Grant, Resource
from models.journal import Answer
from models.party import MOST
from ops.errors import Invalid, NotFound
from tests.actions.office import Office
from tests.cast import NOW, County, new_id

Posted = list[Resource | BaseException]


async def come(office: Office, *posts: Coroutine[None, None, Resource]) -> list[asyncio.Task[Resource]]:
    """Let posts come, one after the other, while a transaction is open that they can share."""
    coming: list[asyncio.Task[Resource]] = []
    for post in posts:
        coming.append(asyncio.create_task(post))
        while len(office.desk.party._waiting) < len(coming):
            await asyncio.sleep(0)
    return coming


async def together(office: Office, *posts: Coroutine[None, None, Resource]) -> Posted:
    async with office.desk.work_together(await office.asks(office.county.alice)):
        coming = await come(office, *posts)
    return await asyncio.gather(*coming, return_exceptions=True)


async def test_each_has_its_place_its_author_and_its_line_in_the_audit(office: Office) -> None:
    before, alice, bob = len(await office.journal()), office.county.alice, office.county.bob
    made = await together(office, office.post(bob), office.post(alice), office.post(bob))
    told = (await office.journal())[before:]
    assert [entry.position for entry in told] == [before + 1, before + 2, before + 3]
    posts = [post for post in made if isinstance(post, Resource)]
    assert [(entry.subject_id, entry.actor_id) for entry in told] == [
        (post.id, author.id) for post, author in zip(posts, (bob, alice, bob), strict=True)
    ]
    audited = [references for act, references in await office.audited() if act == Act.POST_MADE]
    assert sorted(audited) == sorted([post.reference] for post in posts)


async def test_many_are_filed_with_as_many_statements_as_one(office: Office) -> None:
    filed = []
    for count in (1, MOST - 1):
        with office.statements() as seen:
            await together(office, *(office.post(office.county.bob) for _ in range(count)))
        filed.append([statement for statement in seen if statement.startswith(("INSERT", "BEGIN"))])
    one, many = filed
    assert many == [*one[:-2], many[-2], one[-1]]  # the audit finds the owners of many things in another way
    assert len(one) == len(many)


async def test_a_refused_one_leaves_nothing_and_takes_nothing_with_it(office: Office) -> None:
    county, before = office.county, len(await office.journal())
    found = await together(
        office,
        office.post(county.alice),
        office.post(county.alice, audience="nobody"),
        office.post(county.olga),
        office.post(county.alice),
    )
    assert [type(one) for one in found] == [Resource, Invalid, NotFound, Resource]
    assert len(await office.journal()) == before + 2


async def test_the_same_key_at_once_is_one_post(office: Office) -> None:
    key, before = new_id().hex, len(await office.journal())
    posts = [office.post(office.county.alice, text=text, key=key) for text in ("One", "One", "Another")]
    first, second, third = await together(office, *posts)
    assert isinstance(first, Resource)
    assert isinstance(second, Resource)
    assert first.id == second.id
    assert isinstance(third, Invalid)
    assert len(await office.journal()) == before + 1


@pytest.mark.parametrize(
    "loses",
    [
        lambda county: update(Officer).where(col(Officer.id) == county.bob.id).values(active=False),
        lambda county: update(Grant).where(col(Grant.resource_id) == county.farm.id).values(revoked_at=NOW),
    ],
    ids=["their keys", "the grant"],
)
async def test_who_lost_something_while_they_waited_posts_nothing(
    office: Office, loses: Callable[[County], Update]
) -> None:
    before = len(await office.journal())
    async with office.desk.work_together(await office.asks(office.county.alice)) as work:
        (waiting,) = await come(office, office.post(office.county.bob))
        await work.session.execute(loses(office.county))
    with pytest.raises(NotFound):
        await waiting
    assert len(await office.journal()) == before


async def host_what_cannot_be_filed(office: Office, guests: list[asyncio.Task[Resource]]) -> None:
    async with office.desk.work_together(await office.asks(office.county.alice)) as work:
        guests.extend(await come(office, office.post(office.county.bob)))
        work.file_last(new_row(Answer, id=None, officer_id=None, key="", body_hash="", reference="", at=NOW))


async def test_what_cannot_be_filed_fails_for_all_who_came_and_for_nobody_after_them(office: Office) -> None:
    before, guests = len(await office.journal()), list[asyncio.Task[Resource]]()
    with pytest.raises(IntegrityError):
        await host_what_cannot_be_filed(office, guests)
    with pytest.raises(ConnectionError) as fault:
        await guests[0]
    assert went_away(fault.value)  # so that a page says "not now", and keeps what was typed
    assert len(await office.journal()) == before
    await office.post(office.county.bob)
