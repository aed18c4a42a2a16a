"""Sharing, asking, links, files and records over the API: the pages' acts, each seen on the other side."""

import re
from datetime import timedelta

from models.attachments import Attachment
from models.audit import Act
from models.grants import Grant
from tests import cast
from tests.api.programs import script_of
from tests.web.building import SHARED, Building
from tests.web.pictures import JPEG
from tests.web.walks import widen


def terms(**more: object) -> dict[str, object]:
    until = (cast.NOW + timedelta(days=3)).isoformat()
    return {"necessity": "Joint visit", "purpose": "the visit", "basis": "Public task", "until": until, **more}


async def test_access_is_previewed_given_used_and_taken_back_with_a_receipt(building: Building) -> None:
    county = building.county
    alice, dora = await script_of(building, county.alice), await script_of(building, county.dora)
    path, given = f"/cases/{county.case.reference}", {"who": f"officer:{county.dora.reference}", "terms": terms()}
    before = (await dora.get(path)).json()["projection"]
    preview = await alice.post(f"{path}/grants/preview", given)
    assert (preview.status_code, preview.json()["gained"], before) == (200, 1, "stub"), preview.text
    made = await alice.post(f"{path}/grants", given, key="give")
    assert made.status_code == 201, made.text
    assert (await alice.post(f"{path}/grants", given, key="give")).json() == made.json()
    assert (await dora.get(path)).json()["projection"] == "full"
    why = (await dora.get(f"{path}/why")).json()
    assert (why["level"], why["reasons"][0]["why"]) == ("read", "Joint visit")
    grant = made.headers["location"]
    assert (await alice.get(grant)).json()["opened"] == 1
    assert (await alice.post(f"{grant}/removal", {"why": "Done"})).status_code == 204
    assert (await dora.get(path)).status_code == 404
    receipt = (await alice.get(grant)).json()
    assert (receipt["why"], receipt["cleared"]["confirmed"]) == ("Done", True)


async def test_a_grant_is_given_once_however_often_it_is_sent(small: Building) -> None:
    county = small.county
    alice = await script_of(small, county.alice)
    given, before = {"who": f"officer:{county.dora.reference}", "terms": terms()}, await small.count(Grant)
    answers = [await alice.post(f"/cases/{county.case.reference}/grants", given, key="once") for _ in range(3)]
    assert {answer.text for answer in answers} == {answers[0].text}
    assert await small.count(Grant) == before + 1
    other = await alice.post(f"/reports/{county.visit.reference}/grants", given, key="once")
    assert other.status_code == 422


async def test_access_is_asked_for_and_approved(building: Building) -> None:
    county = building.county
    alice, bob = await script_of(building, county.alice), await script_of(building, county.bob)
    wanted = {"reason": "We add our part", "purpose": "the visit", "level": "contribute", "until": terms()["until"]}
    asked = await bob.post(f"/profiles/{county.loose.reference}/requests", wanted)
    assert asked.status_code in {201, 404, 422}, asked.text
    asked = await bob.post("/requests", {**wanted, "reference": county.case.reference})
    assert asked.status_code == 201, asked.text
    path = asked.headers["location"]
    assert (await bob.get(path)).json()["part"] == "sent"
    waiting = (await alice.get(path)).json()
    assert (waiting["part"], waiting["telling"]) == ("to decide", True)
    assert path.rsplit("/", 1)[1] in {one["reference"] for one in (await alice.get("/requests")).json()["items"]}
    refused = await alice.post(f"{path}/refusal", {"words": "Not now"})
    assert refused.json()["errors"][0]["field"] == "warned"
    assert (await alice.post(f"{path}/refusal", {"words": "Not now", "warned": True})).status_code == 204
    assert (await bob.get(path)).json()["stage"] == "refused"


async def test_a_report_is_previewed_and_its_readers_are_let_to_the_profile_that_it_names(
    small: Building,
) -> None:
    county, path = small.county, f"/cases/{small.county.case.reference}/reports"
    alice, bob = await script_of(small, county.alice), await script_of(small, county.bob)
    draft = {"shared_with": [f"agency:{county.fair_work.reference}"], "names": [county.profile.reference]}
    preview = (await alice.post(f"{path}/audience", {**draft, "kind": "visit"})).json()
    assert "FWA" in {one["agency"]["code"] for one in preview["groups"]}
    assert [one["reference"] for one in preview["named"]] == [county.profile.reference]
    assert "FWA" in {one["code"] for one in preview["named"][0]["without"]}
    report = {**draft, "title": "Seen", "text": "A tall man", "kind": "visit", "terms": terms()}
    made = await alice.post(path, report)
    assert made.status_code == 201, made.text
    waiting = [one["page"] for one in (await alice.get("/watch")).json()["decide"]]
    (naming,) = [page for page in waiting if page.startswith("/namings/")]
    offer = (await alice.get(naming)).json()
    assert (offer["report"], offer["profile"]) == (made.json()["reference"], county.profile.reference)
    assert (await bob.get(naming)).status_code == 404
    (group,) = [one for one in offer["without"] if one["agency"]["code"] == "FWA"]
    assert (await bob.get(f"/profiles/{county.profile.reference}")).status_code == 404
    shared = await alice.post(f"{naming}/share", {"chosen": [group["value"]], **terms()})
    assert shared.status_code == 204, shared.text
    assert (await bob.get(f"/profiles/{county.profile.reference}")).status_code == 200
    assert (await alice.post(f"{naming}/keep")).status_code == 204


async def test_a_file_goes_in_once_and_comes_out_by_its_parents_rule(building: Building) -> None:
    county = building.county
    alice, olga = await script_of(building, county.alice), await script_of(building, county.olga)
    path, before = f"/reports/{county.visit.reference}", await building.count(Attachment)
    for _ in range(2):
        headers = {"idempotency-key": "photo"}
        sent = await alice.ask("POST", f"{path}/attachments", headers=headers, files={"files": ("a.jpg", JPEG)})
        assert sent.status_code == 201, sent.text
    assert await building.count(Attachment) == before + 1
    assert len(building.stored()) == 3  # the second one's copies are gone
    file = next(one for one in (await alice.get(path)).json()["files"] if one["name"] == "a.jpg")
    assert (await alice.get(file["content"])).content[:2] == JPEG[:2]
    assert (await olga.get(file["content"])).status_code == 404
    old = f"/attachments/{county.visit_photo.reference}/content"
    assert (await alice.get(old)).content == SHARED


async def test_cases_are_linked_and_parted(small: Building) -> None:
    county = small.county
    alice = await script_of(small, county.alice)
    mine = (await alice.post("/cases", {"title": "Quay", "theme": "Housing"})).json()["reference"]
    made = await alice.post(f"/cases/{county.case.reference}/links", {"other": mine, "reason": "the same van"})
    assert made.status_code == 201, made.text
    file = (await alice.get(f"/cases/{county.case.reference}")).json()
    assert (mine, "the same van") in [(link["case"], link["reason"]) for link in file["links"]]
    assert (await alice.ask("DELETE", made.headers["location"])).status_code == 204
    file = (await alice.get(f"/cases/{county.case.reference}")).json()
    assert mine not in {link["case"] for link in file["links"]}


async def test_reading_and_being_refused_is_written_down_as_on_pages(building: Building) -> None:
    county = building.county
    bob, alan = await script_of(building, county.bob), await script_of(building, county.alan)
    await bob.get(f"/cases/{county.case.reference}")
    await bob.get(f"/reports/{county.assessment.reference}")
    rows = [row for row in await building.audited() if row.officer_id == county.bob.id]
    assert rows[-2].act == Act.OPENED
    assert county.case.reference in rows[-2].references
    asked = f"GET /api/v1/reports/{county.assessment.reference}"
    assert (rows[-1].act, rows[-1].asked, rows[-1].references) == (Act.REFUSED_NOT_FOUND, asked, [])
    records = (await alan.get(f"/records?reference={county.case.reference}&act=opened")).json()
    assert [line["readers"][0]["agency"]["name"] for line in records["items"]] == ["Fair Work"]
    register = (await (await script_of(building, county.alice)).get(f"/cases/{county.case.reference}/register")).json()
    fair_work = next(one for one in register["agencies"] if one["agency"]["name"] == "Fair Work")
    assert fair_work["people"] == 1


async def test_records_go_on_page_by_page(small: Building) -> None:
    alan = await script_of(small, small.county.alan)
    for _ in range(60):
        await alan.get("/cases")
    first = (await alan.get("/records/officers")).json()
    second = (await alan.get(f"/records/officers?cursor={first['next']}")).json()
    assert (len(first["items"]), len(second["items"]) > 5) == (50, True)
    assert first["items"][-1]["at"] > second["items"][0]["at"]
    assert (await alan.get(f"/records/officers?cursor={first['next'][:-4]}AAA=")).status_code == 422


async def test_a_page_and_the_api_show_each_officer_the_same_things(small: Building) -> None:
    county = await widen(small)
    for name, officer in county.everyone().items():
        visitor, script = await small.enter(officer), await script_of(small, officer)
        for kind in ("case", "profile"):
            page = (await visitor.get(f"/{kind}s")).text
            listed = {one["reference"] for one in (await script.get(f"/{kind}s?limit=200")).json()["items"]}
            assert listed == set(re.findall(rf'href="/{kind}s/([a-z2-7]{{26}})', page)), name
        for thing in county.everything().values():
            if thing.kind in {"case", "report", "profile"}:
                path = f"/{thing.kind}s/{thing.reference}"
                page_answer, answer = await visitor.get(path), await script.get(path)
                assert answer.status_code == page_answer.status_code, (name, path)
                assert await small.shown_in(answer.text, officer) <= await small.shown_in(page_answer.text, officer)
