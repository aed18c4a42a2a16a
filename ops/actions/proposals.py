"""A report shared with who is not in its case sleeps; its case's managers are asked whether they let that agency in."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.grants import Grant, Resource
from models.proposals import Proposal
from ops.access.holders import holders
from ops.access.rules import live


async def proposal_by(session: AsyncSession, resource: Resource, grant: Grant) -> Proposal | None:
    """Make the proposal that comes of a grant, already filed, on a report; None for one that does not sleep.

    It names the two agencies and the case, and nothing of the report. One is enough while it waits for its answer.
    """
    if resource.kind != "report" or resource.gate_id is None or grant.granted_by is None:
        return None
    outside = grant.grantee_agency_id != resource.owner_agency_id
    if not outside or grant.level < Level.READ or not await _sleeps(session, resource.gate_id, grant):
        return None
    waiting = await session.execute(
        select(col(Proposal.id))
        .join(Grant, col(Grant.id) == col(Proposal.grant_id))
        .where(
            col(Proposal.case_id) == resource.gate_id,
            col(Proposal.agency_id) == resource.owner_agency_id,
            col(Proposal.proposed_id) == grant.grantee_agency_id,
            col(Proposal.decided_at).is_(None),
            live(grant.granted_at),
        )
    )
    if waiting.first() is not None:
        return None
    return Proposal(
        case_id=resource.gate_id,
        grant_id=grant.id,
        agency_id=resource.owner_agency_id,
        proposed_id=grant.grantee_agency_id,
        officer_id=grant.granted_by,
        at=grant.granted_at,
    )


async def _sleeps(session: AsyncSession, case: UUID, grant: Grant) -> bool:
    """Say whether none of a grant's people is admitted to the case."""
    rows = await session.execute(
        select(col(Grant.principal))
        .where(col(Grant.resource_id) == case, live(grant.granted_at), col(Grant.emergency).is_(False))
        .distinct()
    )
    held = await holders(session, [grant.principal, *(admitted := list(rows.scalars()))], grant.granted_at)
    inside = frozenset[UUID]().union(*(held.get(principal, frozenset()) for principal in admitted))
    people = held.get(grant.principal, frozenset())
    return bool(people) and people.isdisjoint(inside)
