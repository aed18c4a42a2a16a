"""Agencies come, are suspended and close by the platform operator, who sees nothing of what is theirs."""

from dataclasses import replace

import pytest
from sqlalchemy import select
from sqlmodel import col

from live.audience import Level
from models.agencies import Agency, Officer, Standing
from ops.actions.agencies import NewAgency, make_agency, move_agency
from ops.actions.invitations import guest_of
from ops.actions.tasks import claim_task
from ops.errors import Conflict, Invalid, NeedsConfirmation, NotAllowed, NotFound
from tests.actions.office import Office

HARBOUR = NewAgency("hbr", "Harbour Trust", "voluntary", "01632 960 999", "Nora Quill", "Nora@Harbour.example")
GONE = (Standing.SUSPENDED, Standing.CLOSED)


async def move(office: Office, agency: Agency, standing: Standing) -> None:
    await move_agency(office.desk, await office.asks_confirmed(office.county.olga), agency.reference, standing)


async def test_a_new_agency_has_an_administrator_who_sees_nothing(office: Office) -> None:
    invited = await make_agency(office.desk, await office.asks_confirmed(office.county.olga), HARBOUR)
    async with office.desk.database.reading() as session:
        agency = (await session.execute(select(Agency).where(col(Agency.code) == "HBR"))).scalar_one()
        nora = (await session.execute(select(Officer).where(col(Officer.agency_id) == agency.id))).scalar_one()
    assert (agency.standing, nora.name, invited.officer) == ("active", "Nora Quill", nora.reference)
    assert (await guest_of(office.desk, invited.token)).email == "nora@harbour.example"
    assert (await office.asks(nora)).duties == {"administrator"}
    assert [await office.level(nora, thing) for thing in office.county.everything().values()] == [
        Level.NONE for _ in office.county.everything()
    ]


async def test_who_is_no_operator_finds_no_platform(office: Office) -> None:
    county = office.county
    for officer in (county.alice, county.alan, county.bob):
        async with office.refusing(NotFound):
            await make_agency(office.desk, await office.asks(officer), HARBOUR)
        async with office.refusing(NotFound):
            await move_agency(office.desk, await office.asks(officer), county.nhs.reference, Standing.CLOSED)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"code": "pol"}, "letters"),
        ({"code": "H"}, "letters"),
        ({"code": "TOOLONG"}, "letters"),
        ({"code": "A1"}, "letters"),
        ({"name": " "}, "name"),
        ({"kind": "royal"}, "kind"),
        ({"desk": "x" * 201}, "desk"),
        ({"administrator": ""}, "administrator"),
        ({"email": "nora"}, "email"),
    ],
)
async def test_a_new_agency_that_does_not_fit_is_not_made(office: Office, changed: dict[str, str], field: str) -> None:
    asks = await office.asks_confirmed(office.county.olga)
    async with office.refusing(Invalid) as refused:
        await make_agency(office.desk, asks, replace(HARBOUR, **changed))  # type: ignore[arg-type]  # fields of it
    assert isinstance(refused.value, Invalid)
    assert list(refused.value.messages) == [field]


@pytest.mark.parametrize("standing", GONE)
async def test_an_agency_without_standing_gives_no_keys_and_its_grants_are_kept(
    office: Office, standing: Standing
) -> None:
    county = office.county
    before = await office.grants(county.case)
    await move(office, county.fair_work, standing)
    assert (await office.asks(county.bob)).keys == frozenset()
    assert [grant.revoked_at for grant in await office.grants(county.case)] == [one.revoked_at for one in before]


async def test_a_reopened_agency_has_back_what_it_had(office: Office) -> None:
    county = office.county
    before = {name: await office.levels(thing) for name, thing in county.everything().items()}
    await move(office, county.fair_work, Standing.SUSPENDED)
    await move(office, county.fair_work, Standing.ACTIVE)
    assert {name: await office.levels(thing) for name, thing in county.everything().items()} == before


async def test_a_closed_agency_stays_closed(office: Office) -> None:
    county = office.county
    await move(office, county.fair_work, Standing.CLOSED)
    asks = await office.asks_confirmed(county.olga)
    for standing in Standing.ACTIVE, Standing.SUSPENDED, Standing.CLOSED:
        async with office.refusing(Conflict):
            await move_agency(office.desk, asks, county.fair_work.reference, standing)


async def test_an_active_agency_is_not_reopened_nor_ones_own_moved(office: Office) -> None:
    county, asks = office.county, await office.asks_confirmed(office.county.olga)
    async with office.refusing(Conflict):
        await move_agency(office.desk, asks, county.nhs.reference, Standing.ACTIVE)
    async with office.refusing(Conflict):
        await move_agency(office.desk, asks, county.coastguard.reference, Standing.SUSPENDED)


async def test_an_agency_that_is_none_is_not_there(office: Office) -> None:
    asks = await office.asks_confirmed(office.county.olga)
    async with office.refusing(NotFound):
        await move_agency(office.desk, asks, "a" * 26, Standing.CLOSED)


async def test_moving_an_agency_wants_a_fresh_confirmation(office: Office) -> None:
    asks = await office.asks(office.county.olga)
    async with office.refusing(NeedsConfirmation):
        await move_agency(office.desk, asks, office.county.nhs.reference, Standing.CLOSED)


@pytest.mark.parametrize("standing", GONE)
async def test_what_it_owns_is_read_by_those_who_had_it_and_changed_by_nobody(
    office: Office, standing: Standing
) -> None:
    county = office.county
    before = {name: await office.level(county.bob, thing) for name, thing in county.everything().items()}
    await move(office, county.police, standing)
    assert {name: await office.level(county.bob, thing) for name, thing in county.everything().items()} == before
    async with office.refusing(NotAllowed):
        await office.write(county.carol)
    async with office.refusing(NotAllowed):
        await claim_task(office.desk, await office.asks(county.bob), county.knock.reference)
    async with office.refusing(NotAllowed):
        await office.post(county.bob)


async def test_ones_own_reports_in_its_cases_stay_ones_own(office: Office) -> None:
    county = office.county
    await move(office, county.police, Standing.CLOSED)
    reference = await office.give(county.carol, county.assessment, f"officer:{county.carl.reference}", until=None)
    assert reference
    assert await office.level(county.carl, county.assessment) is Level.READ


async def test_a_call_for_help_is_heard_whatever_the_standing(office: Office) -> None:
    county = office.county
    await move(office, county.police, Standing.SUSPENDED)
    await office.say(county.bob, "help", "locked in")
    assert len(await office.check_ins("help")) == 1
