"""Many grants taken back in one transaction: one fact and one audit row for each thing that they were on."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from models.audit import Act
from models.grants import Grant, Resource
from ops.actions.grants import revoke
from ops.actions.reach import record_access
from ops.transaction import Fact, Work


async def revoke_each(work: Work, found: Iterable[tuple[Grant, Resource]], why: str) -> None:
    """Revoke these grants now, all for one reason."""
    things: dict[UUID, Resource] = {}
    grants = defaultdict[UUID, list[Grant]](list)
    for grant, thing in found:
        revoke(work, grant, why)
        things[thing.id] = thing
        grants[thing.id].append(grant)
    for name, thing in things.items():
        work.audit(Act.ACCESS_REMOVED, thing.reference, *(grant.reference for grant in grants[name]))
        await record_access(work, Fact.ACCESS_REVOKED, thing, *grants[name])
