"""Asking for access: what a stub and a typed reference let one do, and that neither tells anything."""

import pytest

from models.agencies import Officer
from models.base import new_reference
from ops.actions.request_course import Stage
from ops.actions.requests import LASTS, MOST_TYPED, ask
from ops.errors import Conflict, Invalid, NotFound
from ops.screens.request_page import sent_requests
from tests.actions.office import Office, words
from tests.actions.petition import WANTED, asks_for, filed, types
from tests.cast import DAY, NOW, TICK


async def stage(office: Office, officer: Officer, reference: str) -> Stage:
    """Give what a requester sees of one of their requests."""
    asks = await office.asks(officer)
    async with office.desk.database.reading() as session:
        return next(one.stage for one in await sent_requests(session, asks) if one.reference == reference)


async def test_who_knows_of_a_case_asks_for_it(office: Office) -> None:
    county = office.county
    request = await filed(office, await asks_for(office, county.dora, county.case))
    assert (request.resource_id, request.officer_id, request.typed) == (county.case.id, county.dora.id, False)
    assert request.lapses_at == NOW + LASTS
    assert request.position == (await office.journal())[-1].position
    assert await stage(office, county.dora, request.reference) is Stage.WAITING


async def test_asking_opens_nothing(office: Office) -> None:
    before = await office.levels(office.county.case)
    await asks_for(office, office.county.dora, office.county.case)
    await types(office, office.county.oscar, office.county.case.reference)
    assert await office.levels(office.county.case) == before


async def test_what_one_does_not_know_of_is_not_there_to_ask_for(office: Office) -> None:
    async with office.refusing(NotFound):
        await asks_for(office, office.county.oscar, office.county.case)
    async with office.refusing(NotFound):
        await ask(office.desk, await office.asks(office.county.dora), "case", new_reference(), WANTED)
    async with office.refusing(NotFound):
        await ask(office.desk, await office.asks(office.county.bob), "site", office.county.farm.reference, WANTED)


async def test_one_does_not_ask_for_what_one_has(office: Office) -> None:
    async with office.refusing(Invalid):
        await asks_for(office, office.county.bob, office.county.case)
    await asks_for(office, office.county.bob, office.county.case, level="contribute")


async def test_asking_twice_is_said_to_be_that(office: Office) -> None:
    await asks_for(office, office.county.dora, office.county.case)
    async with office.refusing(Conflict):
        await asks_for(office, office.county.dora, office.county.case)
    await office.later(LASTS)
    await asks_for(office, office.county.dora, office.county.case, until=NOW + 20 * DAY)


async def test_one_asks_for_ones_own_team_and_no_other(office: Office) -> None:
    county = office.county
    await types(office, county.carol, county.visit.reference, whom=f"team:{county.mash.reference}")
    for team in (county.squad, county.mash):
        async with office.refusing(Invalid) as refused:
            await asks_for(office, county.dora, county.case, whom=f"team:{team.reference}")
        assert set(words(refused)) == {"whom"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("reason", " "),
        ("reason", "x" * 401),
        ("purpose", ""),
        ("purpose", "x" * 401),
        ("level", "manage"),
        ("level", "discover"),
        ("level", ""),
        ("until", None),
        ("until", NOW),
        ("until", NOW - DAY),
        ("until", NOW + 400 * DAY),
    ],
)
async def test_a_request_out_of_range_is_refused(office: Office, field: str, value: object) -> None:
    async with office.refusing(Invalid) as refused:
        await asks_for(office, office.county.dora, office.county.case, **{field: value})
    assert set(words(refused)) == {field}
    async with office.refusing(Invalid) as refused:
        await types(office, office.county.dora, office.county.visit.reference, **{field: value})
    assert set(words(refused)) == {field}


@pytest.mark.parametrize("reference", ["", "short", "x" * 27, "8" * 26, "ä" * 26, "' or 1=1 --" + "a" * 15])
async def test_a_reference_of_another_shape_is_refused_whoever_types_it(office: Office, reference: str) -> None:
    async with office.refusing(Invalid) as refused:
        await types(office, office.county.dora, reference)
    assert set(words(refused)) == {"reference"}


async def test_a_typed_reference_is_kept_whether_it_names_anything_or_not(office: Office) -> None:
    county, wrong = office.county, new_reference()
    assert (await filed(office, await types(office, county.oscar, wrong))).resource_id is None
    right = await filed(office, await types(office, county.oscar, f" {county.visit.reference.upper()} "))
    assert (right.resource_id, right.asked_for) == (county.visit.id, county.visit.reference)
    nobody_asks = await filed(office, await types(office, county.oscar, county.farm.reference))
    assert nobody_asks.resource_id is None


async def test_every_typed_reference_asks_the_database_the_same(office: Office) -> None:
    county, asked = office.county, []
    things = [county.visit.reference, new_reference(), county.assessment.reference, county.farm.reference]
    things += [county.case.reference, county.other_case.reference]  # one of which she reads, and one of which is hidden
    await types(office, county.carol, new_reference())  # what is prepared once is prepared now
    for reference in things:
        with office.statements() as statements:
            await types(office, county.carol, reference)
        asked.append(statements)
    assert all(one == asked[0] for one in asked)


async def test_a_wrong_reference_closes_at_the_very_instant_at_which_a_silent_one_does(office: Office) -> None:
    county = office.county
    wrong = await types(office, county.oscar, new_reference())
    right = await types(office, county.oscar, county.visit.reference)
    await office.later(LASTS - TICK)
    assert {await stage(office, county.oscar, one) for one in (wrong, right)} == {Stage.SENT}
    await office.later(TICK)
    assert {await stage(office, county.oscar, one) for one in (wrong, right)} == {Stage.CLOSED}


async def test_a_second_typed_request_is_answered_alike_for_right_and_wrong(office: Office) -> None:
    for reference in (office.county.visit.reference, new_reference()):
        await types(office, office.county.oscar, reference)
        async with office.refusing(Conflict):
            await types(office, office.county.oscar, reference)


async def test_a_day_holds_so_many_typed_references_and_no_more(office: Office) -> None:
    for _ in range(MOST_TYPED):
        await types(office, office.county.oscar, new_reference())
    for reference in (office.county.visit.reference, new_reference()):
        async with office.refusing(Conflict):
            await types(office, office.county.oscar, reference)
    await types(office, office.county.dora, new_reference())
    await office.later(DAY)
    await types(office, office.county.oscar, office.county.visit.reference)
