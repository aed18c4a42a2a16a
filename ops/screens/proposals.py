"""Which agency proposes to let which other into a case: for the case's managers, and nothing of what for."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.cases import Case
from models.grants import Grant, Resource
from models.proposals import Proposal
from ops.access.asker import Asker
from ops.access.rules import live, visible_to
from ops.actions.admissions import proposal_to
from ops.screens.grantee_choices import UsualTerms, usual_terms
from ops.screens.lines import agency_tags
from ops.screens.values import AgencyTag
from ops.screens.waiting import ToDecide


@dataclass(frozen=True, slots=True)
class ProposalPage:
    """A proposal to a case that the asker manages. `decision` is empty while it waits."""

    reference: str
    case: str
    title: str
    agency: AgencyTag
    proposed: AgencyTag
    at: datetime
    decision: str
    usual: UsualTerms


async def read_proposal(session: AsyncSession, asker: Asker, reference: str) -> ProposalPage:
    """Read a proposal; NotFound for who does not manage the case."""
    proposal, case = await proposal_to(session, asker, reference)
    agencies = await agency_tags(session)
    return ProposalPage(
        reference=reference,
        case=case.reference,
        title=(await session.get_one(Case, case.id)).title,
        agency=agencies[proposal.agency_id],
        proposed=agencies[proposal.proposed_id],
        at=proposal.at,
        decision=proposal.decision,
        usual=await usual_terms(session, asker),
    )


async def proposals_to_decide(session: AsyncSession, asker: Asker) -> list[ToDecide]:
    """List those that wait: what was shared still counts, and the agency is not in the case by another way."""
    counting = select(col(Grant.id)).where(live(asker.at))
    rows = await session.execute(
        select(Proposal, Case, Resource)
        .join(Case, col(Case.id) == col(Proposal.case_id))
        .join(Resource, col(Resource.id) == col(Case.id))
        .where(
            col(Proposal.decided_at).is_(None),
            col(Proposal.grant_id).in_(counting),
            visible_to(asker, Level.MANAGE),
        )
        .order_by(col(Proposal.at), col(Proposal.id))
    )
    waiting = [(proposal, case, resource) for proposal, case, resource in rows]
    inside = await _inside(session, asker, {case.id for _, case, _ in waiting})
    agencies = await agency_tags(session)
    return [
        ToDecide(
            agency=agencies[proposal.agency_id],
            said=f"proposes to let {agencies[proposal.proposed_id].name} into “{case.title}”.",
            where=f"/proposals/{proposal.reference}",
            act="Decide",
            since=proposal.at,
            shown=(resource.reference,),
        )
        for proposal, case, resource in waiting
        if (case.id, proposal.proposed_id) not in inside
    ]


async def _inside(session: AsyncSession, asker: Asker, cases: Collection[UUID]) -> set[tuple[UUID, UUID]]:
    """Give which agencies are in which of these cases."""
    rows = await session.execute(
        select(col(Grant.resource_id), col(Grant.grantee_agency_id)).where(
            col(Grant.resource_id).in_(cases), live(asker.at)
        )
    )
    return {(case, agency) for case, agency in rows}
