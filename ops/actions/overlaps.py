"""Visit windows that overlap: whoever manages the site says that they do not clash."""

from sqlalchemy import select
from sqlmodel import col

from live.audience import Level
from models.audit import Act
from models.operations import Site, VisitWindow
from ops.access.asker import Asker
from ops.actions.tasks import topics_of
from ops.errors import Conflict
from ops.transaction import Desk, Fact, Work


async def settle_overlap(desk: Desk, asker: Asker, site: str) -> None:
    """Say that visits planned at a site do not clash; only its managers may. Conflict where none does any more."""
    async with desk.work(asker, changes_access=True) as work:  # the lock first, so that two taps are one
        row, _ = await work.find_row(site, Site, Level.MANAGE)
        windows = await _open(work, row)
        if not windows:
            raise Conflict("No visits overlap here any more.")
        for window in windows:
            window.settled_at = work.asker.at
        work.audit(Act.OVERLAP_SETTLED, site)
        topics = await topics_of(work, row.operation_id)
        work.record(Fact.OVERLAP_SETTLED, row.id, topics, *windows, stamp="settled_position")


async def _open(work: Work, site: Site) -> list[VisitWindow]:
    rows = await work.session.execute(
        select(VisitWindow).where(
            col(VisitWindow.site_id) == site.id,
            col(VisitWindow.settled_at).is_(None),
            col(VisitWindow.withdrawn_at).is_(None),
            col(VisitWindow.ends) > work.asker.at,
        )
    )
    found = list(rows.scalars())
    return found if len({window.agency_id for window in found}) > 1 else []
