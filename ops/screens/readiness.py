"""Who is ready for an operation: accepted, briefed, able to sign in with a second factor, present.

Managers of the operation see every officer on it; everyone else their own agency's. Who has no second factor is told
within an agency only: outside it the number is.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select, union
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from models.agencies import Officer
from models.operations import Detachment, DetachmentMember, Operation
from models.planning import Briefing, BriefingAcknowledgement
from models.sign_ins import CodeApp, Passkey
from ops.access.asker import Asker
from ops.access.doors import find_row
from ops.screens.plan import DetachmentLine, Head, read_detachments
from ops.screens.values import AgencyTag


@dataclass(frozen=True, slots=True)
class ReadyOfficer:
    """An officer on the operation. `second_factor` is None where it is not told."""

    name: str
    acknowledged_at: datetime | None
    second_factor: bool | None
    present: bool


@dataclass(frozen=True, slots=True)
class ReadyAgency:
    """A detachment: its officers, and how many of them have each thing."""

    agency: AgencyTag
    officers: tuple[ReadyOfficer, ...]
    second_factors: int

    @property
    def acknowledged(self) -> int:
        """Count who acknowledged the newest briefing."""
        return sum(one.acknowledged_at is not None for one in self.officers)

    @property
    def present(self) -> int:
        """Count who has a page of the operation open."""
        return sum(one.present for one in self.officers)


@dataclass(frozen=True, slots=True)
class Readiness:
    """The page. `briefing`: the newest version's number, 0 before the first. `waiting`: invited, no answer yet."""

    briefing: int
    agencies: tuple[ReadyAgency, ...]
    waiting: tuple[DetachmentLine, ...]


async def read_readiness(session: AsyncSession, asker: Asker, head: Head, present: Collection[UUID]) -> Readiness:
    """Read the page. `present`: who has a page of the operation open."""
    operation, _ = await find_row(session, asker, head.reference, Operation)
    lines = await read_detachments(session, asker, head)
    newest = (
        await session.execute(
            select(col(Briefing.id), col(Briefing.number))
            .where(col(Briefing.operation_id) == operation.id, col(Briefing.published_at).is_not(None))
            .order_by(col(Briefing.number).desc())
            .limit(1)
        )
    ).one_or_none()
    said = await _acknowledged(session, newest[0]) if newest else {}
    factors = union(
        select(col(Passkey.officer_id)).where(col(Passkey.ended_at).is_(None)),
        select(col(CodeApp.officer_id)).where(col(CodeApp.ended_at).is_(None), col(CodeApp.confirmed_at).is_not(None)),
    )
    strong = set((await session.execute(factors)).scalars())
    rows = await session.execute(
        select(col(Officer.id), col(Officer.name), col(Officer.agency_id))
        .join(DetachmentMember, col(DetachmentMember.officer_id) == col(Officer.id))
        .join(Detachment, col(Detachment.id) == col(DetachmentMember.detachment_id))
        .where(
            col(DetachmentMember.operation_id) == operation.id,
            col(DetachmentMember.ends).is_(None),
            col(Detachment.left_at).is_(None),
            col(Officer.active),
        )
        .order_by(col(Officer.name))
    )
    people = [(row[0], row[1], row[2]) for row in rows]
    shown = [line for line in lines if line.state == "takes part" and (head.manages or line.agency.id == asker.agency)]
    return Readiness(
        briefing=newest[1] if newest else 0,
        agencies=tuple(
            ReadyAgency(
                line.agency,
                tuple(
                    ReadyOfficer(
                        name,
                        said.get(officer),
                        officer in strong if line.agency.id == asker.agency else None,
                        officer in present,
                    )
                    for officer, name, agency in people
                    if agency == line.agency.id
                ),
                sum(agency == line.agency.id and officer in strong for officer, _, agency in people),
            )
            for line in shown
        ),
        waiting=tuple(line for line in lines if line.state == "waiting"),
    )


async def _acknowledged(session: AsyncSession, briefing: UUID) -> dict[UUID, datetime]:
    rows = await session.execute(
        select(col(BriefingAcknowledgement.officer_id), col(BriefingAcknowledgement.at)).where(
            col(BriefingAcknowledgement.briefing_id) == briefing
        )
    )
    return {row[0]: row[1] for row in rows}
