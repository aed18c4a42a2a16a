"""An invitation to an operation, as the lead of the invited agency reads it: what it says, and nothing else."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from live.audience import Level
from models.agencies import Agency, Duty, Officer
from models.grants import Resource
from models.planning import DetachmentInvitation, InvitationState
from ops.access.asker import Asker
from ops.errors import NotFound
from ops.screens.lines import agency_tags
from ops.screens.plan import Colleague, colleagues
from ops.screens.values import AgencyTag
from ops.screens.waiting import ToDecide


@dataclass(frozen=True, slots=True)
class Invited:
    """The page. `single_tasks`: they will see the tasks asked of them, and not the operation."""

    reference: str
    inviter: AgencyTag
    desk: str
    title: str
    words: str
    call_sign: str
    starts: datetime
    ends: datetime
    state: str
    answer: str
    single_tasks: bool
    officers: tuple[Colleague, ...]


async def read_invitation(session: AsyncSession, asker: Asker, reference: str) -> Invited:
    """Read an invitation to the asker's agency. NotFound for who leads another, or none."""
    rows = await session.execute(
        select(DetachmentInvitation, Agency)
        .join(Resource, col(Resource.id) == col(DetachmentInvitation.operation_id))
        .join(Agency, col(Agency.id) == col(Resource.owner_agency_id))
        .where(col(DetachmentInvitation.reference) == reference, col(DetachmentInvitation.agency_id) == asker.agency)
    )
    found = rows.one_or_none()
    if found is None or Duty.LEAD not in asker.duties:
        raise NotFound
    row, owner = found
    return Invited(
        reference=reference,
        inviter=(await agency_tags(session))[owner.id],
        desk=owner.desk,
        title=row.title,
        words=row.words,
        call_sign=row.call_sign,
        starts=row.starts,
        ends=row.ends,
        state=row.state,
        answer=row.answer,
        single_tasks=row.level == Level.DISCOVER,
        officers=await colleagues(session, asker, row.operation_id),
    )


async def invitations_to_decide(session: AsyncSession, asker: Asker) -> list[ToDecide]:
    """List the invitations that wait for an answer of the asker's agency, for its leads."""
    if Duty.LEAD not in asker.duties:
        return []
    rows = await session.execute(
        select(DetachmentInvitation, col(Officer.agency_id))
        .join(Officer, col(Officer.id) == col(DetachmentInvitation.invited_by))
        .where(
            col(DetachmentInvitation.agency_id) == asker.agency,
            col(DetachmentInvitation.state) == InvitationState.WAITING,
        )
    )
    agencies = await agency_tags(session)
    return [
        ToDecide(
            agency=agencies[inviter],
            said=f"{agencies[inviter].name} invites your agency to {row.title}",
            where=f"/detachments/{row.reference}",
            act="Answer",
            since=row.at,
            quoted=row.words,
            due=row.starts,
        )
        for row, inviter in rows
    ]
