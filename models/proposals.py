"""One agency proposes to a case's managers that another be let into the case; it says nothing about what for."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from models.base import at_column, id_column, instant_column, position_column, reference_column


class Proposal(SQLModel, table=True):
    """A report was shared with an agency that is not in its case. `grant_id`: the grant that sleeps until it is."""

    id: UUID = id_column()
    reference: str = reference_column()
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    grant_id: UUID = Field(foreign_key="grant.id", index=True)
    agency_id: UUID = Field(foreign_key="agency.id")
    proposed_id: UUID = Field(foreign_key="agency.id")
    officer_id: UUID = Field(foreign_key="officer.id")
    at: datetime = at_column()
    position: int | None = position_column()
    decided_at: datetime | None = instant_column()
    decided_by: UUID | None = Field(default=None, foreign_key="officer.id")
    decision: str = Field(default="", max_length=20)
