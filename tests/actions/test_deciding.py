"""Requests decided: by whom, how, once; and what a requester hears of it."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlmodel import col

from live.audience import Level
from models.agencies import Agency, Duty, Officer, OfficerDuty, Standing
from models.base import new_reference
from models.database import Database
from models.grants import RingFence
from ops.access.principals import officer_key, team_key
from ops.actions.deciding import Told, ask_back, pass_on, refuse, refuse_in_silence, reply
from ops.actions.request_course import Stage
from ops.actions.requests import LASTS
from ops.errors import Conflict, Invalid, NotAllowed, NotFound
from ops.screens.request_page import read_deciding, read_sent, sent_requests
from ops.screens.requests_to_decide import questions_to_me, requests_to_decide
from ops.screens.waiting import ToDecide
from tests.actions.office import Office, words
from tests.actions.petition import WANTED, asks_for, filed, gives, steps, types
from tests.cast import DAY, NOW, TICK, file, new_id


async def waiting(office: Office, officer: Officer) -> list[ToDecide]:
    """Give what waits on an officer's watch."""
    asks = await office.asks(officer)
    async with office.desk.database.reading() as session:
        return [*await requests_to_decide(session, asks), *await questions_to_me(session, asks)]


async def stage(office: Office, officer: Officer, reference: str) -> Stage:
    asks = await office.asks(officer)
    async with office.desk.database.reading() as session:
        return (await read_sent(session, asks, reference)).stage


async def end_duty(database: Database, officer: Officer, duty: Duty) -> None:
    async with database.writing() as session:
        await session.execute(
            update(OfficerDuty)
            .where(col(OfficerDuty.officer_id) == officer.id, col(OfficerDuty.duty) == duty)
            .values(ends=NOW)
        )


async def test_a_request_waits_for_the_owners_lead_and_for_nobody_else(office: Office) -> None:
    request = await asks_for(office, office.county.dora, office.county.case)
    told = {name: await waiting(office, officer) for name, officer in office.county.everyone().items()}
    assert {name for name, found in told.items() if found} == {"alice"}
    assert [one.where for one in told["alice"]] == [f"/requests/{request}"]


async def test_a_report_is_decided_by_its_authors_lead_and_not_by_the_owner_of_the_case(office: Office) -> None:
    await types(office, office.county.oscar, office.county.assessment.reference)
    assert len(await waiting(office, office.county.carol)) == 1
    assert await waiting(office, office.county.alice) == []


async def test_approval_makes_the_grant_in_the_same_commit(office: Office) -> None:
    county = office.county
    request = await asks_for(office, county.dora, county.case)
    grant = await gives(office, county.alice, request, f"officer:{county.dora.reference}")
    made = next(row for row in await office.grants(county.case) if row.reference == grant)
    assert made.request_id == (await filed(office, request)).id
    assert (made.principal, made.level, made.ends) == (officer_key(county.dora.id), Level.READ, WANTED.until)
    assert (made.agreement_id, made.granted_by) == (county.agreement.id, county.alice.id)
    assert await office.level(county.dora, county.case) is Level.READ
    assert await steps(office, request) == ["approved"]
    assert await waiting(office, county.alice) == []


async def test_less_can_be_given_than_was_asked(office: Office) -> None:
    county = office.county
    request = await types(office, county.carl, county.visit.reference, level="contribute")
    team = f"team:{county.mash.reference}"
    await gives(office, county.alice, request, team, level="read", until=NOW + DAY)
    made = (await office.grants(county.visit))[-1]
    assert (made.principal, made.level, made.ends) == (team_key(county.mash.id), Level.READ, NOW + DAY)


@pytest.mark.parametrize(
    ("terms", "field"),
    [
        ({"level": "contribute"}, "level"),
        ({"level": "manage"}, "level"),
        ({"level": ""}, "level"),
        ({"until": NOW + 5 * DAY + TICK}, "until"),
        ({"until": None}, "until"),
        ({"until": NOW}, "until"),
        ({"purpose": ""}, "purpose"),
        ({"basis": ""}, "basis"),
        ({"necessity": "x" * 401}, "necessity"),
        ({"agreement": "a" * 26}, "agreement"),
    ],
)
async def test_no_more_can_be_given_than_was_asked_and_nothing_out_of_range(
    office: Office, terms: dict[str, object], field: str
) -> None:
    request = await asks_for(office, office.county.dora, office.county.case)
    async with office.refusing(Invalid) as refused:
        await gives(office, office.county.alice, request, f"officer:{office.county.dora.reference}", **terms)
    assert set(words(refused)) == {field}


async def test_an_approval_goes_to_who_asked_or_a_team_of_theirs(office: Office) -> None:
    county = office.county
    request = await types(office, county.carl, county.visit.reference)
    others = [
        f"officer:{county.carol.reference}",
        f"team:{county.squad.reference}",
        f"agency:{county.council.reference}",
        f"officer:{new_reference()}",
        "carl@county.example",
        "",
    ]
    for who in others:
        async with office.refusing(Invalid) as refused:
            await gives(office, county.alice, request, who)
        assert set(words(refused)) == {"who"}


async def test_an_approval_never_replaces_more_by_less(office: Office) -> None:
    county = office.county
    await office.give(county.alice, county.visit, f"officer:{county.carl.reference}", level="contribute")
    request = await types(office, county.carl, county.visit.reference)
    async with office.refusing(Invalid) as refused:
        await gives(office, county.alice, request, f"officer:{county.carl.reference}")
    assert set(words(refused)) == {"who"}


async def test_an_approval_crosses_no_ring_fence(office: Office) -> None:
    county = office.county
    request = await types(office, county.oscar, county.visit.reference)
    fence = RingFence(case_id=county.case.id, agency_id=county.power.id, name="never Power", raised_at=NOW)
    await file(office.desk.database, fence)
    async with office.refusing(Invalid) as refused:
        await gives(office, county.alice, request, f"officer:{county.oscar.reference}")
    assert "never Power" in words(refused)["who"]


async def test_a_lead_who_manages_nothing_of_it_passes_it_on(office: Office) -> None:
    county = office.county
    await file(office.desk.database, OfficerDuty(officer_id=county.carl.id, duty=Duty.LEAD, starts=NOW - DAY))
    request = await types(office, county.dora, county.assessment.reference, level="contribute")
    asks = await office.asks(county.carl)
    async with office.refusing(NotAllowed):
        await gives(office, county.carl, request, f"officer:{county.dora.reference}", level="contribute")
    async with office.desk.database.reading() as session:
        shown = await read_deciding(session, asks, request)
    assert (shown.thing.title, shown.may_give) == ("", False)
    await pass_on(office.desk, asks, request)
    async with office.refusing(Conflict):
        await pass_on(office.desk, asks, request)
    assert len(await waiting(office, county.carol)) == 1


async def test_who_manages_it_decides_once_it_was_passed_on_to_them(office: Office) -> None:
    county = office.county
    request = await asks_for(office, county.dora, county.case)
    async with office.refusing(NotFound):
        await gives(office, county.alan, request, f"officer:{county.dora.reference}")
    await pass_on(office.desk, await office.asks(county.alice), request)
    assert len(await waiting(office, county.alan)) == 1
    await gives(office, county.alan, request, f"officer:{county.dora.reference}")


async def test_who_manages_it_decides_where_nobody_leads(office: Office) -> None:
    request = await asks_for(office, office.county.dora, office.county.case)
    await end_duty(office.desk.database, office.county.alice, Duty.LEAD)
    assert len(await waiting(office, office.county.alan)) == 1
    assert len(await waiting(office, office.county.alice)) == 1
    await gives(office, office.county.alan, request, f"officer:{office.county.dora.reference}")


async def test_nobody_decides_about_their_own_request(office: Office) -> None:
    county = office.county
    request = await types(office, county.alice, county.visit.reference, whom=f"team:{county.squad.reference}")
    alice = await office.asks(county.alice)
    for act in (
        gives(office, county.alice, request, f"team:{county.squad.reference}"),
        refuse(office.desk, alice, request, Told("No", warned=True)),
        refuse_in_silence(office.desk, alice, request),
        pass_on(office.desk, alice, request),
        ask_back(office.desk, alice, request, Told("Why", warned=True)),
    ):
        async with office.refusing(NotFound):
            await act
    assert len(await waiting(office, county.alan)) == 1  # with whom alone it can be, since she is the only lead


async def test_a_request_is_not_there_for_who_neither_asked_nor_decides(office: Office) -> None:
    request = await asks_for(office, office.county.dora, office.county.case)
    for name in ("alan", "bob", "carol", "oscar"):
        asks = await office.asks(getattr(office.county, name))
        async with office.desk.database.reading() as session:
            with pytest.raises(NotFound):
                await read_deciding(session, asks, request)
            with pytest.raises(NotFound):
                await read_sent(session, asks, request)
        async with office.refusing(NotFound):
            await refuse(office.desk, asks, request, Told("No", warned=True))
        async with office.refusing(NotFound):
            await reply(office.desk, asks, request, "Because")


async def test_a_refusal_from_a_stub_is_told_with_its_reason(office: Office) -> None:
    county = office.county
    request = await asks_for(office, county.dora, county.case)
    await refuse(office.desk, await office.asks(county.alice), request, Told("Ask in March."))
    asks = await office.asks(county.dora)
    async with office.desk.database.reading() as session:
        sent = await read_sent(session, asks, request)
    assert (sent.stage, [step.words for step in sent.steps]) == (Stage.REFUSED, ["Ask in March."])
    assert sent.steps[0].officer == ""


async def test_a_refusal_in_silence_leaves_a_typed_request_as_it_was(office: Office) -> None:
    county = office.county
    pages = []
    for reference in (county.visit.reference, new_reference()):
        await types(office, county.oscar, reference)
    request = next(one for one in await _sent(office, county.oscar) if one.asked_for == county.visit.reference)
    await refuse_in_silence(office.desk, await office.asks(county.alice), request.reference)
    for moment in (timedelta(minutes=1), LASTS):
        await office.later(moment)
        pages.append({(one.stage, one.thing, one.steps) for one in await _sent(office, county.oscar)})
    assert pages == [{(Stage.SENT, None, ())}, {(Stage.CLOSED, None, ())}]


async def _sent(office: Office, officer: Officer) -> list:  # type: ignore[type-arg]  # what the page shows
    asks = await office.asks(officer)
    async with office.desk.database.reading() as session:
        return await sent_requests(session, asks)


async def test_an_answer_to_a_typed_reference_needs_the_warning_to_be_read(office: Office) -> None:
    county = office.county
    request = await types(office, county.oscar, county.visit.reference)
    alice = await office.asks(county.alice)
    for act in (refuse(office.desk, alice, request, Told("No")), ask_back(office.desk, alice, request, Told("Why"))):
        async with office.refusing(Invalid) as refused:
            await act
        assert set(words(refused)) == {"warned"}
    await refuse(office.desk, alice, request, Told("No", warned=True))
    assert await stage(office, county.oscar, request) is Stage.REFUSED


async def test_a_question_waits_for_the_reply_and_then_for_the_decision(office: Office) -> None:
    county = office.county
    request = await asks_for(office, county.dora, county.case)
    alice = await office.asks(county.alice)
    await ask_back(office.desk, alice, request, Told("For whom?"))
    assert (await waiting(office, county.alice), len(await waiting(office, county.dora))) == ([], 1)
    async with office.refusing(Conflict):
        await ask_back(office.desk, alice, request, Told("And when?"))
    await reply(office.desk, await office.asks(county.dora), request, "For my list.")
    assert (len(await waiting(office, county.alice)), await waiting(office, county.dora)) == (1, [])
    async with office.refusing(Conflict):
        await reply(office.desk, await office.asks(county.dora), request, "Again.")
    assert await steps(office, request) == ["asked back", "replied"]


@pytest.mark.parametrize("said", ["", " ", "x" * 401])
async def test_empty_and_endless_words_are_refused(office: Office, said: str) -> None:
    county = office.county
    request = await asks_for(office, county.dora, county.case)
    alice, dora = await office.asks(county.alice), await office.asks(county.dora)
    for act in (
        refuse(office.desk, alice, request, Told(said)),
        ask_back(office.desk, alice, request, Told(said)),
    ):
        async with office.refusing(Invalid):
            await act
    await ask_back(office.desk, alice, request, Told("For whom?"))
    async with office.refusing(Invalid):
        await reply(office.desk, dora, request, said)


async def test_a_request_lapses_at_the_instant_and_not_before(office: Office) -> None:
    county = office.county
    early = await asks_for(office, county.dora, county.case, until=NOW + 20 * DAY)
    await office.later(LASTS - TICK)
    assert len(await waiting(office, county.alice)) == 1
    await office.later(TICK)
    assert await waiting(office, county.alice) == []
    assert await stage(office, county.dora, early) is Stage.LAPSED
    async with office.refusing(Conflict):
        await gives(office, county.alice, early, f"officer:{county.dora.reference}", until=NOW + 16 * DAY)
    async with office.refusing(Conflict):
        await refuse(office.desk, await office.asks(county.alice), early, Told("Late"))


async def test_a_request_can_be_decided_in_its_last_moment(office: Office) -> None:
    county = office.county
    request = await asks_for(office, county.dora, county.case, until=NOW + 20 * DAY)
    await office.later(LASTS - TICK)
    await gives(office, county.alice, request, f"officer:{county.dora.reference}", until=NOW + 16 * DAY)
    await office.later(TICK)
    assert await stage(office, county.dora, request) is Stage.APPROVED


async def test_a_decided_request_is_not_decided_again(office: Office) -> None:
    county = office.county
    request = await asks_for(office, county.dora, county.case)
    await refuse(office.desk, await office.asks(county.alice), request, Told("No"))
    async with office.refusing(Conflict):
        await gives(office, county.alice, request, f"officer:{county.dora.reference}")
    async with office.refusing(Conflict):
        await refuse_in_silence(office.desk, await office.asks(county.alice), request)


@pytest.mark.parametrize("lost", ["officer", "agency"])
async def test_a_request_dies_with_its_requesters_standing(office: Office, lost: str) -> None:
    county = office.county
    request = await asks_for(office, county.dora, county.case)
    async with office.desk.database.writing() as session:
        if lost == "officer":
            await session.execute(update(Officer).where(col(Officer.id) == county.dora.id).values(active=False))
        else:
            standing = {"standing": Standing.SUSPENDED}
            await session.execute(update(Agency).where(col(Agency.id) == county.nhs.id).values(standing))
    assert await waiting(office, county.alice) == []
    async with office.refusing(Conflict):
        await gives(office, county.alice, request, f"officer:{county.dora.reference}")


async def test_of_two_decisions_at_once_one_wins_and_the_other_is_told(office: Office) -> None:
    county = office.county
    request = await asks_for(office, county.dora, county.case)
    await file(
        office.desk.database, OfficerDuty(id=new_id(), officer_id=county.alan.id, duty=Duty.LEAD, starts=NOW - DAY)
    )
    alan = await office.asks(county.alan)
    outcomes = await asyncio.gather(
        gives(office, county.alice, request, f"officer:{county.dora.reference}"),
        refuse(office.desk, alan, request, Told("No")),
        return_exceptions=True,
    )
    assert [isinstance(outcome, Conflict) for outcome in outcomes].count(True) == 1
    made = [row for row in await office.grants(county.case) if row.request_id is not None]
    assert (await steps(office, request), len(made)) in ((["approved"], 1), (["refused"], 0))


async def test_every_act_is_audited_by_references_alone(office: Office) -> None:
    county = office.county
    request = await asks_for(office, county.dora, county.case)
    await ask_back(office.desk, await office.asks(county.alice), request, Told("For whom?"))
    await reply(office.desk, await office.asks(county.dora), request, "For my list.")
    await gives(office, county.alice, request, f"officer:{county.dora.reference}")
    acts = await office.audited()
    assert [act for act, _ in acts] == [
        "access asked for",
        "request asked back",
        "request replied",
        "access given",
        "request approved",
    ]
    assert all(len(reference) == 26 for _, references in acts for reference in references)
