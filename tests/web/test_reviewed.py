"""An open watch keeps no word of what its officer lost, however it was lost; odd words are refused as any others."""

from datetime import timedelta

from sqlalchemy import update
from sqlmodel import col

from models.agencies import Duty, OfficerDuty
from models.grants import Grant
from models.sign_ins import Credential
from ops.actions.grantees import UNKNOWN
from tests import cast
from tests.cast import file
from tests.web import petitions
from tests.web.building import Building, Socket, email_of

WHY = "It named the wrong man"


def shown(watch: Socket) -> str:
    """Give the last frame in which the watch was drawn anew."""
    return next((frame for frame in reversed(watch.heard) if '"do":"fill"' in frame), "")


async def test_an_open_watch_loses_a_case_with_the_grant(building: Building) -> None:
    county = building.county
    alice, bob = await building.enter(county.alice), await building.enter(county.bob)
    async with bob.socket("/watch/live") as watch:
        await watch.until(lambda: "Orchard" in shown(watch))
        form = {"within": f"case:{county.case.reference}", "who": f"agency:{county.fair_work.reference}", "why": "x"}
        assert (await alice.post("/removals", **form)).status_code == 303
        await watch.until(lambda: county.case.reference not in shown(watch))


async def test_an_open_watch_loses_a_case_at_the_instant_at_which_its_grant_ends(building: Building) -> None:
    county = building.county
    bob = await building.enter(county.bob)
    async with building.database.writing() as session:
        ends = update(Grant).where(col(Grant.id) == county.grants["Fair Work on the case"].id)
        await session.execute(ends.values(ends=cast.NOW + timedelta(seconds=4)))
    async with bob.socket("/watch/live") as watch:
        await watch.until(lambda: "Orchard" in shown(watch))
        await watch.until(lambda: county.case.reference not in shown(watch))


async def test_an_open_watch_loses_what_waited_for_a_duty_with_the_duty(building: Building) -> None:
    county = building.county
    await petitions.request(building)
    await file(building.database, OfficerDuty(officer_id=county.alan.id, duty=Duty.LEAD, starts=cast.NOW))
    alice, alan = await building.enter(county.alice), await building.enter(county.alan)
    async with alice.socket("/watch/live") as watch:
        await watch.until(lambda: "I take over her list" in shown(watch))
        await alan.post(f"/agency/officers/{county.alice.reference}/duties/end", duty="lead")
        await watch.until(lambda: "Nothing waits for your decision" in shown(watch))


async def test_an_open_watch_names_nothing_by_the_title_that_was_withdrawn(building: Building) -> None:
    county = building.county
    alice, bob, said = await building.enter(county.alice), await building.enter(county.bob), "Visit to the farm"
    form = {
        "who": f"team:{county.mash.reference}",
        "level": "read",
        "necessity": "They meet him",
        "purpose": "Care",
        "basis": "Public task",
        "until": f"{cast.NOW + 3 * cast.DAY:%Y-%m-%d}",
        "confirm": "1",
    }
    assert (await alice.post(f"/reports/{county.visit.reference}/sharing", **form)).status_code == 303
    async with bob.socket("/watch/live") as watch:
        await watch.until(lambda: said in shown(watch))
        await alice.post(f"/reports/{county.visit.reference}/withdrawal", withdrawn=WHY)
        await watch.until(lambda: "Withdrawn" in shown(watch))
        assert said not in shown(watch)


async def test_an_e_mail_that_stands_in_two_agencies_is_refused_like_nobodys(building: Building) -> None:
    county = building.county
    alice, answers = await building.enter(county.alice), []
    async with building.database.writing() as session:
        twice = update(Credential).where(col(Credential.officer_id) == county.dora.id)
        await session.execute(twice.values(email=email_of(county.carol)))
    for person in (email_of(county.carol), "nobody@county.example"):
        answer = await alice.post(f"/cases/{county.case.reference}/sharing", person=person, level="read")
        answers.append((answer.status_code, UNKNOWN in answer.text))
    assert answers == [(422, True)] * 2


async def test_the_last_day_of_all_is_a_day_to_look_until(building: Building) -> None:
    alan = await building.enter(building.county.alan)
    assert (await alan.get("/records?since=0001-01-01&until=9999-12-31")).status_code == 200


async def test_an_open_watch_hears_nothing_of_others_access(building: Building) -> None:
    county = building.county
    oscar, alice = await building.enter(county.oscar), await building.enter(county.alice)
    async with oscar.socket("/watch/live") as outsider, alice.socket("/watch/live") as watch:
        await outsider.until(lambda: bool(shown(outsider)))
        await watch.until(lambda: bool(shown(watch)))
        form = {"who": f"officer:{county.alan.reference}", "level": "read"}
        assert (await alice.post(f"/cases/{county.case.reference}/sharing", **form)).status_code == 303
        before = len([frame for frame in outsider.heard if '"do":"fill"' in frame])
        await alice.post(f"/reports/{county.visit.reference}/withdrawal", withdrawn=WHY)
    assert len([frame for frame in outsider.heard if '"do":"fill"' in frame]) == before == 1
