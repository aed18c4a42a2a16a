"""What ends soon is given once more on the same terms, and everything that a grant may not cross is judged again."""

import pytest
from sqlalchemy import update
from sqlmodel import col

from live.audience import Level
from models.agencies import Agency, Standing
from models.agreements import Agreement
from ops.actions.grants import revoke_access
from ops.actions.renewals import renew_access
from ops.errors import Conflict, NotFound
from tests.actions.office import Office
from tests.cast import DAY, NOW


async def given(office: Office) -> str:
    county = office.county
    return await office.give(county.alice, county.visit, f"team:{county.mash.reference}", until=NOW + 10 * DAY)


async def test_it_lasts_as_long_again_and_keeps_its_terms(office: Office) -> None:
    county, old = office.county, await given(office)
    office.desk.clock.set(NOW + 9 * DAY)
    new = await renew_access(office.desk, await office.asks(county.alice), old)
    rows = {grant.reference: grant for grant in await office.grants(county.visit)}
    assert (rows[old].revoked_at, rows[new].starts, rows[new].ends) == (NOW + 9 * DAY, NOW + 9 * DAY, NOW + 19 * DAY)
    same = ("principal", "level", "purpose", "lawful_basis", "necessity", "agreement_id")
    assert [getattr(rows[new], name) for name in same] == [getattr(rows[old], name) for name in same]
    office.desk.clock.set(NOW + 12 * DAY)
    assert await office.level(county.carol, county.visit) is Level.READ


async def test_no_longer_than_its_agreement(office: Office) -> None:
    county, old = office.county, await given(office)
    async with office.desk.database.writing() as session:
        ends = update(Agreement).where(col(Agreement.id) == county.agreement.id).values(ends=NOW + 12 * DAY)
        await session.execute(ends)
    office.desk.clock.set(NOW + 9 * DAY)
    new = await renew_access(office.desk, await office.asks(county.alice), old)
    ends_of = {grant.reference: grant.ends for grant in await office.grants(county.visit)}
    assert ends_of[new] == NOW + 12 * DAY
    asks = await office.asks(county.alice)
    async with office.refusing(Conflict):
        await renew_access(office.desk, asks, new)


async def test_what_an_own_team_has_until_a_day_needs_no_agreement(office: Office) -> None:
    county = office.county
    old = await office.give(county.alice, county.visit, f"officer:{county.alan.reference}", until=NOW + 10 * DAY)
    office.desk.clock.set(NOW + 9 * DAY)
    new = await renew_access(office.desk, await office.asks(county.alice), old)
    ends_of = {grant.reference: (grant.ends, grant.agreement_id) for grant in await office.grants(county.visit)}
    assert ends_of[new] == (NOW + 19 * DAY, None)


@pytest.mark.parametrize("why", ["revoked", "ended", "own", "closed"])
async def test_what_cannot_be_renewed_is_a_conflict(office: Office, why: str) -> None:
    county, reference = office.county, await given(office)
    asks = await office.asks(county.alice)
    if why == "revoked":
        await revoke_access(office.desk, asks, reference, "")
    elif why == "ended":
        office.desk.clock.set(NOW + 10 * DAY)
        asks = await office.asks(county.alice)
    elif why == "own":
        reference = county.grants["the owner on the visit"].reference
    else:
        async with office.desk.database.writing() as session:
            (await session.get_one(Agency, county.council.id)).standing = Standing.CLOSED
    async with office.refusing(Conflict):
        await renew_access(office.desk, asks, reference)


async def test_who_does_not_manage_the_thing_finds_nothing(office: Office) -> None:
    county, reference = office.county, await given(office)
    for officer in (county.bob, county.carol, county.oscar):
        asks = await office.asks(officer)
        async with office.refusing(NotFound):
            await renew_access(office.desk, asks, reference)


async def test_a_renewal_is_one_revocation_and_one_grant(office: Office) -> None:
    county, old = office.county, await given(office)
    office.desk.clock.set(NOW + DAY)
    await renew_access(office.desk, await office.asks(county.alice), old)
    assert [kind for kind, _ in await office.told()][-2:] == ["AccessRevoked", "AccessGiven"]
    standing = [g for g in await office.grants(county.visit) if g.revoked_at is None]
    assert len({grant.principal for grant in standing}) == len(standing)
