"""A ring-fence that is raised ends what stands against it, in the same commit; no grant slips past it."""

import asyncio
from contextlib import suppress
from dataclasses import replace

import pytest
from sqlalchemy import select, update
from sqlmodel import col

from live.audience import Level
from models.agencies import Agency, Officer
from models.grants import Grant, Resource, RingFence
from models.profiles import Naming, Profile
from models.reports import Report
from ops.actions.ring_fences import BY_A_FENCE, lift_fence, put_back, raise_fence, take_out
from ops.errors import Conflict, Invalid, NotAllowed, NotFound
from ops.screens.ring_fences import preview_fence, read_fences
from ops.transaction import new_resource, take_journal_lock
from tests.actions.office import TERMS, Office, words
from tests.cast import DAY, NOW, file, grant

NAME = "Never to them"


async def fence(office: Office, officer: Officer, agency: Agency, name: str = NAME) -> str:
    case = office.county.case.reference
    return await raise_fence(office.desk, await office.asks(officer), case, agency.reference, name)


async def against(office: Office, agency: Agency, *things: Resource) -> list[Grant]:
    """Give the standing grants to an agency on these things."""
    async with office.desk.database.reading() as session:
        rows = await session.execute(
            select(Grant).where(
                col(Grant.grantee_agency_id) == agency.id,
                col(Grant.resource_id).in_([thing.id for thing in things]),
                col(Grant.revoked_at).is_(None),
            )
        )
        return list(rows.scalars())


async def unfence(office: Office, report: Resource) -> None:
    async with office.desk.database.writing() as session:
        await session.execute(update(Report).where(col(Report.id) == report.id).values(fenced=False))


async def test_it_ends_that_agencys_access_to_the_reports_inside_and_leaves_the_case(office: Office) -> None:
    county = office.county
    await fence(office, county.alice, county.fair_work)
    assert await office.level(county.bob, county.visit) is Level.NONE
    assert await office.level(county.bob, county.visit_photo) is Level.NONE
    assert await office.level(county.bob, county.case) is Level.READ


async def test_it_ends_access_to_what_its_raiser_cannot_see_and_says_nothing_of_it(office: Office) -> None:
    county = office.county
    await fence(office, county.alice, county.nhs)
    assert await office.level(county.dora, county.assessment) is Level.NONE
    (ended,) = [one for one in await office.grants(county.assessment) if one.revoked_at]
    assert (ended.revoked_by, ended.revoked_why) == (county.alice.id, BY_A_FENCE)


async def test_it_covers_profiles_and_restricted_tasks_and_posts_about_the_people_concerned(office: Office) -> None:
    county = office.county
    covered = (county.profile, county.interview, county.quiet_word)
    for thing in covered:
        await grant(office.desk.database, thing, county.nhs, agreement=county.agreement)
    await fence(office, county.alice, county.nhs)
    assert await against(office, county.nhs, *covered) == []


async def test_it_touches_nothing_else(office: Office) -> None:
    county = office.county
    await unfence(office, county.visit)
    kept = (county.case, county.operation, county.farm, county.visit)
    before = await against(office, county.fair_work, *kept)
    await fence(office, county.alice, county.fair_work)
    assert len(before) >= 2
    assert await against(office, county.fair_work, *kept) == before
    assert await office.level(county.alice, county.visit) is Level.MANAGE


async def test_an_agency_keeps_its_own_reports_behind_a_fence(office: Office) -> None:
    county = office.county
    await fence(office, county.alice, county.council)
    assert await office.level(county.carol, county.assessment) is Level.MANAGE


async def test_a_grant_that_begins_later_is_ended_too(office: Office) -> None:
    county = office.county
    await grant(office.desk.database, county.visit, county.nhs, starts=NOW + DAY, agreement=county.agreement)
    await fence(office, county.alice, county.nhs)
    assert await against(office, county.nhs, county.visit) == []


async def test_its_fact_and_each_loss_stand_in_the_journal(office: Office) -> None:
    county = office.county
    await fence(office, county.alice, county.fair_work)
    facts = await office.told()
    assert facts[0] == ("FenceRaised", "content")
    assert ("AccessRevoked", "access") in facts
    (ended,) = [one for one in await office.grants(county.visit) if one.revoked_at]
    assert ended.revoked_position is not None


async def test_only_who_manages_the_case_raises_one(office: Office) -> None:
    county = office.county
    refusals = ((county.bob, NotAllowed), (county.carol, NotAllowed), (county.dora, NotFound), (county.olga, NotFound))
    for officer, refusal in refusals:
        async with office.refusing(refusal):
            await fence(office, officer, county.power)


@pytest.mark.parametrize("name", ["", " ", "x" * 201])
async def test_it_needs_its_name(office: Office, name: str) -> None:
    async with office.refusing(Invalid) as refused:
        await fence(office, office.county.alice, office.county.power, name)
    assert list(words(refused)) == ["name"]


async def test_it_is_raised_against_another_agency_once(office: Office) -> None:
    county = office.county
    async with office.refusing(Invalid):
        await fence(office, county.alice, county.police)
    async with office.refusing(Invalid) as refused:
        await raise_fence(office.desk, await office.asks(county.alice), county.case.reference, "a" * 26, NAME)
    assert list(words(refused)) == ["agency"]
    await fence(office, county.alice, county.power)
    async with office.refusing(Invalid):
        await fence(office, county.alice, county.power)


async def test_lifting_it_gives_nothing_back_and_lets_it_be_given_again(office: Office) -> None:
    county = office.county
    raised = await fence(office, county.alice, county.fair_work)
    async with office.refusing(Invalid):
        await lift_fence(office.desk, await office.asks(county.alice), raised, " ")
    assert await lift_fence(office.desk, await office.asks(county.alan), raised, "settled") == county.case.reference
    assert await office.level(county.bob, county.visit) is Level.NONE
    await office.give(county.alice, county.visit, f"agency:{county.fair_work.reference}")
    async with office.refusing(Conflict):
        await lift_fence(office.desk, await office.asks(county.alice), raised, "again")


async def test_a_fence_is_not_there_for_who_does_not_manage_its_case(office: Office) -> None:
    county = office.county
    raised = await fence(office, county.alice, county.power)
    for officer in (county.bob, county.carol, county.dora, county.olga):
        async with office.refusing(NotFound):
            await lift_fence(office.desk, await office.asks(officer), raised, "no")
    async with office.refusing(NotFound):
        await lift_fence(office.desk, await office.asks(county.alice), "a" * 26, "no")


async def test_the_preview_lists_what_would_end_as_far_as_its_reader_sees_it_and_writes_nothing(office: Office) -> None:
    county = office.county
    for thing in (county.visit, county.profile):
        await grant(office.desk.database, thing, county.dora, agreement=county.agreement)
    before = await office.journal()
    async with office.desk.database.reading() as session:
        asks = await office.asks(county.alice)
        shown = await preview_fence(session, asks, county.case.reference, county.nhs.reference, NAME)
        page = await read_fences(session, asks, county.case.reference)
    assert {one.thing for one in shown.stands} == {county.visit.reference, county.profile.reference}
    assert "NHS" in {agency.code for agency in page.agencies}
    assert await office.journal() == before


async def test_a_report_is_taken_out_with_a_reason_and_put_back_with_its_consequence(office: Office) -> None:
    county, visit = office.county, office.county.visit
    await fence(office, county.alice, county.nhs)
    async with office.refusing(Invalid):
        await take_out(office.desk, await office.asks(county.alice), visit.reference, "")
    await take_out(office.desk, await office.asks(county.alice), visit.reference, "He asked that they know")
    async with office.refusing(Conflict):
        await take_out(office.desk, await office.asks(county.alice), visit.reference, "again")
    async with office.refusing(Invalid) as refused:
        await office.give(county.alice, visit, f"agency:{county.nhs.reference}")
    assert list(words(refused)) == ["confirm"]
    await office.give(county.alice, visit, f"agency:{county.nhs.reference}", confirmed=True)
    assert await office.level(county.dora, visit) is Level.READ
    await put_back(office.desk, await office.asks(county.alan), visit.reference)
    assert (await office.level(county.dora, visit), await office.level(county.bob, visit)) == (Level.NONE, Level.READ)
    async with office.refusing(Conflict):
        await put_back(office.desk, await office.asks(county.alan), visit.reference)


async def test_only_a_reports_managers_move_it_and_support_stays_inside(office: Office) -> None:
    county = office.county
    for officer, refusal in ((county.bob, NotAllowed), (county.carol, NotFound), (county.olga, NotFound)):
        async with office.refusing(refusal):
            await take_out(office.desk, await office.asks(officer), county.visit.reference, "why")
        async with office.refusing(refusal):
            await put_back(office.desk, await office.asks(officer), county.visit.reference)
    support = await office.write(county.carol, kind="support")
    async with office.refusing(Invalid):
        await take_out(office.desk, await office.asks(county.carol), support.reference, "why")


async def test_a_grant_that_waited_while_a_fence_was_raised_is_refused(office: Office) -> None:
    county, case = office.county, office.county.case
    async with office.desk.database.writing() as session:
        await take_journal_lock(session)
        giving = asyncio.create_task(office.give(county.alice, county.visit, f"officer:{county.dora.reference}"))
        await asyncio.sleep(0)
        row = RingFence(case_id=case.id, agency_id=county.nhs.id, name=NAME, raised_at=NOW)
        session.add(row)
    with pytest.raises(Invalid):
        await giving
    assert await against(office, county.nhs, county.visit) == []


@pytest.mark.parametrize("fence_first", [True, False])
async def test_of_a_grant_and_a_fence_at_once_nothing_is_left_that_crosses_it(
    office: Office, fence_first: bool
) -> None:
    county = office.county

    async def give() -> None:
        with suppress(Invalid):
            await office.give(county.alice, county.visit, f"officer:{county.dora.reference}")

    async def write() -> None:
        with suppress(Invalid):
            await office.write(county.alice, shared_with=(f"agency:{county.nhs.reference}",), terms=replace(TERMS))

    acts = [give(), fence(office, county.alan, county.nhs), write()]
    await asyncio.gather(*(acts[1:] + acts[:1] if fence_first else acts))
    async with office.desk.database.reading() as session:
        rows = await session.execute(
            select(Resource)
            .join(Report, col(Report.id) == col(Resource.id))
            .where(col(Report.case_id) == county.case.id)
        )
        reports = list(rows.scalars())
    assert await against(office, county.nhs, *reports) == []


async def test_an_individual_named_in_a_hidden_report_is_protected_too(office: Office) -> None:
    county = office.county
    await file(office.desk.database, Naming(profile_id=county.profile.id, resource_id=county.assessment.id, at=NOW))
    await grant(office.desk.database, county.profile, county.fair_work, agreement=county.agreement)
    await fence(office, county.alice, county.fair_work)
    assert await against(office, county.fair_work, county.profile) == []


async def somebody(office: Office) -> Resource:
    """File a profile of the Police that no case names yet."""
    resource = new_resource("profile", office.county.police.id)
    await file(office.desk.database, resource)
    await file(office.desk.database, Profile(id=resource.id, label="Woman, red scarf", made_at=NOW))
    await grant(office.desk.database, resource, office.county.squad, Level.MANAGE)
    return resource


async def test_who_is_named_after_it_was_raised_comes_inside_it(office: Office) -> None:
    county, profile = office.county, await somebody(office)
    for agency in (county.nhs, county.council):
        await grant(office.desk.database, profile, agency, agreement=county.agreement)
    await grant(office.desk.database, profile, county.nhs, starts=NOW + DAY, agreement=county.agreement)
    await fence(office, county.alice, county.nhs)
    assert await office.level(county.dora, profile) is Level.READ  # named nowhere: not yet covered
    await office.write(county.alice, names=(profile.reference,))
    assert await against(office, county.nhs, profile) == []
    assert await office.level(county.dora, profile) is Level.NONE
    assert await office.level(county.carol, profile) is Level.READ
    ended = [one.revoked_why for one in await office.grants(profile) if one.revoked_at]
    assert ended == [BY_A_FENCE, BY_A_FENCE]
    assert ("AccessRevoked", "access") in await office.told()


async def test_a_fenced_agency_names_nobody_there_but_its_own(office: Office) -> None:
    county, profile = office.county, await somebody(office)
    await grant(office.desk.database, profile, county.council, agreement=county.agreement)
    await fence(office, county.alice, county.council)
    async with office.refusing(Invalid) as refusal:
        await office.write(county.carol, names=(profile.reference,))
    assert NAME in words(refusal)["names"]
    assert await office.level(county.carol, profile) is Level.READ


async def test_a_lifted_fence_ends_nothing_when_somebody_is_named(office: Office) -> None:
    county, profile = office.county, await somebody(office)
    await grant(office.desk.database, profile, county.nhs, agreement=county.agreement)
    await lift_fence(
        office.desk, await office.asks(county.alice), await fence(office, county.alice, county.nhs), "Over"
    )
    await office.write(county.alice, names=(profile.reference,))
    assert await office.level(county.dora, profile) is Level.READ
