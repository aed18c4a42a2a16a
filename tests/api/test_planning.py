"""A plan over the API, from nothing to the debrief: the pages' acts, each seen on the other side."""

from datetime import timedelta
from typing import Any

from models.operations import Operation, Site
from models.planning import DebriefNote
from models.tasks import Task
from ops.actions.debriefs import HEADINGS
from tests import cast
from tests.api.programs import Program, account_of, program_of, script_of
from tests.web.building import Building
from tests.web.walks import widen


def hours() -> dict[str, str]:
    """Give the hours of tomorrow's work."""
    starts = cast.NOW + timedelta(days=1)
    return {"starts": starts.isoformat(), "ends": (starts + timedelta(hours=8)).isoformat()}


def new(title: str = "Heron") -> dict[str, Any]:
    """Give a plan to make."""
    return {"template": "Empty plan", "header": {"title": title, **hours()}}


async def planned(building: Building) -> tuple[Program, str]:
    """Plan an operation as Alice; gives her program and its address."""
    alice = await script_of(building, building.county.alice)
    made = await alice.post("/operations", new())
    assert made.status_code == 201, made.text
    return alice, made.headers["location"]


async def joined(building: Building, alice: Program, path: str) -> Program:
    """Let Fair Work be invited and send Bob; gives his program."""
    county = building.county
    bob = await script_of(building, county.bob)
    words = {"agency": county.fair_work.reference, "part": "contribute", "words": "Pay and hours"}
    sent = await alice.post(f"{path}/agencies", words)
    assert sent.status_code == 204, sent.text
    (line,) = [one for one in (await alice.get(f"{path}/agencies")).json()["items"] if one["state"] == "waiting"]
    invitation = f"/detachments/{line['invitation']}"
    assert (await bob.get(invitation)).json()["words"] == "Pay and hours"
    answer = await bob.post(f"{invitation}/acceptance", {"officers": [county.bob.reference]})
    assert answer.status_code == 204, answer.text
    return bob


async def test_an_operation_is_planned_once_by_an_officers_script_and_by_no_account(small: Building) -> None:
    county, before = small.county, await small.count(Operation)
    alice = await script_of(small, county.alice)
    made = [await alice.post("/operations", new(), key="plan") for _ in range(2)]
    assert (made[0].status_code, made[0].text) == (201, made[1].text)
    assert await small.count(Operation) == before + 1
    plan = (await alice.get(f"{made[0].headers['location']}/plan")).json()
    assert (plan["title"], plan["stage"], plan["commander"], plan["manages"]) == ("Heron", "planned", "Alice", True)
    program = await program_of(small, await account_of(small, county.police))
    assert (await program.post("/operations", new())).json()["type"] == "urn:tallyboard:problem:not-allowed"
    wrong = await alice.post("/operations", new(" "))
    assert [one["field"] for one in wrong.json()["errors"]] == ["title"]


async def test_no_edit_of_a_plan_or_a_briefing_is_lost(building: Building) -> None:
    alice, path = await planned(building)
    header = {"title": "Crane", "marking": "OFFICIAL", **hours()}
    for page, body in (("plan", header), ("briefing", {"risk": "A dog"})):
        read = (await alice.get(f"{path}/{page}")).headers["etag"]
        bare = await alice.ask("PUT", f"{path}/{page}", json=body)
        assert (bare.status_code, bare.json()["type"]) == (428, "urn:tallyboard:problem:needs-version")
        assert (await alice.put(f"{path}/{page}", body, read)).status_code == 204
        late = await alice.put(f"{path}/{page}", body, read)
        assert (late.status_code, late.json()["type"]) == (412, "urn:tallyboard:problem:changed")
        assert (await alice.get(f"{path}/{page}")).headers["etag"] != read
    loggist = {**header, "loggist": building.county.alan.reference}
    read = (await alice.get(f"{path}/plan")).headers["etag"]
    assert (await alice.put(f"{path}/plan", loggist, read)).status_code == 204
    plan = (await alice.get(f"{path}/plan")).json()
    assert (plan["loggist"], plan["loggist_reference"]) == ("Alan", building.county.alan.reference)
    gone = await alice.post(f"{path}/stand-down", {"why": "called off"})
    assert gone.status_code == 204, gone.text
    stood = await alice.put(f"{path}/plan", header, (await alice.get(f"{path}/plan")).headers["etag"])
    assert (stood.status_code, stood.json()["type"]) == (409, "urn:tallyboard:problem:conflict")


async def test_a_briefing_is_published_read_and_counted(building: Building) -> None:
    alice, path = await planned(building)
    bob = await joined(building, alice, path)
    before = (await bob.get(f"{path}/briefing")).headers["etag"]
    draft, read = {"risk": "A dog"}, (await alice.get(f"{path}/briefing")).headers["etag"]
    assert (await alice.put(f"{path}/briefing", draft, read)).status_code == 204
    hidden = await bob.get(f"{path}/briefing")
    assert (hidden.headers["etag"], hidden.json()["draft"], hidden.json()["newest"]) == (before, None, None)
    version = {"if-match": (await alice.get(f"{path}/briefing")).headers["etag"]}
    for _ in range(2):
        sent = await alice.post(f"{path}/briefing/publication", draft, key="publish", **version)
        assert sent.status_code == 204, sent.text
    page = (await bob.get(f"{path}/briefing")).json()
    assert (page["newest"]["number"], page["newest"]["words"], page["asked"]) == (1, draft, True)
    assert (await bob.post(f"{path}/briefing/acknowledgement", {"number": 2})).status_code == 409
    assert (await bob.post(f"{path}/briefing/acknowledgement", {"number": 1})).status_code == 204
    ready = {one["agency"]["code"]: one for one in (await alice.get(f"{path}/readiness")).json()["items"]}
    assert (ready["FWA"]["acknowledged"], ready["POL"]["acknowledged"]) == (1, 0)
    assert [one["agency"]["code"] for one in (await bob.get(f"{path}/readiness")).json()["items"]] == ["FWA"]


async def test_a_site_is_there_for_others_once_it_is_revealed_with_its_visits_and_tasks(building: Building) -> None:
    county = building.county
    alice, path = await planned(building)
    bob = await joined(building, alice, path)
    places = await building.count(Site), await building.count(Task)
    made = [await alice.post(f"{path}/sites", {"code": "S1", "name": "Quayside"}, key="site") for _ in range(2)]
    assert (made[0].status_code, made[0].text) == (201, made[1].text)
    site = made[0].json()["reference"]
    assert [(await program.get(f"{path}/sites")).json()["items"] == [] for program in (alice, bob)] == [False, True]
    assert (await bob.post(f"{path}/visits", {"site": site, **hours()})).status_code == 404
    shown = {"site": site, "agency": county.fair_work.reference}
    assert (await alice.post(f"{path}/reveals", shown)).status_code == 204
    assert (await bob.post(f"{path}/visits", {"site": site, **hours()})).status_code == 204
    (plan,) = (await bob.get(f"{path}/sites")).json()["items"]
    assert ([one["agency"]["code"] for one in plan["visits"]], plan["revealed"]) == (["FWA"], [])
    task: dict[str, Any] = {"title": "Count hours", "agency": county.fair_work.reference, "site": site}
    made = [await alice.post(f"{path}/tasks", {**task, "restricted": True}, key="task") for _ in range(2)]
    assert (made[0].status_code, made[0].text) == (201, made[1].text)
    assert [one["title"] for one in (await bob.get(f"{path}/tasks")).json()["items"]] == ["Count hours"]
    assert (await bob.get(made[0].headers["location"])).json()["restricted"] is True
    assert (await building.count(Site), await building.count(Task)) == (places[0] + 1, places[1] + 1)
    wrong = await alice.post(f"{path}/visits", {"site": site, "agency": county.nhs.reference, **hours()})
    assert [one["field"] for one in wrong.json()["errors"]] == ["agency"]


async def test_who_is_invited_learns_its_words_and_who_is_taken_out_loses_it_all(building: Building) -> None:
    county = building.county
    alice, path = await planned(building)
    bob = await joined(building, alice, path)
    assert (await bob.get(path)).json()["operation"]["projection"] == "full"
    lines = {one["agency"]["code"]: one for one in (await alice.get(f"{path}/agencies")).json()["items"]}
    invitation = f"/detachments/{lines['FWA']['invitation']}"
    assert [one["invitation"] for one in (await bob.get(f"{path}/agencies")).json()["items"]] == ["", ""]
    assert (await bob.post(f"{invitation}/withdrawal")).status_code == 404
    assert (await alice.post(f"{invitation}/withdrawal")).status_code == 204
    assert (await bob.get(path)).status_code == 404
    words = {"agency": county.council.reference, "part": "discover", "words": "One task"}
    assert (await alice.post(f"{path}/agencies", words)).status_code == 204
    lines = {one["agency"]["code"]: one for one in (await alice.get(f"{path}/agencies")).json()["items"]}
    declined, carol = f"/detachments/{lines['CNC']['invitation']}", await script_of(building, county.carol)
    assert (await carol.get(declined)).json()["single_tasks"] is True
    assert (await carol.post(f"{declined}/refusal", {"answer": "Nobody is free"})).status_code == 204
    lines = {one["agency"]["code"]: one for one in (await alice.get(f"{path}/agencies")).json()["items"]}
    assert (lines["CNC"]["state"], lines["CNC"]["answer"]) == ("declined", "Nobody is free")


async def test_the_record_of_a_day_is_read_by_each_as_far_as_they_see_it(building: Building) -> None:
    county = await widen(building)
    path = f"/operations/{county.operation.reference}"
    alice, bob = await script_of(building, county.alice), await script_of(building, county.bob)
    post = {"text": "Gate open", "audience": "site", "site": county.yard.reference}
    assert (await alice.post(f"{path}/posts", post)).status_code == 201
    told = [await _every(program, f"{path}/timeline?limit=3") for program in (alice, bob)]
    assert ["Gate open" in [one["words"] for one in entries] for entries in told] == [True, False]
    assert [one["at"] for one in told[0]] == sorted(one["at"] for one in told[0])
    board = (await alice.get(f"{path}/replay")).json()
    assert board["minute"] == board["minutes"]  # the end of the bar is the last moment
    for last in (board, (await alice.get(f"{path}/replay?minute={board['minute']}")).json()):
        assert "Gate open" in str(last["board"]["posts"])
    assert "Gate open" not in (await bob.get(f"{path}/replay")).text
    as_fair_work = f"agency={county.fair_work.reference}"
    assert "Gate open" not in (await alice.get(f"{path}/replay?{as_fair_work}")).text
    report = (await alice.get(f"{path}/report")).json()
    theirs = (await alice.get(f"{path}/report?{as_fair_work}")).json()
    assert (report["audience"], theirs["audience"]["code"]) == (None, "FWA")
    assert {site["code"] for site in theirs["sites"]} < {site["code"] for site in report["sites"]}
    before = await building.count(DebriefNote)
    said = {"heading": HEADINGS[0], "text": "One gate, two agencies", "went_well": False}
    for _ in range(2):
        assert (await bob.post(f"{path}/debrief", said, key="note")).status_code == 204
    assert await building.count(DebriefNote) == before + 1
    (note,) = (await alice.get(f"{path}/debrief")).json()["items"][0]["notes"]
    assert (note["text"], note["by"], note["went_well"]) == ("One gate, two agencies", "Bob", False)


async def _every(program: Program, path: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    cursor: str | None = ""
    while cursor is not None:
        page = await program.get(f"{path}&cursor={cursor}")
        assert page.status_code == 200, page.text
        cursor, found = page.json()["next"], [*found, *page.json()["items"]]
    return found
