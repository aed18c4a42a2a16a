"""Open screens lose what rested on an agreement at the instant of its end; its forms keep what was typed."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import update
from sqlmodel import col

from models.agreements import Agreement
from tests.web.building import Building


async def test_an_open_screen_loses_what_rested_on_an_agreement_when_it_lapses(building: Building) -> None:
    county, bob = building.county, await building.enter(building.county.bob)
    async with building.database.writing() as session:
        soon = datetime.now(UTC) + timedelta(seconds=2)
        await session.execute(update(Agreement).where(col(Agreement.id) == county.agreement.id).values(ends=soon))
    async with bob.socket(f"/cases/{county.case.reference}/live") as screen:
        await screen.live()
        await screen.closed()  # the case itself rested on it
    assert (await bob.get(f"/cases/{county.case.reference}")).status_code == 404


async def test_an_open_screen_loses_it_when_a_party_leaves(building: Building) -> None:
    county = building.county
    carol, dora = await building.enter(county.carol), await building.enter(county.dora)
    async with carol.socket(f"/cases/{county.case.reference}/live") as screen:
        await screen.live()
        path = f"/agreements/{county.agreement.reference}/departure"
        assert (await carol.post(path)).status_code == 303
        await screen.until_heard(county.case.reference)
    assert (await carol.get(f"/cases/{county.case.reference}")).status_code == 404
    assert (await dora.get(f"/cases/{county.case.reference}")).status_code == 200  # knows that it exists, as before


async def test_a_refused_agreement_comes_back_with_everything_typed(small: Building) -> None:
    carl, before = await small.enter(small.county.carl), await small.count(Agreement)
    answer = await carl.post(
        "/agreements",
        name="Harbour",
        parties=small.county.nhs.reference,
        purposes="heron & 7",
        lawful_bases="",
        highest="read",
        longest_days="many",
        outside="read",
        outside_sorts="case",
        review="2020-01-01",
    )
    assert answer.status_code == 422
    for field in ("lawful_bases", "longest_days", "review"):
        assert f'href="#{field}"' in answer.text
    assert "heron &amp; 7" in answer.text
    assert f'value="{small.county.nhs.reference}" checked' in answer.text
    assert await small.count(Agreement) == before
