"""Lines become things: a batch is one transaction, with its journal, grants, audit, and its marks on the lines."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import or_, select, update
from sqlmodel import col

from models.audit import Act
from models.base import table_of
from models.imports import Import, ImportRow, ImportState
from ops.access.asker import Asker
from ops.actions.import_fields import values_of
from ops.actions.import_makers import MAKERS
from ops.actions.imports import must_import, publishable
from ops.errors import Refusal
from ops.transaction import Desk, Work

A_BATCH = 250  # lines in one transaction: other writers wait for no longer than it takes
LEASE = timedelta(seconds=60)  # after a server died another one goes on
_ROW = table_of(ImportRow)


async def take_one(desk: Desk) -> UUID | None:
    """Take hold of an import that nobody publishes just now, for the length of a lease."""
    now = desk.clock.now()
    free = or_(col(Import.lease_until).is_(None), col(Import.lease_until) < now)
    async with desk.database.writing() as session:
        waiting = await session.execute(
            select(col(Import.id))
            .where(col(Import.state) == ImportState.PUBLISHING, free)
            .order_by(col(Import.at))
            .limit(1)
        )
        found: UUID | None = waiting.scalar_one_or_none()
        if found is None:
            return None
        taken = await session.execute(
            update(Import)
            .where(col(Import.id) == found, free)
            .values(lease_until=now + LEASE)
            .returning(col(Import.id))
        )
        return taken.scalar_one_or_none()


async def take_this(desk: Desk, which: UUID) -> None:
    """Take hold of one import, for whoever publishes it on the command line."""
    async with desk.database.writing() as session:
        lease = desk.clock.now() + LEASE
        await session.execute(update(Import).where(col(Import.id) == which).values(lease_until=lease))


async def publish_batch(desk: Desk, which: UUID) -> bool:
    """Publish the next lines of an import; says whether more may follow. All of a batch is there, or none of it.

    Whoever brought it in is asked anew who they are: without keys or duty it stops, and says so.
    """
    async with desk.database.reading() as session:
        row = await session.get(Import, which)
    if row is None or row.state != ImportState.PUBLISHING:
        return False
    nobody_yet = Asker(row.officer_id, row.agency_id, frozenset(), desk.clock.now())
    try:
        async with desk.work(nobody_yet, changes_access=True) as work:
            return await _publish(work, which)
    except Refusal as refusal:
        why = str(refusal) or "Whoever brought it in no longer holds the duty for it."
        async with desk.database.writing() as session:
            stopped = {"state": ImportState.STOPPED, "why": why, "lease_until": None}
            await session.execute(update(Import).where(col(Import.id) == which).values(**stopped))
        return False


async def _publish(work: Work, which: UUID) -> bool:
    row = await work.session.get_one(Import, which, populate_existing=True)
    kind = must_import(work.asker, row.kind)
    if row.state != ImportState.PUBLISHING:
        return False
    found = await work.session.execute(
        select(_ROW.c.number, _ROW.c.cells).where(*publishable(row)).order_by(_ROW.c.number).limit(A_BATCH)
    )
    lines = [(one[0], values_of(kind, row.mapping, one[1])) for one in found]
    if not lines:
        row.state, row.lease_until, row.ended_at = ImportState.DONE, None, work.asker.at
        return False
    made = await MAKERS[kind.name](work, [values for _, values in lines])
    numbers = [number for number, _ in lines]
    await work.session.execute(
        update(_ROW)
        .where(_ROW.c.import_id == which, _ROW.c.number.in_(numbers))
        .values(published=True, cells=[])  # what became a thing is kept there, under its own rule, and nowhere else
    )
    row.published += len(lines)
    row.lease_until = work.asker.at + LEASE
    work.audit(Act.IMPORTED, *made)
    return True
