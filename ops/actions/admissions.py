"""A case's managers answer a proposal: the agency comes to know of the case, which wakes what was shared, or not."""

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.agencies import Agency
from models.audit import Act
from models.grants import Resource
from models.proposals import Proposal
from ops.access.asker import Asker
from ops.access.doors import find, find_by_id
from ops.actions.grants import Given, granted
from ops.actions.terms import Terms
from ops.errors import Conflict, NotAllowed, NotFound
from ops.transaction import Desk, Work

ACCEPTED, DECLINED = "accepted", "declined"


async def accept_proposal(desk: Desk, asker: Asker, reference: str, terms: Terms) -> str:
    """Let the proposed agency discover the case, on these terms; gives the case's reference.

    NotFound for who does not manage the case, Conflict once it is answered, Invalid as for any other grant.
    """
    async with desk.work(asker, changes_access=True) as work:
        proposal, case = await _waiting(work, reference)
        found = await work.find(case.reference, "case", Level.MANAGE)
        agency = await work.session.get_one(Agency, proposal.proposed_id)
        await granted(work, found, Given(f"agency:{agency.reference}", replace(terms, level="discover")))
        _answer(work, proposal, ACCEPTED)
        work.audit(Act.PROPOSAL_ACCEPTED, case.reference, reference)
        return case.reference


async def decline_proposal(desk: Desk, asker: Asker, reference: str) -> None:
    """Leave the agency out. The one who proposed it is told nothing: what was shared goes on sleeping."""
    async with desk.work(asker, changes_access=True) as work:
        proposal, case = await _waiting(work, reference)
        await work.find(case.reference, "case", Level.MANAGE)
        _answer(work, proposal, DECLINED)
        work.audit(Act.PROPOSAL_DECLINED, case.reference, reference)


async def proposal_to(session: AsyncSession, asker: Asker, reference: str) -> tuple[Proposal, Resource]:
    """Find a proposal to a case that the asker manages, and that case. To everyone else it is not there."""
    rows = await session.execute(select(Proposal).where(col(Proposal.reference) == reference))
    proposal = rows.scalar_one_or_none()
    try:
        if proposal is None:  # the same way as for a forbidden one, so that neither answers sooner
            await find(session, asker, reference, "case", Level.MANAGE)
            raise NotFound
        found = await find_by_id(session, asker, proposal.case_id, Level.MANAGE)
    except NotAllowed:
        raise NotFound from None
    return proposal, found.resource


async def _waiting(work: Work, reference: str) -> tuple[Proposal, Resource]:
    proposal, case = await proposal_to(work.session, work.asker, reference)
    if proposal.decided_at is not None:
        raise Conflict("This was answered already.")
    return proposal, case


def _answer(work: Work, proposal: Proposal, decision: str) -> None:
    proposal.decided_at, proposal.decided_by, proposal.decision = work.asker.at, work.asker.officer, decision
