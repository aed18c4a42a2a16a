"""What the access rule costs, and how that grows with others' grants: `./run bench access [--quick] [--postgres]`.

The unit of record is one lookup by primary key in the same database, asked in turn with everything else.
"""

import argparse
import asyncio
import random
import statistics
import time
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import dataclass, replace
from uuid import UUID

from granted import NOW, SEED, Size, fill
from servers import HERE, databases
from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession, create_async_engine
from sqlmodel import col

from live.audience import Admission
from models.database import Database
from models.grants import Resource
from models.migrations import migrate
from ops.access.asker import Asker
from ops.access.audiences import known
from ops.access.doors import find
from ops.access.principals import keys_of
from ops.errors import NotFound
from ops.paths import MIGRATIONS
from ops.screens.lines import agency_tags
from ops.screens.lists import MOST, my_cases

ROUNDS, QUICK_ROUNDS = 200, 40
ADMITS = 100  # `admits` is too short to be timed one by one
OWN = 2_200  # grants that an officer of the measured county can use
HEAD = """\
| database | agencies | officers | resources | grants | lookup | audience | door | list of cases | admits, us |
|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|"""


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
    print(HEAD, flush=True)
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
        officers, resources, grants = await fill(database, size)
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

{HEAD}
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
