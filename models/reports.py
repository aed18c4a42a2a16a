"""What one agency writes inside a case, with its own audience; every version is kept."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from models.base import at_column, id_column, position_column


class ReportKind(StrEnum):
    """What a report is for. Intelligence, support and health reports are never discoverable."""

    VISIT = "visit"
    INTERVIEW = "interview"
    ASSESSMENT = "assessment"
    STATUS_CHECK = "status check"
    INTELLIGENCE = "intelligence"
    SUPPORT = "support"
    HEALTH = "health"
    AFTER_ACTION = "after-action"
    OTHER = "other"


class Report(SQLModel, table=True):
    """One agency's report in a case. `fenced`: it names a possible victim, so ring-fences cover it."""

    id: UUID = Field(primary_key=True, foreign_key="resource.id")
    case_id: UUID = Field(foreign_key="case_file.id", index=True)
    kind: str = Field(max_length=20)
    fenced: bool = True
    unfenced_why: str = Field(default="", max_length=200)
    author_id: UUID = Field(foreign_key="officer.id")
    team_id: UUID | None = Field(default=None, foreign_key="team.id")
    written_at: datetime = at_column()
    position: int | None = position_column()


class ReportVersion(SQLModel, table=True):
    """The text of a report at one time; never changed, only followed by the next."""

    __tablename__ = "report_version"
    __table_args__ = (UniqueConstraint("report_id", "number"),)

    id: UUID = id_column()
    report_id: UUID = Field(foreign_key="report.id", index=True)
    number: int
    title: str = Field(max_length=160)
    text: str
    officer_id: UUID = Field(foreign_key="officer.id")
    at: datetime = at_column()
    position: int | None = position_column()
