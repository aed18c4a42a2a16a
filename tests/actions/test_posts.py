"""A post goes to whom its author chose, as far as the author's rights and the agreements go."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.agreements import Agreement
from models.attachments import Attachment
from models.grants import Grant, Resource
from models.operations import Operation
from ops.access.asker import Asker
from ops.actions import posts
from ops.errors import Invalid, NotAllowed, NotFound
from ops.files.intake import TakenIn
from ops.screens.composer import read_composer
from ops.transaction import Work
from tests.actions.office import Office, words
from tests.cast import DAY, HOUR, NOW, grant


async def shared_until(office: Office, post: Resource) -> list[datetime | None]:
    return [one.ends for one in await office.grants(post) if one.grantee_agency_id != office.county.fair_work.id]


async def set_agreement(office: Office, **limits: int) -> None:
    async with office.desk.database.writing() as session:
        await session.execute(update(Agreement).values(**limits))


async def set_end(office: Office, ends: datetime) -> None:
    async with office.desk.database.writing() as session:
        await session.execute(update(Operation).values(ends=ends))


async def test_who_only_discovers_or_reads_the_operation_posts_nothing_on_the_whole_of_it(office: Office) -> None:
    county, database = office.county, office.desk.database
    await grant(database, county.operation, county.oscar, Level.DISCOVER, agreement=county.agreement)
    await grant(database, county.operation, county.dora, Level.READ, agreement=county.agreement)
    for officer, refusal in ((county.oscar, NotFound), (county.dora, NotAllowed)):
        async with office.refusing(refusal):
            await office.post(officer, site="", audience="control")
        with pytest.raises(refusal):
            await compose(office, await office.asks(officer))


async def compose(office: Office, asks: Asker, task: str = "") -> None:
    async with office.desk.database.reading() as session:
        await read_composer(session, asks, office.county.operation.reference, task, "")


async def test_who_was_asked_for_a_single_task_posts_on_that_task(office: Office) -> None:
    county, database = office.county, office.desk.database
    await grant(database, county.operation, county.oscar, Level.DISCOVER, agreement=county.agreement)
    await grant(database, county.interview, county.oscar, Level.CONTRIBUTE, agreement=county.agreement)
    await compose(office, await office.asks(county.oscar), county.interview.reference)
    post = await office.post(county.oscar, task=county.interview.reference, audience="agency")
    assert await office.levels(post) == {"oscar": Level.CONTRIBUTE}


async def test_another_agency_reads_until_a_day_after_the_operation(office: Office) -> None:
    post = await office.post(office.county.bob, audience="control")
    assert await shared_until(office, post) == [NOW + 8 * HOUR + DAY]


async def test_another_agency_reads_no_longer_than_the_agreement_says(office: Office) -> None:
    await set_agreement(office, longest_days=1)
    post = await office.post(office.county.bob, audience="control")
    assert await shared_until(office, post) == [NOW + DAY]


async def test_another_agency_reads_nothing_that_the_agreement_does_not_let_it_read(office: Office) -> None:
    await set_agreement(office, highest_level=int(Level.DISCOVER))
    async with office.refusing(Invalid) as refused:
        await office.post(office.county.bob, audience="control")
    assert "does not let" in words(refused)["audience"]
    await office.post(office.county.bob, audience="agency")


@pytest.mark.parametrize("since", [timedelta(), 3 * DAY])
async def test_nothing_is_given_that_would_have_ended_already(office: Office, since: timedelta) -> None:
    await set_end(office, NOW - DAY - since)
    async with office.refusing(Invalid) as refused:
        await office.post(office.county.bob, audience="control")
    assert "ended over a day ago" in words(refused)["audience"]
    await office.post(office.county.bob, audience="agency")


async def test_a_site_lost_while_its_post_is_filed_gets_no_post(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    county = office.county
    await grant(office.desk.database, county.interview, county.bob, Level.CONTRIBUTE, agreement=county.agreement)
    real = posts.attach

    async def meanwhile(work: Work, parent: Resource, files: Sequence[TakenIn]) -> list[Attachment]:
        await _revoke(work.session, county.grants["Fair Work on the farm"])
        return await real(work, parent, files)

    monkeypatch.setattr(posts, "attach", meanwhile)
    async with office.refusing(NotFound):
        await office.post(county.bob, task=county.interview.reference, audience="site")


async def _revoke(session: AsyncSession, row: Grant) -> None:
    await session.execute(update(Grant).where(col(Grant.id) == row.id).values(revoked_at=NOW))
