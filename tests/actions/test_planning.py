"""An operation from nothing: planned by one officer, joined by agencies whose leads accept, opened site by site."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlmodel import col

from live.audience import Level
from models.agencies import Agency, Officer
from models.agreements import Agreement, AgreementParty
from models.base import new_id
from models.grants import Resource
from models.operations import VisitWindow
from models.planning import DetachmentInvitation
from ops.access.past import moment_at
from ops.actions.briefings import Words, publish_briefing, save_briefing
from ops.actions.detachments import Invite, accept_invitation, decline_invitation, invite_detachment, take_out
from ops.actions.new_tasks import NewTask, make_task, revise_task
from ops.actions.planning import Header, NewOperation, begin_operation, plan_operation, revise_operation
from ops.actions.sending import send_own_officers
from ops.actions.sites import NewSite, add_site, reveal_site, set_window, withdraw_window
from ops.actions.stand_downs import stand_down
from ops.errors import Changed, Conflict, Invalid, NotAllowed, NotFound
from ops.screens.after_action import read_report
from ops.screens.detachment_invitations import invitations_to_decide, read_invitation
from ops.screens.on_operation import on_operation
from ops.screens.plan import read_detachments, read_head, read_sites
from ops.screens.plan_pages import read_briefing_page
from ops.screens.replay import seen_at
from tests.actions.office import Office, words
from tests.cast import DAY, HOUR, NOW, TICK, file

HEADER = Header("Operation Heron", "Hand car wash disruption", NOW + DAY, NOW + DAY + 8 * HOUR, "OFFICIAL-SENSITIVE")


async def planned(office: Office, by: Officer | None = None, **fields: object) -> Resource:
    new = replace(NewOperation("Hand car wash day", HEADER, new_id().hex), **fields)  # type: ignore[arg-type]
    return await office.resource(await plan_operation(office.desk, await office.asks(by or office.county.alice), new))


async def invited(office: Office, operation: Resource, agency: Agency, part: str = "contribute") -> str:
    asks = await office.asks(office.county.alice)
    return await invite_detachment(
        office.desk, asks, operation.reference, Invite(agency.reference, part, "Pay and hours", "Heron 2")
    )


async def joined(office: Office, operation: Resource, agency: Agency, lead: Officer, part: str = "contribute") -> str:
    reference = await invited(office, operation, agency, part)
    await accept_invitation(office.desk, await office.asks(lead), reference, [lead.reference])
    return reference


async def site(office: Office, operation: Resource, code: str = "S1") -> Resource:
    asks = await office.asks(office.county.alice)
    return await office.resource(await add_site(office.desk, asks, operation.reference, NewSite(code, "Sparkle")))


async def test_who_plans_it_commands_it_and_nobody_else_learns_of_it(office: Office) -> None:
    county = office.county
    made = await planned(office, case=county.case.reference)
    assert await office.levels(made) == {"alice": Level.MANAGE, "alan": Level.MANAGE}  # her team
    asks = await office.asks(county.alice)
    async with office.desk.database.reading() as session:
        head = await read_head(session, asks, made.reference)
    assert (head.stage, head.commander, head.purpose, head.manages) == ("planned", "Alice", HEADER.purpose, True)


async def test_the_same_form_again_plans_one_operation(office: Office) -> None:
    first, again = [await planned(office, key="one") for _ in range(2)]
    assert first.reference == again.reference


@pytest.mark.parametrize(
    ("field", "header"),
    [
        ("title", replace(HEADER, title=" ")),
        ("starts", replace(HEADER, starts=None)),
        ("ends", replace(HEADER, ends=NOW)),
        ("ends", replace(HEADER, ends=NOW + 30 * DAY)),
    ],
)
async def test_an_operation_has_a_title_and_hours(office: Office, field: str, header: Header) -> None:
    async with office.refusing(Invalid) as refused:
        await planned(office, header=header)
    assert list(words(refused)) == [field]


async def test_an_operation_belongs_only_to_a_case_that_its_planner_manages(office: Office) -> None:
    async with office.refusing(NotAllowed):
        await planned(office, office.county.bob, case=office.county.case.reference)


async def test_an_invitation_shows_its_words_to_the_lead_and_nothing_of_the_operation(office: Office) -> None:
    county = office.county
    made = await planned(office)
    reference = await invited(office, made, county.fair_work)
    assert set(await office.levels(made)) == {"alice", "alan"}
    for officer, sees in ((county.bob, True), (county.carol, False), (county.alice, False)):
        asks = await office.asks(officer)
        async with office.desk.database.reading() as session:
            assert [one.where for one in await invitations_to_decide(session, asks)] == (
                [f"/detachments/{reference}"] if sees else []
            )
            if sees:
                assert (await read_invitation(session, asks, reference)).words == "Pay and hours"
            else:
                with pytest.raises(NotFound):
                    await read_invitation(session, asks, reference)


async def test_an_agency_takes_part_once_its_lead_sends_officers(office: Office) -> None:
    county = office.county
    made = await planned(office)
    reference = await invited(office, made, county.fair_work)
    for officer in (county.carol, county.alice):
        async with office.refusing(NotFound):
            await accept_invitation(office.desk, await office.asks(officer), reference, [officer.reference])
    async with office.refusing(Invalid):
        await accept_invitation(office.desk, await office.asks(county.bob), reference, [county.carol.reference])
    await accept_invitation(office.desk, await office.asks(county.bob), reference, [county.bob.reference])
    assert (await office.levels(made))["bob"] == Level.CONTRIBUTE
    asks = await office.asks(county.bob)
    async with office.desk.database.reading() as session:
        lines = await read_detachments(session, asks, await read_head(session, asks, made.reference))
    assert [(line.agency.code, line.people, line.words) for line in lines] == [("POL", 1, ""), ("FWA", 1, "")]


async def test_a_declined_invitation_says_why_to_who_invited(office: Office) -> None:
    county = office.county
    made = await planned(office)
    reference = await invited(office, made, county.fair_work)
    await decline_invitation(office.desk, await office.asks(county.bob), reference, "Nobody is free")
    async with office.refusing(Conflict):
        await accept_invitation(office.desk, await office.asks(county.bob), reference, [county.bob.reference])
    asks = await office.asks(county.alice)
    async with office.desk.database.reading() as session:
        lines = await read_detachments(session, asks, await read_head(session, asks, made.reference))
    assert [(line.state, line.answer) for line in lines if line.agency.code == "FWA"] == [
        ("declined", "Nobody is free")
    ]
    await invited(office, made, county.fair_work)  # and may be asked again


@pytest.mark.parametrize("name", ["coastguard", "police"])
async def test_only_another_agency_under_an_agreement_is_invited(office: Office, name: str) -> None:
    made = await planned(office)
    async with office.refusing(Invalid):
        await invited(office, made, getattr(office.county, name))


async def test_a_site_is_seen_from_its_hour_exactly(office: Office) -> None:
    county = office.county
    made = await planned(office)
    await joined(office, made, county.fair_work, county.bob)
    place = await site(office, made)
    assert set(await office.levels(place)) == {"alice", "alan"}
    hour = NOW + 2 * HOUR
    alice = await office.asks(county.alice)
    await reveal_site(office.desk, alice, made.reference, place.reference, county.fair_work.reference, hour)
    office.desk.clock.set(hour - TICK)
    assert await office.level(county.bob, place) == Level.NONE
    office.desk.clock.set(hour)
    assert await office.level(county.bob, place) == Level.CONTRIBUTE


async def test_a_site_is_seen_until_its_hour_exactly_and_not_for_less_than_no_time(office: Office) -> None:
    county = office.county
    made = await planned(office)
    await joined(office, made, county.fair_work, county.bob)
    place = await site(office, made)
    noon = NOW + 3 * HOUR
    alice = await office.asks(county.alice)
    what = made.reference, place.reference, county.fair_work.reference
    for starts, ends in ((noon, noon), (None, NOW), (None, NOW - HOUR)):
        async with office.refusing(Invalid):
            await reveal_site(office.desk, alice, *what, starts, ends=ends)
    assert await office.level(county.bob, place) == Level.NONE
    await reveal_site(office.desk, alice, *what, ends=noon)
    office.desk.clock.set(noon - TICK)
    assert await office.level(county.bob, place) == Level.CONTRIBUTE
    office.desk.clock.set(noon)
    assert await office.level(county.bob, place) == Level.NONE


async def test_a_site_revealed_until_long_after_the_day_ends_a_day_after_it_all_the_same(office: Office) -> None:
    county = office.county
    made = await planned(office)
    await joined(office, made, county.fair_work, county.bob)
    places = [await site(office, made, code) for code in ("S1", "S2")]
    alice = await office.asks(county.alice)
    for place, ends in zip(places, (None, NOW + 300 * HOUR), strict=True):
        await reveal_site(office.desk, alice, made.reference, place.reference, county.fair_work.reference, ends=ends)
    async with office.desk.database.reading() as session:
        found = await read_sites(session, alice, await read_head(session, alice, made.reference))
    assert len({one.ends for place in found for one in place.revealed}) == 1


async def test_a_site_revealed_again_has_its_new_hour_only(office: Office) -> None:
    county = office.county
    made = await planned(office)
    await joined(office, made, county.fair_work, county.bob)
    place = await site(office, made)
    for hour in (NOW, NOW + HOUR):
        asks = await office.asks(county.alice)
        await reveal_site(office.desk, asks, made.reference, place.reference, county.fair_work.reference, hour)
    assert await office.level(county.bob, place) == Level.NONE
    asks = await office.asks(county.alice)
    async with office.desk.database.reading() as session:
        (found,) = await read_sites(session, asks, await read_head(session, asks, made.reference))
    assert [(one.agency.code, one.starts) for one in found.revealed] == [("FWA", NOW + HOUR)]


async def test_a_site_is_revealed_before_an_agency_has_answered_and_to_nobody_that_was_not_invited(
    office: Office,
) -> None:
    county = office.county
    made = await planned(office)
    place = await site(office, made)
    asks = await office.asks(county.alice)
    async with office.refusing(Invalid):
        await reveal_site(office.desk, asks, made.reference, place.reference, county.fair_work.reference, None)
    reference = await invited(office, made, county.fair_work)
    await reveal_site(office.desk, asks, made.reference, place.reference, county.fair_work.reference, None)
    assert set(await office.levels(place)) == {"alice", "alan"}
    await accept_invitation(office.desk, await office.asks(county.bob), reference, [county.bob.reference])
    assert await office.level(county.bob, place) == Level.CONTRIBUTE


async def test_visits_are_planned_by_who_works_there_and_overlaps_are_told_to_both(office: Office) -> None:
    county = office.county
    made = await planned(office)
    place = await site(office, made)
    hours = (NOW + DAY, NOW + DAY + HOUR)
    alice = await office.asks(county.alice)
    for agency, lead in ((county.fair_work, county.bob), (county.council, county.carol)):
        await joined(office, made, agency, lead)
        async with office.refusing(NotFound):
            await set_window(office.desk, await office.asks(lead), made.reference, place.reference, "", *hours)
        await reveal_site(office.desk, alice, made.reference, place.reference, agency.reference, None)
    bob = await office.asks(county.bob)
    async with office.refusing(NotAllowed):
        await set_window(office.desk, bob, made.reference, place.reference, county.council.reference, *hours)
    await set_window(office.desk, bob, made.reference, place.reference, "", *hours)
    await set_window(office.desk, alice, made.reference, place.reference, county.council.reference, *hours)
    for officer in (county.alice, county.bob, county.carol):
        asks = await office.asks(officer)
        async with office.desk.database.reading() as session:
            (found,) = await read_sites(session, asks, await read_head(session, asks, made.reference))
        assert [(one.agency.code, one.overlaps) for one in found.visits] == [("FWA", True), ("CNC", True)]


async def test_a_task_for_one_agency_is_all_that_it_sees(office: Office) -> None:
    county = office.county
    made = await planned(office)
    place = await site(office, made)
    await joined(office, made, county.power, await lead_of(office, county.oscar), part="discover")
    new = NewTask("Make the meter safe", county.power.reference, new_id().hex, place.reference, restricted=True)
    task = await office.resource(await make_task(office.desk, await office.asks(county.alice), made.reference, new))
    assert await office.levels(task) == {"alice": Level.MANAGE, "alan": Level.MANAGE, "oscar": Level.CONTRIBUTE}
    assert await office.level(county.oscar, made) == Level.DISCOVER
    assert await office.level(county.oscar, place) == Level.NONE
    oscar = await office.asks(county.oscar)
    async with office.desk.database.reading() as session:
        seen = await on_operation(session, oscar, made.reference)
    assert ([line.title for line in seen.tasks.values()], seen.sites, seen.readable) == (
        ["Make the meter safe"],
        (),
        False,
    )


async def lead_of(office: Office, officer: Officer) -> Officer:
    """Make an officer the lead of their agency."""
    from models.agencies import Duty, OfficerDuty
    from tests.cast import file

    await file(office.desk.database, OfficerDuty(officer_id=officer.id, duty=Duty.LEAD, starts=NOW - DAY))
    return officer


async def test_an_ordinary_task_is_seen_by_everyone_at_its_site(office: Office) -> None:
    county = office.county
    made = await planned(office)
    place = await site(office, made)
    await joined(office, made, county.fair_work, county.bob)
    new = NewTask("Pay and hours", county.fair_work.reference, "one", place.reference)
    alice = await office.asks(county.alice)
    task = await office.resource(await make_task(office.desk, alice, made.reference, new))
    assert await office.level(county.bob, task) == Level.NONE
    await reveal_site(office.desk, alice, made.reference, place.reference, county.fair_work.reference, None)
    assert await office.level(county.bob, task) == Level.CONTRIBUTE
    assert await make_task(office.desk, alice, made.reference, new) == task.reference


async def test_an_agency_that_is_taken_out_loses_all_of_it_at_once(office: Office) -> None:
    county = office.county
    made = await planned(office)
    place = await site(office, made)
    reference = await joined(office, made, county.fair_work, county.bob)
    alice = await office.asks(county.alice)
    await reveal_site(office.desk, alice, made.reference, place.reference, county.fair_work.reference, None)
    async with office.refusing(NotFound):
        await take_out(office.desk, await office.asks(county.bob), reference)
    await take_out(office.desk, alice, reference)
    assert [await office.level(county.bob, thing) for thing in (made, place)] == [Level.NONE, Level.NONE]
    async with office.desk.database.reading() as session:
        (row,) = (await session.execute(select(DetachmentInvitation))).scalars()
    assert (row.state, row.answered_position is not None) == ("withdrawn", True)
    await joined(office, made, county.fair_work, county.bob)  # and may come back, to what is given anew
    assert [await office.level(county.bob, thing) for thing in (made, place)] == [Level.CONTRIBUTE, Level.NONE]


async def test_deputy_and_loggist_are_ones_own_and_join(office: Office) -> None:
    county = office.county
    made = await planned(office)
    alice = await office.asks(county.alice)
    async with office.refusing(Invalid) as refused:
        await revise(office, made, replace(HEADER, deputy=county.bob.reference), await version(office, made))
    assert list(words(refused)) == ["deputy"]
    await revise(office, made, replace(HEADER, loggist=county.alan.reference), await version(office, made))
    async with office.desk.database.reading() as session:
        head = await read_head(session, await office.asks(county.alan), made.reference)
        lines = await read_detachments(session, alice, head)
    assert (head.loggist, [line.people for line in lines]) == ("Alan", [2])
    async with office.refusing(Conflict):
        await send_own_officers(office.desk, alice, made.reference, [county.alan.reference])


async def test_who_revises_a_plan_that_changed_meanwhile_is_told_and_takes_nothing_away(office: Office) -> None:
    made = await planned(office)
    read = await version(office, made)
    await revise(office, made, replace(HEADER, title="Operation Crane"), read)
    async with office.refusing(Changed):
        await revise(office, made, replace(HEADER, title="Operation Stork"), read)
    async with office.desk.database.reading() as session:
        head = await read_head(session, await office.asks(office.county.alice), made.reference)
    assert (head.title, head.version != read) == ("Operation Crane", True)


async def test_who_writes_on_a_draft_that_another_saved_or_published_is_told(office: Office) -> None:
    made = await planned(office, template="Empty plan")
    alice = await office.asks(office.county.alice)
    read = await briefing_version(office, made, office.county.alice)
    await save_briefing(office.desk, alice, made.reference, Words(risk="A dog"), read)
    for act in (save_briefing, publish_briefing):
        async with office.refusing(Changed):
            await act(office.desk, alice, made.reference, Words(risk="No dog"), read)
    saved = await briefing_version(office, made, office.county.alice)
    assert await publish_briefing(office.desk, alice, made.reference, Words(risk="A dog"), saved) == 1
    async with office.refusing(Changed):
        await save_briefing(office.desk, alice, made.reference, Words(risk="Two dogs"), saved)


async def test_a_draft_changes_nothing_for_who_does_not_write_it(office: Office) -> None:
    county, made = office.county, await planned(office)
    await joined(office, made, county.fair_work, county.bob)
    alice, before = await office.asks(county.alice), await briefing_version(office, made, county.bob)
    read = await briefing_version(office, made, county.alice)
    await save_briefing(office.desk, alice, made.reference, Words(risk="A dog"), read)
    assert await briefing_version(office, made, county.bob) == before


async def revise(office: Office, operation: Resource, header: Header, read: str) -> None:
    await revise_operation(
        office.desk, await office.asks(office.county.alice), operation.reference, header, based_on=read
    )


async def version(office: Office, operation: Resource) -> str:
    async with office.desk.database.reading() as session:
        return (await read_head(session, await office.asks(office.county.alice), operation.reference)).version


async def briefing_version(office: Office, operation: Resource, reader: Officer) -> str:
    async with office.desk.database.reading() as session:
        page = await read_briefing_page(session, await office.asks(reader), operation.reference)
    return page.briefing.version


async def test_an_operation_begins_once_and_after_standing_down_nothing_is_planned(office: Office) -> None:
    county = office.county
    made = await planned(office)
    alice = await office.asks(county.alice)
    await begin_operation(office.desk, alice, made.reference)
    async with office.refusing(Conflict):
        await begin_operation(office.desk, alice, made.reference)
    await stand_down(office.desk, alice, made.reference, "Everything is done")
    await office.later()
    async with office.refusing(Conflict):
        await site(office, made)
    async with office.refusing(Conflict):
        await invited(office, made, county.fair_work)


async def test_an_agency_is_invited_and_shown_a_site_under_the_agreement_that_is_chosen(office: Office) -> None:
    county = office.county
    made = await planned(office)
    narrow = Agreement(name="A narrow one", highest_level=3, longest_days=60, starts=NOW - DAY, ends=NOW + 30 * DAY)
    parties = [AgreementParty(agreement_id=narrow.id, agency_id=one.id) for one in (county.police, county.fair_work)]
    await file(office.desk.database, narrow)
    await file(office.desk.database, *parties)
    alice = await office.asks(county.alice)
    invite = Invite(county.fair_work.reference, "contribute", "Pay and hours", agreement=narrow.reference)
    await invite_detachment(office.desk, alice, made.reference, invite)
    place = await site(office, made)
    given = (made.reference, place.reference, county.fair_work.reference, None)
    await reveal_site(office.desk, alice, *given, county.agreement.reference)
    cited = {
        thing.id: [grant.agreement_id for grant in await office.grants(thing) if grant.agreement_id]
        for thing in (made, place)
    }
    assert cited == {made.id: [narrow.id], place.id: [county.agreement.id]}
    async with office.refusing(Invalid) as refused:
        other = Invite(county.council.reference, "contribute", "Beds", agreement=narrow.reference)
        await invite_detachment(office.desk, alice, made.reference, other)
    assert list(words(refused)) == ["agreement"]


async def test_a_visit_is_withdrawn_by_its_own_agency_or_who_manages_the_site_and_by_nobody_else(
    office: Office,
) -> None:
    county = office.county
    made = county.operation
    for officer in (county.bob, county.alice):
        asks = await office.asks(officer)
        place, hours = county.farm.reference, (NOW + HOUR, NOW + 2 * HOUR)
        await set_window(office.desk, asks, made.reference, place, "", *hours)
    async with office.desk.database.reading() as session:
        theirs, ours = list((await session.execute(select(VisitWindow).order_by(col(VisitWindow.id)))).scalars())
    async with office.refusing(NotAllowed):
        await withdraw_window(office.desk, await office.asks(county.bob), made.reference, ours.reference)
    async with office.refusing(Invalid):
        await withdraw_window(office.desk, await office.asks(county.bob), made.reference, "nonsense")
    await withdraw_window(office.desk, await office.asks(county.bob), made.reference, theirs.reference)
    async with office.refusing(Conflict):
        await withdraw_window(office.desk, await office.asks(county.bob), made.reference, theirs.reference)
    await office.later()
    asks = await office.asks(county.alice)
    async with office.desk.database.reading() as session:
        head = await read_head(session, asks, made.reference)
        (farm, *_) = await read_sites(session, asks, head)
        report = await read_report(session, asks, made.reference, "")
    assert [(visit.agency.code, visit.overlaps) for visit in farm.visits] == [("POL", False)]
    assert [avoided.site for avoided in report.avoided] == ["S1"]


async def test_a_task_says_what_it_was_changed_to_and_a_replay_what_it_said_then(office: Office) -> None:
    county, before = office.county, office.desk.clock.now()
    await office.later()
    await revise_task(office.desk, await office.asks(county.alice), county.knock.reference, "Knock twice", NOW + HOUR)
    await office.later()
    await revise_task(office.desk, await office.asks(county.alice), county.knock.reference, "Knock thrice")
    await office.later()
    asks = await office.asks(county.alice)
    async with office.desk.database.reading() as session:
        now = await on_operation(session, asks, county.operation.reference)
        titles = [now.tasks[county.knock.id].title]
        for at in (before, before + timedelta(minutes=1, seconds=30)):
            then = await seen_at(session, asks, now, await moment_at(session, at))
            assert then is not None
            titles.append(then.tasks[county.knock.id].title)
    assert titles == ["Knock thrice", "Knock", "Knock twice"]


async def test_only_who_manages_a_task_changes_what_it_says(office: Office) -> None:
    county = office.county
    for officer, refusal in ((county.bob, NotAllowed), (county.oscar, NotFound)):
        async with office.refusing(refusal):
            await revise_task(office.desk, await office.asks(officer), county.knock.reference, "Knock twice")
