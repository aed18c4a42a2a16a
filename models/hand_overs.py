"""A case passes from one agency to another: offered, accepted or not; every hand-over is kept."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from models.base import at_column, id_column, instant_column, position_column, reference_column


class HandOver(SQLModel, table=True):
    """An offer to hand a case over, and what became of it; `position` says from where in the journal the new one owns.

    `keeps_reading`: the old owner's managers asked to go on reading under `agreement_id`, until `reads_until`.
    """

    __tablename__ = "hand_over"

    id: UUID = id_column()
    reference: str = reference_column()
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    from_agency_id: UUID = Field(foreign_key="agency.id")
    to_agency_id: UUID = Field(foreign_key="agency.id", index=True)
    offered_by: UUID = Field(foreign_key="officer.id")
    offered_at: datetime = at_column()
    lapses_at: datetime = at_column()
    reason: str = ""
    keeps_reading: bool = False
    purpose: str = ""
    lawful_basis: str = ""
    necessity: str = ""
    agreement_id: UUID | None = Field(default=None, foreign_key="agreement.id")
    reads_until: datetime | None = instant_column()
    decision: str = Field(default="", max_length=20)
    decided_by: UUID | None = Field(default=None, foreign_key="officer.id")
    decided_at: datetime | None = instant_column()
    statement: str = ""
    position: int | None = position_column()
