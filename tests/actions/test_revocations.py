"""Everything that somebody was given is taken back in one act, in one place, and nothing of others."""

from live.audience import Level
from models.agencies import Officer
from ops.actions.revocations import OUTSIDE, Scope, revoke_all
from ops.errors import Conflict, Invalid, NotAllowed, NotFound
from tests.actions.office import Office
from tests.cast import file, new_grant


async def take(office: Office, officer: Officer, within: str, who: str, why: str = "over") -> int:
    return await revoke_all(office.desk, await office.asks(officer), Scope(within, who), why)


async def test_an_agency_loses_the_case_and_the_owners_reports_in_it_and_keeps_its_own(office: Office) -> None:
    county = office.county
    await file(office.desk.database, new_grant(county.visit, county.mash, agreement=county.agreement))
    count = await take(office, county.alice, f"case:{county.case.reference}", f"agency:{county.council.reference}")
    assert count == 2
    for thing in (county.case, county.visit):
        assert await office.level(county.carol, thing) is Level.NONE
    assert await office.level(county.carol, county.assessment) is Level.MANAGE
    assert await office.level(county.bob, county.visit) is Level.READ


async def test_everyone_outside_the_owner_loses_a_case_in_one_transaction(office: Office) -> None:
    county = office.county
    await take(office, county.alice, f"case:{county.case.reference}", OUTSIDE)
    assert set(await office.levels(county.case)) == {"alice", "alan"}
    assert set(await office.levels(county.visit)) == {"alice", "alan"}
    assert len({grant.revoked_at for grant in await office.grants(county.case) if grant.revoked_at}) == 1


async def test_an_operation_is_taken_back_with_its_sites(office: Office) -> None:
    county = office.county
    await take(office, county.alice, f"operation:{county.operation.reference}", f"agency:{county.fair_work.reference}")
    for thing in (county.operation, county.farm):
        assert await office.level(county.bob, thing) is Level.NONE
    assert await office.level(county.bob, county.quiet_word) is Level.MANAGE
    assert await office.level(county.carol, county.farm) is Level.READ


async def test_what_a_team_or_an_officer_was_given_goes_wherever_one_manages(office: Office) -> None:
    county = office.county
    await take(office, county.alice, "", f"team:{county.mash.reference}")
    assert await office.level(county.carol, county.case) is Level.NONE
    assert await office.level(county.carol, county.quiet_word) is Level.READ  # given by Fair Work
    await take(office, county.alice, "", f"officer:{county.dora.reference}")
    assert await office.level(county.dora, county.case) is Level.NONE
    assert await office.level(county.dora, county.assessment) is Level.NONE  # sleeps: she is in the case no longer


async def test_who_does_not_manage_the_box_finds_nothing(office: Office) -> None:
    county = office.county
    for officer in (county.dora, county.oscar, county.olga):
        async with office.refusing(NotFound):
            await take(office, officer, f"case:{county.case.reference}", OUTSIDE)
    for officer in (county.bob, county.carol):
        async with office.refusing(NotAllowed):
            await take(office, officer, f"case:{county.case.reference}", OUTSIDE)
    for within in (f"report:{county.visit.reference}", "case:", "x"):
        async with office.refusing(NotFound):
            await take(office, county.alice, within, OUTSIDE)


async def test_a_whom_that_is_nobody_is_refused(office: Office) -> None:
    county, case = office.county, f"case:{office.county.case.reference}"
    for who in ("", "agency:", "team:x", f"officer:{'a' * 26}", f"agency:{county.police.reference}", "everyone"):
        async with office.refusing(Invalid):
            await take(office, county.alice, case, who)
    async with office.refusing(Invalid):
        await take(office, county.alice, case, OUTSIDE, "x" * 401)


async def test_nothing_is_taken_twice(office: Office) -> None:
    county, case = office.county, f"case:{office.county.case.reference}"
    await take(office, county.alice, case, OUTSIDE)
    async with office.refusing(Conflict):
        await take(office, county.alice, case, OUTSIDE)


async def test_the_last_manager_is_not_taken_out_of_ones_own_things(office: Office) -> None:
    county = office.county
    async with office.refusing(Conflict):
        await take(office, county.alice, f"case:{county.case.reference}", f"team:{county.squad.reference}")


async def test_each_thing_is_told_once_and_written_down_with_its_grants(office: Office) -> None:
    county = office.county
    await take(office, county.alice, f"case:{county.case.reference}", OUTSIDE)
    told = [entry.subject_id for entry in await office.journal() if entry.touches == "access"]
    assert sorted(told) == sorted([county.case.id, county.visit.id])
    revoked = [grant for grant in await office.grants(county.case) if grant.revoked_at]
    assert {grant.revoked_why for grant in revoked} == {"over"}
    assert all(grant.revoked_position for grant in revoked)
