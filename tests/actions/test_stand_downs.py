"""An operation is stood down once; a day later what its detachments were given ends, but for what owners keep."""

import asyncio

import pytest
from sqlalchemy import select
from sqlmodel import col

from live.audience import Level
from models.agencies import Agency, Officer
from models.grants import Grant, RingFence
from models.operations import OperationStage, Stage
from ops.actions.keeping import Keep, ending_grants, keep_access
from ops.actions.operation_ends import stage_of
from ops.actions.stand_downs import stand_down
from ops.actions.tasks import claim_task
from ops.errors import Conflict, Invalid, NotAllowed, NotFound
from tests import cast
from tests.actions.office import Office, words
from tests.cast import DAY, HOUR, NOW, TICK


def detachment(office: Office, agency: Agency) -> str:
    return f"detachment:{office.county.operation.reference}@{agency.reference}"


async def given_visit(office: Office) -> str:
    """Fair Work's officers on the operation read the Police's visit until it ends."""
    county = office.county
    return await office.give(
        county.alice, county.visit, detachment(office, county.fair_work), until=NOW + 20 * HOUR, necessity="the day"
    )


async def stood_down(office: Office, officer: Officer | None = None, why: str = "All done.") -> None:
    county = office.county
    asks = await office.asks(officer or county.alice)
    await stand_down(office.desk, asks, county.operation.reference, why, county.open())


async def keep(office: Office, officer: Officer, *chosen: str, **fields: object) -> int:
    usual = {"why": "They follow it up.", "until": NOW + 10 * DAY} | fields
    asks = await office.asks(officer)
    return await keep_access(office.desk, asks, office.county.operation.reference, Keep(chosen, **usual))  # type: ignore[arg-type]  # the test names fields of Keep


async def standing(office: Office, name: str = "visit") -> list[Grant]:
    county = office.county
    found = await office.grants(county.everything()[name])
    return [one for one in found if one.revoked_at is None and one.principal.startswith("detachment:")]


async def standing_for_the_police(office: Office) -> list[str]:
    """Fair Work told the Police of somebody whom it met; that ends as well."""
    found = await office.grants(office.county.met)
    theirs = [one for one in found if one.grantee_agency_id == office.county.police.id]
    return [one.reference for one in theirs if one.revoked_at is None]


async def of_whom(office: Office, officer: Officer) -> list[str]:
    asks = await office.asks(officer)
    async with office.desk.database.reading() as session:
        found = await ending_grants(session, asks, office.county.operation.id)
    return [grant.reference for grant, _ in found]


async def test_a_detachment_of_another_agency_is_given_nothing_beyond_a_day_after_the_operation(office: Office) -> None:
    county, latest = office.county, NOW + 32 * HOUR  # it ends in eight hours
    who = detachment(office, county.fair_work)
    for thing in (county.visit, county.case, county.profile, county.yard, county.operation):
        async with office.refusing(Invalid) as refused:
            await office.give(county.alice, thing, who, until=latest + TICK, confirmed=True)
        assert list(words(refused)) == ["until"]
        await office.give(county.alice, thing, who, until=latest, confirmed=True)


async def test_ones_own_officers_on_it_are_not_limited(office: Office) -> None:
    county = office.county
    await office.give(county.alice, county.visit, detachment(office, county.police), until=None)


async def test_what_runs_longer_ends_to_the_instant_a_day_later(office: Office) -> None:
    county = office.county
    office.desk.clock.set(NOW + HOUR)
    await stood_down(office)
    ends = NOW + 25 * HOUR
    before = await office.level(county.bob, county.farm)
    office.desk.clock.set(ends - TICK)
    assert (before, await office.level(county.bob, county.farm)) == (Level.CONTRIBUTE, Level.CONTRIBUTE)
    office.desk.clock.set(ends)
    for officer in (county.bob, county.carol):
        for thing in (county.operation, county.farm):
            assert await office.level(officer, thing) is Level.NONE
    assert await office.level(county.alice, county.farm) is Level.MANAGE


async def test_a_grant_is_not_edited_but_given_anew_by_who_gave_it(office: Office) -> None:
    county, old = office.county, office.county.grants["Fair Work on the farm"]
    await stood_down(office)
    rows = {grant.id: grant for grant in await office.grants(county.farm)}
    new = next(one for one in rows.values() if one.principal == old.principal and one.revoked_at is None)
    assert (rows[old.id].ends, rows[old.id].revoked_at, rows[old.id].revoked_by) == (None, NOW, county.alice.id)
    assert (new.starts, new.ends, new.level, new.granted_by) == (NOW, NOW + DAY, old.level, old.granted_by)
    assert (new.agreement_id, new.purpose, new.reason) == (old.agreement_id, old.purpose, old.reason)
    assert rows[old.id].revoked_position is not None
    assert new.position is not None


async def test_what_ends_sooner_and_what_others_hold_stays_as_it_is(office: Office) -> None:
    county, reference = office.county, await given_visit(office)
    others = [await office.grants(thing) for thing in (county.case, county.assessment)]
    await stood_down(office)
    assert [one.reference for one in await standing(office)] == [reference]
    assert [await office.grants(thing) for thing in (county.case, county.assessment)] == others


async def test_what_another_agency_owns_ends_as_well(office: Office) -> None:
    county = office.county
    row = cast.new_grant(
        county.assessment,
        await cast.detachment(office.desk.database, county.operation, county.police),
        agreement=county.agreement,
    )
    await cast.file(office.desk.database, row)
    await stood_down(office)
    assert [one.ends for one in await standing(office, "assessment")] == [NOW + DAY]
    assert await of_whom(office, county.carol) == [(await standing(office, "assessment"))[0].reference]


async def test_what_a_whole_agency_was_given_of_the_operation_ends_with_it_too(office: Office) -> None:
    county = office.county
    for thing in (county.operation, county.farm, county.interview, county.case, county.visit):
        await office.give(county.alice, thing, f"agency:{county.nhs.reference}", until=NOW + 30 * DAY, confirmed=True)
    await stood_down(office)
    office.desk.clock.set(NOW + DAY - TICK)
    assert await office.level(county.dora, county.farm) is Level.READ
    office.desk.clock.set(NOW + DAY)
    left = [await office.level(county.dora, thing) for thing in (county.operation, county.farm, county.interview)]
    assert left == [Level.NONE, Level.NONE, Level.NONE]
    for thing in (county.case, county.visit):  # not given for the day
        assert await office.level(county.dora, thing) is Level.READ


async def test_what_a_whole_agency_had_of_it_is_kept_on_like_the_rest(office: Office) -> None:
    county = office.county
    who = f"agency:{county.nhs.reference}"
    await office.give(county.alice, county.farm, who, until=NOW + 30 * DAY)
    await office.give(county.alice, county.operation, who, until=NOW + 30 * DAY)
    await stood_down(office)
    kept = {one.principal: one.reference for one in await office.grants(county.farm) if one.ends == NOW + DAY}
    await keep(office, county.alice, kept[cast.key(county.nhs)])
    at_farm = [one.ends for one in await office.grants(county.farm) if one.principal == cast.key(county.nhs)]
    assert at_farm[-1] == NOW + 10 * DAY


async def test_an_hour_of_emergency_is_not_kept_on(office: Office) -> None:
    county = office.county
    glass = await cast.grant(
        office.desk.database, county.operation, county.dora, ends=NOW + HOUR, agreement=county.agreement, emergency=True
    )
    await stood_down(office)
    assert glass.reference not in await of_whom(office, county.alice)


async def test_a_stage_from_before_the_journal_is_never_the_last_one(office: Office) -> None:
    county = office.county  # whose operation runs since it was filed, without a place in the journal
    async with office.desk.database.reading() as session:
        assert await stage_of(session, county.operation.id) == Stage.RUNNING
    await stood_down(office)
    async with office.desk.database.reading() as session:
        assert await stage_of(session, county.operation.id) == Stage.STOOD_DOWN
    async with office.refusing(Conflict):
        await claim_task(office.desk, await office.asks(county.alice), county.knock.reference)


async def test_the_stage_is_filed_with_who_when_and_why(office: Office) -> None:
    county = office.county
    await stood_down(office, why=" All done. ")
    async with office.desk.database.reading() as session:
        rows = await session.execute(select(OperationStage).where(col(OperationStage.stage) == Stage.STOOD_DOWN))
        stage = rows.scalar_one()
    assert (stage.officer_id, stage.at, stage.why) == (county.alice.id, NOW, "All done.")
    assert stage.position is not None
    assert ("operation stood down", [county.operation.reference]) in await office.audited()
    assert "StageReached" in [kind for kind, _ in await office.told()]


async def test_only_its_managers_stand_it_down(office: Office) -> None:
    county = office.county
    for officer, refusal in ((county.bob, NotAllowed), (county.carol, NotAllowed), (county.dora, NotFound)):
        async with office.refusing(refusal):
            await stood_down(office, officer)


@pytest.mark.parametrize("why", ["", "  ", "x" * 401])
async def test_why_is_asked_for(office: Office, why: str) -> None:
    async with office.refusing(Invalid) as refused:
        await stood_down(office, why=why)
    assert list(words(refused)) == ["why"]


async def test_it_is_stood_down_once(office: Office) -> None:
    await stood_down(office)
    await office.later()
    async with office.refusing(Conflict):
        await stood_down(office)


async def test_of_two_at_once_one_is_told_that_it_was_done(office: Office) -> None:
    county = office.county
    done = await asyncio.gather(
        stood_down(office, county.alice), stood_down(office, county.alan), return_exceptions=True
    )
    assert [type(one) for one in done if one is not None] == [Conflict]
    assert [kind for kind, _ in await office.told()].count("StageReached") == 1


async def test_a_kept_grant_goes_on_for_the_same_officers_on_the_same_terms(office: Office) -> None:
    county, old = office.county, await given_visit(office)
    await stood_down(office)
    assert old in await of_whom(office, county.alice)
    assert await keep(office, county.alice, old) == 1
    was = next(one for one in await office.grants(county.visit) if one.reference == old)
    (now,) = await standing(office)
    same = ("principal", "level", "purpose", "lawful_basis", "agreement_id")
    assert [getattr(now, name) for name in same] == [getattr(was, name) for name in same]
    assert (now.ends, now.necessity, now.granted_by) == (NOW + 10 * DAY, "They follow it up.", county.alice.id)
    assert was.revoked_at == NOW
    assert old not in await of_whom(office, county.alice)


async def test_only_who_manages_the_thing_keeps_it(office: Office) -> None:
    county, old = office.county, await given_visit(office)
    await stood_down(office)
    for officer in (county.bob, county.carol):
        assert old not in await of_whom(office, officer)
        async with office.refusing(Conflict):
            await keep(office, officer, old)
    (told,) = await standing_for_the_police(office)
    assert (await of_whom(office, county.bob), await of_whom(office, county.carol)) == ([told], [])
    async with office.refusing(NotFound):
        await keep(office, county.dora, old)
    assert await keep(office, county.alan, old) == 1


async def test_before_the_operation_is_stood_down_there_is_nothing_to_keep(office: Office) -> None:
    county, old = office.county, await given_visit(office)
    assert await of_whom(office, county.alice) == []
    async with office.refusing(Conflict):
        await keep(office, county.alice, old)


async def test_what_was_kept_removed_or_has_ended_is_a_conflict(office: Office) -> None:
    county, old = office.county, await given_visit(office)
    await stood_down(office)
    await keep(office, county.alice, old)
    async with office.refusing(Conflict):
        await keep(office, county.alice, old)
    office.desk.clock.set(NOW + 2 * DAY)
    assert await of_whom(office, county.alice) == []


@pytest.mark.parametrize(
    ("fields", "beside"),
    [
        ({"why": " "}, "why"),
        ({"why": "x" * 401}, "why"),
        ({"until": None}, "until"),
        ({"until": NOW + 20 * HOUR}, "until"),
        ({"until": NOW - TICK}, "until"),
        ({"until": NOW + 30 * DAY + TICK}, "until"),
    ],
)
async def test_a_form_that_does_not_fit_or_crosses_the_agreement_is_refused(
    office: Office, fields: dict[str, object], beside: str
) -> None:
    county, old = office.county, await given_visit(office)
    await stood_down(office)
    async with office.refusing(Invalid) as refused:
        await keep(office, county.alice, old, **fields)
    assert list(words(refused)) == [beside]


async def test_nothing_chosen_is_refused(office: Office) -> None:
    await stood_down(office)
    async with office.refusing(Invalid) as refused:
        await keep(office, office.county.alice)
    assert list(words(refused)) == ["chosen"]


async def test_as_long_as_the_agreement_allows_to_the_instant(office: Office) -> None:
    county, old = office.county, await given_visit(office)
    await stood_down(office)
    await keep(office, county.alice, old, until=NOW + 30 * DAY)
    assert [one.ends for one in await standing(office)] == [NOW + 30 * DAY]


async def test_one_that_a_ring_fence_forbids_keeps_all_back(office: Office) -> None:
    county, visit = office.county, await given_visit(office)
    case = await office.give(county.alice, county.case, detachment(office, county.fair_work), until=NOW + 20 * HOUR)
    await stood_down(office)
    fence = RingFence(case_id=county.case.id, agency_id=county.fair_work.id, name="Never to them", raised_at=NOW)
    await cast.file(office.desk.database, fence)
    async with office.refusing(Invalid) as refused:
        await keep(office, county.alice, case, visit)
    assert set(words(refused)) <= {f"grant-{visit}", f"grant-{case}"}
    assert f"grant-{visit}" in words(refused)


async def test_what_was_given_without_a_purpose_is_not_kept_but_shared_anew(office: Office) -> None:
    county = office.county
    await stood_down(office)
    farm = next(one.reference for one in await standing(office, "farm"))
    async with office.refusing(Invalid) as refused:
        await keep(office, county.alice, farm)
    assert list(words(refused)) == [f"grant-{farm}"]


async def test_the_chosen_ones_are_kept_in_one_step_and_the_others_end(office: Office) -> None:
    county, visit = office.county, await given_visit(office)
    who = detachment(office, county.fair_work)
    case = await office.give(county.alice, county.case, who, until=NOW + 20 * HOUR)
    profile = await office.give(county.alice, county.profile, who, until=NOW + 20 * HOUR, confirmed=True)
    await stood_down(office)
    assert await keep(office, county.alice, visit, case) == 2
    office.desk.clock.set(NOW + 5 * DAY)
    levels = [await office.level(county.bob, thing) for thing in (county.visit, county.case, county.profile)]
    assert (levels, profile in {one.reference for one in await standing(office, "profile")}) == (
        [Level.READ, Level.READ, Level.NONE],
        True,
    )


async def test_of_two_who_keep_the_same_at_once_one_is_told_that_it_changed(office: Office) -> None:
    county, old = office.county, await given_visit(office)
    await stood_down(office)
    done = await asyncio.gather(keep(office, county.alice, old), keep(office, county.alan, old), return_exceptions=True)
    assert sorted(str(type(one).__name__) for one in done) == ["Conflict", "int"]
    assert len(await standing(office)) == 1
