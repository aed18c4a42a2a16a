"""A page says on its socket which page it is, and a tab that goes on or is closed leaves no broken line behind."""

import asyncio

from sqlalchemy import func, select
from sqlmodel import col

from models.audit import Act, AuditRow
from models.broken_lines import BrokenLine
from models.cases import Case
from models.database import Database
from tests.browser.window import Windows
from tests.serving import PATIENCE

CASE = "LAPWING Mill Rd"


async def test_a_page_that_is_left_or_closed_is_no_broken_line(windows: Windows) -> None:
    database = Database(windows.stage.database_url)

    async def closed_and_broken() -> tuple[int, int]:
        async with database.reading() as session:
            closed = select(func.count()).select_from(AuditRow).where(col(AuditRow.act) == Act.SCREEN_CLOSED)
            broken = select(func.count()).select_from(BrokenLine)
            return (await session.execute(closed)).scalar_one(), (await session.execute(broken)).scalar_one()

    before, broken = await closed_and_broken()
    ruth = await windows.open("ruth", f"/cases/{await windows.reference(Case, Case.title, CASE)}")
    await ruth.until_live()
    await ruth.goto("/watch")
    await ruth.until_live()
    kept = await ruth.page.evaluate("Object.keys(sessionStorage).filter((name) => name.endsWith(' line')).length")
    assert kept == 1
    await ruth.page.close()
    async with asyncio.timeout(PATIENCE):
        while (now := await closed_and_broken())[0] < before + 2:  # the server may notice a moment later
            await asyncio.sleep(0.1)
    assert now[1] == broken
    await database.close()
