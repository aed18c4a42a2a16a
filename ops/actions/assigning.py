"""Officers of an agency in its detachment: who is there, and who comes to it."""

from collections.abc import Collection, Iterable
from uuid import UUID

from sqlalchemy import select
from sqlmodel import col

from live.event import Touch
from models.agencies import Officer
from models.operations import Detachment, DetachmentMember
from ops.errors import Invalid
from ops.topics import operation_topic
from ops.transaction import Fact, Work


async def assign(work: Work, detachment: Detachment, operation: str, officers: Iterable[UUID | None]) -> int:
    """Let officers join a detachment, those left out who are in it; gives how many joined."""
    wanted = {one for one in officers if one is not None}
    new = sorted(wanted.difference(await members(work, detachment)))
    for officer in new:
        member = DetachmentMember(
            detachment_id=detachment.id,
            operation_id=detachment.operation_id,
            agency_id=detachment.agency_id,
            officer_id=officer,
            starts=work.asker.at,
        )
        work.add(member)
        topics = (operation_topic(operation),)
        work.record(Fact.OFFICER_CHANGED, officer, topics, member, touches=Touch.OFFICER)
    return len(new)


async def members(work: Work, detachment: Detachment) -> set[UUID]:
    """Give who is in a detachment now."""
    rows = await work.session.execute(
        select(col(DetachmentMember.officer_id)).where(
            col(DetachmentMember.detachment_id) == detachment.id, col(DetachmentMember.ends).is_(None)
        )
    )
    return set(rows.scalars())


async def own_officers_named(work: Work, references: Collection[str]) -> list[UUID]:
    """Find active officers of the asker's own agency. Raises Invalid for anybody else, and for nobody."""
    rows = await work.session.execute(
        select(col(Officer.id)).where(
            col(Officer.reference).in_(references), col(Officer.agency_id) == work.asker.agency, col(Officer.active)
        )
    )
    found = list(rows.scalars())
    if not found or len(found) != len(set(references)):
        raise Invalid({"officers": "Choose officers of your own agency."})
    return found
