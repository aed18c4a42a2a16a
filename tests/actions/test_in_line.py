"""Many posts at once hold nobody up who takes access away, and no process that reports how far access holds."""

import asyncio

from models.party import MOST
from ops.actions.grants import revoke_access
from ops.feed.workers import Registry
from tests.actions.office import Office

MANY = 8 * MOST


async def posting(office: Office) -> tuple[list[int], list[asyncio.Task[None]]]:
    """Let many posts come at once; gives how many were made, and what makes them."""
    made: list[int] = []

    async def post() -> None:
        await office.post(office.county.alice, task=office.county.interview.reference, audience="task")
        made.append(1)

    return made, [asyncio.create_task(post()) for _ in range(MANY)]


async def test_what_is_taken_away_passes_by_the_posts_that_wait(office: Office) -> None:
    grant, asks = office.county.grants["Fair Work on the visit"], await office.asks(office.county.alice)
    made, posts = await posting(office)
    while not made:
        await asyncio.sleep(0)
    before = len(made)
    await revoke_access(office.desk, asks, grant.reference, "")
    assert len(made) - before <= 2 * MOST
    await asyncio.gather(*posts)
    assert len(made) == MANY


async def test_a_process_reports_while_posts_wait(office: Office) -> None:
    registry = Registry(office.desk.database, office.desk.clock)
    made, posts = await posting(office)
    while not made:
        await asyncio.sleep(0)
    before = len(made)
    assert await registry.report(1) is False
    assert len(made) - before <= 2 * MOST
    await asyncio.gather(*posts)
