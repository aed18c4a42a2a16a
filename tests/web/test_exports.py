"""What is taken away: exactly what one may read, made for one reader, harmless in a spreadsheet, written down first."""

import csv
import io
import json
import zipfile
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import update
from sqlmodel import col

from live.audience import Level
from models.audit import Act
from models.cases import Case
from ops.screens import exports
from tests import cast
from tests.cast import grant, revoke
from tests.web.building import SEALED, Building, Visitor, absent, steady
from tests.web.facts import facts_of
from tests.web.walks import oracle

KINDS = {"cases": "case", "reports": "report", "profiles": "profile"}


def lines_of(path: str, content: bytes) -> list[list[str]]:
    """Give the lines of a sheet or workbook below its banner and headings."""
    if path.endswith("csv"):
        return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))[2:]
    sheet = load_workbook(io.BytesIO(content)).active
    return [[str(cell or "") for cell in row] for row in list(sheet.iter_rows(values_only=True))[2:]]


async def readable(building: Building, name: str, kind: str) -> set[str]:
    facts = await facts_of(building.database)
    officer = building.county.everyone()[name]
    everything = [one for one in building.county.everything().values() if one.kind == kind]
    return {one.reference for one in everything if oracle(facts, officer.id, one) >= Level.READ}


@pytest.mark.parametrize("ending", ["csv", "xlsx", "json"])
async def test_a_file_holds_exactly_what_its_reader_may_read_and_the_audit_has_it(
    building: Building, ending: str
) -> None:
    for name, officer in building.county.everyone().items():
        visitor = await building.enter(officer)
        for path, kind in KINDS.items():
            before = len(await building.audited())
            answer = await visitor.get(f"/exports/{path}/{ending}")
            assert answer.status_code == 200
            found = (
                {one["reference"] for one in answer.json()["people" if path == "profiles" else path]}
                if ending == "json"
                else {line[0] for line in lines_of(ending, answer.content)}
            )
            assert found == await readable(building, name, kind), (name, path)
            (row,) = (await building.audited())[before:]
            assert (row.act, set(row.references) - set(row.listed)) == (Act.EXPORTED, found)
            assert set(row.listed) <= await readable(building, name, "case")


async def test_a_file_says_for_whom_it_was_made_and_how_it_is_marked(small: Building) -> None:
    alice = await small.enter(small.county.alice)
    (banner, headings) = list(
        csv.reader(io.StringIO((await alice.get("/exports/cases/csv")).content.decode("utf-8-sig")))
    )[:2]
    assert banner[0] == "OFFICIAL-SENSITIVE"
    assert small.county.alice.name in banner[2]
    assert headings[:3] == ["Reference", "Title", "Theme"]
    head = (await alice.get("/exports/cases/json")).json()
    assert (head["marking"], head["for"].startswith(f"For {small.county.alice.name}")) == ("OFFICIAL-SENSITIVE", True)


@pytest.mark.parametrize(
    "typed", ["=1+1", "+44", "-1", "@SUM(A1)", "\t=1", "\r=1", "a;=1", "＝1+1", "=cmd|'/c calc'!A0"]
)
async def test_nothing_that_somebody_typed_runs_in_a_spreadsheet(small: Building, typed: str) -> None:
    async with small.database.writing() as session:
        await session.execute(
            update(Case).where(col(Case.id) == small.county.case.id).values(title=typed, summary="x\x0by")
        )
    alice = await small.enter(small.county.alice)
    for ending in ("csv", "xlsx"):
        answer = await alice.get(f"/exports/cases/{ending}")
        titles = [line[1] for line in lines_of(ending, answer.content)]
        assert not any(title.startswith(("=", "+", "-", "@", "\t", "\r", "＝")) for title in titles), titles
        assert any("'" in title for title in titles)
    exact = [one["title"] for one in (await alice.get("/exports/cases/json")).json()["cases"]]
    assert typed in exact


async def test_what_is_lost_between_two_pages_is_not_in_the_file(
    small: Building, monkeypatch: pytest.MonkeyPatch
) -> None:
    county = small.county
    monkeypatch.setattr(exports, "A_PAGE", 1)
    given = [
        await grant(small.database, one, county.dora, agreement=county.agreement)
        for one in (county.case, county.other_case)
    ]
    dora = await cast.asker(small.database, county.dora, cast.NOW)
    async with small.database.reading() as session:
        export = await exports.everything(session, dora, "case")
    found: list[str] = []

    async def anew() -> Any:
        return await cast.asker(small.database, county.dora, cast.NOW)

    async for page in exports.pages(export, small.database.reading, anew):
        found += page.references
        for row in given:
            await revoke(small.database, row, cast.NOW)
    assert len(found) == 1
    assert len(export.parts[0].ids) == 2


async def test_a_case_is_taken_away_with_the_reports_that_one_may_read(small: Building) -> None:
    county = small.county
    for name in ("alice", "bob", "carol"):
        visitor = await small.enter(county.everyone()[name])
        taken = (await visitor.get(f"/cases/{county.case.reference}/export/json")).json()
        assert {one["reference"] for one in taken["cases"]} == await readable(small, name, "case") & {
            county.case.reference
        }
        assert {one["reference"] for one in taken["reports"]} == await readable(small, name, "report")
        zipped = await visitor.get(f"/cases/{county.case.reference}/export/csv")
        with zipfile.ZipFile(io.BytesIO(zipped.content)) as archive:
            assert set(archive.namelist()) == {"cases.csv", "reports.csv"}
            references = {line[0] for line in lines_of("csv", archive.read("reports.csv"))}
        assert references == await readable(small, name, "report")


async def test_an_operation_is_taken_away_as_far_as_one_sees_it(small: Building) -> None:
    county = small.county
    for name in ("alice", "bob", "carol", "dora"):
        visitor = await small.enter(county.everyone()[name])
        path = f"/operations/{county.operation.reference}/export"
        answer = await visitor.get(f"{path}/json")
        if answer.status_code == 404:
            assert steady(answer) == steady(await visitor.get(f"/operations/{absent()}/export/json"))
            continue
        for kind in ("site", "task", "post", "decision", "encounter"):
            part = f"{kind}s"
            assert {one["reference"] for one in answer.json()[part]} == await readable(small, name, kind), (name, part)
        assert (await visitor.get(f"{path}/xlsx")).status_code == 200


async def test_a_case_on_paper_says_whose_it_is_on_every_sheet_and_holds_whole_reports(small: Building) -> None:
    county, before = small.county, len(await small.audited())
    bob = await small.enter(county.bob)
    text = (await bob.get(f"/cases/{county.case.reference}/print")).text
    every_sheet = text[text.index('class="everypage') : text.index('class="sheet"')]
    assert all(said in every_sheet for said in ("OFFICIAL-SENSITIVE", county.bob.name, county.case.reference))
    assert county.assessment.reference not in text
    (row,) = (await small.audited())[before:]
    assert (row.act, set(row.references)) == (Act.EXPORTED, await small.shown_in(text, county.bob))


async def _archive(visitor: Visitor) -> zipfile.ZipFile:
    answer = await visitor.post("/exports/agency")
    assert answer.status_code == 200, answer.text
    return zipfile.ZipFile(io.BytesIO(answer.content))


async def test_an_agency_takes_away_all_that_it_owns_and_nothing_else(building: Building) -> None:
    county, before = building.county, len(await building.audited())
    alan = await building.enter(county.alan)
    archive = await _archive(alan)
    assert archive.testzip() is None
    sheets = [name for name in archive.namelist() if name.endswith(".csv") and name != "grants.csv"]
    found = {line[0] for name in sheets
             for line in lines_of("csv", archive.read(name))}  # fmt: skip
    files = {name for name in archive.namelist() if name.startswith("files/")}
    own = {one.reference: one for one in county.everything().values() if one.owner_agency_id == county.police.id}
    things = {name for name, one in own.items() if one.kind != "attachment"}
    grants = list(csv.reader(io.StringIO(archive.read("grants.csv").decode())))[1:]
    assert things <= found
    assert not found & {one.reference for one in county.everything().values()} - own.keys()
    assert {line[0] for line in grants} <= own.keys()
    assert {one["of"] for one in json.loads(archive.read("versions.json"))} == {
        name for name, one in own.items() if one.kind in {"report", "post"}
    }
    assert {name[6:32] for name in files} == {name for name, one in own.items() if one.kind == "attachment"}
    assert all(archive.read(name) == SEALED for name in files)
    rows = (await building.audited())[before:]
    assert {row.act for row in rows} == {Act.EXIT_EXPORT}
    assert {reference for row in rows for reference in row.references} == own.keys()


async def test_taking_everything_away_asks_who_one_is(small: Building) -> None:
    county = small.county
    stale = await small.enter(county.alan, confirmed=cast.HOUR)
    answer = await stale.post("/exports/agency")
    assert answer.headers.get("content-type") != "application/zip"
    assert "zip" not in answer.headers.get("content-disposition", "")
    alice = await small.enter(county.alice)
    assert (await alice.post("/exports/agency")).status_code == 404


async def test_a_workbook_that_would_be_too_large_is_refused_with_the_way_out(
    small: Building, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ops.web.exports.XLSX_MOST", 1)
    alice = await small.enter(small.county.alice)
    answer = await alice.get("/exports/cases/xlsx")
    assert answer.status_code == 422
    assert "Take the CSV" in answer.text


async def test_the_page_offers_an_agencys_own_export_to_its_information_manager_only(small: Building) -> None:
    for name, offered in (("alan", True), ("alice", False)):
        page = await (await small.enter(small.county.everyone()[name])).get("/exports")
        assert (page.status_code, 'action="/exports/agency"' in page.text) == (200, offered)
