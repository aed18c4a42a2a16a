"""Access given and taken back. A grant is never edited: to change one is to revoke it and give anew."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.audit import Act
from models.grants import Grant, Resource
from ops.access.asker import Asker
from ops.access.doors import Found, find, find_by_id
from ops.access.holders import holders
from ops.access.rules import live
from ops.actions.grantees import Grantee, grantee_of
from ops.actions.grounds import ground_of
from ops.actions.proposals import proposal_by
from ops.actions.reach import record_access
from ops.actions.terms import Terms, judged
from ops.actions.widenings import record_widening, widening_by
from ops.errors import Conflict, Invalid, NotAllowed, NotFound, Refusal
from ops.transaction import Desk, Fact, Work

GIVEN_ON = frozenset({"case", "report", "operation", "site", "task", "profile", "encounter"})
LONGEST_REASON = 400
REPLACED = "replaced by a new grant"


@dataclass(frozen=True, slots=True)
class Given:
    """What the sharing form sends: to whom, and on what terms."""

    who: str
    terms: Terms


async def give_access(desk: Desk, asker: Asker, kind: str, reference: str, given: Given) -> str:
    """Give access to one principal; a live grant to the same one is replaced. Gives the new grant's reference.

    Only managers may. Raises Invalid with a message per field, Conflict when nobody would be left to manage it.
    """
    if kind not in GIVEN_ON:
        raise NotFound
    async with desk.work(asker, changes_access=True) as work:
        found = await work.find(reference, kind, Level.MANAGE)
        grant = await granted(work, found, given)
        return grant.reference


async def granted(work: Work, found: Found, given: Given, *, answering: UUID | None = None) -> Grant:
    """Give access within an act that already found the thing to manage. `answering`: the request that it answers."""
    return await granted_to(
        work, found, await grantee_of(work.session, work.asker, given.who), given.terms, answering=answering
    )


async def granted_to(
    work: Work, found: Found, grantee: Grantee, terms: Terms, *, answering: UUID | None = None
) -> Grant:
    """Give access to somebody whom the act knows by another way than a form's words."""
    ground = await ground_of(work.session, work.asker, found)
    grant = await judged(work.session, work.asker, ground, grantee, terms)
    grant.request_id = answering
    widening = await widening_by(work.session, found.resource, grant)
    replaced = await _replace(work, grant)
    work.add(grant)
    await must_stay_managed(work, found.resource)
    notes = [note for note in (widening, await proposal_by(work.session, found.resource, grant)) if note is not None]
    work.add(*notes)
    work.audit(Act.ACCESS_GIVEN, found.resource.reference, grant.reference)
    if replaced:
        await record_access(work, Fact.ACCESS_REVOKED, found.resource, *replaced)
    await record_access(work, Fact.ACCESS_GIVEN, found.resource, grant, *notes)
    if widening is not None:
        await record_widening(work, found.resource)
    return grant


async def revoke_access(desk: Desk, asker: Asker, reference: str, why: str) -> None:
    """Take a grant back. NotFound unless the asker manages what it is on; Conflict for the last manager's."""
    if len(why) > LONGEST_REASON:
        raise Invalid({"why": f"Write at most {LONGEST_REASON} characters."})
    async with desk.work(asker, changes_access=True) as work:
        grant, resource = await managed_grant(work.session, work.asker, reference)
        await work.find(resource.reference, resource.kind, Level.MANAGE)
        if grant.revoked_at is not None:
            raise Conflict("This access was removed already.")
        if grant.ends is not None and grant.ends <= work.asker.at:
            raise Conflict("This access has ended already.")
        revoke(work, grant, why.strip())
        await must_stay_managed(work, resource)
        work.audit(Act.ACCESS_REMOVED, resource.reference, grant.reference)
        await record_access(work, Fact.ACCESS_REVOKED, resource, grant)


async def managed_grant(session: AsyncSession, asker: Asker, reference: str) -> tuple[Grant, Resource]:
    """Find a grant of a thing that the asker manages. To everyone else a grant is not there at all."""
    rows = await session.execute(
        select(Grant, Resource)
        .join(Resource, col(Resource.id) == col(Grant.resource_id))
        .where(col(Grant.reference) == reference)
    )
    row = rows.one_or_none()
    try:
        if row is None:  # the same way as for a forbidden one, so that neither answers sooner
            await find(session, asker, reference, "case", Level.MANAGE)
            raise NotFound
        await find_by_id(session, asker, row[1].id, Level.MANAGE)
    except NotAllowed:
        raise NotFound from None
    return row[0], row[1]


def revoke(work: Work, grant: Grant, why: str) -> None:
    """Stamp a grant as taken back, inside an act that has passed its own door; the act records it."""
    grant.revoked_by, grant.revoked_at, grant.revoked_why = work.asker.officer, work.asker.at, why


async def _replace(work: Work, grant: Grant) -> list[Grant]:
    rows = await work.session.execute(
        select(Grant).where(
            col(Grant.resource_id) == grant.resource_id,
            col(Grant.principal) == grant.principal,
            live(work.asker.at),
        )
    )
    replaced = list(rows.scalars())
    for old in replaced:
        revoke(work, old, REPLACED)
    return replaced


async def must_stay_managed(work: Work, resource: Resource) -> None:
    """Refuse what would leave nobody to manage a thing, now or later, and what ends the asker's own right to."""
    await work.session.flush()
    rows = await work.session.execute(
        select(col(Grant.principal)).where(
            col(Grant.resource_id) == resource.id,
            col(Grant.level) >= int(Level.MANAGE),
            col(Grant.grantee_agency_id) == resource.owner_agency_id,
            col(Grant.ends).is_(None),
            live(work.asker.at),
        )
    )
    managers = await holders(work.session, list(rows.scalars()), work.asker.at)
    if not any(managers.values()):
        raise Conflict("Somebody must be able to manage this. Give that to another officer or team first.")
    try:
        await find_by_id(work.session, work.asker, resource.id, Level.MANAGE)
    except Refusal:
        raise Conflict("This would end your own right to manage it. Ask another of its managers to do it.") from None
