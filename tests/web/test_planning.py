"""A plan as pages and feeds: who is invited learns it on their watch, and a site opens at its hour by itself."""

import asyncio
import re
from datetime import datetime, timedelta

from live.audience import Level
from models.base import new_id
from models.operations import VisitWindow
from models.tasks import Task
from ops.clock import LONDON
from ops.transaction import new_resource
from tests import cast
from tests.cast import file
from tests.web.building import Building, Visitor

A_DAY = timedelta(days=1)


def spoken(moment: datetime) -> str:
    """Give a moment as the browser's own control sends it."""
    return moment.astimezone(LONDON).isoformat(timespec="microseconds").removesuffix("+00:00").partition("+")[0]


async def plan(building: Building, alice: Visitor) -> str:
    """Plan an operation for tomorrow; gives its address."""
    now = building.app.state.house.desk.clock.now()
    hours = {"starts": spoken(now + A_DAY), "ends": spoken(now + 2 * A_DAY)}
    answer = await alice.post(
        "/operations", template="Hand car wash day", title="Operation Heron", key=new_id().hex, **hours
    )
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].removesuffix("/plan")


async def join(building: Building, alice: Visitor, path: str) -> Visitor:
    """Let Fair Work be invited and send Bob; gives Bob."""
    county = building.county
    form = {"agency": county.fair_work.reference, "part": "contribute", "words": "Pay and hours"}
    assert (await alice.post(f"{path}/agencies", **form)).status_code == 303
    bob = await building.enter(county.bob)
    (invitation,) = re.findall(r'"(/detachments/[a-z2-7]{26})"', (await bob.get("/watch")).text)
    answer = await bob.post(f"{invitation}/acceptance", officers=county.bob.reference)
    assert answer.status_code == 303, answer.text
    return bob


async def add_site(alice: Visitor, path: str) -> str:
    """Add a site; gives its reference."""
    form = {"code": "S1", "name": "Sparkle Hand Wash", "check_in_minutes": "30", "x": "10", "y": "10"}
    answer = await alice.post(f"{path}/sites", **form)
    assert answer.status_code == 303, answer.text
    (site,) = re.findall(r'<option value="([a-z2-7]{26})">S1', (await alice.get(f"{path}/tasks")).text)
    return str(site)


async def based_on(alice: Visitor, path: str, page: str = "briefing") -> dict[str, str]:
    """Give what the form of a page was made from."""
    found = (await alice.get(f"{path}/{page}")).text
    return {"based_on": found.partition('name="based_on" value="')[2].partition('"')[0]}


async def publish(alice: Visitor, path: str, risk: str) -> int:
    """Publish a briefing; gives the answer's status."""
    return (await alice.post(f"{path}/briefing/publication", risk=risk, **await based_on(alice, path))).status_code


def stop_every_job() -> int:
    """Stop whatever the application runs in the background for its own housekeeping."""
    jobs = [task for task in asyncio.all_tasks() if "/ops/jobs/" in task.get_coro().cr_code.co_filename]  # type: ignore[union-attr]
    for job in jobs:
        job.cancel()
    return len(jobs)


async def test_a_site_opens_on_an_open_board_at_its_hour_with_every_job_stopped(building: Building) -> None:
    alice = await building.enter(building.county.alice)
    path = await plan(building, alice)
    bob = await join(building, alice, path)
    site = await add_site(alice, path)
    assert stop_every_job() == 4
    clock = building.app.state.house.desk.clock
    hour = clock.now() + timedelta(seconds=3)
    form = {"site": site, "agency": building.county.fair_work.reference, "reveal_from": spoken(hour)}
    assert (await alice.post(f"{path}/reveals", **form)).status_code == 303
    assert "Sparkle" not in (await bob.get(path)).text
    async with bob.socket(f"{path}/live?kind=board") as board:
        await board.live()
        assert clock.now() < hour, "the board opened too late to show anything"
        assert "Sparkle" not in "".join(board.heard)
        await board.until_heard("Sparkle Hand Wash")
        assert clock.now() >= hour
    assert "Sparkle" in (await bob.get(path)).text


async def test_an_open_watch_hears_that_its_agency_is_invited_and_no_other_watch_does(building: Building) -> None:
    county = building.county
    alice, bob, carol = [await building.enter(one) for one in (county.alice, county.bob, county.carol)]
    path = await plan(building, alice)
    async with bob.socket("/watch/live") as asked, carol.socket("/watch/live") as unasked:
        for socket in (asked, unasked):
            await socket.live()
        form = {"agency": county.fair_work.reference, "part": "contribute", "words": "Pay and hours"}
        assert (await alice.post(f"{path}/agencies", **form)).status_code == 303
        await asked.until_heard("Operation Heron")
        await unasked.until_heard('"beat"')
        assert "Heron" not in "".join(unasked.heard)


async def test_a_briefing_is_read_acknowledged_and_counted(small: Building) -> None:
    county = small.county
    alice = await small.enter(county.alice)
    path = await plan(small, alice)
    bob = await join(small, alice, path)
    assert "No briefing has been published" in (await bob.get(f"{path}/briefing")).text
    assert (await alice.post(f"{path}/briefing", risk="A large dog", **await based_on(alice, path))).status_code == 303
    assert "A large dog" not in (await bob.get(f"{path}/briefing")).text
    assert await publish(alice, path, "A large dog") == 303
    assert "Read the briefing of Operation Heron, version 1" in (await bob.get("/watch")).text
    assert "A large dog" in (await bob.get(f"{path}/briefing")).text
    assert (await bob.post(f"{path}/briefing/acknowledgement", number="1")).status_code == 303
    assert (await bob.post(f"{path}/briefing/acknowledgement", number="1")).status_code == 409
    assert "Read the briefing" not in (await bob.get("/watch")).text
    ready = (await alice.get(f"{path}/readiness")).text
    assert re.search(r"Bob</th>\s*<td><span[^>]*><svg.*?</svg>Read \d\d:\d\d", ready)
    assert await publish(alice, path, "Two large dogs") == 303
    assert (await bob.post(f"{path}/briefing/acknowledgement", number="1")).status_code == 409
    assert "Not read yet" in (await bob.get(f"{path}/readiness")).text


async def test_readiness_names_ones_own_officers_and_tells_second_factors_to_their_agency_only(small: Building) -> None:
    county = small.county
    alice = await small.enter(county.alice)
    path = await plan(small, alice)
    bob = await join(small, alice, path)
    theirs, ours = (await bob.get(f"{path}/readiness")).text, (await alice.get(f"{path}/readiness")).text
    assert ('<th scope="row">Bob</th>' in theirs, '<th scope="row">Alice</th>' in theirs) == (True, False)
    assert ('<th scope="row">Bob</th>' in ours, "Told to their own agency" in ours) == (True, True)
    assert "Told to their own agency" not in theirs


async def test_a_refused_form_of_the_plan_comes_back_with_what_was_typed(small: Building) -> None:
    alice = await small.enter(small.county.alice)
    path = await plan(small, alice)
    await add_site(alice, path)
    for form, sent, said in (
        ("agencies", {"agency": "", "part": "contribute", "words": "Two nurses"}, "Two nurses</textarea>"),
        ("sites", {"code": "S 1", "name": "Pier"}, 'value="Pier"'),
        ("visits", {"window_site": "", "starts": "2026-10-14T08:00"}, 'value="2026-10-14T08:00"'),
        ("visits", {"starts": "soon"}, "Write a date and a time"),
        ("tasks", {"title": "Knock", "agency": ""}, 'value="Knock"'),
        ("plan", {"title": "", "purpose": "Nobody knows"}, 'value="Nobody knows"'),
        ("briefing/publication", {}, "Write the briefing."),
    ):
        answer = await alice.post(f"{path}/{form}", **sent)
        assert (answer.status_code, said in answer.text) == (422, True), form


async def test_who_saves_over_anothers_words_sees_both_and_then_may(small: Building) -> None:
    alice = await small.enter(small.county.alice)
    path = await plan(small, alice)
    for page, field, said in (("plan", "title", "Heron"), ("briefing", "risk", "A dog")):
        form = {"title": "Heron", "marking": "OFFICIAL"} | ({"starts": "2027-01-04T08:00", "ends": "2027-01-04T16:00"})
        form = form if page == "plan" else {}
        read = await based_on(alice, path, page)
        assert (await alice.post(f"{path}/{page}", **{**form, field: said}, **read)).status_code == 303
        late = await alice.post(f"{path}/{page}", **{**form, field: "Quite otherwise"}, **read)
        assert (late.status_code, said in late.text, "Quite otherwise" in late.text) == (409, True, True), page
        again = {"based_on": late.text.partition('name="based_on" value="')[2].partition('"')[0]}
        assert (await alice.post(f"{path}/{page}", **{**form, field: "Quite otherwise"}, **again)).status_code == 303
        assert "Quite otherwise" in (await alice.get(f"{path}/{page}")).text


async def test_what_is_said_above_a_refused_form_leads_to_something_on_its_page(small: Building) -> None:
    alice = await small.enter(small.county.alice)
    path = await plan(small, alice)
    hours = {"starts": "2027-01-04T08:00", "ends": "2027-01-04T16:00"}
    await add_site(alice, path)
    site = {"code": "S1", "name": "Again", "check_in_minutes": "30", "x": "10", "y": "10"}
    for page, form in (
        ("plan", {"title": "Heron", "marking": "OFFICIAL", **hours}),
        ("briefing", {"risk": "A dog"}),
        ("sites", site),
    ):
        answer = await alice.post(f"{path}/{page}", **form)
        (named,) = re.findall(r'<li><a href="#([^"]+)"', answer.text)
        assert (answer.status_code, f'id="{named}"' in answer.text) == (409, True), page


async def test_a_task_is_offered_for_editing_to_who_manages_it_and_to_nobody_else(small: Building) -> None:
    county = small.county
    theirs = new_resource("task", county.fair_work.id, gate=county.operation.id)
    task = Task(
        id=theirs.id,
        operation_id=county.operation.id,
        agency_id=county.fair_work.id,
        title="Their own",
        made_at=cast.NOW,
    )
    await file(small.database, theirs, task)
    await cast.grant(small.database, theirs, county.police, Level.READ)
    alice = await small.enter(county.alice)
    page = (await alice.get(f"/operations/{county.operation.reference}/tasks")).text
    offered = set(re.findall(r'"/tasks/([a-z2-7]{26})/edit"', page))
    assert ("Their own" in page, theirs.reference in offered) == (True, False)
    for reference, status in ((theirs.reference, 403), *((one, 200) for one in offered)):
        assert (await alice.get(f"/tasks/{reference}/edit")).status_code == status
    assert offered


async def test_a_visit_is_withdrawn_through_its_own_operation_alone(small: Building) -> None:
    county, now = small.county, small.app.state.house.desk.clock.now()
    alice = await small.enter(county.alice)
    other, own = await plan(small, alice), f"/operations/{county.operation.reference}"
    visit = VisitWindow(site_id=county.farm.id, agency_id=county.fair_work.id, starts=now, ends=now + A_DAY)
    await file(small.database, visit)
    answers = [await alice.post(f"{path}/visits/withdrawal", visit=visit.reference) for path in (other, own, own)]
    assert [answer.status_code for answer in answers] == [422, 303, 409]
