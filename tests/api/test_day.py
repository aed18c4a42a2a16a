"""The day of an operation over the API: posts with photos, posts further back, command, radio, the end."""

import json

from models.attachments import Attachment
from models.tasks import Post
from tests.api.programs import Program, script_of
from tests.web.building import Building
from tests.web.pictures import JPEG
from tests.web.walks import widen


async def test_photos_come_with_a_post_once_and_a_post_without_them_stays_json(building: Building) -> None:
    county, path = building.county, f"/operations/{building.county.operation.reference}/posts"
    bob = await script_of(building, county.bob)
    words = {"text": "Gate open", "audience": "site", "site": county.farm.reference}
    before = await building.count(Post), await building.count(Attachment)
    form = {
        "data": {"body": json.dumps(words)},
        "files": [("files", ("gate.jpg", JPEG)), ("files", ("door.jpg", JPEG))],
    }
    made, again = [await bob.ask("POST", path, headers={"idempotency-key": "photos"}, **form) for _ in range(2)]
    assert (made.status_code, again.text) == (201, made.text)
    assert (await building.count(Post), await building.count(Attachment)) == (before[0] + 1, before[1] + 2)
    shown = (await bob.get(made.headers["location"])).json()
    assert [file["name"] for file in shown["files"]] == ["gate.jpg", "door.jpg"]
    then = (await bob.get(f"{path.removesuffix('/posts')}/replay")).json()["board"]["posts"]
    assert [(one["files"], one["file_count"]) for one in then if one["reference"] == shown["reference"]] == [([], 2)]
    assert (await bob.get(shown["files"][0]["content"])).content[:2] == b"\xff\xd8"
    bad = await bob.ask("POST", path, headers={"idempotency-key": "b"}, data={"body": "{"}, files=form["files"])
    assert (bad.status_code, bad.json()["type"]) == (400, "urn:tallyboard:problem:unreadable")
    assert await building.count(Post) == before[0] + 1


async def test_posts_are_read_back_page_by_page_as_far_as_one_sees_them(building: Building) -> None:
    county, path = await widen(building), f"/operations/{building.county.operation.reference}"
    alice, farm = await script_of(building, county.alice), county.farm.reference
    offered = [choice["value"] for choice in (await alice.get(f"{path}/audiences?site={farm}")).json()["choices"]]
    assert len(offered) > 1
    for audience in offered * 3:
        words = {"text": "Round", "audience": audience, "site": farm}
        assert (await alice.post(f"{path}/posts", words)).status_code == 201
    read = []
    for officer in (county.alice, county.bob, county.dora):
        program = await script_of(building, officer)
        read.append(await _page_by_page(program, f"{path}/posts?limit=2"))
        assert read[-1] == [post["reference"] for post in (await program.get(path)).json()["posts"]]
    assert len({len(one) for one in read}) > 1, "everyone sees everything"


async def _page_by_page(program: Program, path: str) -> list[str]:
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = (await program.get(f"{path}&cursor={cursor}")).json()
        cursor = page["next"]
        found += [post["reference"] for post in page["items"]]
    return found


async def test_what_was_heard_by_radio_is_its_officers_and_confirmed_by_them(building: Building) -> None:
    county, path = building.county, f"/operations/{building.county.operation.reference}"
    alice, bob = await script_of(building, county.alice), await script_of(building, county.bob)
    choices = (await alice.get(f"{path}/radio?officer={county.bob.reference}")).json()
    assert choices["chosen"]["name"] == "Bob"
    site = choices["sites"][0]["reference"]
    said = {"officer": county.bob.reference, "channel": "radio", "text": "Two vans left.", "site": site}
    for _ in range(2):
        assert (await alice.post(f"{path}/radio", said, key="heard")).status_code == 204
    (post,) = [one for one in (await bob.get(path)).json()["posts"] if one["text"] == "Two vans left."]
    assert (post["author"], post["through"]) == ("Bob", {"channel": "radio", "entered_by": "Alice", "confirmed": False})
    (entry,) = (await bob.get(f"{path}/mine")).json()["heard"]
    assert (await bob.post(f"{path}/radio/confirmation", {"entry": entry["entry"]})).status_code == 204
    assert (await bob.get(f"/posts/{post['reference']}")).json()["through"]["confirmed"] is True
    assert (await bob.get(f"{path}/mine")).json()["heard"] == []


async def test_command_is_taken_told_and_the_operation_stood_down(building: Building) -> None:
    county, path = building.county, f"/operations/{building.county.operation.reference}"
    alice = await script_of(building, county.alice)
    command = (await alice.get(f"{path}/command")).json()
    taken = await alice.post(f"{path}/command", {"reason": "She was called away"})
    assert taken.status_code == (409 if command["commander"] == "Alice" else 204), taken.text
    before = (await alice.get(f"{path}/stand-down")).json()
    assert (before["stood_down"], (await alice.get(path)).json()["operation"]["stage"]) == (None, "running")
    said = {"why": "all done", "left_open": county.open()}
    for _ in range(2):
        assert (await alice.post(f"{path}/stand-down", said, key="down")).status_code == 204
    assert (await alice.get(f"{path}/stand-down")).json()["stood_down"] is not None
    assert (await alice.get(f"{path}/ending")).status_code == 200


async def test_a_report_is_held_and_seen_again_once_every_grant_was_decided_about(building: Building) -> None:
    county, path = building.county, f"/reports/{building.county.visit.reference}"
    alice, bob = await script_of(building, county.alice), await script_of(building, county.bob)
    assert (await bob.get(path)).status_code == 200
    assert (await alice.post(f"{path}/hold", {"reason": "Wrong agency"})).status_code == 204
    assert (await bob.get(path)).status_code == 404
    held = (await alice.get(f"{path}/hold")).json()
    assert (held["reason"], held["may_end"]) == ("Wrong agency", True)
    undecided = await alice.post(f"{path}/hold/end", {"answers": {}, "why": "Looked at"})
    assert (undecided.status_code, undecided.json()["errors"][0]["field"]) == (422, "grants")
    answers = {grant["receipt"]["reference"]: "keep" for grant in held["grants"]}
    assert (await alice.post(f"{path}/hold/end", {"answers": answers, "why": "Looked at"})).status_code == 204
    assert (await bob.get(path)).status_code == 200


async def test_a_ring_fence_is_previewed_raised_and_lifted(building: Building) -> None:
    county, path = building.county, f"/cases/{building.county.case.reference}/fences"
    alice = await script_of(building, county.alice)
    fence = {"agency": county.fair_work.reference, "name": "Never to Fair Work"}
    preview = (await alice.post(f"{path}/preview", fence)).json()
    assert county.visit.reference in {one["thing"] for one in preview["stands"]}
    assert (await alice.get(path)).json()["fences"] == []
    for _ in range(2):
        assert (await alice.post(path, fence, key="fence")).status_code == 204
    (raised,) = (await alice.get(path)).json()["fences"]
    assert raised["agency"]["code"] == "FWA"
    lift = f"/fences/{raised['reference']}/lift"
    assert (await alice.post(lift, {"why": "A mistake"})).status_code == 204
    assert (await alice.get(path)).json()["fences"] == []


async def test_a_view_through_another_agencys_eyes_holds_less_and_never_more(building: Building) -> None:
    county = await widen(building)
    alice = await script_of(building, county.alice)
    for agency in (county.fair_work, county.nhs, county.power):
        case = (await alice.get(f"/cases/{county.case.reference}/as?agency={agency.reference}")).json()
        mine = {one["reference"] for one in (await alice.get(f"/cases/{county.case.reference}")).json()["reports"]}
        theirs = {one["reference"] for one in (case["theirs"] or {"reports": []})["reports"]}
        assert theirs <= mine
        assert theirs | {one["reference"] for one in case["hidden"]} == mine
        whole = await alice.get(f"/operations/{county.operation.reference}")
        tasks = {task["reference"] for task in whole.json()["tasks"]}
        board = (await alice.get(f"/operations/{county.operation.reference}/as?agency={agency.reference}")).json()
        seen = {task["reference"] for task in (board["theirs"] or {"tasks": []})["tasks"]}
        assert seen <= tasks
        assert seen | {one["reference"] for one in board["hidden"]} == tasks
    nobody_yet = (await alice.get(f"/cases/{county.case.reference}/as")).json()
    assert (nobody_yet["theirs"], nobody_yet["view"]["agency"]) == (None, None)
    assert county.nhs.reference in {one["reference"] for one in nobody_yet["view"]["agencies"]}
