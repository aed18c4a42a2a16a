"""The disclosure register tells to whom a thing was disclosed, on what ground and what came of it; of nothing else."""

import csv
import html
import io
import re

from sqlalchemy import update
from sqlmodel import col

from live.audience import Level
from models.audit import Act
from models.grants import Grant
from ops.screens.cells import harmless
from tests import cast
from tests.cast import grant, key, revoke
from tests.web.building import Building, Visitor

TAGS = re.compile(r"<[^>]+>|\s+")


async def read(visitor: Visitor, path: str) -> str:
    answer = await visitor.get(path)
    assert answer.status_code == 200, answer.text
    return re.sub(" +", " ", html.unescape(TAGS.sub(" ", answer.text)))


async def sheet(visitor: Visitor, path: str) -> list[dict[str, str]]:
    answer = await visitor.get(f"{path}/csv")
    assert answer.status_code == 200
    _, *lines = csv.reader(io.StringIO(answer.text))
    return [dict(zip(lines[0], line, strict=True)) for line in lines[1:]]


async def test_it_tells_who_opened_a_case_and_on_what_ground(building: Building) -> None:
    county, case = building.county, building.county.case.reference
    bob, alice = await building.enter(county.bob), await building.enter(county.alice)
    await bob.get("/cases")
    told = await read(alice, f"/cases/{case}/register")
    assert "Fair Work Never opened. 1 person saw a line of it" in told
    await bob.get(f"/cases/{case}")
    told = await read(alice, f"/cases/{case}/register")
    assert "Fair Work Opened by 1 person" in told
    assert "Bob" not in told
    lines = {line["Agency"]: line for line in await sheet(alice, f"/cases/{case}/register")}
    assert lines["Fair Work"]["Agreement"] == county.agreement.name
    assert (lines["Fair Work"]["People who opened it"], lines["NHS"]["People who opened it"]) == ("1", "0")
    assert lines["Council"]["Who"] == "MASH"


async def test_what_was_removed_stays_in_it(building: Building) -> None:
    county, case = building.county, building.county.case.reference
    alice = await building.enter(county.alice)
    await revoke(building.database, county.grants["Fair Work on the case"], cast.NOW)
    lines = {line["Agency"]: line for line in await sheet(alice, f"/cases/{case}/register")}
    assert lines["Fair Work"]["Removed"]
    assert "Removed" in await read(alice, f"/cases/{case}/register")


async def test_a_download_is_told_in_the_register_of_what_it_hangs_on_and_not_of_the_case(building: Building) -> None:
    county = building.county
    bob, alice = await building.enter(county.bob), await building.enter(county.alice)
    assert (await bob.get(f"/attachments/{county.visit_photo.reference}")).status_code == 200
    lines = {line["Agency"]: line for line in await sheet(alice, f"/cases/{county.case.reference}/register")}
    assert lines["Fair Work"]["Downloads"] == "0"


async def test_a_live_screen_is_told_of_who_saw_more_than_a_stub(building: Building) -> None:
    county, case = building.county, building.county.case.reference
    alice = await building.enter(county.alice)
    for officer in (county.bob, county.dora):
        visitor = await building.enter(officer)
        assert (await visitor.get(f"/cases/{case}")).status_code == 200
        async with visitor.socket(f"/cases/{case}/live") as screen:
            await screen.live()
    lines = {line["Agency"]: line for line in await sheet(alice, f"/cases/{case}/register")}
    assert lines["Fair Work"]["Last shown live"]
    assert lines["NHS"]["Last shown live"] == ""
    assert lines["NHS"]["People who opened it"] == "0"  # of a stub nothing was opened


async def test_the_owners_information_manager_opens_it_without_the_title(building: Building) -> None:
    county, case = building.county, building.county.other_case
    async with building.database.writing() as session:  # alan leaves the squad's grant: nothing but the duty is left
        await session.execute(update(Grant).where(col(Grant.resource_id) == case.id).values(revoked_at=cast.NOW))
    await grant(building.database, case, county.alice, Level.MANAGE)
    alan, bob = await building.enter(county.alan), await building.enter(county.bob)
    assert (await alan.get(f"/cases/{case.reference}")).status_code == 404
    told = await read(alan, f"/cases/{case.reference}/register")
    assert case.reference in told
    assert "Harbour" not in told
    assert "Harbour" not in (await alan.get(f"/cases/{case.reference}/register/csv")).text
    for path in ("register", "register/csv"):  # of another agency the same duty opens nothing
        assert (await bob.get(f"/cases/{case.reference}/{path}")).status_code == 404


async def test_a_profiles_register_tells_of_no_report_and_no_case(building: Building) -> None:
    county = building.county
    bob, alice = await building.enter(county.bob), await building.enter(county.alice)
    await bob.get(f"/cases/{county.case.reference}")
    await bob.get(f"/reports/{county.visit.reference}")
    answer = await alice.get(f"/profiles/{county.profile.reference}/register")
    assert answer.status_code == 200
    for thing in (county.case, county.visit, county.assessment):
        assert thing.reference not in answer.text
    assert "Fair Work" not in answer.text


async def test_looking_and_taking_away_are_written_down(building: Building) -> None:
    county, alice = building.county, await building.enter(building.county.alice)
    path, before = f"/cases/{county.case.reference}/register", len(await building.audited())
    answer = await alice.get(path)
    assert f"for {county.alice.name}" in answer.text  # on each printed page
    assert "this copy holds what you may see" in answer.text
    await alice.get(f"{path}/csv")
    rows = (await building.audited())[before:]
    assert [(row.act, row.references) for row in rows] == [
        (Act.REGISTER_READ, [county.case.reference]),
        (Act.EXPORTED, [county.case.reference]),
    ]


async def test_a_sheet_runs_nothing_that_somebody_typed(small: Building) -> None:
    county, alice = small.county, await small.enter(small.county.alice)
    row = county.grants["Fair Work on the case"]
    async with small.database.writing() as session:
        typed = {"purpose": '=HYPERLINK("http://evil.example")', "reason": 'a, "quoted"\nreason'}
        await session.execute(update(Grant).where(col(Grant.id) == row.id).values(**typed))
    lines = {line["Agency"]: line for line in await sheet(alice, f"/cases/{county.case.reference}/register")}
    assert lines["Fair Work"]["Purpose"] == '\'=HYPERLINK("http://evil.example")'
    assert lines["Fair Work"]["Reason"] == 'a, "quoted"\nreason'


def test_every_beginning_that_a_spreadsheet_runs_is_made_harmless() -> None:
    for active in "=+-@\t\r\n\uff1d":
        assert harmless(f"{active}1+1") == f"'{active}1+1"
    for inner in (" =1+1", "seen; =1+1", "seen;=1+1", "seen\t@SUM", "seen\n-1"):
        assert harmless(inner) == re.sub("(?=[=@-])", "'", inner, count=1)
    assert harmless("Visit - day 1") == "Visit - day 1"


async def test_every_cell_of_a_sheet_is_quoted(small: Building) -> None:
    alice = await small.enter(small.county.alice)
    answer = await alice.get(f"/cases/{small.county.case.reference}/register/csv")
    for line in answer.text.splitlines():
        assert re.fullmatch(r'"[^"]*"(,"[^"]*")*', line), line


async def test_a_duty_alone_shows_no_word_that_was_written_of_a_grant(small: Building) -> None:
    county, case = small.county, small.county.case
    typed = dict.fromkeys(
        ("reason", "purpose", "lawful_basis", "necessity", "revoked_why"), "He was seen at the harbour"
    )
    async with small.database.writing() as session:
        await session.execute(update(Grant).where(col(Grant.resource_id) == case.id).values(**typed))
    alice, alan = await small.enter(county.alice), await small.enter(county.alan)
    paths = [f"/cases/{case.reference}/register{end}" for end in ("", "/csv")]
    for path in paths:  # who manages the case reads the words
        assert "at the harbour" in (await alice.get(path)).text
    async with small.database.writing() as session:
        await session.execute(
            update(Grant).where(col(Grant.principal) == key(county.squad)).values(revoked_at=cast.NOW)
        )
    for _ in ("not at all", "to read"):
        for path in paths:
            told = (await alan.get(path)).text
            assert county.agreement.name in told
            assert "at the harbour" not in told
        await grant(small.database, case, county.alan)


async def test_the_sharing_page_leads_managers_to_it_and_nobody_else(small: Building) -> None:
    county, path = small.county, f"/cases/{small.county.case.reference}"
    alice, bob = await small.enter(county.alice), await small.enter(county.bob)
    assert f'{path}/register"' in (await alice.get(f"{path}/sharing")).text
    assert "/register" not in (await bob.get(f"{path}/sharing")).text
