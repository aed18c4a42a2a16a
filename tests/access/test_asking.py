"""Who asks is read from an open sign-in: to its last instant, of nobody else, and with the keys and duties of now."""

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import update
from sqlmodel import SQLModel

from models.agencies import Agency, Duty, Officer, OfficerDuty, Standing
from models.base import new_id
from models.database import Database
from models.sign_ins import Factor, SignIn
from ops.access.asker import Asker
from ops.access.asking import asked_anew, asker_by, asker_by_token
from tests.cast import DAY, HOUR, NOW, TICK, County, asker, file, found_county

ENDS = NOW + HOUR
SEEN = NOW - HOUR


async def signed_in(database: Database, officer: Officer, secret: str) -> SignIn:
    """File a sign-in that lasts until ENDS."""
    row = SignIn(officer_id=officer.id, secret_hash=secret, started_at=NOW - DAY, seen_at=SEEN, expires_at=ENDS)
    await file(database, row)
    return row


async def ended(database: Database, table: type[SQLModel], **values: object) -> None:
    async with database.writing() as session:
        await session.execute(update(table).values(**values))


async def asks(database: Database, secret: str, now: datetime = NOW) -> tuple[Asker, datetime] | None:
    async with database.reading() as session:
        return await asker_by(session, secret, now)


async def again(database: Database, who: Asker, now: datetime) -> Asker | None:
    async with database.reading() as session:
        return await asked_anew(session, who, now)


async def alice_and_bob(database: Database) -> tuple[County, SignIn]:
    """Sign Alice in twice and Bob once; gives Alice's first sign-in."""
    county = await found_county(database)
    first = await signed_in(database, county.alice, "hers")
    await signed_in(database, county.alice, "hers too")
    await signed_in(database, county.bob, "his")
    return county, first


async def test_a_secret_gives_its_own_officer_with_keys_and_duties_and_when_it_was_last_seen(
    database: Database,
) -> None:
    county, row = await alice_and_bob(database)
    assert await asks(database, "hers") == (replace(await asker(database, county.alice), sign_in=row.id), SEEN)
    found = await asks(database, "his")
    assert found is not None
    assert found[0].officer == county.bob.id
    assert await asks(database, "nobody's") is None


async def test_a_sign_in_lasts_until_its_last_instant_and_no_longer(database: Database) -> None:
    await alice_and_bob(database)
    found = [await asks(database, "hers", at) for at in (ENDS - TICK, ENDS)]
    assert [one is not None for one in found] == [True, False]


@pytest.mark.parametrize(
    ("table", "values"),
    [
        (SignIn, {"ended_at": NOW - TICK}),
        (Officer, {"active": False}),
        *((Agency, {"standing": one}) for one in Standing if one is not Standing.ACTIVE),
    ],
)
async def test_an_ended_sign_in_a_locked_officer_and_an_agency_that_takes_no_part_ask_for_nothing(
    database: Database, table: type[SQLModel], values: dict[str, object]
) -> None:
    await alice_and_bob(database)
    before = await asks(database, "hers")
    assert before is not None
    await ended(database, table, **values)
    assert await asks(database, "hers") is None
    assert await again(database, before[0], NOW) is None


async def test_who_asks_anew_has_the_keys_and_duties_of_now_and_the_eyes_that_they_looked_through(
    database: Database,
) -> None:
    county, _ = await alice_and_bob(database)
    found = await asks(database, "hers")
    assert found is not None
    beside = frozenset({"agency:other"})
    who = replace(found[0], keys=frozenset(), duties=frozenset(), beside=beside)
    assert await again(database, who, NOW + TICK) == replace(found[0], at=NOW + TICK, beside=beside)
    await file(database, OfficerDuty(officer_id=county.alice.id, duty=Duty.EMERGENCY, starts=NOW + 2 * TICK))
    later = await again(database, who, NOW + 2 * TICK)
    assert later is not None
    assert later.duties == {Duty.LEAD, Duty.EMERGENCY}


async def test_who_asks_anew_never_asks_for_an_earlier_instant_than_before(database: Database) -> None:
    await alice_and_bob(database)
    found = await asks(database, "hers", NOW + TICK)
    assert found is not None
    earlier = await again(database, found[0], NOW)
    assert earlier is not None
    assert earlier.at == NOW + TICK


async def test_who_asks_without_a_sign_in_or_with_another_is_nobody(database: Database) -> None:
    county, _ = await alice_and_bob(database)
    who = await asker(database, county.alice)
    assert await again(database, who, NOW) is None
    assert await again(database, replace(who, sign_in=new_id()), NOW) is None


async def test_a_cookie_is_no_token_and_a_token_is_no_cookie(database: Database) -> None:
    await alice_and_bob(database)
    await ended(database, SignIn, factor=Factor.TOKEN)  # all of them are tokens now
    async with database.reading() as session:
        by_token = await asker_by_token(session, "hers", NOW)
        assert by_token is not None
        assert await asker_by(session, "hers", NOW) is None
        assert await asker_by_token(session, "somebody's", NOW) is None
    await ended(database, SignIn, factor=Factor.PASSWORD)
    async with database.reading() as session:
        assert await asker_by_token(session, "hers", NOW) is None
        assert await asker_by(session, "hers", NOW) is not None
