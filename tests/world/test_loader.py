"""Loading a world: all of it or nothing, on both databases, and mistakes told where they are."""

from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlmodel import col
from typer.testing import CliRunner

from models.cabinet import METADATA
from models.cases import CaseLink
from models.database import Database
from models.journal import JournalEntry
from models.operations import Site
from models.sign_ins import Credential, Invitation
from ops.actions.opening import secret_hash
from ops.commands import cli
from ops.paths import DEMO
from ops.storage import Storage
from ops.world.loader import Loaded, is_empty, load_world
from ops.world.reading import WorldError, read_world
from tests.cast import NOW

LAPWING = DEMO / "lapwing.yaml"


async def test_the_demo_world_loads_into_an_empty_cabinet(database: Database, tmp_path: Path) -> None:
    assert await is_empty(database)
    await load_world(database, LAPWING, now=NOW, files=Storage.at(tmp_path / "files"))
    assert not await is_empty(database)
    async with database.reading() as session:
        last, entries = (await session.execute(select(func.max(JournalEntry.position), func.count()))).one()
    assert last == entries


async def test_a_site_of_a_file_stands_where_the_file_says(database: Database, tmp_path: Path) -> None:
    world = _altered(tmp_path, "      x: 42\n", '      x: 42\n      coordinates: "53.0124, -1.1340"\n')
    await load_world(database, world, now=NOW, files=Storage.at(tmp_path / "files"))
    async with database.reading() as session:
        rows = await session.execute(select(col(Site.code), col(Site.latitude), col(Site.longitude)))
        places = {code: (latitude, longitude) for code, latitude, longitude in rows}
    assert (places["S1"], places["S2"]) == ((53.0124, -1.134), (None, None))


async def test_a_world_that_names_nobody_leaves_neither_rows_nor_files(
    sqlite_database: Database, tmp_path: Path
) -> None:
    world = _altered(tmp_path, "commander: Asha Malik", "commander: Nobody Atall")
    with pytest.raises(
        WorldError, match=r"lapwing\.yaml:\d+: operation\.commander: there is no officer 'Nobody Atall'"
    ):
        await load_world(sqlite_database, world, now=NOW, files=Storage.at(tmp_path / "files"))
    assert await is_empty(sqlite_database)
    assert not [path for path in (tmp_path / "files").rglob("*") if path.is_file()]


async def test_sharing_with_an_agency_that_signed_nothing_is_refused(sqlite_database: Database, tmp_path: Path) -> None:
    world = _altered(tmp_path, "- {to: [CCS/MASH, NHS/SAFE], level", "- {to: [PRB/PP, NHS/SAFE], level")
    with pytest.raises(
        WorldError, match=r"access\.0\.to\.0: there is no signature under 'Trentshire Modern .* of 'PRB'"
    ):
        await load_world(sqlite_database, world, now=NOW, files=Storage.at(tmp_path / "files"))


@pytest.mark.parametrize(
    ("written", "instead", "told"),
    [
        ('reached: "10:12"', 'reached: "noon"', r"reached: .*a moment is written '08:12'"),
        ("kind: voluntary", "kind: charity", r"agencies\.11\.kind"),
        (
            "      x: 42\n",
            "      x: 42\n      coordinates: north\n",
            r"sites\.0\.coordinates: .*latitude and longitude",
        ),
        ('steps: ["07:42 move Ola', 'steps: ["07:42 sleep Ola', r"operation\.tasks\.0\.steps\.0: .*a step is written"),
    ],
)
def test_a_slip_in_the_file_is_told_with_its_field(tmp_path: Path, written: str, instead: str, told: str) -> None:
    with pytest.raises(WorldError, match=told):
        read_world(_altered(tmp_path, written, instead))


def test_a_slip_in_the_file_is_told_with_its_line(tmp_path: Path) -> None:
    world = _altered(tmp_path, "  commander: Asha Malik", "  captain: Asha Malik")
    line = next(n for n, text in enumerate(world.read_text().splitlines(), start=1) if "captain: Asha" in text)
    with pytest.raises(WorldError, match=rf"lapwing\.yaml:{line}: operation\.captain"):
        read_world(world)


def _altered(folder: Path, written: str, instead: str) -> Path:
    text = LAPWING.read_text(encoding="utf-8")
    assert written in text
    world = folder / "lapwing.yaml"
    world.write_text(text.replace(written, instead, 1), encoding="utf-8")
    (folder / "photos").symlink_to(DEMO / "photos")
    return world


COUNTY = """
partnership: Pier partnership
agencies:
  - code: HBR
    name: Harbour Office
    kind: statutory
    domain: harbour.example
    teams: {QUAY: Quayside}
    officers:
      - {name: Alice Ng, teams: [QUAY], duties: [administrator, lead]}
      - {name: Bob Ng, teams: [QUAY], email: robert}
  - code: NET
    name: Net Menders
    kind: voluntary
    officers: [{name: Carol Ash, email: carol@nets.example, duties: [lead]}]
agreements:
  pier: {name: Pier agreement, parties: [HBR, NET], purposes: safety, lawful_bases: public task, highest: read,
         longest_days: 30, starts: "2026-01-05 09:00", review: "2027-01-05"}
bases:
  safety: {purpose: safety, lawful_basis: public task, agreement: pier, necessity: works there, lasts: 30}
"""
CASES = """
profiles: [{code: P1, label: J., team: HBR/QUAY, by: Alice Ng, at: "-1d 09:00"}]
cases:
  - code: K1
    title: The pier
    theme: Licensing
    summary: Planks.
    team: HBR/QUAY
    lead: Alice Ng
    opened: "-2d 09:00"
    names: {P1: "-1d 10:00"}
    access: [{to: [NET], level: read, basis: safety}]
    reports:
    - {code: R1, kind: visit, author: Bob Ng, team: HBR/QUAY, names: [P1], versions: [{at: "10:00", title: A, text: b}]}
"""


async def _load(database: Database, folder: Path, text: str) -> Loaded:
    (folder / "county.yaml").write_text(text, encoding="utf-8")
    return await load_world(database, folder / "county.yaml", now=NOW, files=Storage.at(folder / "files"))


async def _rows(database: Database) -> int:
    async with database.reading() as session:
        counts = [await session.execute(select(func.count()).select_from(table)) for table in METADATA.sorted_tables]
        return sum(int(count.scalar_one()) for count in counts)


async def test_officers_who_are_new_are_invited_and_nobody_has_a_password(database: Database, tmp_path: Path) -> None:
    loaded = await _load(database, tmp_path, COUNTY)
    assert [guest.email for guest in loaded.guests] == [
        "a.ng@harbour.example",
        "robert@harbour.example",
        "carol@nets.example",
    ]
    async with database.reading() as session:
        hashes = (await session.execute(select(col(Credential.password_hash)))).scalars().all()
        kept = (await session.execute(select(col(Invitation.token_hash)))).scalars().all()
    assert list(hashes) == [None, None, None]
    assert set(kept) == {secret_hash(guest.token) for guest in loaded.guests}


async def test_loading_a_file_again_changes_nothing_and_says_what_is_there(database: Database, tmp_path: Path) -> None:
    await _load(database, tmp_path, COUNTY + CASES)
    before = await _rows(database)
    again = await _load(database, tmp_path, COUNTY + CASES)
    assert (again.made, again.guests) == ((), ())
    assert again.already == (
        ("agency", "HBR Harbour Office"),
        ("agency", "NET Net Menders"),
        ("agreement", "Pier agreement"),
        ("profile", "P1"),
        ("case", "K1"),
    )
    assert await _rows(database) == before


async def test_what_was_added_to_a_file_is_made_and_may_name_what_was_there(database: Database, tmp_path: Path) -> None:
    await _load(database, tmp_path, COUNTY + CASES)
    more = COUNTY.replace("email: robert}", "email: robert}\n      - {name: Dan Ng, teams: [QUAY]}")
    second = (
        "  - {code: K2, title: Slip, theme: Licensing, summary: '', team: HBR/QUAY, lead: Dan Ng, opened: '09:00'}\n"
    )
    link = "links: [{between: [K1, K2], at: '-1d 12:00', by: Alice Ng, reason: same owner}]\n"
    loaded = await _load(database, tmp_path, more + CASES + second + link)
    assert [(one.what, one.name) for one in loaded.made] == [("officer", "HBR Dan Ng"), ("case", "K2")]
    async with database.reading() as session:
        last, entries = (await session.execute(select(func.max(JournalEntry.position), func.count()))).one()
        links = (await session.execute(select(func.count()).select_from(CaseLink))).scalar_one()
    assert (last, links) == (entries, 1)


async def test_every_mistake_is_told_at_once_with_its_line_and_field(sqlite_database: Database, tmp_path: Path) -> None:
    wrong = (
        (COUNTY + CASES)
        .replace("team: HBR/QUAY\n    lead", "team: HBR/QUAI\n    lead")
        .replace("to: [NET], level: read", "to: [NET, XYZ], level: contribute")
        .replace("names: [P1], versions", "names: [P9], versions")
        .replace("teams: [QUAY], email", "teams: [QUAI], email")
    )
    with pytest.raises(WorldError) as told:
        await _load(sqlite_database, tmp_path, wrong)
    assert [line.partition("county.yaml:")[2] for line in str(told.value).splitlines()] == [
        "11: agencies.0.officers.1.teams.0: there is no team 'HBR/QUAI'",
        "28: cases.0.team: there is no team 'HBR/QUAI'",
        "32: cases.0.access.0.level: 'Pier agreement' goes no further than read",
        "32: cases.0.access.0.to.1: there is no officer 'XYZ'",
        "34: cases.0.reports.0.names.0: there is no case, profile, site or task 'P9'",
    ]
    assert await is_empty(sqlite_database)


@pytest.mark.parametrize(
    ("written", "instead", "told"),
    [
        (
            "name: Harbour Office",
            "name: Harbour Office\n    name: Pier Office",
            r"5: agencies\.0\.name: .*twice|6: .*twice",
        ),
        (
            "duties: [administrator, lead]}",
            "duties: [administrator, lead], password: x}",
            r"officers\.0\.password: Extra",
        ),
        ("basis: safety", "basis: ''", r"'NET' is another agency: write the basis"),
        ("level: read, basis", "level: manage, basis", r"only officers of the agency that owns a thing manage it"),
        ("lasts: 30", "lasts: 31", r"bases\.safety\.lasts: .*lets nobody share for over 30 days"),
        ("email: robert", "email: a.ng", r"another officer of this agency has this e-mail"),
        ("domain: harbour.example", "desk: Quay 1", r"write a whole e-mail here, or a domain"),
        ("code: K1", "code: P1", r"another case, profile, report, .* has this code"),
    ],
)
async def test_what_makes_no_sense_is_told_where_it_stands(
    sqlite_database: Database, tmp_path: Path, written: str, instead: str, told: str
) -> None:
    assert written in COUNTY + CASES
    with pytest.raises(WorldError, match=told):
        await _load(sqlite_database, tmp_path, (COUNTY + CASES).replace(written, instead, 1))
    assert await is_empty(sqlite_database)


async def test_a_fence_of_the_file_stops_what_the_file_shares(sqlite_database: Database, tmp_path: Path) -> None:
    access = "access: [{to: [NET], level: read, basis: safety}]"
    fence = f'{access}\n    fences: [{{against: NET, name: never nets, at: "-2d 10:00", by: Alice Ng}}]'
    text = (COUNTY + CASES).replace(access, fence)
    shared = text.replace(
        "names: [P1], versions", "names: [P1], access: [{to: [Carol Ash], level: read, basis: safety}], versions"
    )
    with pytest.raises(WorldError, match="the ring-fence 'never nets' keeps this from 'Carol Ash'"):
        await _load(sqlite_database, tmp_path, shared)
    await _load(sqlite_database, tmp_path, text)


async def test_what_is_no_text_or_no_file_is_told(sqlite_database: Database, tmp_path: Path) -> None:
    (tmp_path / "bytes.yaml").write_bytes(b"partnership: \xff\xfe")
    for name, told in (("bytes.yaml", "this is no UTF-8 text"), ("none.yaml", "No such file"), (".", "Is a directory")):
        with pytest.raises(WorldError, match=told):
            await load_world(sqlite_database, tmp_path / name, now=NOW, files=Storage.at(tmp_path / "files"))


def test_the_command_loads_prints_links_once_and_checks_without_writing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("ORIGIN", "https://board.example")
    (tmp_path / "county.yaml").write_text(COUNTY, encoding="utf-8")
    run = CliRunner()
    asked = run.invoke(cli, ["load", str(tmp_path / "county.yaml"), "--check"])
    assert "could be loaded: 2 agencies, 1 team, 3 officers, 1 agreement" in asked.output
    first = run.invoke(cli, ["load", str(tmp_path / "county.yaml")])
    assert first.output.count("https://board.example/invitations/open#") == 3
    again = run.invoke(cli, ["load", str(tmp_path / "county.yaml")])
    assert "Made: nothing new." in again.output
    assert "#" not in again.output
    (tmp_path / "county.yaml").write_text(
        COUNTY.replace("parties: [HBR, NET]", "parties: [HBR, XYZ]"), encoding="utf-8"
    )
    wrong = run.invoke(cli, ["load", str(tmp_path / "county.yaml")])
    assert (wrong.exit_code, "agreements.pier.parties.1: there is no agency 'XYZ'" in wrong.output) == (1, True)
