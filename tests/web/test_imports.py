"""The import's pages, from the upload to the file of the wrong lines, in the whole application."""

import asyncio
import re

from sqlalchemy import func, select
from sqlmodel import col

from models.cases import Case
from models.imports import Import
from tests.web.building import PATIENCE, Building, Visitor

TABLE = "Old register,,\nCase title,Type,Notes\n Pier ,housing,=1+1\nSlip,Nonsense,\n,Housing,\n".encode("cp1252")


async def send(visitor: Visitor, content: bytes, kind: str = "case", name: str = "old.csv") -> str:
    answer = await visitor.post("/imports", files={"file": (name, content, "text/csv")}, kind=kind)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def test_a_table_is_sent_up_tried_brought_in_and_its_wrong_lines_taken_away(building: Building) -> None:
    alice = await building.enter(building.county.alice)
    where = await send(alice, TABLE)
    page = (await alice.get(where)).text
    assert "Which column is what?" in page
    assert "headings in line 2" in page
    columns = {"col-title": "0", "col-theme": "1", "col-summary": "2"}
    assert (await alice.post(f"{where}/check", **columns)).status_code == 303
    page = (await alice.get(where)).text
    assert "Theme: not one of" in page
    assert "Title: missing" in page
    refused = await alice.post(f"{where}/publication", which="all")
    assert (refused.status_code, "Some lines are wrong" in refused.text) == (409, True)
    assert (await alice.post(f"{where}/publication", which="good")).status_code == 303
    async with asyncio.timeout(PATIENCE):
        while "Brought in" not in re.sub(r"<title>.*?</title>|<nav.*?</nav>", "", (await alice.get(where)).text):
            await asyncio.sleep(0.05)
    async with building.database.reading() as session:
        (pier,) = (await session.execute(select(Case).where(col(Case.title) == "Pier"))).scalars()
        assert (await session.execute(select(func.count()).select_from(Import))).scalar_one() == 1
    assert (pier.theme, pier.summary) == ("Housing", "=1+1")
    wrong = (await alice.get(f"{where}/wrong")).content.decode("utf-8-sig").splitlines()
    assert wrong[0] == '"Case title","Type","Notes","What is wrong"'
    assert [line.split(",")[0] for line in wrong[1:]] == ['"Slip"', '""']


async def test_what_is_no_table_is_refused_beside_its_field_and_the_server_lives(small: Building) -> None:
    alice = await small.enter(small.county.alice)
    for content in (b"", b"PK\x03\x04junk", b"\x00\x01\x02\x03,\x00"):
        answer = await alice.post("/imports", files={"file": ("x.xlsx", content, "text/csv")}, kind="case")
        assert answer.status_code == 422
        assert 'id="file-err"' in answer.text
    nothing = await alice.post("/imports", kind="case")
    assert (nothing.status_code, "Choose a file." in nothing.text) == (422, True)
    assert (await alice.get("/imports")).status_code == 200


async def test_a_lead_brings_in_cases_and_an_administrator_officers(small: Building) -> None:
    for name, kind, open_to in (("alice", "case", True), ("alan", "case", False), ("alan", "officer", True)):
        visitor = await small.enter(small.county.everyone()[name])
        table = b"Name,E-mail\nNora,nora@police.example\n" if kind == "officer" else TABLE
        answer = await visitor.post("/imports", files={"file": ("x.csv", table, "text/csv")}, kind=kind)
        assert answer.status_code == (303 if open_to else 422), (name, kind)
