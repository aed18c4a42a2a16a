"""Search: what one may see, newest first, and not a letter, a number or a statement that tells of anything else."""

import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import func, select

from live.audience import Level
from models.database import Database
from models.found_by import FoundBy
from models.reports import Report, ReportVersion
from models.words import alike, findable, keys_of, plain
from ops.access.audiences import audience_of
from ops.screens.search import A_PAGE, Results, Sought, search
from ops.transaction import new_resource
from tests.cast import DAY, NOW, TICK, County, asker, file, found_county, grant, new_grant, revoke
from tests.screens.test_statements import statements


@pytest.mark.parametrize(
    ("written", "typed"),
    [("Ionuț P.", "ionut"), ("STRAẞE", "strasse"), ("Łukasz", "lukasz"), ("O’Neil-Smith", "neil"), ("Ⅳ", "iv")],
)
def test_words_are_compared_without_case_accents_and_signs(written: str, typed: str) -> None:
    assert typed in plain(written)


def test_a_plate_and_a_phone_are_found_with_and_without_their_spaces() -> None:
    line = findable("Van AB12 CDE, phone 07700 900 101.")
    assert all(f" {typed}" in line for typed in ("ab12cde", "ab12", "07700900101", "07700900", "900101"))
    assert " phone07700 " not in findable("phone number 07700")


@pytest.mark.parametrize(
    ("name", "otherwise"),
    [
        ("Ionut", "Jonut"), ("Mohammed", "Muhamad"), ("Stefan", "Stephen"), ("Mihail", "Michail"), ("Nguyen", "Ngyuen"),
        ("Yusuf", "Jusuf"), ("Katarzyna", "Catarzyna"), ("Wojciech", "Vojciek"), ("Smith", "Smyth"),
        ("Hussein", "Husein"),
    ],
)  # fmt: skip
def test_a_name_is_found_as_it_may_be_spelled_otherwise(name: str, otherwise: str) -> None:
    assert keys_of(*plain(name)) & keys_of(*plain(otherwise))


@pytest.mark.parametrize(
    ("name", "other"), [("Ionut", "Marian"), ("Stefan", "Steve"), ("Ana", "Ann"), ("Cole", "Marsh")]
)
def test_other_names_are_not(name: str, other: str) -> None:
    assert not keys_of(*plain(name)) & keys_of(*plain(other))
    assert alike("Jo") == ""


async def _looked(database: Database, county: County, name: str, typed: str, kind: str = "") -> Results:
    who = await asker(database, county.everyone()[name])
    async with database.reading() as session:
        return await search(session, who, Sought(typed, kind))


async def _found(database: Database, county: County, name: str, typed: str, kind: str = "") -> set[str]:
    return {hit.reference for hit in (await _looked(database, county, name, typed, kind)).hits}


async def test_everybody_finds_what_they_may_read_and_nobody_anything_else(database: Database) -> None:
    county = await found_county(database)
    async with database.reading() as session:
        words = {row.resource_id: row.words for row in (await session.execute(select(FoundBy))).scalars()}
    things = [one for one in county.everything().values() if one.id in words]
    assert {thing.kind for thing in things} == {
        "case",
        "report",
        "profile",
        "operation",
        "site",
        "task",
        "post",
        "decision",
    }
    for name in county.everyone():
        who = await asker(database, county.everyone()[name])
        async with database.reading() as session:
            reads = {
                one.reference
                for one in things
                if (await audience_of(session, one.id)).at(who.at).level(who.keys) >= Level.READ
            }
        for thing in things:
            term = max(words[thing.id].split(), key=len)
            expected = {one.reference for one in things if f" {term}" in words[one.id]} & reads
            assert await _found(database, county, name, term) == expected, (name, thing.kind, term)


async def test_what_is_hidden_changes_neither_the_answer_nor_a_statement(database: Database) -> None:
    county = await found_county(database)
    with statements(database) as hidden:
        found = await _looked(database, county, "oscar", "visit")
    with statements(database) as nothing:
        absent = await _looked(database, county, "oscar", "bosun")  # as many letters, and as many other spellings
    assert found == absent == Results()
    assert hidden == nothing


async def test_no_statement_begins_with_the_words_of_everybody(sqlite_database: Database) -> None:
    county = await found_county(sqlite_database)
    with statements(sqlite_database) as asked:
        await _looked(sqlite_database, county, "bob", "visit")
    (holds,) = [statement for statement in asked if "instr" in statement]
    assert "WITH own AS MATERIALIZED" in holds
    with closing(sqlite3.connect(str(sqlite_database.url.database))) as connection:
        steps = [str(row[3]) for row in connection.execute(f"EXPLAIN QUERY PLAN {holds}", ("",) * holds.count("?"))]
    assert any("SEARCH found_by USING" in step for step in steps), steps
    assert not any("SCAN found_by" in step for step in steps), steps


async def test_a_revised_report_is_found_by_its_new_words_and_no_more_by_its_old_ones(database: Database) -> None:
    county = await found_county(database)
    version = ReportVersion(
        report_id=county.visit.id, number=2, title="Later", text="A zeppelin.", officer_id=county.alice.id, at=NOW
    )
    async with database.reading() as session:
        old = (await session.get_one(FoundBy, county.visit.id)).words.split()
    await file(database, version)
    assert await _found(database, county, "alice", "zeppelin") == {county.visit.reference}
    for word in old:
        assert (
            county.visit.reference not in await _found(database, county, "alice", word, "report") or word in "later a"
        )


async def test_access_that_ended_is_no_longer_found_to_the_instant(database: Database) -> None:
    county = await found_county(database)
    given = await grant(database, county.profile, county.dora, ends=NOW + DAY, agreement=county.agreement)
    label = (await _looked(database, county, "alice", county.profile.reference)).hits[0].title
    who = await asker(database, county.dora, NOW + DAY - TICK)
    over = await asker(database, county.dora, NOW + DAY)
    async with database.reading() as session:
        assert (await search(session, who, Sought(label))).hits
        assert not (await search(session, over, Sought(label))).hits
    await revoke(database, given)
    assert not await _found(database, county, "dora", label)


async def test_a_reference_finds_its_thing_a_stub_where_no_more_may_be_known_and_nothing_else(
    database: Database,
) -> None:
    county = await found_county(database)
    await grant(database, county.case, county.dora, Level.DISCOVER, agreement=county.agreement)
    (stub,) = (await _looked(database, county, "dora", county.case.reference.upper())).hits
    assert (stub.stub, stub.title, stub.pieces, stub.box, stub.path) == (
        True, "", (), "", f"/cases/{county.case.reference}/request",
    )  # fmt: skip
    (whole,) = (await _looked(database, county, "alice", county.case.reference)).hits
    assert (whole.stub, whole.title != "") == (False, True)
    assert await _looked(database, county, "oscar", county.case.reference) == Results()


async def test_a_line_names_the_case_of_a_report_only_to_who_reads_the_case(database: Database) -> None:
    county = await found_county(database)
    await grant(database, county.visit, county.dora, agreement=county.agreement)
    await grant(database, county.case, county.dora, Level.DISCOVER, agreement=county.agreement)
    (line,) = (await _looked(database, county, "dora", county.visit.reference)).hits
    assert (line.box, line.beside) == ("", ())
    (known,) = (await _looked(database, county, "alice", county.visit.reference)).hits
    assert known.box
    assert known.beside == (county.case.reference,)


async def test_the_newest_stand_first_and_the_next_page_goes_on_where_this_one_ends(database: Database) -> None:
    county = await found_county(database)
    reports = [new_resource("report", county.police.id, gate=county.case.id) for _ in range(A_PAGE + 5)]
    await file(database, *reports)
    await file(
        database,
        *(
            Report(id=one.id, case_id=county.case.id, kind="visit", author_id=county.alice.id, written_at=NOW)
            for one in reports
        ),
        *(new_grant(one, county.police) for one in reports),
    )
    await file(
        database,
        *(
            ReportVersion(
                report_id=one.id, number=1, title="A kiosk", text="", officer_id=county.alice.id, at=NOW - n // 2 * TICK
            )
            for n, one in enumerate(reports)
        ),
    )
    who = await asker(database, county.alice)
    async with database.reading() as session:
        first = await search(session, who, Sought("kiosk"))
        assert first.more is not None
        second = await search(session, who, Sought("kiosk", after=first.more))
    assert (len(first.hits), len(second.hits), second.more) == (A_PAGE, 5, None)
    lines = [*first.hits, *second.hits]
    assert {line.reference for line in lines} == {one.reference for one in reports}
    assert lines == sorted(lines, key=lambda line: (-line.at.timestamp(), line.reference))


@pytest.mark.parametrize(
    "typed", ["", "   ", '"', '""', "'; DROP TABLE found_by; --", "%", "_", "a AND", "NEAR(", "*" * 300, "\\", "🦊"]
)
async def test_whatever_is_typed_is_words_and_nothing_else(database: Database, typed: str) -> None:
    county = await found_county(database)
    await _looked(database, county, "alice", typed)
    async with database.reading() as session:
        assert (await session.execute(select(func.count()).select_from(FoundBy))).scalar_one()
