"""Break-glass: who may, on what, for how long; who is told; how it is reviewed, and what stops it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TypeVar

import pytest
from sqlalchemy import select, update
from sqlmodel import SQLModel, col

from live.audience import Level
from models.agencies import Duty, Officer, OfficerDuty
from models.audit import AuditRow
from models.base import new_reference
from models.emergencies import BreakGlass, BreakGlassReview
from models.grants import Grant, Resource, RingFence
from models.proposals import Proposal
from models.sign_ins import SignIn
from ops.access.asker import Asker
from ops.access.principals import officer_key
from ops.actions.emergencies import LASTS, break_glass
from ops.actions.emergency_marks import mark_for_emergency
from ops.actions.emergency_reviews import review
from ops.actions.emergency_role import REVIEW_WITHIN
from ops.errors import Conflict, Invalid, NeedsConfirmation, NotAllowed, NotFound, Refusal
from ops.screens.emergency_lines import emergencies_of_ours, emergencies_to_review, open_on
from ops.screens.emergency_page import read_emergency
from tests import cast
from tests.actions.office import Office, words
from tests.cast import DAY, HOUR, NOW, TICK, file

Row = TypeVar("Row", bound=SQLModel)

WHY = "He is missing and may harm himself."


async def opens(office: Office, officer: Officer, reference: str, reason: str = WHY) -> str:
    """Break the glass with a fresh strong sign-in; gives the record's reference."""
    return await break_glass(office.desk, await office.asks_confirmed(officer), reference, reason)


@asynccontextmanager
async def refused(office: Office, officer: Officer, kind: type[Refusal]) -> AsyncIterator[Asker]:
    """Give the officer with a fresh strong sign-in, and expect that this changes nothing."""
    asks = await office.asks_confirmed(officer)
    async with office.refusing(kind):
        yield asks


async def report_of_police(office: Office, kind: str = "other") -> Resource:
    """Let Alan write a report that only the Police can see."""
    return await office.write(office.county.alice, kind=kind)


async def rows(office: Office, table: type[Row]) -> list[Row]:
    async with office.desk.database.reading() as session:
        return sorted((await session.execute(select(table))).scalars(), key=lambda row: row.id)  # type: ignore[attr-defined]  # whatever is filed here has an id


async def watches(office: Office) -> dict[str, list[str]]:
    """Give who is told, and what they may do about it."""
    told = {}
    for name, officer in office.county.everyone().items():
        asks = await office.asks(officer)
        async with office.desk.database.reading() as session:
            found = [*await emergencies_to_review(session, asks), *await emergencies_of_ours(session, asks)]
        if found:
            told[name] = [one.act for one in found]
    return told


async def test_a_broken_glass_lets_one_officer_read_one_thing_for_an_hour(office: Office) -> None:
    county = office.county
    before = await office.levels(county.visit)
    await opens(office, county.carol, county.visit.reference)
    assert await office.levels(county.visit) == before | {"carol": Level.READ}
    made = (await office.grants(county.visit))[-1]
    assert (made.principal, made.level, made.emergency) == (officer_key(county.carol.id), Level.READ, True)
    assert (made.starts, made.ends, made.granted_by) == (NOW, NOW + LASTS, county.carol.id)
    assert made.purpose
    assert made.lawful_basis
    await office.later(timedelta(minutes=60) - TICK)
    assert await office.level(county.carol, county.visit) is Level.READ
    await office.later(TICK)
    assert await office.levels(county.visit) == before


async def test_everyone_concerned_is_told_and_nobody_else(office: Office) -> None:
    county = office.county
    duty = OfficerDuty(officer_id=county.carl.id, duty=Duty.LEAD, starts=NOW - DAY)
    await file(office.desk.database, duty)
    await opens(office, county.carol, county.visit.reference)
    assert await watches(office) == {"alice": ["Review"], "alan": ["Review"], "carl": ["Look"]}
    topics = (await office.journal())[-1].topics
    assert set(topics) == {f"agency:{county.police.reference}", f"agency:{county.council.reference}"}


async def test_an_emergency_lives_without_an_agreement(office: Office) -> None:
    county = office.county
    await opens(office, county.carol, county.visit.reference)
    assert (await office.grants(county.visit))[-1].agreement_id is None
    assert await office.level(county.carol, county.visit) is Level.READ


@pytest.mark.parametrize("name", ["alice", "bob", "dora", "oscar", "carl"])
async def test_nobody_breaks_the_glass_without_the_role(office: Office, name: str) -> None:
    officer = getattr(office.county, name)
    for reference in (office.county.visit.reference, new_reference()):
        async with refused(office, officer, NotFound) as asks:
            await break_glass(office.desk, asks, reference, WHY)


async def test_nobody_breaks_the_glass_without_a_fresh_strong_sign_in(office: Office) -> None:
    carol = await office.asks(office.county.carol)
    for reference in (office.county.visit.reference, new_reference()):
        async with office.refusing(NeedsConfirmation):
            await break_glass(office.desk, carol, reference, WHY)


@pytest.mark.parametrize("reason", ["", "  ", "x" * 401])
async def test_a_glass_is_broken_with_a_reason(office: Office, reason: str) -> None:
    async with refused(office, office.county.carol, Invalid) as asks:
        await break_glass(office.desk, asks, office.county.visit.reference, reason)


async def closed(office: Office, how: str) -> str:
    """Close something to emergencies in one of the ways there are; gives the reference to try."""
    county = office.county
    fence = RingFence(case_id=county.case.id, agency_id=county.council.id, name="no Council", raised_at=NOW)
    match how:
        case "no emergency":
            alice = await office.asks(county.alice)
            await mark_for_emergency(office.desk, alice, county.visit.reference, allowed=False, why="Names a source")
        case "health" | "support" | "intelligence":
            return (await report_of_police(office, how)).reference
        case "held":
            await cast.hold(office.desk.database, county.visit)
        case "case held":
            await cast.hold(office.desk.database, county.case)
        case "fenced" | "fenced profile":
            await file(office.desk.database, fence)
        case "not admitted":
            await cast.revoke(office.desk.database, county.grants["MASH on the case"])
    others = {
        "wrong": new_reference(),
        "a task": county.interview.reference,
        "fenced profile": county.profile.reference,
    }
    return others.get(how, county.visit.reference)


CLOSED = [
    "wrong",
    "no emergency",
    "health",
    "support",
    "intelligence",
    "held",
    "case held",
    "fenced",
    "fenced profile",
    "not admitted",
    "a task",
]


@pytest.mark.parametrize("how", CLOSED)
async def test_a_glass_opens_nothing_that_is_closed_to_it_and_the_attempt_is_audited(office: Office, how: str) -> None:
    reference = await closed(office, how)
    before = await office.audited()
    with pytest.raises(NotFound):
        await opens(office, office.county.carol, reference)
    assert (await rows(office, BreakGlass), await watches(office)) == ([], {})
    assert not [row for row in await rows(office, Grant) if row.emergency]
    assert (await office.audited())[len(before) :] == [("emergency access refused", [])]
    assert (await rows(office, AuditRow))[-1].asked == f"POST /emergency-access/{reference}"


async def test_wrong_and_closed_references_ask_the_database_the_same(office: Office) -> None:
    county = office.county
    with pytest.raises(NotFound):
        await opens(office, county.carol, new_reference())
    tried = []
    for how in CLOSED[:3]:
        reference = await closed(office, how)
        asks = await office.asks_confirmed(county.carol)
        with office.statements() as statements, pytest.raises(NotFound):
            await break_glass(office.desk, asks, reference, WHY)
        tried.append(statements)
    assert tried[0] == tried[1] == tried[2]


async def test_what_one_reads_already_is_not_opened_again(office: Office) -> None:
    async with refused(office, office.county.carol, Conflict) as asks:
        await break_glass(office.desk, asks, office.county.assessment.reference, WHY)


async def test_a_report_of_a_kept_kind_opens_once_its_manager_allows_it(office: Office) -> None:
    county = office.county
    health = await report_of_police(office, "health")
    alice = await office.asks(county.alice)
    await mark_for_emergency(office.desk, alice, health.reference, allowed=True, why="Tonight's carers may need it")
    await opens(office, county.carol, health.reference)
    assert await office.level(county.carol, health) is Level.READ
    await office.later()
    await mark_for_emergency(office.desk, await office.asks(county.alice), health.reference, allowed=False, why="Over")
    await office.later(HOUR)
    with pytest.raises(NotFound):
        await opens(office, county.carol, health.reference)


async def test_only_who_manages_a_report_marks_it(office: Office) -> None:
    county = office.county
    for officer, refusal in ((county.bob, NotAllowed), (county.oscar, NotFound), (county.carol, NotFound)):
        async with office.refusing(refusal):
            await mark_for_emergency(
                office.desk, await office.asks(officer), county.visit.reference, allowed=False, why="x"
            )
    alice = await office.asks(county.alice)
    for why in ("", "x" * 201):
        async with office.refusing(Invalid):
            await mark_for_emergency(office.desk, alice, county.visit.reference, allowed=False, why=why)
    async with office.refusing(Conflict):
        await mark_for_emergency(office.desk, alice, county.visit.reference, allowed=True, why="It is so")


async def test_a_case_a_profile_and_an_operation_can_be_opened_too(office: Office) -> None:
    county = office.county
    for thing in (county.other_case, county.profile):
        await opens(office, county.carol, thing.reference)
        assert await office.level(county.carol, thing) is Level.READ
    assert await office.level(county.carol, county.visit) is Level.NONE


async def test_a_glass_broken_for_a_case_admits_to_nothing_in_it(office: Office) -> None:
    county = office.county
    await cast.revoke(office.desk.database, county.grants["MASH on the case"])
    health = await report_of_police(office, "health")
    await office.give(county.alice, health, f"agency:{county.council.reference}")  # it sleeps: no admission
    await opens(office, county.carol, county.case.reference)
    assert await office.level(county.carol, county.case) is Level.READ
    assert await office.level(county.carol, health) is Level.NONE
    with pytest.raises(NotFound):
        await opens(office, county.carol, county.visit.reference)


async def test_a_glass_broken_for_a_case_is_no_admission_that_a_proposal_would_ask_for(office: Office) -> None:
    county = office.county
    await cast.revoke(office.desk.database, county.grants["MASH on the case"])
    await opens(office, county.carol, county.case.reference)
    await office.give(county.alice, county.visit, f"officer:{county.carol.reference}")
    assert [row.proposed_id for row in await rows(office, Proposal)] == [county.council.id]


async def test_a_glass_broken_for_an_operation_shows_what_follows_it_and_no_site(office: Office) -> None:
    county = office.county
    for name in ("the Council on the operation", "the Council on the farm"):
        await cast.revoke(office.desk.database, county.grants[name])
    await opens(office, county.carol, county.operation.reference)
    seen = [await office.level(county.carol, thing) for thing in (county.operation, county.loose, county.farm)]
    assert seen == [Level.READ, Level.READ, Level.NONE]


async def reviewed(office: Office, officer: Officer, glass: str, justified: str = "yes", said: str = "It was.") -> None:
    await review(office.desk, await office.asks(officer), glass, justified, said)


async def test_the_owners_lead_or_information_manager_reviews_it_once(office: Office) -> None:
    county = office.county
    glass = await opens(office, county.carol, county.visit.reference)
    await reviewed(office, county.alan, glass)
    async with office.refusing(Conflict):
        await reviewed(office, county.alice, glass)
    assert await watches(office) == {}
    assert await office.level(county.carol, county.visit) is Level.READ


async def test_nobody_else_reviews_it_and_who_broke_it_never_does(office: Office) -> None:
    county = office.county
    glass = await opens(office, county.carol, county.visit.reference)
    for name in ("carol", "carl", "bob", "dora", "oscar", "olga"):
        async with office.refusing(NotFound):
            await reviewed(office, getattr(county, name), glass)
    own = Duty.EMERGENCY
    await file(office.desk.database, OfficerDuty(officer_id=county.carl.id, duty=own, starts=NOW - DAY))
    ours = await opens(office, county.carl, county.assessment.reference)
    async with office.refusing(NotFound):
        await reviewed(office, county.carl, ours)  # he is their information manager, and it was he who broke it
    await reviewed(office, county.carol, ours)


async def test_its_managers_review_it_where_nobody_has_the_duty(office: Office) -> None:
    county = office.county
    glass = await opens(office, county.carol, county.visit.reference)
    async with office.desk.database.writing() as session:
        officers = [county.alice.id, county.alan.id]
        await session.execute(update(OfficerDuty).where(col(OfficerDuty.officer_id).in_(officers)).values(ends=NOW))
    assert "alan" in await watches(office)
    await reviewed(office, county.alan, glass)


@pytest.mark.parametrize(
    ("justified", "said", "field"),
    [("", "x", "justified"), ("perhaps", "x", "justified"), ("yes", "", "words"), ("no", "x" * 401, "words")],
)
async def test_a_review_says_yes_or_no_and_why(office: Office, justified: str, said: str, field: str) -> None:
    glass = await opens(office, office.county.carol, office.county.visit.reference)
    async with office.refusing(Invalid) as told:
        await reviewed(office, office.county.alice, glass, justified, said)
    assert set(words(told)) == {field}


async def test_an_overdue_review_stops_the_role_at_the_instant_and_a_late_one_lets_it_go_on(office: Office) -> None:
    county = office.county
    glass = await opens(office, county.carol, county.visit.reference)
    await office.later(REVIEW_WITHIN - TICK)
    await opens(office, county.carol, county.other_case.reference)
    await office.later(TICK)
    for reference in (county.profile.reference, new_reference()):
        async with refused(office, county.carol, NotAllowed) as asks:
            await break_glass(office.desk, asks, reference, WHY)
    await reviewed(office, county.alice, glass)
    await opens(office, county.carol, county.profile.reference)


async def test_one_that_was_not_justified_ends_at_once_and_the_role_with_it(office: Office) -> None:
    county = office.county
    glass = await opens(office, county.carol, county.visit.reference)
    await office.later()
    await reviewed(office, county.alice, glass, "no", "There was time to ask.")
    assert await office.level(county.carol, county.visit) is Level.NONE
    async with refused(office, county.carol, NotFound) as asks:
        await break_glass(office.desk, asks, county.visit.reference, WHY)
    await office.later()
    given = OfficerDuty(officer_id=county.carol.id, duty=Duty.EMERGENCY, starts=office.desk.clock.now())
    await file(office.desk.database, given)
    await opens(office, county.carol, county.visit.reference)


async def test_the_managers_of_the_thing_see_it_on_its_page_and_other_readers_do_not(office: Office) -> None:
    county = office.county
    await opens(office, county.carol, county.visit.reference)
    told = set()
    for name, officer in county.everyone().items():
        asks = await office.asks(officer)
        async with office.desk.database.reading() as session:
            if await open_on(session, asks, [county.visit.id]):
                told.add(name)
    assert told == {"alice", "alan"}


async def test_the_page_of_a_broken_glass_is_there_for_everyone_concerned_alone(office: Office) -> None:
    county = office.county
    await file(office.desk.database, OfficerDuty(officer_id=county.carl.id, duty=Duty.LEAD, starts=NOW - DAY))
    glass, pages = await opens(office, county.carol, county.visit.reference), {}
    for name, officer in county.everyone().items():
        asks = await office.asks(officer)
        async with office.desk.database.reading() as session:
            try:
                pages[name] = await read_emergency(session, asks, glass)
            except Refusal:
                continue
    assert {name: page.may_review for name, page in pages.items()} == {
        "alice": True,
        "alan": True,
        "carol": False,
        "carl": False,
    }
    assert pages["carl"].thing is None


async def test_every_act_is_audited_by_references_alone(office: Office) -> None:
    county = office.county
    glass = await opens(office, county.carol, county.visit.reference)
    await reviewed(office, county.alice, glass, "no", "There was time to ask.")
    acts = await office.audited()
    assert [act for act, _ in acts] == [
        "emergency access taken",
        "emergency access not justified",
        "emergency role stopped",
    ]
    assert all(len(reference) == 26 for _, references in acts for reference in references)
    assert len(await rows(office, BreakGlassReview)) == len(await rows(office, SignIn)) == 1
