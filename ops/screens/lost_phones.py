"""Whose sign-ins an officer may end when a phone is lost: colleagues, and those on an operation they command."""

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.agencies import Agency, Duty, Officer
from models.operations import DetachmentMember, Operation
from ops.access.asker import Asker
from ops.actions.lost_phones import STILL_COMMANDED
from ops.screens.lines import agency_tag
from ops.screens.values import AgencyTag


@dataclass(frozen=True, slots=True)
class Phone:
    """An officer whose sign-ins could be ended."""

    reference: str
    name: str
    agency: AgencyTag


async def phones_to_end(session: AsyncSession, asker: Asker) -> list[Phone]:
    """List these officers by agency and name; the act judges each anew."""
    commanded = (
        select(col(DetachmentMember.officer_id))
        .join(Operation, col(Operation.id) == col(DetachmentMember.operation_id))
        .where(
            or_(col(Operation.commander_id) == asker.officer, col(Operation.deputy_id) == asker.officer),
            col(Operation.ends) > asker.at - STILL_COMMANDED,
            col(DetachmentMember.starts) <= asker.at,
            or_(col(DetachmentMember.ends).is_(None), col(DetachmentMember.ends) > asker.at),
        )
    )
    ours = [col(Officer.agency_id) == asker.agency] if asker.duties & {Duty.LEAD, Duty.ADMINISTRATOR} else []
    rows = await session.execute(
        select(Officer, Agency)
        .join(Agency, col(Agency.id) == col(Officer.agency_id))
        .where(or_(col(Officer.id).in_(commanded), *ours), col(Officer.active), col(Officer.id) != asker.officer)
        .order_by(col(Agency.name), col(Officer.name))
    )
    return [Phone(officer.reference, officer.name, agency_tag(agency)) for officer, agency in rows]
