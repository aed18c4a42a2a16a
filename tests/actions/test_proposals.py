"""What is shared with who is not in the case sleeps, and the case's managers are asked to let them in."""

from dataclasses import replace

import pytest

from live.audience import Level
from models.agencies import Officer
from models.grants import Resource
from ops.actions.admissions import accept_proposal, decline_proposal
from ops.actions.grants import revoke_access
from ops.errors import Conflict, Invalid, NotFound
from ops.screens.proposals import proposals_to_decide, read_proposal
from ops.screens.waiting import ToDecide
from tests.actions.office import TERMS, Office, words


async def asked(office: Office, officer: Officer) -> list[ToDecide]:
    async with office.desk.database.reading() as session:
        return await proposals_to_decide(session, await office.asks(officer))


async def waiting(office: Office) -> str:
    """Give the one proposal that Alice is asked about."""
    (one,) = await asked(office, office.county.alice)
    return one.where.rpartition("/")[2]


async def share(office: Office) -> Resource:
    """Let Carol, of the Council, share her report with Power, who is not in the Police's case."""
    county = office.county
    await office.give(county.carol, county.assessment, f"agency:{county.power.reference}")
    return county.assessment


async def test_the_managers_of_the_case_are_asked_and_nobody_else(office: Office) -> None:
    county, report = office.county, await share(office)
    assert await office.level(county.oscar, report) is Level.NONE
    found = {name: await asked(office, officer) for name, officer in county.everyone().items()}
    assert {name for name, ones in found.items() if ones} == {"alice", "alan"}


async def test_they_are_told_the_two_agencies_and_nothing_of_the_report(office: Office) -> None:
    report = await share(office)
    (one,) = await asked(office, office.county.alice)
    assert (one.agency.code, one.said) == ("CNC", "proposes to let Power into “Orchard”.")
    async with office.desk.database.reading() as session:
        page = await read_proposal(session, await office.asks(office.county.alice), await waiting(office))
    for told in (repr(one), repr(page)):
        assert report.reference not in told
        assert "Assessment" not in told
    assert one.shown == (office.county.case.reference,)


async def test_a_report_written_for_who_is_not_in_the_case_asks_once_for_each_agency(office: Office) -> None:
    county = office.county
    who = (f"agency:{county.power.reference}", f"officer:{county.oscar.reference}", f"officer:{county.dora.reference}")
    await office.write(county.carol, shared_with=who)
    assert [one.said for one in await asked(office, county.alice)] == ["proposes to let Power into “Orchard”."]


async def test_one_that_waits_is_enough(office: Office) -> None:
    county = office.county
    await share(office)
    await office.give(county.carol, county.assessment, f"officer:{county.oscar.reference}")
    assert len(await asked(office, county.alice)) == 1


async def test_accepting_lets_the_agency_know_of_the_case_and_wakes_what_was_shared(office: Office) -> None:
    county, report = office.county, await share(office)
    alice = await office.asks(county.alice)
    terms = replace(TERMS, level="manage")  # what a form says of the level counts for nothing
    assert await accept_proposal(office.desk, alice, await waiting(office), terms) == county.case.reference
    assert await office.level(county.oscar, county.case) is Level.DISCOVER
    assert await office.level(county.oscar, report) is Level.READ
    assert await asked(office, county.alan) == []


async def test_declining_leaves_everything_as_it_was(office: Office) -> None:
    county, report = office.county, await share(office)
    before = await office.levels(report), await office.levels(county.case)
    reference = await waiting(office)
    await decline_proposal(office.desk, await office.asks(county.alan), reference)
    assert (await office.levels(report), await office.levels(county.case)) == before
    assert await asked(office, county.alice) == []
    async with office.refusing(Conflict):
        await accept_proposal(office.desk, await office.asks(county.alice), reference, TERMS)


@pytest.mark.parametrize("field", ["necessity", "purpose", "basis"])
async def test_letting_in_needs_its_terms(office: Office, field: str) -> None:
    await share(office)
    reference, alice = await waiting(office), await office.asks(office.county.alice)
    async with office.refusing(Invalid) as refused:
        await accept_proposal(office.desk, alice, reference, replace(TERMS, **{field: ""}))  # type: ignore[arg-type]  # a field of words
    assert list(words(refused)) == [field]


async def test_a_proposal_is_not_there_for_who_does_not_manage_the_case(office: Office) -> None:
    county = office.county
    await share(office)
    reference = await waiting(office)
    for officer in (county.bob, county.carol, county.dora, county.oscar, county.olga):
        asks = await office.asks(officer)
        async with office.refusing(NotFound):
            await accept_proposal(office.desk, asks, reference, TERMS)
        async with office.refusing(NotFound):
            await decline_proposal(office.desk, asks, reference)
    async with office.refusing(NotFound):
        await decline_proposal(office.desk, await office.asks(county.alice), "a" * 26)


async def test_it_is_over_when_the_access_is(office: Office) -> None:
    county = office.county
    given = await office.give(county.carol, county.assessment, f"agency:{county.power.reference}")
    await revoke_access(office.desk, await office.asks(county.carol), given, "")
    assert await asked(office, county.alice) == []


async def test_it_is_over_when_the_agency_is_let_in_otherwise(office: Office) -> None:
    county = office.county
    await share(office)
    await office.give(county.alice, county.case, f"officer:{county.oscar.reference}", level="discover")
    assert await asked(office, county.alice) == []
