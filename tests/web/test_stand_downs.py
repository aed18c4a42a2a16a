"""An operation's manager stands it down; who owns what ends with it keeps the chosen ones from the watch page."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlmodel import col

from models.grants import Grant
from ops.access.principals import detachment_key
from tests import cast
from tests.cast import County, file, new_grant
from tests.web.building import Building


async def given(small: Building) -> Grant:
    """Fair Work's officers on the operation read the visit for longer than the operation runs."""
    county = small.county
    guests = await cast.detachment(small.database, county.operation, county.fair_work)
    row = new_grant(county.visit, guests, ends=datetime.now(UTC) + 9 * cast.DAY, agreement=county.agreement)
    row.purpose, row.lawful_basis, row.necessity = "Care", "Public task", "They were there."
    await file(small.database, row)
    return row


async def standing(small: Building) -> list[Grant]:
    county = small.county
    key = detachment_key(county.operation.id, county.fair_work.id)
    async with small.database.reading() as session:
        rows = await session.execute(
            select(Grant).where(
                col(Grant.resource_id) == county.visit.id, col(Grant.principal) == key, col(Grant.revoked_at).is_(None)
            )
        )
        return list(rows.scalars())


def pages_of(county: County) -> tuple[str, str]:
    path = f"/operations/{county.operation.reference}"
    return f"{path}/stand-down", f"{path}/ending"


async def test_from_standing_down_to_what_is_kept(small: Building) -> None:
    county, _ = small.county, await given(small)
    stand, ending = pages_of(county)
    alice, left = await small.enter(county.alice), " ".join(county.open())
    assert stand in (await alice.get(f"/operations/{county.operation.reference}/sharing")).text
    assert "Fair Work, 1 person" in (await alice.get(stand)).text
    assert "was not stood down" in (await alice.get(ending)).text
    assert ending not in (await alice.get("/watch")).text
    assert (await alice.post(stand, why="all done", left_open=left)).status_code == 303
    assert "This operation was stood down" in (await alice.get(stand)).text
    assert ending in (await alice.get("/watch")).text
    (ends,) = await standing(small)
    page = (await alice.get(ending)).text
    assert f'id="grant-{ends.reference}"' in page
    assert "Visit to the farm" in page
    until = f"{datetime.now(UTC) + 5 * cast.DAY:%Y-%m-%d}"
    sent = await alice.post(ending, chosen=ends.reference, why="they follow it up", until=until)
    assert sent.status_code == 303
    (kept,) = await standing(small)
    assert kept.reference != ends.reference
    assert kept.reference not in (await alice.get(ending)).text


async def test_a_refused_form_comes_back_with_everything_typed(small: Building) -> None:
    county, _ = small.county, await given(small)
    stand, ending = pages_of(county)
    alice, left = await small.enter(county.alice), " ".join(county.open())
    assert (await alice.post(stand, why="")).status_code == 422
    assert (await alice.post(stand, why="all done", left_open=left)).status_code == 303
    assert (await alice.post(stand, why="all done", left_open=left)).status_code == 409
    (ends,) = await standing(small)
    answer = await alice.post(ending, chosen=ends.reference, why="a word", until="soon")
    assert answer.status_code == 422
    assert 'value="a word"' in answer.text
    assert f'value="{ends.reference}" checked' in answer.text
    gone = await alice.post(ending, chosen="nothing", why="a word", until="2099-01-01")
    assert (gone.status_code, 'value="a word"' in gone.text) == (409, True)


@pytest.mark.parametrize("name", ["bob", "carol", "oscar", "dora"])
async def test_nobody_is_shown_what_they_do_not_manage(small: Building, name: str) -> None:
    county, _ = small.county, await given(small)
    stand, ending = pages_of(county)
    left = " ".join(county.open())
    assert (await (await small.enter(county.alice)).post(stand, why="all done", left_open=left)).status_code == 303
    other = await small.enter(county.everyone()[name])
    page, theirs = await other.get(ending), name == "bob"  # Fair Work told the Police of somebody whom it met
    assert page.status_code in {200, 404}
    assert (page.text.count('id="grant-'), ending in (await other.get("/watch")).text) == (int(theirs), theirs)
    (ends,) = await standing(small)
    assert ends.reference not in page.text
    assert (await other.get(stand)).status_code in {403, 404}
