"""Operations over the API: the pages' acts, done once, seen by whom the pages show them to."""

from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlmodel import col

from models.operations import Decision
from models.tasks import CheckIn, Claim, Post, Task
from tests.api.programs import script_of
from tests.cast import NOW
from tests.web.building import Building

TAKEN = {"decided": "Both sites at once", "reason": "They talk", "options": "One by one"}


async def test_a_post_and_a_check_in_are_made_once_however_often_they_are_sent(building: Building) -> None:
    county, path = building.county, f"/operations/{building.county.operation.reference}"
    bob = await script_of(building, county.bob)
    words = {"text": "Gate open", "audience": "site", "site": county.farm.reference}
    before = await building.count(Post), await building.count(CheckIn)
    posts = [await bob.post(f"{path}/posts", words, key="p1") for _ in range(2)]
    assert [answer.status_code for answer in posts] == [201, 201]
    assert posts[0].json() == posts[1].json()
    for _ in range(2):
        assert (await bob.post(f"{path}/check-ins", {"kind": "help", "note": "bar"}, key="c1")).status_code == 204
    assert (await building.count(Post), await building.count(CheckIn)) == (before[0] + 1, before[1] + 1)
    alice = await script_of(building, county.alice)
    (alert,) = [one for one in (await alice.get(path)).json()["alerts"] if one["state"] == "help"]
    assert (await alice.post(alert["acknowledge"])).status_code == 204
    assert (await bob.get(f"{path}/mine")).json()["help_seen_by"] == "Alice"


async def test_a_task_is_held_by_one_officer_and_a_second_is_told_by_whom(building: Building) -> None:
    county, path = building.county, f"/tasks/{building.county.knock.reference}"
    alice, bob = await script_of(building, county.alice), await script_of(building, county.bob)
    assert (await bob.post(f"{path}/claim")).status_code == 204
    second = await alice.post(f"{path}/claim")
    assert (second.status_code, second.json()["detail"]) == (409, "Already with Bob, Fair Work.")
    assert (await bob.post(f"{path}/status", {"status": "here"})).status_code == 204
    assert {(await program.get(path)).json()["holder"] for program in (alice, bob)} == {"Bob"}
    assert (await bob.get(path)).json()["status"] == "here"
    assert (await bob.ask("DELETE", f"{path}/claim")).status_code == 204
    assert (await bob.get(path)).json()["holder"] == ""
    assert await building.count(Claim) == 1


async def test_a_withdrawn_post_says_why_and_nothing_else(building: Building) -> None:
    county, path = building.county, f"/posts/{building.county.quiet_word.reference}"
    bob = await script_of(building, county.bob)
    version = (await bob.get(path)).headers["etag"]
    assert (await bob.post(f"{path}/withdrawal", {"reason": "Names a witness."})).status_code == 204
    after = await bob.get(path)
    assert after.json()["text"] == "Withdrawn: Names a witness."
    assert after.headers["etag"] != version


async def test_a_decision_is_entered_once_and_read_by_those_it_is_for(building: Building) -> None:
    county, path = building.county, f"/operations/{building.county.operation.reference}/decisions"
    alice, bob = await script_of(building, county.alice), await script_of(building, county.bob)
    before = await building.count(Decision)
    for _ in range(2):
        answer = await alice.post(path, TAKEN, key="d1")
        assert answer.status_code == 204, answer.text
    assert await building.count(Decision) == before + 1
    assert "Both sites at once" in [one["decided"] for one in (await alice.get(path)).json()["items"]]
    assert "Both sites at once" not in [one["decided"] for one in (await bob.get(path)).json()["items"]]


@pytest.mark.parametrize("body", [{"status": "gone"}, {"status": "here", "happened_at": "yesterday"}, {}])
async def test_a_status_that_is_none_is_refused_by_name(small: Building, body: dict[str, str]) -> None:
    bob = await script_of(small, small.county.bob)
    answer = await bob.post(f"/tasks/{small.county.knock.reference}/status", body)
    assert answer.status_code == 422
    assert answer.json()["errors"]


async def test_tasks_that_are_due_and_nobodys_are_one_alert_about_all_of_them(small: Building) -> None:
    county, path = small.county, f"/operations/{small.county.operation.reference}"
    async with small.database.writing() as session:
        due = update(Task).where(col(Task.id) == county.knock.id).values(due_at=NOW - timedelta(hours=1))
        await session.execute(due)
    alice = await script_of(small, county.alice)
    answer = await alice.get(path)
    assert answer.status_code == 200, answer.text
    about = [set(alert["about"]) for alert in answer.json()["alerts"]]
    assert {county.farm.reference, county.knock.reference} in about
