"""Officers of the agency whose operation it is: its managers send them themselves, without an invitation."""

from live.audience import Level
from models.audit import Act
from models.operations import Operation
from ops.access.asker import Asker
from ops.actions.assigning import assign, own_officers_named
from ops.actions.detachments import joined
from ops.actions.tasks import must_be_running
from ops.errors import Conflict
from ops.transaction import Desk


async def send_own_officers(desk: Desk, asker: Asker, reference: str, officers: list[str]) -> None:
    """Let officers join the detachment of the operation's own agency."""
    async with desk.work(asker, changes_access=True) as work:
        operation, found = await work.find_row(reference, Operation, Level.MANAGE)
        await must_be_running(work, operation.id)
        chosen = await own_officers_named(work, officers)
        detachment = await joined(work, operation.id, found.resource.owner_agency_id)
        if detachment is None or not await assign(work, detachment, reference, chosen):
            raise Conflict("All of them are in it already.")
        work.audit(Act.OFFICERS_ASSIGNED, reference)
