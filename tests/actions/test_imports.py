"""Tables come in: tried first, then in whole batches, each line once, the agency's own, and telling nothing hidden."""

from collections.abc import Sequence

import pytest
from sqlalchemy import func, select
from sqlmodel import SQLModel, col

from live.audience import Level
from models.agencies import Agency, Officer, OfficerDuty
from models.audit import Act, AuditRow
from models.cases import Case
from models.database import Database
from models.grants import Grant
from models.imports import Import, ImportRow, ImportState
from models.journal import JournalEntry
from models.operations import Site
from models.profiles import Profile
from models.reports import Report
from ops.access.asker import Asker
from ops.actions import import_makers, import_publishing
from ops.actions.agencies import invite_first
from ops.actions.import_fields import KINDS, read_day
from ops.actions.import_publishing import publish_batch, take_one
from ops.actions.imports import abandon, begin_publishing, check, own_import, stage
from ops.actions.invitations import accept_invitation
from ops.errors import Conflict, Invalid, NeedsConfirmation, NotFound
from ops.files.sheets import Sheet
from ops.transaction import Desk
from tests.actions.office import Office
from tests.cast import HandClock, asker

HEADINGS = ["Case title", "Type", "Description", "Date opened"]


def lines(number: int, wrong: Sequence[int] = ()) -> list[list[str]]:
    return [[f"Case {n}", "Nonsense" if n in wrong else " housing", "Planks.", "31/12/2020"] for n in range(number)]


async def count(database: Database, table: type[SQLModel], *where: object) -> int:
    async with database.reading() as session:
        found = await session.execute(select(func.count()).select_from(table).where(*where))  # type: ignore[arg-type]
        return int(found.scalar_one())


async def staged(desk: Desk, who: Asker, rows: list[list[str]], kind: str = "case", *, doubles: bool = False) -> Import:
    reference = await stage(desk, who, kind, "old.csv", Sheet(rows, "UTF-8"))
    async with desk.database.reading() as session:
        row = await own_import(session, who, reference)
    await check(desk, who, reference, row.mapping, with_doubles=doubles)
    async with desk.database.reading() as session:
        return await own_import(session, who, reference)


async def publish(desk: Desk, row: Import) -> int:
    taken, batches = await take_one(desk), 0
    assert taken == row.id
    while await publish_batch(desk, taken):
        batches += 1
    return batches


async def again(desk: Desk, who: Asker, row: Import) -> Import:
    async with desk.database.reading() as session:
        return await own_import(session, who, row.reference)


async def test_a_table_becomes_the_agencys_own_cases_and_nobody_elses(office: Office) -> None:
    county, desk = office.county, office.desk
    who, before = await asker(desk.database, county.alice), await count(desk.database, Case)
    row = await staged(desk, who, [["Old register"], HEADINGS, *lines(30)])
    assert row.mapping == {"title": 0, "theme": 1, "summary": 2, "opened": 3}
    assert (row.state, row.rows, row.bad, row.doubles) == (ImportState.CHECKED, 30, 0, 0)
    await begin_publishing(desk, who, row.reference, only_good=False)
    await publish(desk, row)
    assert await count(desk.database, Case) - before == 30
    async with desk.database.reading() as session:
        cases = (await session.execute(select(Case).where(col(Case.title).startswith("Case ")))).scalars().all()
        ids = [case.id for case in cases]
        grants = (await session.execute(select(Grant).where(col(Grant.resource_id).in_(ids)))).scalars().all()
        audit = (await session.execute(select(AuditRow).where(col(AuditRow.act) == Act.IMPORTED))).scalars().all()
        last, entries = (await session.execute(select(func.max(JournalEntry.position), func.count()))).one()
    assert {(case.theme, case.opened_at.year) for case in cases} == {("Housing", 2020)}
    assert {grant.grantee_agency_id for grant in grants} == {county.police.id}
    assert all(grant.position and grant.level == Level.MANAGE for grant in grants)
    assert sum(len(one.references) for one in audit) == 30
    assert last >= entries


async def test_with_a_bad_line_all_or_nothing_is_nothing_and_the_good_ones_can_come_alone(office: Office) -> None:
    county, desk = office.county, office.desk
    who, before = await asker(desk.database, county.alice), await count(desk.database, Case)
    row = await staged(desk, who, [HEADINGS, *lines(20, wrong=(3, 7))])
    assert row.bad == 2
    with pytest.raises(Conflict):
        await begin_publishing(desk, who, row.reference, only_good=False)
    assert await count(desk.database, Case) == before
    await begin_publishing(desk, who, row.reference, only_good=True)
    await publish(desk, row)
    assert await count(desk.database, Case) - before == 18
    left = await count(desk.database, ImportRow, col(ImportRow.published).is_(False))
    assert left == 2


async def test_a_server_that_dies_between_batches_leaves_whole_ones_and_nothing_comes_twice(
    office: Office, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    county, desk = office.county, office.desk
    monkeypatch.setattr(import_publishing, "A_BATCH", 7)
    who, before = await asker(desk.database, county.alice), await count(desk.database, Case)
    row = await staged(desk, who, [HEADINGS, *lines(30)])
    await begin_publishing(desk, who, row.reference, only_good=False)
    taken = await take_one(desk)
    assert taken is not None
    assert await publish_batch(desk, taken)

    async def dies(*_: object) -> list[str]:
        raise RuntimeError("killed")

    with monkeypatch.context() as broken:
        broken.setitem(import_makers.MAKERS, "case", dies)
        with pytest.raises(RuntimeError):
            await publish_batch(desk, taken)
    assert await count(desk.database, Case) - before == 7
    assert await take_one(desk) is None  # whoever died holds it until the lease ends
    clock.advance(import_publishing.LEASE * 2)
    await publish(desk, row)
    assert await count(desk.database, Case) - before == 30
    titles = {f"Case {n}" for n in range(30)}
    async with desk.database.reading() as session:
        found = (await session.execute(select(col(Case.title)).where(col(Case.title).in_(titles)))).scalars().all()
    assert sorted(found) == sorted(titles)
    assert (await again(desk, who, row)).state == ImportState.DONE


async def test_what_is_there_already_is_told_and_what_is_hidden_is_not(office: Office) -> None:
    county, desk = office.county, office.desk
    alice, dora = await asker(desk.database, county.alice), await asker(desk.database, county.dora)
    async with desk.database.reading() as session:
        title = (await session.get_one(Case, county.case.id)).title
    table = [["Title", "Theme"], [title.upper(), "Housing"], ["Pier", "Housing"], ["pier", "Housing"]]
    assert (await staged(desk, alice, table)).doubles == 2
    assert (await staged(desk, dora, table)).doubles == 1  # its own second line, and nothing of what she may not see


async def test_reports_come_into_a_case_that_one_may_write_in_and_into_no_other(office: Office) -> None:
    county, desk = office.county, office.desk
    who = await asker(desk.database, county.alice)
    head = ["Case", "Title", "Text", "Kind"]
    row = await staged(desk, who, [head, [county.case.reference, "Seen", "A van.", "Visit"]], "report")
    await begin_publishing(desk, who, row.reference, only_good=False)
    await publish(desk, row)
    assert await count(desk.database, Report, col(Report.author_id) == county.alice.id) >= 1
    dora = await asker(desk.database, county.dora)
    hidden = await staged(desk, dora, [head, [county.case.reference, "Seen", "A van.", "Visit"]], "report")
    absent = await staged(desk, dora, [head, ["a" * 26, "Seen", "A van.", "Visit"]], "report")
    for one in (hidden, absent):
        await begin_publishing(desk, dora, one.reference, only_good=False)
        await publish(desk, one)
    told = [((await again(desk, dora, one)).state, (await again(desk, dora, one)).why) for one in (hidden, absent)]
    assert told[0] == told[1]
    assert told[0][0] == ImportState.STOPPED


async def test_people_and_their_days_of_birth_are_read_as_written_here(office: Office) -> None:
    county, desk = office.county, office.desk
    who, before = await asker(desk.database, county.alice), await count(desk.database, Profile)
    table = [
        ["Full name", "DOB", "AKA"],
        ["Ionut P.", "03/04/1990", "Nelu"],
        ["Ana", "31.12.2090", ""],
        ["", "1990", ""],
    ]
    row = await staged(desk, who, table, "profile")
    assert (row.bad, row.rows) == (2, 3)
    await begin_publishing(desk, who, row.reference, only_good=True)
    await publish(desk, row)
    assert await count(desk.database, Profile) - before == 1
    assert str(read_day("03/04/1990")) == "1990-04-03"


async def test_who_loses_the_duty_meanwhile_brings_nothing_more_in(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    county, desk = office.county, office.desk
    monkeypatch.setattr(import_publishing, "A_BATCH", 5)
    who, before = await asker(desk.database, county.alice), await count(desk.database, Case)
    row = await staged(desk, who, [HEADINGS, *lines(20)])
    await begin_publishing(desk, who, row.reference, only_good=False)
    taken = await take_one(desk)
    assert taken is not None
    assert await publish_batch(desk, taken)
    async with desk.database.writing() as session:
        for duty in (
            await session.execute(select(OfficerDuty).where(col(OfficerDuty.officer_id) == county.alice.id))
        ).scalars():
            duty.ends = duty.starts
    assert not await publish_batch(desk, taken)
    assert await count(desk.database, Case) - before == 5
    async with desk.database.reading() as session:
        stopped = await session.get_one(Import, row.id)
    assert (stopped.state, bool(stopped.why)) == (ImportState.STOPPED, True)


async def test_an_import_is_its_officers_alone_and_can_be_thrown_away(office: Office) -> None:
    county, desk = office.county, office.desk
    alice, bob = await asker(desk.database, county.alice), await asker(desk.database, county.bob)
    row = await staged(desk, alice, [HEADINGS, *lines(3)])
    for refused in (begin_publishing(desk, bob, row.reference, only_good=True), abandon(desk, bob, row.reference)):
        with pytest.raises(NotFound):
            await refused
    oscar = await asker(desk.database, county.oscar)
    with pytest.raises(NotFound):
        await stage(desk, oscar, "case", "x.csv", Sheet([HEADINGS, *lines(1)], ""))
    await abandon(desk, alice, row.reference)
    assert await count(desk.database, ImportRow) == 0
    with pytest.raises(Conflict):
        await begin_publishing(desk, alice, row.reference, only_good=True)


async def test_a_choice_of_columns_is_judged_and_remembered_for_the_agency(office: Office) -> None:
    county, desk = office.county, office.desk
    who = await asker(desk.database, county.alice)
    reference = await stage(desk, who, "case", "a.csv", Sheet([["Matter", "Sort"], ["Pier", "Housing"]], ""))
    for mapping in ({"title": 0}, {"title": 0, "theme": 0}):
        with pytest.raises(Invalid):
            await check(desk, who, reference, mapping, with_doubles=False)
    await check(desk, who, reference, {"title": 0, "theme": 1}, with_doubles=False)
    second = await staged(desk, who, [["Sort", "Matter"], ["Housing", "Slip"]])
    assert second.mapping == {"theme": 0, "title": 1}
    assert second.bad == 0


def test_every_kind_names_its_fields_once() -> None:
    for kind in KINDS.values():
        names = [field.name for field in kind.fields]
        assert len(set(names)) == len(names)
        assert set(kind.same) <= set(names)


async def test_sites_come_into_an_operation_that_one_manages_and_into_no_other(office: Office) -> None:
    county, desk = office.county, office.desk
    alice, bob = [await asker(desk.database, one) for one in (county.alice, county.bob)]
    headings = ["Operation", "Site code", "Premises", "Address", "Map x", "Coordinates", "Check-in minutes"]
    table = [headings, ["Orchard day", "q1", "Kwik Wash", "1 Quay", "30", "53.012, -1.134", "60"]]
    more = [
        ["Orchard day", "Q1", "Twice", "", "", "", ""],
        ["Orchard day", "Q2", "Far", "", "120", "", ""],
        ["Orchard day", "Q3", "Nowhere", "", "", "91, 0", ""],
        ["Orchard day", "Q4", "Never", "", "", "", "0"],
    ]
    row = await staged(desk, alice, [*table, *more], "site")
    assert (row.bad, row.doubles) == (3, 1)
    before = await count(desk.database, Site)
    await begin_publishing(desk, alice, row.reference, only_good=True)
    await publish(desk, row)
    async with desk.database.reading() as session:
        (site,) = (await session.execute(select(Site).where(col(Site.code) == "Q1"))).scalars()
        facts = await session.execute(select(col(JournalEntry.kind)).where(col(JournalEntry.subject_id) == site.id))
        kinds = list(facts.scalars())
    assert (site.name, site.address, site.x, site.y) == ("Kwik Wash", "1 Quay", 30, 50)
    assert (site.latitude, site.longitude, site.check_in_minutes) == (53.012, -1.134, 60)
    assert (await count(desk.database, Site), kinds) == (before + 1, ["SiteAdded"])
    assert (await staged(desk, alice, table, "site")).doubles == 1
    foreign = await staged(desk, bob, [headings, ["Orchard day", "Q9", "Foreign", "", "", "", ""]], "site")
    await begin_publishing(desk, bob, foreign.reference, only_good=True)
    await publish(desk, foreign)
    stopped = await again(desk, bob, foreign)
    assert (stopped.state, stopped.why) == (
        ImportState.STOPPED,
        "A line names no operation that you may manage. Write the operation's reference there.",
    )


async def test_agencies_come_in_with_an_administrator_who_is_let_in_afterwards(office: Office) -> None:
    county, desk = office.county, office.desk
    headings = ["Letters", "Agency", "Capacity", "Duty desk", "Enforces", "First administrator", "Their e-mail"]
    table = [headings, ["hbx", "Harbour Office", "Statutory", "01632 960 555", "Yes", "Ann Ng", "ann@harbour.example"]]
    olga = await office.asks_confirmed(county.olga)
    wrong = ["H1", "Wrong", "statutory", "", "perhaps", "A", "a@b.example"]
    row = await staged(desk, olga, [*table, wrong], "agency")
    assert row.bad == 1
    with pytest.raises(NeedsConfirmation):
        await begin_publishing(desk, await office.asks(county.olga), row.reference, only_good=True)
    await begin_publishing(desk, olga, row.reference, only_good=True)
    await publish(desk, row)
    async with desk.database.reading() as session:
        (made,) = (await session.execute(select(Agency).where(col(Agency.code) == "HBX"))).scalars()
        (first,) = (await session.execute(select(Officer).where(col(Officer.agency_id) == made.id))).scalars()
    assert (made.name, made.kind, made.enforcement, first.name) == ("Harbour Office", "statutory", True, "Ann Ng")
    link = await invite_first(desk, olga, made.reference)
    assert link.officer == first.reference
    await accept_invitation(desk, link.token, "a long and unusual password", "her desk")
    with pytest.raises(Conflict):
        await invite_first(desk, olga, made.reference)
    with pytest.raises(NotFound):
        await invite_first(desk, await office.asks_confirmed(county.alan), made.reference)
    assert (await staged(desk, olga, table, "agency")).doubles == 1
