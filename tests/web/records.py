"""A house that many tests share, because what they send is refused; and what its cabinet holds, past the product."""

import re
import shutil
import sqlite3
from collections.abc import AsyncIterator, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx2
import pytest
import pytest_asyncio

from live.audience import Level
from models.cabinet import METADATA
from models.database import Database
from tests import cast
from tests.compiled import Compiled
from tests.web.building import Building, running, settle
from tests.web.walks import widen

BOOKKEEPING = {"audit", "audit_reference", "audit_head", "sign_in", "worker", "presence"}
NEW_EACH_TIME = re.compile(r' data-(now|cursor)="[^"]*"| name="key" value="[0-9a-z]+"')


@pytest_asyncio.fixture(scope="module")
async def house(
    _sqlite_template: tuple[Path, Compiled], tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Building]:
    """Give one building to all of these: what is refused changes nothing, and each whole form has its own thing."""
    folder = tmp_path_factory.mktemp("forms")
    template, compiled = _sqlite_template
    shutil.copyfile(template, folder / "cabinet.db")
    database = compiled.serve(Database(f"sqlite:///{folder / 'cabinet.db'}"))
    with pytest.MonkeyPatch.context() as today:
        today.setattr(cast, "NOW", datetime.now(UTC))
        county = await settle(database, folder)
        async with running(database, folder) as app:
            made = Building(app, database, county, folder)
            await widen(made)
            await cast.grant(database, county.profile, county.fair_work, Level.READ, agreement=county.agreement)
            yield made
    await database.close()


class Records:
    """The rows of the cabinet as its file has them, past the product."""

    def __init__(self, house: Building) -> None:
        self._file = sqlite3.connect(str(house.database.url.database))
        self._refused = 0

    def everything(self) -> dict[str, list[Any]]:
        """Give all rows but the audit and who was last here."""
        kept = [table.name for table in METADATA.sorted_tables if table.name not in BOOKKEEPING]
        return {table: sorted(self._file.execute(f'SELECT * FROM "{table}"'), key=str) for table in kept}  # noqa: S608  # our own names

    def refusals(self) -> int:
        """Give how many requests were refused since this was last asked."""
        (now,) = self._file.execute("SELECT count(*) FROM audit WHERE act LIKE 'refused%'").fetchone()
        since, self._refused = now - self._refused, now
        return int(since)

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()


@pytest.fixture
def records(house: Building) -> Iterator[Records]:
    """Look into the cabinet past the product."""
    found = Records(house)
    yield found
    found.close()


def changes(before: Mapping[str, list[Any]], after: Mapping[str, list[Any]]) -> list[object]:
    """Name the tables that differ, with what is new or gone in them."""
    return [
        (table, set(map(str, after[table])) ^ set(map(str, rows)))
        for table, rows in before.items()
        if rows != after[table]
    ]


def told(answer: httpx2.Response, named: str) -> tuple[int, str, str]:
    """Give what an answer tells, but for the name that was sent and what is new in each answer."""
    return answer.status_code, answer.headers.get("location", ""), NEW_EACH_TIME.sub("", answer.text.replace(named, ""))
