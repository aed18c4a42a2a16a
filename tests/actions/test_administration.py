"""Each agency administers its own teams, officers and duties; nobody widens their own access by it."""

from collections.abc import Awaitable
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col

from live.audience import Level
from models.agencies import Account, Agency, Duty, Officer, OfficerDuty, Standing, Team, TeamMembership
from models.audit import AuditRow
from models.base import new_id
from models.grants import Grant, Resource
from ops.access.asker import Asker
from ops.access.duties import duties_of
from ops.actions.appointments import appoint_manager
from ops.actions.duties import end_duty, give_duty
from ops.actions.fingerprints import fingerprint_of
from ops.actions.freshness import FRESH_FOR
from ops.actions.managed import unmanaged
from ops.actions.officers import (
    add_officer,
    deactivate_account,
    make_account,
    officer_leaves,
    officer_version,
    reinstate_officer,
    revise_officer,
    suspend_officer,
)
from ops.actions.teams import close_team, join_team, leave_team, make_team, revise_team, team_version
from ops.errors import Conflict, Invalid, NeedsConfirmation, NotFound
from tests.actions.office import Office
from tests.cast import DAY, HOUR, NOW, TICK, file, new_grant

QUIET = ("revise team", "revise officer")  # names only: they give nobody anything


async def acts(office: Office, asks: Asker) -> dict[str, object]:
    """Give every act of an administrator on the Police's own, each as a call that waits."""
    county, desk = office.county, office.desk
    account = Account(agency_id=county.police.id, name="Wall")
    await file(desk.database, account)
    alice, squad = county.alice.reference, county.squad.reference
    return {
        "revise team": revise_team(desk, asks, squad, "X", listed=True, based_on=team_version(county.squad)),
        "close team": close_team(desk, asks, squad),
        "join": join_team(desk, asks, alice, squad, None, None),
        "leave": leave_team(desk, asks, alice, squad, None),
        "revise officer": revise_officer(desk, asks, alice, "X", "", officer_version(county.alice)),
        "suspend": suspend_officer(desk, asks, alice),
        "reinstate": reinstate_officer(desk, asks, alice),
        "departure": officer_leaves(desk, asks, alice),
        "give duty": give_duty(desk, asks, alice, "lead"),
        "end duty": end_duty(desk, asks, alice, "lead"),
        "end account": deactivate_account(desk, asks, account.reference),
        "appoint": appoint_manager(desk, asks, county.case.reference, f"officer:{alice}"),
    }


async def row(office: Office, officer: Officer) -> Officer:
    async with office.desk.database.reading() as session:
        return await session.get_one(Officer, officer.id)


async def duties(office: Office, officer: Officer) -> frozenset[str]:
    async with office.desk.database.reading() as session:
        return await duties_of(session, officer.id, office.desk.clock.now())


async def left_to_nobody(office: Office, agency: Agency) -> set[object]:
    async with office.desk.database.reading() as session:
        return set(await unmanaged(session, agency.id, office.desk.clock.now()))


async def refused(office: Office, act: Awaitable[object], kind: type[Exception]) -> str:
    async with office.refusing(kind) as refusal:  # type: ignore[arg-type]  # a kind of refusal
        await act
    return str(refusal.value)


async def newcomer(office: Office, name: str = "Nora") -> Officer:
    """Add an officer of the Police, in no team."""
    reference = await add_officer(office.desk, await office.asks_confirmed(office.county.alan), name, "")
    async with office.desk.database.reading() as session:
        return (await session.execute(select(Officer).where(col(Officer.reference) == reference))).scalar_one()


async def test_another_agencys_anything_is_not_there(office: Office) -> None:
    for name, act in (await acts(office, await office.asks_confirmed(office.county.carl))).items():
        async with office.refusing(NotFound):
            await act  # type: ignore[misc]  # each is a call that waits
        assert name


async def test_what_gives_moves_or_locks_out_wants_a_fresh_confirmation(office: Office) -> None:
    county, tired = office.county, await office.asks_confirmed(office.county.alan, ago=FRESH_FOR)
    waiting = await acts(office, tired) | {"add officer": add_officer(office.desk, tired, "Nora", "")}
    for name in QUIET:
        await waiting.pop(name)  # type: ignore[misc]  # each is a call that waits
    for act in waiting.values():
        await refused(office, act, NeedsConfirmation)  # type: ignore[arg-type]  # each is a call that waits
    assert (await row(office, county.alice)).active
    assert await duties(office, county.alice) == {"lead"}
    assert await office.level(county.alice, county.case) is Level.MANAGE


async def test_without_the_duty_nothing_is_there(office: Office) -> None:
    county, desk = office.county, office.desk
    for officer in (county.alice, county.carol, county.olga):
        asks = await office.asks_confirmed(officer)
        await refused(office, make_team(desk, asks, "Night", listed=True), NotFound)
        await refused(office, add_officer(desk, asks, "Nora", ""), NotFound)
        await refused(office, suspend_officer(desk, asks, county.alan.reference), NotFound)


async def test_a_duty_that_ended_while_the_form_was_open_opens_nothing(office: Office) -> None:
    county, desk = office.county, office.desk
    asked_before = await office.asks_confirmed(county.alan)
    async with desk.database.writing() as session:
        rows = await session.execute(select(OfficerDuty).where(col(OfficerDuty.officer_id) == county.alan.id))
        for held in rows.scalars():
            held.ends = NOW
    await refused(office, make_team(desk, asked_before, "Night", listed=True), NotFound)


async def test_a_new_officer_holds_the_agencys_key_and_nothing_of_its_teams(office: Office) -> None:
    county = office.county
    nora = await newcomer(office)
    assert await office.level(nora, county.operation) is Level.MANAGE  # given to the whole agency
    assert await office.level(nora, county.case) is Level.NONE
    assert ("OfficerChanged", "officer") in await office.told()


async def test_who_joins_a_team_holds_its_key_from_that_instant_until_that_instant(office: Office) -> None:
    county, desk = office.county, office.desk
    nora = await newcomer(office)
    starts, ends = NOW + DAY, NOW + 2 * DAY
    asks = await office.asks_confirmed(county.alan)
    await join_team(desk, asks, nora.reference, county.squad.reference, starts, ends)
    for moment, expected in (
        (starts - TICK, Level.NONE),
        (starts, Level.MANAGE),
        (ends - TICK, Level.MANAGE),
        (ends, Level.NONE),
    ):
        desk.clock.set(moment)
        assert await office.level(nora, county.case) is expected, moment


async def test_nobody_puts_themselves_into_a_team(office: Office) -> None:
    county, desk = office.county, office.desk
    team = await make_team(desk, await office.asks_confirmed(county.alan), "Harrier", listed=False)
    await refused(
        office,
        join_team(desk, await office.asks_confirmed(county.alan), county.alan.reference, team, None, None),
        Conflict,
    )


async def test_what_does_not_fit_is_said_beside_its_field(office: Office) -> None:
    county, desk, asks = office.county, office.desk, await office.asks_confirmed(office.county.alan)
    alice, squad = county.alice.reference, county.squad.reference
    for act in (
        make_team(desk, asks, " ", listed=True),
        make_team(desk, asks, "x" * 121, listed=True),
        make_team(desk, asks, "sQuAd", listed=True),
        add_officer(desk, asks, "", ""),
        add_officer(desk, asks, "Nora", "0" * 41),
        revise_officer(desk, asks, alice, "\n", "", officer_version(county.alice)),
        make_account(desk, asks, ""),
        join_team(desk, asks, alice, county.mash.reference, None, None),
        join_team(desk, asks, alice, squad, NOW + DAY, NOW + HOUR),
        leave_team(desk, asks, alice, "", None),
        give_duty(desk, asks, alice, "platform operator"),
        give_duty(desk, asks, alice, "king"),
        end_duty(desk, asks, alice, ""),
    ):
        async with office.refusing(Invalid):
            await act


async def test_what_holds_already_is_a_conflict(office: Office) -> None:
    county, desk, asks = office.county, office.desk, await office.asks_confirmed(office.county.alan)
    alice = county.alice.reference
    await refused(office, join_team(desk, asks, alice, county.squad.reference, None, None), Conflict)
    await refused(office, give_duty(desk, asks, alice, "lead"), Conflict)
    await refused(office, end_duty(desk, asks, alice, "information manager"), Conflict)
    await refused(office, reinstate_officer(desk, asks, alice), Conflict)
    await suspend_officer(desk, asks, alice)
    await refused(office, suspend_officer(desk, asks, alice), Conflict)
    await refused(office, give_duty(desk, asks, alice, "emergency access"), Conflict)


async def test_a_suspended_officer_holds_no_key_and_a_reinstated_one_all_of_them(office: Office) -> None:
    county, desk = office.county, office.desk
    asks = await office.asks_confirmed(county.alan)
    await suspend_officer(desk, asks, county.alice.reference)
    assert (await office.asks_confirmed(county.alice)).keys == frozenset()
    await reinstate_officer(desk, asks, county.alice.reference)
    assert await office.level(county.alice, county.case) is Level.MANAGE


async def test_who_leaves_keeps_no_team_and_no_duty_and_never_comes_back_as_the_same(office: Office) -> None:
    county, desk = office.county, office.desk
    await officer_leaves(desk, await office.asks_confirmed(county.alan), county.alice.reference)
    assert (await row(office, county.alice)).left_at == NOW
    assert await duties(office, county.alice) == frozenset()
    async with desk.database.reading() as session:
        rows = await session.execute(select(TeamMembership).where(col(TeamMembership.officer_id) == county.alice.id))
        assert [one.ends for one in rows.scalars()] == [NOW]
    await refused(
        office, reinstate_officer(desk, await office.asks_confirmed(county.alan), county.alice.reference), Conflict
    )
    await refused(
        office, officer_leaves(desk, await office.asks_confirmed(county.alan), county.alice.reference), Conflict
    )


async def test_a_changed_duty_changes_nobodys_view(office: Office) -> None:
    county, desk, asks = office.county, office.desk, await office.asks_confirmed(office.county.alan)
    before = {name: await office.levels(thing) for name, thing in county.everything().items()}
    for duty in ("emergency access", "information manager", "administrator"):
        await give_duty(desk, asks, county.alice.reference, duty)
    await end_duty(desk, asks, county.alice.reference, "lead")
    assert {name: await office.levels(thing) for name, thing in county.everything().items()} == before
    assert await duties(office, county.alice) == {"emergency access", "information manager", "administrator"}


async def test_nobody_gives_themselves_a_duty(office: Office) -> None:
    alan = office.county.alan
    await refused(office, give_duty(office.desk, await office.asks_confirmed(alan), alan.reference, "lead"), Conflict)


async def test_the_last_administrator_stays(office: Office) -> None:
    county, desk, asks = office.county, office.desk, await office.asks_confirmed(office.county.alan)
    alan = county.alan.reference
    for act in (
        end_duty(desk, asks, alan, "administrator"),
        suspend_officer(desk, asks, alan),
        officer_leaves(desk, asks, alan),
    ):
        assert "no administrator" in await refused(office, act, Conflict)
    await give_duty(desk, asks, county.alice.reference, "administrator")
    await end_duty(desk, asks, alan, "administrator")
    assert "administrator" not in await duties(office, county.alan)


async def test_an_administrator_who_is_suspended_does_not_count_as_one(office: Office) -> None:
    county, desk, asks = office.county, office.desk, await office.asks_confirmed(office.county.alan)
    await give_duty(desk, asks, county.alice.reference, "administrator")
    await suspend_officer(desk, asks, county.alice.reference)
    await refused(office, end_duty(desk, asks, county.alan.reference, "administrator"), Conflict)


async def test_the_last_of_a_team_does_not_leave_it_while_things_have_no_other_manager(office: Office) -> None:
    county, desk = office.county, office.desk
    asks, mash = await office.asks_confirmed(county.carl), county.mash.reference
    said = await refused(office, leave_team(desk, asks, county.carol.reference, mash, None), Conflict)
    assert said.startswith("1 thing of your agency")
    await refused(office, leave_team(desk, asks, county.carol.reference, mash, NOW + DAY), Conflict)
    await refused(office, officer_leaves(desk, asks, county.carol.reference), Conflict)
    await refused(office, close_team(desk, asks, mash), Conflict)


async def test_a_team_closes_once_everything_has_another_manager(office: Office) -> None:
    county, desk = office.county, office.desk
    await file(desk.database, new_grant(county.assessment, county.carl, Level.MANAGE))
    await close_team(desk, await office.asks_confirmed(county.carl), county.mash.reference)
    assert await office.level(county.carol, county.assessment) is Level.NONE
    async with desk.database.reading() as session:
        assert (await session.get_one(Team, county.mash.id)).closed_at == NOW
    await refused(office, close_team(desk, await office.asks_confirmed(county.carl), county.mash.reference), Conflict)


async def test_nothing_is_given_to_a_closed_team(office: Office) -> None:
    county, desk = office.county, office.desk
    await file(desk.database, new_grant(county.assessment, county.carl, Level.MANAGE))
    await close_team(desk, await office.asks_confirmed(county.carl), county.mash.reference)
    async with office.refusing(Invalid):
        await office.give(county.alice, county.visit, f"team:{county.mash.reference}")


async def test_a_suspension_is_never_held_up_and_the_administrator_appoints_a_manager(office: Office) -> None:
    county, desk = office.county, office.desk
    asks = await office.asks_confirmed(county.carl)
    await suspend_officer(desk, asks, county.carol.reference)
    assert await left_to_nobody(office, county.council) == {county.assessment.id}
    nora = await add_officer(desk, asks, "Nora", "")
    await appoint_manager(desk, asks, county.assessment.reference, f"officer:{nora}")
    assert await left_to_nobody(office, county.council) == set()
    assert await office.level(county.carl, county.assessment) is Level.NONE
    *_, grant = await office.grants(county.assessment)
    assert (grant.level, grant.ends, grant.granted_by) == (Level.MANAGE, None, county.carl.id)


async def test_nobody_is_appointed_who_may_not_be(office: Office) -> None:
    county, desk = office.county, office.desk
    asks, thing = await office.asks_confirmed(county.carl), county.assessment.reference
    await suspend_officer(desk, asks, county.carol.reference)
    await refused(office, appoint_manager(desk, asks, thing, f"officer:{county.carl.reference}"), Conflict)
    for who in (
        f"officer:{county.alice.reference}",
        f"officer:{county.carol.reference}",
        f"agency:{county.council.reference}",
        f"team:{county.mash.reference}",
        "",
    ):
        await refused(office, appoint_manager(desk, asks, thing, who), Invalid)


async def test_a_thing_that_has_a_manager_is_not_there_to_be_given_one(office: Office) -> None:
    county, desk = office.county, office.desk
    who = f"officer:{county.carol.reference}"
    for reference in (county.assessment.reference, county.case.reference, "a" * 26):
        await refused(office, appoint_manager(desk, await office.asks_confirmed(county.carl), reference, who), NotFound)


async def test_every_act_is_written_down_without_a_word_of_it(office: Office) -> None:
    desk, asks = office.desk, await office.asks_confirmed(office.county.alan)
    team = await make_team(desk, asks, "Harrier", listed=False)
    read = fingerprint_of("Harrier", False)
    await revise_team(desk, asks, team, "Harrier two", listed=True, based_on=read)
    nora = await newcomer(office, "Nora Quill")
    await join_team(desk, asks, nora.reference, team, None, None)
    await leave_team(desk, asks, nora.reference, team, None)
    await give_duty(desk, asks, nora.reference, "lead")
    await end_duty(desk, asks, nora.reference, "lead")
    await deactivate_account(desk, asks, await make_account(desk, asks, "Wall"))
    await close_team(desk, asks, team)
    async with desk.database.reading() as session:
        rows = list((await session.execute(select(AuditRow).order_by(col(AuditRow.id)))).scalars())
    assert [one.act for one in rows] == [
        "team made",
        "team revised",
        "officer added",
        "team joined",
        "team left",
        "duty given",
        "duty ended",
        "account made",
        "account ended",
        "team closed",
    ]
    assert not [one for one in rows if {"Harrier", "Nora Quill"}.intersection(one.references)]


async def test_an_account_ends_once(office: Office) -> None:
    desk, asks = office.desk, await office.asks_confirmed(office.county.alan)
    account = await make_account(desk, asks, "Wall")
    await deactivate_account(desk, asks, account)
    await refused(office, deactivate_account(desk, asks, account), Conflict)


async def test_things_of_others_and_rights_for_a_time_do_not_count(office: Office) -> None:
    county, database = office.county, office.desk.database
    thing = Resource(id=(name := new_id()), kind="profile", owner_agency_id=county.council.id, acl_id=name)
    await file(database, thing)
    await file(
        database,
        new_grant(thing, county.carol, Level.MANAGE, ends=NOW + DAY),
        new_grant(thing, county.alice, Level.MANAGE),
        new_grant(thing, county.carl, Level.CONTRIBUTE),
    )
    assert await left_to_nobody(office, county.council) == {thing.id}
    assert await left_to_nobody(office, county.police) == set()


@pytest.mark.parametrize("standing", [Standing.SUSPENDED, Standing.CLOSED])
async def test_an_agency_that_takes_no_part_is_administered_by_nobody(office: Office, standing: Standing) -> None:
    county, desk = office.county, office.desk
    asks = await office.asks_confirmed(county.alan)
    async with desk.database.writing() as session:
        (await session.get_one(Agency, county.police.id)).standing = standing
    await refused(office, make_team(desk, asks, "Night", listed=True), NotFound)


async def test_two_administrators_cannot_end_each_others_duty_at_once(office: Office) -> None:
    county, desk = office.county, office.desk
    await give_duty(desk, await office.asks_confirmed(county.alan), county.alice.reference, Duty.ADMINISTRATOR)
    alan, alice = (
        await office.asks_confirmed(county.alan),
        await office.asks_confirmed(county.alice),
    )  # both forms are open
    await end_duty(desk, alan, county.alice.reference, Duty.ADMINISTRATOR)
    await refused(office, end_duty(desk, alice, county.alan.reference, Duty.ADMINISTRATOR), NotFound)
    assert Duty.ADMINISTRATOR in await duties(office, county.alan)


async def test_grants_to_who_left_are_kept_and_dead(office: Office) -> None:
    county, desk = office.county, office.desk
    await file(desk.database, new_grant(county.other_case, county.alice, Level.READ, ends=NOW + timedelta(days=9)))
    await officer_leaves(desk, await office.asks_confirmed(county.alan), county.alice.reference)
    kept = [one for one in await office.grants(county.other_case) if county.alice.id.hex in one.principal]
    assert [(type(one), one.revoked_at) for one in kept] == [(Grant, None)]
    assert await office.level(county.alice, county.other_case) is Level.NONE
