"""Thematic files owned by one agency, and the links between them."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field, SQLModel

from models.base import at_column, id_column, instant_column, position_column, reference_column


class Theme(StrEnum):
    """What a case is about; the one thing besides its owner that a stub shows."""

    MODERN_SLAVERY = "Modern slavery"
    ADULT_SAFEGUARDING = "Adult safeguarding"
    HOUSING = "Housing"
    TAX = "Tax and wages"
    LICENSING = "Licensing"
    ANTISOCIAL_BEHAVIOUR = "Antisocial behaviour"


class Case(SQLModel, table=True):
    """A thematic file. Its dates come from its own fields only, so no hidden report shows in them."""

    __tablename__ = "case_file"

    id: UUID = Field(primary_key=True, foreign_key="resource.id")
    title: str = Field(max_length=160)
    theme: str = Field(max_length=40)
    status: str = Field(default="open", max_length=20)
    marking: str = Field(default="OFFICIAL-SENSITIVE", max_length=40)
    handling: str = Field(default="", max_length=200)
    summary: str = ""
    team_id: UUID | None = Field(default=None, foreign_key="team.id")
    lead_id: UUID | None = Field(default=None, foreign_key="officer.id")
    opened_at: datetime = at_column()
    closed_at: datetime | None = instant_column()


class CaseLink(SQLModel, table=True):
    """Two cases belong together; gives no access to either."""

    __tablename__ = "case_link"

    id: UUID = id_column()
    reference: str = reference_column()
    from_id: UUID = Field(foreign_key="case_file.id", index=True)
    to_id: UUID = Field(foreign_key="case_file.id", index=True)
    agency_id: UUID = Field(foreign_key="agency.id")
    officer_id: UUID | None = Field(default=None, foreign_key="officer.id")
    reason: str = Field(default="", max_length=200)
    at: datetime = at_column()
    position: int | None = position_column()
    removed_at: datetime | None = instant_column()
    removed_position: int | None = position_column()
