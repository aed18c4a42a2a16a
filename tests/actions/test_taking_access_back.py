"""What was given is taken back at once, by managers only, and somebody always stays who can manage."""

from live.audience import Level
from live.event import Touch
from models.agencies import Officer
from models.grants import Grant
from ops.actions.grants import revoke_access
from ops.errors import Conflict, Invalid, NotFound
from tests.actions.office import Office
from tests.cast import DAY, NOW, file, new_grant


async def take_back(office: Office, officer: Officer, grant: Grant, why: str = "") -> None:
    await revoke_access(office.desk, await office.asks(officer), grant.reference, why)


async def test_a_revoked_agency_loses_the_report_and_keeps_the_case(office: Office) -> None:
    county = office.county
    await take_back(office, county.alice, county.grants["Fair Work on the visit"])
    assert await office.level(county.bob, county.visit) is Level.NONE
    assert await office.level(county.bob, county.case) is Level.READ


async def test_a_revocation_keeps_who_when_why_and_its_place_in_the_journal(office: Office) -> None:
    county = office.county
    await take_back(office, county.alice, county.grants["Fair Work on the visit"], " by mistake ")
    grant = next(g for g in await office.grants(county.visit) if g.id == county.grants["Fair Work on the visit"].id)
    entry = (await office.journal())[-1]
    assert (grant.revoked_by, grant.revoked_at, grant.revoked_why) == (county.alice.id, NOW, "by mistake")
    assert (entry.kind, entry.touches, entry.subject_id) == ("AccessRevoked", Touch.ACCESS, county.visit.id)
    assert grant.revoked_position == entry.position


async def test_an_agency_shut_out_of_a_case_keeps_its_own_reports(office: Office) -> None:
    county = office.county
    await take_back(office, county.alice, county.grants["MASH on the case"])
    assert await office.level(county.carol, county.case) is Level.NONE
    assert await office.level(county.carol, county.assessment) is Level.MANAGE


async def test_cases_linked_with_a_case_are_stirred_when_somebody_loses_it(office: Office) -> None:
    county = office.county
    await take_back(office, county.alice, county.grants["Fair Work on the case"])
    *_, access, beside = await office.journal()
    assert set(access.topics) == {f"case:{one.reference}" for one in (county.case, county.other_case)}
    assert (beside.subject_id, beside.topics) == (county.other_case.id, [f"case:{county.other_case.reference}"])
    assert beside.touches == Touch.CONTENT


async def test_a_grant_is_not_there_for_who_does_not_manage_its_thing(office: Office) -> None:
    county = office.county
    for officer in (county.bob, county.carol, county.dora, county.oscar, county.olga):
        async with office.refusing(NotFound):
            await take_back(office, officer, county.grants["Fair Work on the case"])


async def test_the_owner_of_a_case_cannot_take_back_what_another_agency_gave(office: Office) -> None:
    county = office.county
    async with office.refusing(NotFound):
        await take_back(office, county.alice, county.grants["Dora on the assessment"])


async def test_a_grant_that_never_was_is_not_there(office: Office) -> None:
    async with office.refusing(NotFound):
        await revoke_access(office.desk, await office.asks(office.county.alice), "a" * 26, "")


async def test_nothing_is_taken_back_twice(office: Office) -> None:
    county = office.county
    await take_back(office, county.alice, county.grants["Fair Work on the visit"])
    async with office.refusing(Conflict):
        await take_back(office, county.alice, county.grants["Fair Work on the visit"])


async def test_what_has_ended_by_itself_is_not_taken_back(office: Office) -> None:
    county = office.county
    ended = new_grant(county.visit, county.nhs, ends=NOW)
    await file(office.desk.database, ended)
    async with office.refusing(Conflict):
        await take_back(office, county.alice, ended)


async def test_the_last_manager_stays(office: Office) -> None:
    county = office.county
    async with office.refusing(Conflict):
        await take_back(office, county.alice, county.grants["the owner on the case"])


async def test_a_manager_for_a_time_does_not_count_as_the_one_who_stays(office: Office) -> None:
    county = office.county
    await file(office.desk.database, new_grant(county.case, county.alice, Level.MANAGE, ends=NOW + DAY))
    async with office.refusing(Conflict):
        await take_back(office, county.alice, county.grants["the owner on the case"])


async def test_a_team_without_anybody_in_it_does_not_count_either(office: Office) -> None:
    county = office.county
    await file(office.desk.database, new_grant(county.case, county.alan, Level.MANAGE))
    async with office.desk.database.writing() as session:
        (await session.get_one(Officer, county.alan.id)).active = False
    async with office.refusing(Conflict):
        await take_back(office, county.alice, county.grants["the owner on the case"])


async def test_nobody_ends_their_own_right_to_manage(office: Office) -> None:
    county = office.county
    async with office.desk.database.writing() as session:
        squad = await session.get_one(Grant, county.grants["the owner on the case"].id)
        squad.revoked_at = NOW
        session.add_all([new_grant(county.case, one, Level.MANAGE) for one in (county.alice, county.alan)])
    own, other = (await office.grants(county.case))[-2:]
    alices, alans = (own, other) if county.alice.id.hex in own.principal else (other, own)
    async with office.refusing(Conflict):
        await take_back(office, county.alice, alices)
    await take_back(office, county.alice, alans)
    assert await office.level(county.alan, county.case) is Level.NONE


async def test_a_reason_as_long_as_a_report_is_refused(office: Office) -> None:
    async with office.refusing(Invalid):
        await take_back(office, office.county.alice, office.county.grants["Fair Work on the visit"], "x" * 401)
