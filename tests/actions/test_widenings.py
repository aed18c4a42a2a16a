"""Who read a report before is told that another agency reads it now, until they say that they saw it."""

from live.audience import Level
from models.agencies import Officer
from models.grants import Resource
from ops.actions.grants import revoke_access
from ops.actions.holds import hold
from ops.actions.widenings import see_widening
from ops.errors import NotFound
from ops.screens.widenings import Widened, widened
from tests.actions.office import Office
from tests.cast import grant


async def told(office: Office, officer: Officer, case: Resource | None = None) -> tuple[Widened, ...]:
    async with office.desk.database.reading() as session:
        return await widened(session, await office.asks(officer), case.id if case else None)


async def everyone_told(office: Office) -> dict[str, list[str]]:
    found = {name: await told(office, officer) for name, officer in office.county.everyone().items()}
    return {name: [one.added.code for one in ones] for name, ones in found.items() if ones}


async def widen(office: Office) -> str:
    """Give NHS the visit, which Police and Fair Work read; the grant's reference."""
    return await office.give(office.county.alice, office.county.visit, f"agency:{office.county.nhs.reference}")


async def test_its_readers_are_told_but_not_who_let_the_agency_in_nor_that_agency(office: Office) -> None:
    await widen(office)
    assert await office.level(office.county.dora, office.county.visit) is Level.READ
    assert await everyone_told(office) == {"alan": ["NHS"], "bob": ["NHS"]}


async def test_it_says_which_report_and_who_may_hold_it(office: Office) -> None:
    county = office.county
    await widen(office)
    (to_manager,), (to_reader,) = await told(office, county.alan), await told(office, county.bob)
    assert (to_manager.report, to_manager.title) == (county.visit.reference, "Visit to the farm")
    assert (to_manager.agency.code, to_manager.may_hold, to_reader.may_hold) == ("POL", True, False)
    assert await told(office, county.alan, county.other_case) == ()


async def test_more_access_for_an_agency_that_reads_it_already_is_no_widening(office: Office) -> None:
    county = office.county
    await office.give(county.alice, county.visit, f"officer:{county.bob.reference}", level="contribute")
    await office.give(county.alice, county.visit, f"officer:{county.alan.reference}")
    await office.give(county.alice, county.visit, f"officer:{county.dora.reference}", level="discover")
    assert await everyone_told(office) == {}


async def test_a_report_is_not_widened_by_the_audience_it_was_written_for(office: Office) -> None:
    county = office.county
    await office.write(county.carol, shared_with=(f"team:{county.squad.reference}", f"officer:{county.dora.reference}"))
    assert await everyone_told(office) == {}


async def test_who_came_in_later_is_not_told_of_what_was_before(office: Office) -> None:
    county = office.county
    await widen(office)
    await office.give(county.alice, county.visit, f"team:{county.mash.reference}")
    assert await everyone_told(office) == {"alan": ["NHS", "CNC"], "bob": ["NHS", "CNC"], "dora": ["CNC"]}


async def test_who_says_that_they_saw_it_is_told_no_more(office: Office) -> None:
    county = office.county
    await widen(office)
    (one,) = await told(office, county.bob)
    for _ in range(2):
        await see_widening(office.desk, await office.asks(county.bob), one.reference)
    assert await everyone_told(office) == {"alan": ["NHS"]}
    assert [kind for kind, _ in await office.told()].count("WideningSeen") == 1


async def test_who_does_not_read_the_report_has_nothing_to_have_seen(office: Office) -> None:
    county = office.county
    await widen(office)
    (one,) = await told(office, county.bob)
    await grant(office.desk.database, county.visit, county.mash, Level.DISCOVER, agreement=county.agreement)
    for officer in (county.carol, county.carl, county.oscar, county.olga):
        async with office.refusing(NotFound):
            await see_widening(office.desk, await office.asks(officer), one.reference)
    async with office.refusing(NotFound):
        await see_widening(office.desk, await office.asks(county.bob), "a" * 26)


async def test_it_is_over_when_the_access_is(office: Office) -> None:
    given = await widen(office)
    await revoke_access(office.desk, await office.asks(office.county.alice), given, "")
    assert await everyone_told(office) == {}


async def test_a_hold_takes_it_from_every_screen(office: Office) -> None:
    await widen(office)
    await hold(office.desk, await office.asks(office.county.alan), office.county.visit.reference, "")
    assert await everyone_told(office) == {}


async def test_who_lost_the_report_is_not_told(office: Office) -> None:
    county = office.county
    await widen(office)
    await revoke_access(
        office.desk, await office.asks(county.alice), county.grants["Fair Work on the visit"].reference, ""
    )
    assert await everyone_told(office) == {"alan": ["NHS"]}


async def test_a_grant_that_sleeps_is_told_when_it_wakes(office: Office) -> None:
    county = office.county
    await office.give(county.alice, county.visit, f"agency:{county.power.reference}")
    assert await everyone_told(office) == {}
    await office.give(county.alice, county.case, f"agency:{county.power.reference}", level="discover")
    assert await everyone_told(office) == {"alan": ["PWR"], "bob": ["PWR"]}
