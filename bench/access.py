"""What the access rule costs, and how that grows with others' grants: `./run bench access [--quick] [--postgres]`.

The unit of record is one lookup by primary key in the same database, asked in turn with everything else.
"""

import argparse
import asyncio
import random
import statistics
import time
from collections.abc import Awaitable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from uuid import UUID

from servers import HERE, databases
from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlmodel import SQLModel, col

from live.audience import Admission
from models.agencies import Agency, Officer, Team, TeamMembership
from models.base import new_id, new_reference
from models.cases import Case, Theme
from models.database import Database
from models.grants import Grant, Resource
from models.migrations import migrate
from ops.access.asker import Asker
from ops.access.audiences import known
from ops.access.doors import find
from ops.access.principals import agency_key, keys_of, officer_key, team_key
from ops.errors import NotFound
from ops.paths import MIGRATIONS
from ops.screens.lines import agency_tags
from ops.screens.lists import MOST, my_cases

SEED = 27
TEAMS = 3  # in each agency
REPORTS = 9  # in each case, so that one resource in ten is a case
GRANTS = 4  # on each resource, and one more on every sixth
ROUNDS, QUICK_ROUNDS = 200, 40
ADMITS = 100  # `admits` is too short to be timed one by one
BATCH = 5_000
OWN = 2_200  # grants that an officer of the measured county can use
NOW = datetime(2026, 3, 12, 9, 0, tzinfo=UTC)
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class Size:
    """How large a county is, and the others that are kept in the same database and share nothing with it."""

    agencies: int
    officers: int
    resources: int
    others: "Size | None" = None

    @property
    def every(self) -> "tuple[Size, ...]":
        """Give the county and the others."""
        return (self, self.others) if self.others else (self,)


MEASURED = Size(27, 1_500, 30_000)
SIZES = (Size(27, 1_500, 2_400), MEASURED, replace(MEASURED, others=Size(9_973, 18_500, 210_000)))
QUICK_SIZES = (Size(27, 300, 1_000), Size(27, 300, 1_000, Size(273, 1_200, 5_000)))


@dataclass(frozen=True, slots=True)
class Figures:
    """Medians in milliseconds; `admits` in microseconds."""

    database: str
    size: Size
    grants: int
    lookup: float
    audience: float
    door: float
    page: float
    admits: float


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--postgres", action="store_true")
    arguments = parser.parse_args()
    rounds = QUICK_ROUNDS if arguments.quick else ROUNDS
    found: list[Figures] = []
    for size in QUICK_SIZES if arguments.quick else SIZES:
        for postgres in [False, True] if arguments.postgres else [False]:
            with databases(postgres=postgres) as (url, _, _folder):
                found.append(asyncio.run(_measured(url, size, rounds)))
            print(_line(found[-1]), flush=True)
    if not arguments.quick:
        (HERE / "ACCESS.md").write_text(_report(found))


async def _measured(url: str, size: Size, rounds: int) -> Figures:
    database = Database(url)
    try:
        await migrate(database, MIGRATIONS)
        officers, resources, grants = await _fill(database, size)
        await _settle(database)
        return await _timed(database, size, officers, resources, grants, rounds)
    finally:
        await database.close()


async def _settle(database: Database) -> None:
    """Do now what PostgreSQL does by itself some minutes after a bulk load, and would else do while we measure."""
    if not database.is_sqlite:
        engine = create_async_engine(database.url, isolation_level="AUTOCOMMIT")
        async with engine.connect() as connection:
            await connection.execute(text("VACUUM ANALYZE"))
            await connection.execute(text("CHECKPOINT"))
        await engine.dispose()


async def _timed(
    database: Database, size: Size, officers: list[UUID], resources: list[UUID], grants: int, rounds: int
) -> Figures:
    dice, spent = random.Random(SEED), dict[str, list[float]]()
    async with database.reading() as session:
        for _ in range(rounds):  # in turn, so that a machine that slows down slows them all
            for name, took in (await _round(session, dice.choice(officers), dice.choice(resources))).items():
                spent.setdefault(name, []).append(took)
    medians = {name: statistics.median(values) for name, values in spent.items()}
    return Figures("SQLite" if database.is_sqlite else "PostgreSQL", size, grants, **medians)


async def _round(session: AsyncSession, officer: UUID, resource: UUID) -> dict[str, float]:
    keys = (await keys_of(session, [officer], NOW))[officer].held
    asks = Asker(officer, officer, keys, NOW)
    row = await session.get_one(Resource, resource)
    admission = (await known(session, [resource]))[resource].audience.at(NOW)
    await agency_tags(session)  # every page of a session after the first knows them
    session.expunge_all()
    reference = select(col(Resource.reference)).where(col(Resource.id) == resource)
    return {
        "lookup": await _milliseconds(session.execute(reference)),
        "audience": await _milliseconds(known(session, [resource])),
        "door": await _milliseconds(_opened(find(session, asks, row.reference, row.kind))),
        "page": await _milliseconds(my_cases(session, asks)),
        "admits": _microseconds(admission, keys),
    }


def _microseconds(admission: Admission, keys: frozenset[str]) -> float:
    began = time.perf_counter()
    for _ in range(ADMITS):
        admission.admits(keys)
    return (time.perf_counter() - began) / ADMITS * 1e6


async def _opened(door: Awaitable[object]) -> None:
    with suppress(NotFound):  # a closed door costs what an open one does
        await door


async def _milliseconds(act: Awaitable[object]) -> float:
    began = time.perf_counter()
    await act
    return (time.perf_counter() - began) * 1000


async def _fill(database: Database, size: Size) -> tuple[list[UUID], list[UUID], int]:
    """File every county; gives the officers and things of the first, and the grants of all."""
    dice, codes = random.Random(SEED), count()
    filed = [await _fill_one(database, one, dice, codes) for one in size.every]
    officers, things, _ = filed[0]
    return officers, things, sum(grants for _, _, grants in filed)


async def _fill_one(
    database: Database, size: Size, dice: random.Random, codes: Iterator[int]
) -> tuple[list[UUID], list[UUID], int]:
    agencies = [new_id() for _ in range(size.agencies)]
    teams = [(new_id(), agency) for agency in agencies for _ in range(TEAMS)]
    officers = [(new_id(), agencies[number % size.agencies]) for number in range(size.officers)]
    by_agency: dict[UUID, list[UUID]] = {}
    for team, agency in teams:
        by_agency.setdefault(agency, []).append(team)
    await _file(database, Agency, [_agency(agency, next(codes)) for agency in agencies])
    await _file(database, Team, [_row(id=t, agency_id=a, name="Team", listed=True) for t, a in teams])
    await _file(
        database, Officer, [_row(id=o, agency_id=a, name="Officer", mobile="", active=True) for o, a in officers]
    )
    await _file(
        database,
        TeamMembership,
        [
            {"id": new_id(), "team_id": dice.choice(by_agency[agency]), "officer_id": officer, "starts": NOW}
            for officer, agency in officers
        ],
    )
    things = await _file_things(database, size, dice, agencies)
    grants = [
        _grant(thing, *_grantee(dice, owner if first else dice.choice(agencies), by_agency, officers))
        for number, (thing, owner, _) in enumerate(things)
        for first in [True] + [False] * (GRANTS - 1 + (number % 6 == 0))
    ]
    await _file(database, Grant, grants)
    return [officer for officer, _ in officers], [thing for thing, _, _ in things], len(grants)


async def _file_things(
    database: Database, size: Size, dice: random.Random, agencies: list[UUID]
) -> list[tuple[UUID, UUID, UUID | None]]:
    """File cases, and reports in them; gives each with its owner and its case."""
    things, case = list[tuple[UUID, UUID, UUID | None]](), None
    for number in range(size.resources):
        thing = new_id()
        if number % (REPORTS + 1) == 0:
            case = thing
        things.append((thing, dice.choice(agencies), None if thing == case else case))
    await _file(
        database,
        Resource,
        [
            _row(id=thing, kind="report" if gate else "case", owner_agency_id=owner, acl_id=thing, gate_id=gate)
            | {"held": False}
            for thing, owner, gate in things
        ],
    )
    await _file(database, Case, [_case(thing, dice) for thing, _, gate in things if gate is None])
    return things


def _grantee(
    dice: random.Random, agency: UUID, teams: dict[UUID, list[UUID]], officers: list[tuple[UUID, UUID]]
) -> tuple[str, UUID]:
    kind = dice.random()
    if kind < 0.3:
        return agency_key(agency), agency
    if kind < 0.8:
        return team_key(dice.choice(teams[agency])), agency
    officer, employer = dice.choice(officers)
    return officer_key(officer), employer


def _grant(thing: UUID, principal: str, agency: UUID) -> dict[str, object]:
    return _row(id=new_id(), resource_id=thing, principal=principal, grantee_agency_id=agency, level=2) | {
        "starts": NOW - timedelta(days=1),
        "ends": NOW + timedelta(days=90),
        "granted_at": NOW - timedelta(days=1),
        "emergency": False,
        **dict.fromkeys(("reason", "purpose", "lawful_basis", "necessity", "revoked_why"), ""),
    }


def _agency(agency: UUID, number: int) -> dict[str, object]:
    return _row(id=agency, code=_code(number), name=f"Agency {number}", kind="statutory", tally=1 + number % 8) | {
        "enforcement": False,
        "desk": "",
        "standing": "active",
    }


def _case(thing: UUID, dice: random.Random) -> dict[str, object]:
    title, theme = f"Case {dice.randrange(10**6)}", Theme.HOUSING
    return {"id": thing, "title": title, "theme": theme, "status": "open", "opened_at": NOW} | dict.fromkeys(
        ("marking", "handling", "summary"), ""
    )


def _row(**columns: object) -> dict[str, object]:
    return {"reference": new_reference(), **columns}


def _code(number: int) -> str:
    letters = ""
    for _ in range(4):
        number, rest = divmod(number, len(LETTERS))
        letters += LETTERS[rest]
    return letters


async def _file(database: Database, table: type[SQLModel], rows: list[dict[str, object]]) -> None:
    for start in range(0, len(rows), BATCH):
        async with database.writing() as session:
            await session.execute(insert(table), rows[start : start + BATCH])


def _line(one: Figures) -> str:
    agencies, officers, resources = (
        sum(getattr(size, part) for size in one.size.every) for part in ("agencies", "officers", "resources")
    )
    return (
        f"| {one.database} | {agencies:,} | {officers:,} | {resources:,} | {one.grants:,} "
        f"| {one.lookup:.2f} | {one.audience:.2f} ({one.audience / one.lookup:.1f} x) "
        f"| {one.door:.2f} ({one.door / one.lookup:.1f} x) | {one.page:.2f} ({one.page / one.lookup:.1f} x) "
        f"| {one.admits:.2f} |"
    )


def _report(found: list[Figures]) -> str:
    lines = "\n".join(_line(one) for one in found)
    return f"""# What access costs

Made by `./run bench access --postgres`. Medians of {ROUNDS} rounds, asked in turn; in brackets, how many times one
lookup by primary key in the same database, which is the figure of record: absolute times (ms) are notes of one machine.

| database | agencies | officers | resources | grants | lookup | audience | door | list of cases | admits, us |
|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|
{lines}

- The last county is the one before it, with others beside it in the same database, and the same officers and things are
  asked about: what grows there grows with others' grants. In the first, officers have a twelfth of the grants.
- **audience**: everyone who may know one resource, loaded from the grants on it and on its box; the live engine does
  this once for each thing on its screens, and keeps it.
- **door**: the check before a page of one thing. **list of cases**: all that the page of cases reads, up to {MOST}
  rows. It grows with what its own officer was granted: here some {OWN:,} grants, of which one in ten is on a case.
- **admits**: the decision for one screen and one event, on a loaded audience.
"""


if __name__ == "__main__":
    main()
