"""Why can I see this, who can see this, and what another agency would see: as the county has it."""

from dataclasses import replace

import pytest

from live.audience import Level
from models.database import Database
from ops.errors import NotFound
from ops.screens.explanation import read_explanation
from ops.screens.sharing import read_sharing
from ops.screens.view_as import read_board_as, read_case_as
from tests import cast
from tests.cast import found_county, grant
from tests.county import DAY, NOW


async def test_a_grant_explains_itself_with_key_decider_purpose_and_end(database: Database) -> None:
    county = await found_county(database)
    async with database.reading() as session:
        page = await read_explanation(session, await cast.asker(database, county.bob), "report", county.visit.reference)
    [reason] = page.reasons
    assert (reason.key.agency.name, reason.key.part, reason.decider.name) == (
        county.fair_work.name,
        "",
        county.police.name,
    )
    assert reason.agreement == county.agreement.name
    assert [gate.key.agency.name for gate in page.gate] == [county.fair_work.name]
    assert page.box == "case"


async def test_an_end_is_the_agreements_where_that_comes_first(database: Database) -> None:
    county = await found_county(database)
    ends = NOW + 3 * DAY
    async with database.writing() as session:
        agreement = await session.get_one(type(county.agreement), county.agreement.id)
        agreement.ends = ends
    async with database.reading() as session:
        page = await read_explanation(session, await cast.asker(database, county.bob), "case", county.case.reference)
    assert {reason.until for reason in page.reasons} == {ends}


async def test_who_may_only_know_of_a_thing_reads_no_word_of_why(database: Database) -> None:
    county = await found_county(database)
    given = await grant(database, county.other_case, county.oscar, Level.DISCOVER, agreement=county.agreement)
    async with database.writing() as session:
        row = await session.get_one(type(given), given.id)
        row.reason = row.purpose = row.necessity = "canary"
    async with database.reading() as session:
        asks = await cast.asker(database, county.oscar)
        page = await read_explanation(session, asks, "case", county.other_case.reference)
    assert page.reasons
    assert not page.title
    assert "canary" not in repr(page)


async def test_who_sees_nothing_gets_no_explanation(database: Database) -> None:
    county = await found_county(database)
    async with database.reading() as session:
        asks = await cast.asker(database, county.olga)
        for kind, thing in (("case", county.case), ("report", county.visit), ("post", county.arrived)):
            with pytest.raises(NotFound):
                await read_explanation(session, asks, kind, thing.reference)


async def test_a_photo_is_explained_by_the_report_it_is_on(database: Database) -> None:
    county = await found_county(database)
    async with database.reading() as session:
        asks = await cast.asker(database, county.bob)
        page = await read_explanation(session, asks, "attachment", county.visit_photo.reference)
    assert page.follows == "report"
    assert page.address == f"/reports/{county.visit.reference}"


async def test_who_sleeps_is_named_to_the_managers_alone(database: Database) -> None:
    county = await found_county(database)
    await grant(database, county.visit, county.power, agreement=county.agreement)
    named = {}
    for officer in (county.alice, county.bob):
        async with database.reading() as session:
            asks = await cast.asker(database, officer)
            page = await read_sharing(session, asks, "report", county.visit.reference)
        named[officer.name] = county.power.name in {line.agency.name for line in page.grants}
    assert named == {county.alice.name: True, county.bob.name: False}


async def test_names_stay_in_their_own_agency(database: Database) -> None:
    county = await found_county(database)
    async with database.reading() as session:
        page = await read_sharing(session, await cast.asker(database, county.bob), "case", county.case.reference)
    assert county.bob.name in page.colleagues
    assert county.alice.name not in page.colleagues


async def test_anothers_eyes_see_what_both_see_and_no_more(database: Database) -> None:
    county = await found_county(database)
    async with database.reading() as session:
        alice = await cast.asker(database, county.alice)
        shown = await read_case_as(session, alice, county.case.reference, county.fair_work.reference)
        board = await read_board_as(session, alice, county.operation.reference, county.fair_work.reference)
        mine = await read_board_as(session, alice, county.operation.reference, "")
    assert shown.theirs is not None
    assert {card.reference for card in shown.theirs.cards} == {county.visit.reference}
    assert not shown.theirs.may_manage
    assert board.theirs is not None
    assert mine.theirs is None


async def test_anothers_eyes_never_show_what_others_share_with_them(database: Database) -> None:
    county = await found_county(database)
    async with database.reading() as session:
        alice, carol = await cast.asker(database, county.alice), await cast.asker(database, county.carol)
        theirs = await read_case_as(session, alice, county.case.reference, county.council.reference)
        own = await read_case_as(session, carol, county.case.reference, county.council.reference)
    assert theirs.theirs is not None
    assert own.theirs is not None
    assert county.assessment.reference not in repr(theirs)
    assert county.assessment.reference in repr(own)


async def test_an_agency_that_sees_nothing_is_said_to_see_nothing(database: Database) -> None:
    county = await found_county(database)
    async with database.reading() as session:
        alice = await cast.asker(database, county.alice)
        shown = await read_case_as(session, alice, county.case.reference, county.coastguard.reference)
        with pytest.raises(NotFound):
            await read_case_as(session, alice, county.case.reference, county.alice.reference)
    assert shown.theirs is None
    assert county.visit.reference in {one.reference for one in shown.hidden}


async def test_two_pairs_of_eyes_go_through_a_door_as_the_weaker(database: Database) -> None:
    county = await found_county(database)
    async with database.reading() as session:
        alice, bob = await cast.asker(database, county.alice), await cast.asker(database, county.bob)
        narrowed = replace(alice, beside=bob.keys)
        page = await read_explanation(session, narrowed, "report", county.visit.reference)
        with pytest.raises(NotFound):
            await read_explanation(session, narrowed, "case", county.other_case.reference)
    assert page.level != "Manage it and share it"
