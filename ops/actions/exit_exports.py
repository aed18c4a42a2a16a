"""An agency takes away all that it owns: begun by its information manager, who just confirmed who they are."""

from models.agencies import Duty
from models.audit import Act
from ops.access.asker import Asker
from ops.access.duties import must_hold
from ops.actions.freshness import must_be_fresh
from ops.transaction import Desk


async def begin_exit_export(desk: Desk, asker: Asker) -> None:
    """Let it begin, and write that down. NotFound for who does not hold the duty; a duty else shows no content.

    Here it does, as with sealed words: of the agency's own things only, confirmed anew, each of them in the audit.
    """
    async with desk.work(asker) as work:
        must_hold(work.asker, Duty.INFORMATION_MANAGER)
        await must_be_fresh(work)
        work.audit(Act.EXIT_EXPORT)
