"""Access taken back in one act from somebody, in a case, on an operation, or on everything that the asker manages."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.agencies import Agency, Officer, Team
from models.grants import Grant, Resource
from ops.access.asker import Asker
from ops.access.doors import find
from ops.access.principals import officer_key, team_key
from ops.access.rules import visible_to
from ops.actions.grants import LONGEST_REASON, must_stay_managed
from ops.actions.revoked import revoke_each
from ops.errors import Conflict, Invalid, NotFound
from ops.transaction import Desk

OUTSIDE = "outside"
BOXES = ("case", "operation")
UNKNOWN = "Choose from whom."


@dataclass(frozen=True, slots=True)
class Scope:
    """Where and from whom access is taken back.

    `within`: 'case:REF' or 'operation:REF', empty for everything that the asker manages. `who`: 'agency:REF' for all
    of another agency, 'team:REF', 'officer:REF' for what one was given in person, 'outside' for every other agency.
    """

    within: str
    who: str


async def revoke_all(desk: Desk, asker: Asker, scope: Scope, why: str) -> int:
    """Take back every grant in a scope, in one transaction; gives how many.

    Only what the asker manages is touched: another agency keeps its own reports in a case. NotFound unless the asker
    manages the case or operation, Conflict when nothing is left to take or somebody must stay to manage a thing.
    """
    if len(why) > LONGEST_REASON:
        raise Invalid({"why": f"Write at most {LONGEST_REASON} characters."})
    async with desk.work(asker, changes_access=True) as work:
        found = await grants_in(work.session, work.asker, scope)
        if not found:
            raise Conflict("There is nothing left to remove.")
        things = {thing.id: thing for _, thing in found}
        for thing in things.values():
            await work.find(thing.reference, thing.kind, Level.MANAGE)
        await revoke_each(work, found, why.strip())
        own = {thing.id for grant, thing in found if grant.grantee_agency_id == thing.owner_agency_id}
        for name in own:
            await must_stay_managed(work, things[name])
        return len(found)


async def grants_in(session: AsyncSession, asker: Asker, scope: Scope) -> list[tuple[Grant, Resource]]:
    """Give the grants of a scope that stand now or later, on things that the asker manages."""
    rows = await session.execute(
        select(Grant, Resource)
        .join(Resource, col(Resource.id) == col(Grant.resource_id))
        .where(
            await managed_within(session, asker, scope.within),
            await _to(session, asker, scope.who),
            col(Grant.revoked_at).is_(None),
            or_(col(Grant.ends).is_(None), col(Grant.ends) > asker.at),
        )
        .order_by(col(Grant.id))
    )
    return [(grant, thing) for grant, thing in rows]


async def managed_within(session: AsyncSession, asker: Asker, within: str) -> ColumnElement[bool]:
    """Judge rows of Resource: what the asker manages in a case or operation, or anywhere. NotFound for a wrong box."""
    managed = visible_to(asker, Level.MANAGE)
    if not within:
        return managed
    kind, _, reference = within.partition(":")
    if kind not in BOXES:
        raise NotFound
    box = (await find(session, asker, reference, kind, Level.MANAGE)).resource.id
    return managed & or_(col(Resource.id) == box, col(Resource.gate_id) == box)


async def _to(session: AsyncSession, asker: Asker, who: str) -> ColumnElement[bool]:
    """Judge rows of Grant: whether they go to whom a form names."""
    kind, _, reference = who.partition(":")
    if who == OUTSIDE:
        return col(Grant.grantee_agency_id) != col(Resource.owner_agency_id)
    if kind == "agency":
        agency = await _id_of(session, Agency, reference)
        if agency == asker.agency:
            raise Invalid({"who": "Choose another agency, or a team or officer of yours."})
        return col(Grant.grantee_agency_id) == agency
    if kind == "team":
        return col(Grant.principal) == team_key(await _id_of(session, Team, reference))
    if kind == "officer":
        return col(Grant.principal) == officer_key(await _id_of(session, Officer, reference))
    raise Invalid({"who": UNKNOWN})


async def _id_of(session: AsyncSession, table: type[Agency | Team | Officer], reference: str) -> UUID:
    found = await session.execute(select(col(table.id)).where(col(table.reference) == reference))
    row = found.scalar_one_or_none()
    if row is None:
        raise Invalid({"who": UNKNOWN})
    return row
