"""Somebody to manage what nobody is left for: appointed by the owner's administrator, who sees none of it."""

from sqlalchemy import select
from sqlmodel import col

from live.audience import Level
from models.audit import Act
from models.grants import Grant, Resource
from ops.access.asker import Asker
from ops.access.holders import holders
from ops.actions.administration import administering_afresh
from ops.actions.grantees import UNKNOWN, grantee_of
from ops.actions.managed import unmanaged
from ops.actions.reach import record_access
from ops.errors import Conflict, Invalid, NotFound
from ops.transaction import Desk, Fact

APPOINTED = "Appointed by the agency’s administrator"


async def appoint_manager(desk: Desk, asker: Asker, reference: str, who: str) -> None:
    """Give an own officer or team the right to manage one of the agency's things that nobody manages.

    NotFound for anything that has a manager or is another agency's. Nobody appoints themselves or a team they are in.
    """
    async with administering_afresh(desk, asker) as work:
        rows = await work.session.execute(select(Resource).where(col(Resource.reference) == reference))
        resource = rows.scalar_one_or_none()
        left = await unmanaged(work.session, work.asker.agency, work.asker.at)
        if resource is None or resource.id not in left:
            raise NotFound
        grantee = await grantee_of(work.session, work.asker, who)
        if grantee.agency != work.asker.agency or not grantee.key.startswith(("officer:", "team:")):
            raise Invalid({"who": UNKNOWN})
        if grantee.key in work.asker.keys:
            raise Conflict("Nobody appoints themselves. Choose somebody else, or ask another administrator.")
        if not (await holders(work.session, [grantee.key], work.asker.at)).get(grantee.key):
            raise Invalid({"who": "Nobody is in that team now."})
        grant = Grant(
            resource_id=resource.id,
            principal=grantee.key,
            grantee_agency_id=work.asker.agency,
            level=int(Level.MANAGE),
            starts=work.asker.at,
            reason=APPOINTED,
            granted_by=work.asker.officer,
            granted_at=work.asker.at,
        )
        work.add(grant)
        work.audit(Act.MANAGER_APPOINTED, reference, grant.reference)
        await record_access(work, Fact.ACCESS_GIVEN, resource, grant)
