from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event, update
from sqlmodel import col

from live.audience import Audience, Level
from models.agencies import Agency, Standing
from models.base import new_id, new_reference
from models.cases import Case
from models.database import Database
from ops.access.audiences import audience_of
from ops.access.doors import find, find_by_id, find_row
from ops.access.explain import why
from ops.errors import NotAllowed, NotFound, Refusal
from tests.access.judge import listed_levels
from tests.cast import DAY, HOUR, NOW, TICK, County, asker, found_county, grant, hold, revoke


async def refusal(database: Database, county: County, name: str, thing: str, least: Level) -> type[Refusal] | None:
    resource = county.everything()[thing]
    asks = await asker(database, county.everyone()[name])
    async with database.reading() as session:
        try:
            await find(session, asks, resource.reference, resource.kind, least)
        except Refusal as refused:
            return type(refused)
    return None


@pytest.mark.parametrize(
    ("name", "at_discover", "at_read", "at_contribute", "at_manage"),
    [
        ("alice", None, None, None, None),
        ("carol", None, None, None, NotAllowed),
        ("bob", None, None, NotAllowed, NotAllowed),
        ("dora", None, NotFound, NotFound, NotFound),
        ("carl", NotFound, NotFound, NotFound, NotFound),
        ("oscar", NotFound, NotFound, NotFound, NotFound),
        ("olga", NotFound, NotFound, NotFound, NotFound),
    ],
)
async def test_a_door_says_not_allowed_only_for_what_one_can_read(
    database: Database, name: str, at_discover: Any, at_read: Any, at_contribute: Any, at_manage: Any
) -> None:
    county = await found_county(database)
    asked = [(Level.DISCOVER, at_discover), (Level.READ, at_read)]
    asked += [(Level.CONTRIBUTE, at_contribute), (Level.MANAGE, at_manage)]
    for least, expected in asked:
        assert await refusal(database, county, name, "case", least) is expected, least


async def test_a_door_needs_the_right_kind(database: Database) -> None:
    county = await found_county(database)
    alice = await asker(database, county.alice)
    async with database.reading() as session:
        with pytest.raises(NotFound):
            await find(session, alice, county.case.reference, "report")


async def test_a_door_gives_the_row_of_its_own_table(database: Database) -> None:
    county = await found_county(database)
    async with database.reading() as session:
        case, found = await find_row(session, await asker(database, county.bob), county.case.reference, Case)
        assert (case.title, found.level) == ("Orchard", Level.READ)


async def test_a_door_by_id_gives_the_same_answers(database: Database) -> None:
    county = await found_county(database)
    async with database.reading() as session:
        assert (await find_by_id(session, await asker(database, county.bob), county.visit.id)).level == Level.READ
        with pytest.raises(NotFound):
            await find_by_id(session, await asker(database, county.oscar), county.visit.id)


@contextmanager
def statements(database: Database) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen.append(statement.partition(" IN (")[0])  # how many ids it names is not a difference in time

    engine = database._reader.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


async def test_a_hidden_thing_takes_as_many_statements_as_none_at_all(database: Database) -> None:
    county = await found_county(database)
    oscar = await asker(database, county.oscar)
    asked = []
    for reference in (county.visit.reference, new_reference()):
        with statements(database) as seen:
            async with database.reading() as session:
                with pytest.raises(NotFound):
                    await find(session, oscar, reference, "report")
        asked.append(seen)
    hidden, absent = asked
    assert hidden == absent


async def test_a_door_writes_nothing(database: Database) -> None:
    county = await found_county(database)
    alice = await asker(database, county.alice)
    with statements(database) as seen:
        async with database.reading() as session:
            await find(session, alice, county.case.reference, "case", Level.MANAGE)
    assert {statement.split()[0] for statement in seen} <= {"BEGIN", "SELECT"}


async def test_a_revoked_grant_opens_nothing(database: Database) -> None:
    county = await found_county(database)
    await revoke(database, county.grants["Fair Work on the case"])
    assert await refusal(database, county, "bob", "case", Level.DISCOVER) is NotFound


async def test_a_held_report_is_closed_to_everyone_but_its_own_agency(database: Database) -> None:
    county = await found_county(database)
    await hold(database, county.visit)
    assert await refusal(database, county, "bob", "visit", Level.READ) is NotFound
    assert await refusal(database, county, "alice", "visit", Level.MANAGE) is None
    await hold(database, county.visit, held=False)
    assert await refusal(database, county, "bob", "visit", Level.READ) is None


async def test_an_emergency_grant_needs_no_agreement_in_force(database: Database) -> None:
    county = await found_county(database)
    async with database.writing() as session:
        county.agreement.ends = county.agreement.starts
        await session.merge(county.agreement)
    assert await refusal(database, county, "bob", "case", Level.READ) is NotFound
    await grant(database, county.case, county.bob, agreement=county.agreement, emergency=True)
    assert await refusal(database, county, "bob", "case", Level.READ) is None


async def test_a_door_asks_for_reading_unless_it_is_told_otherwise(database: Database) -> None:
    county = await found_county(database)
    dora, case = await asker(database, county.dora), county.case  # she knows of the case, and may not read it
    async with database.reading() as session:
        for door in (
            find(session, dora, case.reference, "case"),
            find_by_id(session, dora, case.id),
            find_row(session, dora, case.reference, Case),
        ):
            with pytest.raises(NotFound):
                await door
        assert (await find_by_id(session, dora, case.id, Level.DISCOVER)).level is Level.DISCOVER


async def test_a_door_opens_no_further_than_for_whoever_looks_as_well(database: Database) -> None:
    county = await found_county(database)
    alice, bob, oscar = [await asker(database, one) for one in (county.alice, county.bob, county.oscar)]
    async with database.reading() as session:
        for asks in (replace(alice, beside=bob.keys), replace(bob, beside=alice.keys)):
            assert (await find(session, asks, county.case.reference, "case")).level is Level.READ
            with pytest.raises(NotAllowed):
                await find(session, asks, county.case.reference, "case", Level.CONTRIBUTE)
        with pytest.raises(NotFound):
            await find(session, replace(alice, beside=oscar.keys), county.case.reference, "case", Level.DISCOVER)


@pytest.mark.parametrize("standing", [one for one in Standing if one is not Standing.ACTIVE])
async def test_what_an_agency_without_standing_owns_is_read_and_not_changed(
    database: Database, standing: Standing
) -> None:
    county = await found_county(database)
    assert await refusal(database, county, "carol", "case", Level.CONTRIBUTE) is None
    async with database.writing() as session:
        await session.execute(update(Agency).where(col(Agency.id) == county.police.id).values(standing=standing))
    assert await refusal(database, county, "carol", "case", Level.READ) is None
    assert await refusal(database, county, "dora", "case", Level.DISCOVER) is None
    assert await refusal(database, county, "carol", "case", Level.CONTRIBUTE) is NotAllowed


async def seen_by(database: Database, county: County, name: str, thing: str) -> tuple[bool, bool, bool]:
    """Say whether somebody sees a thing: at its door, in lists, and with a reason."""
    resource, asks = county.everything()[thing], await asker(database, county.everyone()[name])
    async with database.reading() as session:
        listed = resource.id in await listed_levels(session, asks)
        explained = bool((await why(session, asks.keys, resource, NOW)).grants)
    return await refusal(database, county, name, thing, Level.READ) is None, listed, explained


async def test_an_emergency_on_a_case_admits_to_nothing_in_it(database: Database) -> None:
    county = await found_county(database)
    await revoke(database, county.grants["Fair Work on the case"])  # its grant on the visit sleeps
    await grant(database, county.case, county.bob, emergency=True)
    assert await seen_by(database, county, "bob", "case") == (True, True, True)
    for thing in ("visit", "visit_photo"):
        assert await seen_by(database, county, "bob", thing) == (False, False, False)
    await grant(database, county.case, county.bob, Level.DISCOVER)
    for thing in ("visit", "visit_photo"):
        assert await seen_by(database, county, "bob", thing) == (True, True, True)


async def test_what_follows_its_box_in_everything_is_seen_with_it_in_an_emergency(database: Database) -> None:
    county = await found_county(database)
    for name in ("Fair Work on the operation", "Fair Work on the farm"):
        await revoke(database, county.grants[name])
    assert await seen_by(database, county, "bob", "loose") == (False, False, False)
    await grant(database, county.operation, county.bob, emergency=True)
    assert await seen_by(database, county, "bob", "loose") == (True, True, True)
    assert await seen_by(database, county, "bob", "farm") == (False, False, False)


async def test_an_audience_is_the_things_own_and_nobodys_for_what_is_not_there(database: Database) -> None:
    county = await found_county(database)
    keys = (await asker(database, county.alice)).keys
    async with database.reading() as session:
        assert (await audience_of(session, county.case.id)).at(NOW).level(keys) is Level.MANAGE
        assert await audience_of(session, new_id()) == Audience(())


async def test_an_agreement_bounds_a_grant_at_the_door_to_the_instant(database: Database) -> None:
    county, begins, ends = await found_county(database), NOW + HOUR, NOW + DAY
    await grant(database, county.case, county.power, ends=NOW + 9 * DAY, agreement=county.agreement)
    async with database.writing() as session:
        county.agreement.starts, county.agreement.ends = begins, ends
        await session.merge(county.agreement)
    keys = (await asker(database, county.oscar)).keys
    async with database.reading() as session:
        audience = await audience_of(session, county.case.id)
    seen = [audience.at(at).level(keys) for at in (begins - TICK, begins, ends - TICK, ends)]
    assert seen == [Level.NONE, Level.READ, Level.READ, Level.NONE]
