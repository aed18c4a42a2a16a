"""Timeline, replay, debrief and report as pages: each reader's own, each audience's own, the debrief live."""

import re

from models.base import new_id
from tests.web.building import Building

NOTE = {"heading": "Communication", "text": "The radio was clear", "went": "well"}


async def test_what_is_said_at_the_debrief_comes_to_who_reads_the_operation_and_to_nobody_else(
    building: Building,
) -> None:
    county = building.county
    path = f"/operations/{county.operation.reference}"
    alice, bob, oscar = [await building.enter(one) for one in (county.alice, county.bob, county.oscar)]
    async with bob.socket(f"{path}/live?kind=debrief") as debrief, bob.socket(f"{path}/live?kind=board") as board:
        for socket in (debrief, board):
            await socket.live()
        assert (await alice.post(f"{path}/debrief", key=new_id().hex, **NOTE)).status_code == 303
        await debrief.until_heard("The radio was clear")
        await board.until_heard('"beat"')
        assert "The radio was clear" not in "".join(board.heard)
    assert "The radio was clear" in (await bob.get(f"{path}/debrief")).text
    assert (await oscar.get(f"{path}/debrief")).status_code == 404


async def test_a_note_is_said_once_and_a_refused_one_comes_back(small: Building) -> None:
    alice = await small.enter(small.county.alice)
    path = f"/operations/{small.county.operation.reference}/debrief"
    for _ in range(2):
        assert (await alice.post(path, key="one", **NOTE)).status_code == 303
    assert (await alice.get(path)).text.count("The radio was clear") == 1
    answer = await alice.post(path, key="two", **(NOTE | {"text": " "}))
    assert (answer.status_code, "Write what you saw" in answer.text) == (422, True)


async def test_the_report_has_a_version_for_each_audience_and_no_number_of_what_it_leaves_out(small: Building) -> None:
    county = small.county
    alice = await small.enter(county.alice)
    path = f"/operations/{county.operation.reference}/report"
    mine = (await alice.get(path)).text
    theirs = (await alice.get(f"{path}?for={county.fair_work.reference}")).text
    assert ("Interview 1" in mine, "Interview 1" in theirs, "Knock" in theirs) == (True, False, True)
    assert ("Wait for the van" in mine, "Wait for the van" in theirs) == (True, True)
    council = (await alice.get(f"{path}?for={county.council.reference}")).text
    assert ("Wait for the van" in council, "It is not light yet" in council) == (False, False)
    for page in (mine, theirs):
        assert "others may hold more" in page
        assert not re.search(r"\d+ (?:of \d+ )?(?:entries|more|others|hidden)", page)
    assert (await alice.get(f"{path}?for={county.coastguard.reference}")).status_code == 404
    assert (await (await small.enter(county.oscar)).get(path)).status_code == 404


async def test_the_timeline_is_each_readers_own(small: Building) -> None:
    county = small.county
    path = f"/operations/{county.operation.reference}/timeline"
    seen = {}
    for name in ("alice", "bob", "carol"):
        visitor = await small.enter(county.everyone()[name])
        seen[name] = [(await visitor.get(f"{path}{more}")).text for more in ("", "?show=everything")]
    assert ["Decided: Wait for the van" in seen[name][0] for name in seen] == [True, True, False]
    assert ["A quiet word" in seen[name][1] for name in seen] == [False, True, True]
    assert ["Arrived" in seen[name][0] for name in seen] == [False, False, False]


async def test_replay_presses_nothing_and_hears_a_live_call(building: Building) -> None:
    county = building.county
    path = f"/operations/{county.operation.reference}"
    alice, bob = await building.enter(county.alice), await building.enter(county.bob)
    page = (await alice.get(f"{path}/replay?minute=0")).text
    assert "not live" in page
    assert not re.search(r'action="/(?:tasks|check-ins|sites|commands)/', page)
    async with alice.socket(f"{path}/live?kind=board") as board:
        await board.live()
        assert (await bob.post(f"{path}/check-ins", kind="help", note="A dog", key=new_id().hex)).status_code == 303
        await board.until_heard("A dog")
    again = (await alice.get(f"{path}/replay?minute=0")).text
    now, _, rest = again.partition('class="strip then"')
    then = rest.partition('<form class="scrub"')[0]  # the track below has the whole day
    assert ("A dog" in now, "A dog" in then) == (True, False)
    for strange in ("-1", "x", "9" * 9, "٣"):
        assert (await alice.get(f"{path}/replay?minute={strange}")).status_code == 200


async def test_the_end_of_the_bar_is_the_last_moment_and_no_full_minute_before_it(small: Building) -> None:
    county = small.county
    path, alice = f"/operations/{county.operation.reference}", await small.enter(county.alice)
    form = {"text": "A heron just now", "audience": "site", "key": new_id().hex, "site": county.farm.reference}
    assert (await alice.post(f"{path}/posts", **form)).status_code == 303
    page = (await alice.get(f"{path}/replay")).text
    stands = re.search(r'name="minute"[^>]* max="(\d+)" value="(\d+)"', page)
    assert stands
    assert stands[1] == stands[2]
    for answer in (page, (await alice.get(f"{path}/replay?minute={stands[2]}")).text):
        assert "A heron just now" in answer.partition('<form class="scrub"')[0]


async def test_the_draft_is_edited_kept_in_versions_and_read_by_its_own_audience(small: Building) -> None:
    county = small.county
    alice, bob = await small.enter(county.alice), await small.enter(county.bob)
    path = f"/operations/{county.operation.reference}/report"
    page = (await alice.get(f"{path}?for={county.fair_work.reference}")).text
    begin = re.search(r'href="(/cases/\w{26}/reports/new\?[^"]+)"', page)
    assert begin
    form = (await alice.get(begin[1].replace("&amp;", "&"))).text
    draft = form.partition('<textarea id="text"')[2].partition(">")[2].partition("</textarea>")[0]
    assert ("Knock" in draft, "Interview 1" in draft, "others may hold more" in draft) == (True, False, True)
    assert 'value="after-action" selected' in form
    words = {"title": "Orchard day, after it", "kind": "after-action", "unfenced": "1", "unfenced_why": "Names nobody"}
    kept = await alice.post(
        f"/cases/{county.case.reference}/reports", key="kept", text=f"{draft} LEARNT: go early", **words
    )
    report = kept.headers["location"]
    assert (await bob.get(report)).status_code == 404
    edited = {"title": words["title"], "text": "Edited: go earlier", "based_on": "1"}
    assert (await alice.post(f"{report}/versions", **edited)).status_code in {204, 303}
    page = (await alice.get(report)).text
    assert ("Edited: go earlier" in page, "LEARNT: go early" in page) == (True, True)
    paper = (await alice.get(f"{report}/print")).text
    assert ("Edited: go earlier" in paper, "others may hold more" in paper, "for Alice, Police" in paper) == (True,) * 3
    assert (await bob.get(f"{report}/print")).status_code == 404


async def test_who_writes_nothing_in_the_case_keeps_nothing_there(small: Building) -> None:
    county = small.county
    bob = await small.enter(county.bob)
    path = f"/operations/{county.operation.reference}/report"
    assert "reports/new" not in (await bob.get(path)).text
    oscar = await small.enter(county.oscar)
    into = f"/cases/{county.case.reference}/reports/new?operation={county.operation.reference}"
    assert [(await one.get(into)).status_code for one in (bob, oscar)] == [403, 404]
