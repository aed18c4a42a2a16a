"""Access that an officer took in an emergency, how it was reviewed, and which reports may not be opened that way."""

from datetime import datetime
from uuid import UUID

from sqlmodel import Field, SQLModel

from models.base import at_column, id_column, position_column, reference_column


class BreakGlass(SQLModel, table=True):
    """An officer broke the glass: the grant that this made, why, and until when its owner must have reviewed it."""

    __tablename__ = "break_glass"

    id: UUID = id_column()
    reference: str = reference_column()
    grant_id: UUID = Field(foreign_key="grant.id", unique=True)
    resource_id: UUID = Field(foreign_key="resource.id", index=True)
    officer_id: UUID = Field(foreign_key="officer.id", index=True)
    reason: str
    at: datetime = at_column()
    review_due: datetime = at_column()
    position: int | None = position_column()


class BreakGlassReview(SQLModel, table=True):
    """What the owner's lead or information manager found: whether the glass was broken with good reason."""

    __tablename__ = "break_glass_review"

    id: UUID = id_column()
    break_glass_id: UUID = Field(foreign_key="break_glass.id", unique=True)
    officer_id: UUID = Field(foreign_key="officer.id")
    justified: bool
    words: str
    at: datetime = at_column()
    position: int | None = position_column()


class EmergencyMark(SQLModel, table=True):
    """Whether a report may be opened in an emergency, from one moment on; the newest mark counts."""

    __tablename__ = "emergency_mark"

    id: UUID = id_column()
    report_id: UUID = Field(foreign_key="report.id", index=True)
    allowed: bool
    officer_id: UUID = Field(foreign_key="officer.id")
    why: str = Field(default="", max_length=200)
    at: datetime = at_column()
    position: int | None = position_column()
