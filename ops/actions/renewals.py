"""Access that would end soon, given once more on the same terms."""

from live.audience import Level
from models.agencies import Agency, Standing
from models.agreements import Agreement
from models.audit import Act
from ops.access.asker import Asker
from ops.actions.grantees import Grantee
from ops.actions.grants import REPLACED, managed_grant, revoke
from ops.actions.grounds import ground_of
from ops.actions.reach import record_access
from ops.actions.terms import LEVELS, Terms, judged, latest_end
from ops.errors import Conflict, Invalid
from ops.transaction import Desk, Fact


async def renew_access(desk: Desk, asker: Asker, reference: str) -> str:
    """Give a grant that ends by itself again, for as long as before or as its agreement allows. Gives the new one.

    NotFound unless the asker manages the thing. Conflict when there is nothing to renew, or what it rested on holds no
    longer: everything that a new grant may not cross is judged again.
    """
    async with desk.work(asker, changes_access=True) as work:
        grant, thing = await managed_grant(work.session, work.asker, reference)
        found = await work.find(thing.reference, thing.kind, Level.MANAGE)
        at = work.asker.at
        if grant.revoked_at is not None or (grant.ends is not None and grant.ends <= at):
            raise Conflict("This access has ended. Give it anew, if they still need it.")
        if grant.ends is None:
            raise Conflict("This access does not end by itself.")
        agreement = await work.session.get(Agreement, grant.agreement_id) if grant.agreement_id else None
        if agreement is None and grant.grantee_agency_id != thing.owner_agency_id:
            raise Conflict("This access rests on no agreement. Give it anew, if they still need it.")
        agency = await work.session.get_one(Agency, grant.grantee_agency_id)
        if agency.standing != Standing.ACTIVE:
            raise Conflict("That agency takes part no longer.")
        until = at + (grant.ends - grant.starts)
        if agreement is not None:
            until = min(until, latest_end(agreement, at))
        if until <= grant.ends:
            raise Conflict("Its agreement allows no later end than it has.")
        terms = Terms(
            level=next(name for name, level in LEVELS.items() if level == grant.level),
            necessity=grant.necessity or grant.reason,
            purpose=grant.purpose,
            basis=grant.lawful_basis,
            agreement=agreement.reference if agreement else "",
            until=until,
            confirmed=True,
        )
        ground = await ground_of(work.session, work.asker, found)
        try:
            new = await judged(
                work.session, work.asker, ground, Grantee(grant.principal, agency.id, agency.enforcement), terms
            )
        except Invalid as refusal:
            raise Conflict(" ".join(refusal.messages.values())) from None
        revoke(work, grant, REPLACED)
        work.add(new)
        await work.session.flush()
        work.audit(Act.ACCESS_RENEWED, thing.reference, grant.reference, new.reference)
        await record_access(work, Fact.ACCESS_REVOKED, thing, grant)
        await record_access(work, Fact.ACCESS_GIVEN, thing, new)
        return new.reference
