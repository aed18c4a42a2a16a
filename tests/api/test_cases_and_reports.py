"""Cases and reports over the API: the pages' acts, done once, on the version that was seen."""

import pytest

from models.cases import Case
from models.reports import ReportVersion
from tests.api.programs import account_of, program_of, script_of
from tests.web.building import Building

NEW = {"title": "Pier", "theme": "Modern slavery", "summary": "A van."}
REPORT = {"title": "First visit", "text": "Seven people.", "kind": "visit"}


async def test_a_case_is_opened_once_however_often_it_is_sent(building: Building) -> None:
    alice, before = await script_of(building, building.county.alice), await building.count(Case)
    first, again = [await alice.post("/cases", NEW, key="k1") for _ in range(2)]
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert await building.count(Case) == before + 1
    case = (await alice.get(first.headers["location"])).json()
    assert (case["title"], case["summary"], case["may_manage"]) == ("Pier", "A van.", True)


async def test_the_same_key_with_another_body_is_refused(small: Building) -> None:
    alice = await script_of(small, small.county.alice)
    await alice.post("/cases", NEW, key="k1")
    answer = await alice.post("/cases", {**NEW, "title": "Quay"}, key="k1")
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:tallyboard:problem:invalid")


@pytest.mark.parametrize("key", ["", " ", "x" * 81, "é"])
async def test_a_command_needs_a_key(small: Building, key: str) -> None:
    alice = await script_of(small, small.county.alice)
    answer = await alice.ask("POST", "/cases", headers={"idempotency-key": key.encode("latin-1")}, json=NEW)
    assert (answer.status_code, answer.json()["type"]) == (400, "urn:tallyboard:problem:needs-key")


async def test_an_edit_needs_the_version_that_it_was_made_from(building: Building) -> None:
    alice, path = await script_of(building, building.county.alice), f"/cases/{building.county.case.reference}"
    seen = await alice.get(path)
    words = {name: seen.json()[name] for name in ("title", "summary", "status", "handling")}
    without = await alice.ask("PUT", path, json=words)
    assert (without.status_code, without.json()["type"]) == (428, "urn:tallyboard:problem:needs-version")
    assert (await alice.put(path, {**words, "summary": "Newer"}, seen.headers["etag"])).status_code == 204
    late = await alice.put(path, {**words, "summary": "Late"}, seen.headers["etag"])
    assert (late.status_code, late.json()["type"]) == (412, "urn:tallyboard:problem:changed")
    assert (await alice.get(path)).json()["summary"] == "Newer"


async def test_a_report_is_written_read_and_revised_once_for_each_version(building: Building) -> None:
    alice = await script_of(building, building.county.alice)
    made = await alice.post(f"/cases/{building.county.case.reference}/reports", REPORT)
    assert made.status_code == 201, made.text
    path = f"/reports/{made.json()['reference']}"
    first = await alice.get(path)
    before, change = await building.count(ReportVersion), {"title": "First visit", "text": "Eight people."}
    answers = [
        await alice.post(f"{path}/versions", change, key="v2", **{"if-match": first.headers["etag"]}) for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert await building.count(ReportVersion) == before + 1
    stale = await alice.post(f"{path}/versions", change, **{"if-match": first.headers["etag"]})
    assert stale.status_code == 412
    read = (await alice.get(path)).json()
    assert ([one["text"] for one in read["versions"]], read["version"]) == (["Eight people.", "Seven people."], 2)


async def test_who_only_discovers_a_case_gets_its_stub(small: Building) -> None:
    county, seen = small.county, set()
    for officer in county.everyone().values():
        program = await script_of(small, officer)
        for row in (await program.get("/cases")).json()["items"]:
            case = (await program.get(f"/cases/{row['reference']}")).json()
            assert case["projection"] == row["projection"]
            assert row["projection"] == "full" or set(row) == {"projection", "reference", "agency", "theme"}
            seen.add(row["projection"])
    assert seen == {"full", "stub"}


async def test_a_program_names_the_team_that_will_manage_what_it_makes(building: Building) -> None:
    county = building.county
    program = await program_of(building, await account_of(building, county.police))
    refused = await program.post("/cases", NEW)
    assert refused.json()["errors"] == [
        {"field": "team", "message": "Name the team of your agency that will manage this."}
    ]
    made = await program.post("/cases", {**NEW, "team": county.squad.reference})
    assert made.status_code == 201, made.text
    case = (await program.get(made.headers["location"])).json()
    assert (case["lead"], case["may_manage"], case["may_write"]) == ("Command and control", False, True)
    member = await script_of(building, county.alice)
    assert (await member.get(made.headers["location"])).json()["may_manage"]
    report = await program.post(
        f"/cases/{made.json()['reference']}/reports", {**REPORT, "team": county.squad.reference}
    )
    assert report.status_code == 201, report.text
    assert (await program.get(report.headers["location"])).json()["author"] == "Command and control"


async def test_pages_of_a_list_join_without_gap_or_repetition(small: Building) -> None:
    alice = await script_of(small, small.county.alice)
    for number in range(5):
        await alice.post("/cases", {**NEW, "title": f"Pier {number}"})
    whole = [row["reference"] for row in (await alice.get("/cases")).json()["items"]]
    walked: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = (await alice.get(f"/cases?limit=2&cursor={cursor}")).json()
        assert len(page["items"]) <= 2
        walked += [row["reference"] for row in page["items"]]
        cursor = page["next"]
    assert (walked, len(whole) > 5) == (whole, True)


async def test_a_cursor_opens_one_list_for_one_caller(small: Building) -> None:
    county = small.county
    alice, alan = await script_of(small, county.alice), await script_of(small, county.alan)
    cursor = (await alice.get("/agencies?limit=1")).json()["next"]
    assert (await alice.get(f"/agencies?limit=1&cursor={cursor}")).status_code == 200
    for program, path in ((alan, "/agencies"), (alice, "/cases"), (alice, "/officers")):
        answer = await program.get(f"{path}?cursor={cursor}")
        assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "cursor")
