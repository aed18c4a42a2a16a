"""Tables in and files out over the API, and search: the pages' own acts and screens."""

import io
import json
import zipfile
from typing import Any

import pytest
from sqlalchemy import select
from sqlmodel import col

from models.audit import Act
from models.cases import Case
from models.imports import Import, ImportState
from models.operations import Site
from ops.actions.import_publishing import publish_batch
from tests.api.programs import Program, account_of, program_of, script_of
from tests.api.test_planning import planned
from tests.web.building import Building
from tests.web.test_exports import lines_of
from tests.web.walks import widen

TABLE = b"Title,Theme\nPier,Modern slavery\nQuay,modern slavery\nJetty,no such theme\n"


async def send_up(program: Program, table: bytes = TABLE, kind: str = "case", key: str = "table") -> Any:
    headers = {"idempotency-key": key}
    files = {"files": ("old.csv", table)}
    return await program.ask("POST", f"/imports?kind={kind}", headers=headers, files=files)


async def published(building: Building, reference: str) -> None:
    """Do what the background does."""
    async with building.database.reading() as session:
        row = (await session.execute(select(col(Import.id)).where(col(Import.reference) == reference))).scalar_one()
    while await publish_batch(building.app.state.house.desk, row):
        pass


async def test_a_table_is_sent_up_once_tried_and_brought_in(building: Building) -> None:
    alice = await script_of(building, building.county.alice)
    made = await send_up(alice)
    assert made.status_code == 201, made.text
    assert (await send_up(alice)).json() == made.json()
    assert len((await alice.get("/imports")).json()["items"]) == 1
    one = made.headers["location"]
    found = (await alice.get(one)).json()
    assert (found["mapping"], found["line"]["rows"], found["line"]["state"]) == ({"title": 0, "theme": 1}, 3, "staged")
    for _ in range(2):
        assert (await alice.post(f"{one}/check", {"mapping": found["mapping"]}, key="check")).status_code == 204
    found = (await alice.get(one)).json()
    assert [line["number"] for line in found["wrong"]] == [4]
    assert (await alice.post(f"{one}/publication", {})).status_code == 409
    assert (await alice.post(f"{one}/publication", {"only_good": True})).status_code == 204
    before = await building.count(Case)
    await published(building, found["line"]["reference"])
    assert await building.count(Case) == before + 2
    assert (await alice.get(one)).json()["line"]["state"] == ImportState.DONE
    wrong = await alice.get(f"{one}/wrong")
    assert (wrong.headers["content-type"], "Jetty" in wrong.text) == ("text/csv; charset=utf-8", True)


async def test_a_table_that_is_thrown_away_twice_is_thrown_away_once(small: Building) -> None:
    alice = await script_of(small, small.county.alice)
    one = (await send_up(alice)).headers["location"]
    answers = [await alice.post(f"{one}/removal", key="away") for _ in range(2)]
    assert [answer.status_code for answer in answers] == [204, 204]
    assert (await alice.post(f"{one}/removal", key="again")).status_code == 409


async def test_what_is_no_table_and_what_a_duty_does_not_bring_in_is_refused(small: Building) -> None:
    alice = await script_of(small, small.county.alice)
    for table, kind in ((b"", "case"), (b"\0\1\2", "case"), (TABLE, "officer")):
        answer = await send_up(alice, table, kind, key=f"{len(table)}{kind}")
        assert (answer.status_code, answer.json()["type"]) == (422, "urn:tallyboard:problem:invalid"), answer.text
    oscar = await script_of(small, small.county.oscar)
    assert (await send_up(oscar)).status_code == 404


async def test_officers_are_let_in_by_somebody_who_confirms_and_never_by_a_token(small: Building) -> None:
    alan = await script_of(small, small.county.alan)
    table = b"Name,E-mail\nNora,n.new@example.org\n"
    one = (await send_up(alan, table, "officer")).headers["location"]
    assert (await alan.post(f"{one}/check", {"mapping": {"name": 0, "email": 1}})).status_code == 204
    answer = await alan.post(f"{one}/publication", {})
    assert (answer.status_code, answer.json()["type"]) == (403, "urn:tallyboard:problem:needs-a-person")


@pytest.mark.parametrize("kind", ["cases", "reports", "profiles"])
async def test_an_export_holds_what_the_pages_holds_and_is_written_down(building: Building, kind: str) -> None:
    county = await widen(building)
    for officer in (county.alice, county.dora, county.oscar):
        page, program = await building.enter(officer), await script_of(building, officer)
        for form in ("csv", "xlsx"):
            ours, theirs = [await asked.get(f"/exports/{kind}/{form}") for asked in (program, page)]
            assert ours.status_code == 200
            assert lines_of(form, ours.content) == lines_of(form, theirs.content)
        ours, theirs = [(await asked.get(f"/exports/{kind}/json")).json() for asked in (program, page)]
        assert ours.keys() == theirs.keys()
    assert Act.EXPORTED in {row.act for row in await building.audited()}


async def test_a_case_and_an_operation_are_taken_away_from_where_they_are(small: Building) -> None:
    county = small.county
    alice = await script_of(small, county.alice)
    for thing in (f"/cases/{county.case.reference}", f"/operations/{county.operation.reference}"):
        archive = zipfile.ZipFile(io.BytesIO((await alice.get(f"{thing}/export/csv")).content))
        assert len(archive.namelist()) > 1
        assert json.loads((await alice.get(f"{thing}/export/json")).content)
        assert (await (await script_of(small, county.oscar)).get(f"{thing}/export/json")).status_code == 404


async def test_a_site_comes_back_from_its_own_export_with_all_that_it_had(building: Building) -> None:
    alice, path = await planned(building)
    said = {
        "name": "Quay",
        "address": "1 Quay",
        "x": 5,
        "y": 95,
        "check_in_minutes": 45,
        "coordinates": "-53.1, 0.0012",
    }
    assert (await alice.post(f"{path}/sites", {"code": "Q1", **said})).status_code == 201
    (there,) = (await alice.get(path)).json()["sites"]
    assert there["coordinates"] == "-53.1, 0.0012"
    archive = zipfile.ZipFile(io.BytesIO((await alice.get(f"{path}/export/csv")).content))
    table = archive.read("sites.csv").decode("utf-8-sig").replace("Q1", "Q2").encode()
    one = (await send_up(alice, table, "site")).headers["location"]
    mapping = (await alice.get(one)).json()["mapping"]
    assert mapping.keys() == {"operation", "code", *said}
    assert (await alice.post(f"{one}/check", {"mapping": mapping})).status_code == 204
    assert (await alice.post(f"{one}/publication", {})).status_code == 204
    await published(building, (await alice.get(one)).json()["line"]["reference"])
    sites = {site["code"]: site for site in (await alice.get(path)).json()["sites"]}
    assert sites["Q2"] == there | {"code": "Q2", "reference": sites["Q2"]["reference"]}
    async with building.database.reading() as session:
        kept = await session.execute(select(col(Site.check_in_minutes)).where(col(Site.code).in_(("Q1", "Q2"))))
        assert list(kept.scalars()) == [45, 45]


async def test_a_search_finds_what_the_page_finds_and_nothing_that_is_hidden(building: Building) -> None:
    county = await widen(building)
    for words in ("Orchard", "visit", "gate", "nothing of that kind"):
        for officer in (county.alice, county.dora, county.oscar):
            page, program = await building.enter(officer), await script_of(building, officer)
            found = await program.post("/search", {"words": words})
            shown = (await page.post("/search", q=words)).text
            assert found.status_code == 200, found.text
            for hit in found.json()["items"]:
                assert hit["reference"] in shown
            assert found.json()["items"] or "Nothing" in shown
    account = await account_of(building, county.police)
    program = await program_of(building, account)
    assert (await program.post("/search", {"words": "Orchard"})).json() == {"items": [], "next": None}


async def test_a_cursor_of_a_search_is_its_callers_own(small: Building) -> None:
    alice, bob = await script_of(small, small.county.alice), await script_of(small, small.county.bob)
    foreign = (await bob.get("/agencies?limit=1")).json()["next"]
    for cursor in (foreign, "junk"):
        assert (await alice.post("/search", {"words": "gate", "cursor": cursor})).status_code == 422
