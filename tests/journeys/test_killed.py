"""A process that is killed in the middle of acts on access leaves each of them whole, or nothing of it."""

import asyncio
import signal
from collections import Counter
from datetime import UTC, datetime, timedelta

import httpx2
from sqlalchemy import select
from sqlmodel import SQLModel, col

from models.agencies import Agency
from models.audit import Act, AuditRow
from models.cases import Case
from models.database import Database
from models.grants import Grant, Resource
from models.journal import JournalEntry
from tests.journeys.conftest import Stage
from tests.serving import Person

KILLS = 3
ANSWERED = 4  # how many acts were done when the process dies, the rest in flight

CASE = "LAPWING Mill Rd"


async def rows_of(stage: Stage, table: type[SQLModel]) -> list[SQLModel]:
    database = Database(stage.database_url)
    async with database.reading() as session:
        rows = list((await session.execute(select(table))).scalars())
    await database.close()
    return rows


async def case_and_agencies(stage: Stage) -> tuple[str, list[str]]:
    database = Database(stage.database_url)
    async with database.reading() as session:
        joined = select(col(Resource.reference)).join(Case, col(Case.id) == col(Resource.id))
        case = (await session.execute(joined.where(col(Case.title) == CASE))).scalar_one()
        agencies = await session.execute(
            select(col(Agency.reference)).where(col(Agency.code).in_(("FWA", "NHS", "HOU")))
        )
        found = list(agencies.scalars())
    await database.close()
    return case, found


async def give_until_killed(person: Person, case: str, agency: str, done: asyncio.Queue[int]) -> None:
    """Give access again and again, each time replacing the last, until nobody answers any more."""
    until = f"{datetime.now(UTC) + timedelta(days=10):%Y-%m-%d}"
    terms = {"level": "read", "necessity": "on the day", "purpose": "the visit", "basis": "Public task"}
    while True:
        try:
            answer = await person.post(
                f"/cases/{case}/sharing", who=f"agency:{agency}", until=until, confirm="1", **terms
            )
        except httpx2.TransportError:
            return
        assert answer.status_code == 303, answer.text
        done.put_nowait(answer.status_code)


async def kill_in_the_middle(stage: Stage, asha: Person, case: str, agencies: list[str]) -> int:
    done: asyncio.Queue[int] = asyncio.Queue()
    async with asyncio.TaskGroup() as group:
        for agency in agencies:
            group.create_task(give_until_killed(asha, case, agency, done))
        for _ in range(ANSWERED):
            await done.get()
        stage.here.stop(signal.SIGKILL)
    stage.here.start()
    return ANSWERED + done.qsize()


async def test_a_kill_leaves_all_of_an_act_or_nothing(stage: Stage) -> None:
    case, agencies = await case_and_agencies(stage)
    asha = await stage.person("asha")
    before = {grant.id for grant in await rows_of(stage, Grant) if isinstance(grant, Grant)}
    answered = 0
    for _ in range(KILLS):
        answered += await kill_in_the_middle(stage, asha, case, agencies)
    grants = [grant for grant in await rows_of(stage, Grant) if isinstance(grant, Grant) and grant.id not in before]
    journal = [entry for entry in await rows_of(stage, JournalEntry) if isinstance(entry, JournalEntry)]
    audit = [row for row in await rows_of(stage, AuditRow) if isinstance(row, AuditRow)]
    assert len(grants) >= answered, "what was answered was there after the kill"
    assert sorted(entry.position for entry in journal) == list(range(1, len(journal) + 1))
    told = {entry.position: entry for entry in journal}
    for grant in grants:
        assert grant.position is not None
        assert (told[grant.position].kind, told[grant.position].subject_id) == ("AccessGiven", grant.resource_id)
        assert (grant.revoked_at is None) == (grant.revoked_position is None)
    written = Counter(reference for row in audit if row.act == Act.ACCESS_GIVEN for reference in row.references)
    assert {written[grant.reference] for grant in grants} == {1}
    assert sum(grant.revoked_at is None for grant in grants) == len(agencies), "each agency holds one grant, the last"
