"""What is about an individual on an operation: at which site, and who may be told of it."""

from collections.abc import Collection
from uuid import UUID

from models.agencies import Agency
from models.operations import Operation, Site
from ops.access.principals import agency_key, detachment_key
from ops.actions.decisions import managers_of
from ops.actions.fences import fences_of
from ops.actions.terms import ENFORCES
from ops.errors import Invalid
from ops.transaction import Work


async def site_of(work: Work, operation: UUID, reference: str) -> UUID | None:
    """Find a site of the operation that the asker sees; None for none. Raises Invalid for another operation's."""
    if not reference:
        return None
    site, _ = await work.find_row(reference, Site)
    if site.operation_id != operation:
        raise Invalid({"site": "Choose a site of this operation."})
    return site.id


async def may_know(
    work: Work, operation: Operation, agencies: Collection[Agency], owner: UUID, *, field: str, confirmed: bool
) -> None:
    """Refuse who is behind a ring-fence, without its name, and ask twice about who enforces; control is told anyway."""
    fenced = await fences_of(work.session, operation.case_id)
    if any(one.id in fenced for one in agencies):
        raise Invalid({field: "One of these agencies may not know of people met here."})
    if not confirmed and any(one.enforcement and one.id != owner for one in agencies):
        raise Invalid({"confirm": ENFORCES})


async def own_keys(work: Work, operation: UUID, owner: UUID) -> list[str]:
    """Give through which principals one's own officers on the operation see it."""
    if work.asker.agency == owner:
        return await managers_of(work, operation, owner)
    key = detachment_key(operation, work.asker.agency)
    return [key if key in work.asker.keys else agency_key(work.asker.agency)]


async def keys_of(work: Work, operation: UUID, owner: UUID, agencies: Collection[Agency]) -> list[tuple[str, UUID]]:
    """Give each agency's officers on the operation; of the owner, those who manage it."""
    keys = [(detachment_key(operation, one.id), one.id) for one in agencies if one.id != owner]
    if any(one.id == owner for one in agencies):
        keys.extend((key, owner) for key in await managers_of(work, operation, owner))
    return keys
