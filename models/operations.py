"""Planned multi-agency actions: operations, who takes part, the places visited, the decisions taken."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlmodel import Field, SQLModel

from models.base import at_column, id_column, instant_column, position_column, reference_column


class Stage(StrEnum):
    """How far an operation has come."""

    PLANNED = "planned"
    RUNNING = "running"
    STOOD_DOWN = "stood down"


class Operation(SQLModel, table=True):
    """A planned multi-agency action with a commander, sites, tasks, a briefing, a start and an end."""

    id: UUID = Field(primary_key=True, foreign_key="resource.id")
    title: str = Field(max_length=120)
    purpose: str = Field(default="", max_length=160)
    marking: str = Field(default="OFFICIAL-SENSITIVE", max_length=40)
    commander_id: UUID = Field(foreign_key="officer.id")
    deputy_id: UUID | None = Field(default=None, foreign_key="officer.id")
    loggist_id: UUID | None = Field(default=None, foreign_key="officer.id")
    case_id: UUID | None = Field(default=None, foreign_key="case_file.id")
    briefing: str = ""
    starts: datetime = at_column()
    ends: datetime = at_column()
    position: int | None = position_column()


class OperationStage(SQLModel, table=True):
    """An operation came to a stage; the newest row is the current one."""

    __tablename__ = "operation_stage"

    id: UUID = id_column()
    operation_id: UUID = Field(foreign_key="operation.id", index=True)
    stage: str = Field(max_length=20)
    officer_id: UUID | None = Field(default=None, foreign_key="officer.id")
    at: datetime = at_column()
    why: str = ""
    position: int | None = position_column()


class CommandTaken(SQLModel, table=True):
    """Command of an operation went from one officer to another; the one who had it acknowledges."""

    __tablename__ = "command_taken"

    id: UUID = id_column()
    reference: str = reference_column()
    operation_id: UUID = Field(foreign_key="operation.id", index=True)
    from_id: UUID = Field(foreign_key="officer.id")
    to_id: UUID = Field(foreign_key="officer.id")
    deputy_id: UUID | None = Field(default=None, foreign_key="officer.id")
    at: datetime = at_column()
    reason: str
    acknowledged_at: datetime | None = instant_column()
    position: int | None = position_column()
    acknowledged_position: int | None = position_column()


class Detachment(SQLModel, table=True):
    """One agency's officers on one operation; `place` fixes the order of agencies on every rail."""

    id: UUID = id_column()
    operation_id: UUID = Field(foreign_key="operation.id", index=True)
    agency_id: UUID = Field(foreign_key="agency.id")
    place: int
    call_sign: str = Field(default="", max_length=40)
    joined_at: datetime = at_column()
    left_at: datetime | None = instant_column()
    position: int | None = position_column()


class DetachmentMember(SQLModel, table=True):
    """An officer assigned to their agency's detachment, from and until."""

    __tablename__ = "detachment_member"

    id: UUID = id_column()
    detachment_id: UUID = Field(foreign_key="detachment.id", index=True)
    operation_id: UUID = Field(foreign_key="operation.id", index=True)
    agency_id: UUID = Field(foreign_key="agency.id")
    officer_id: UUID = Field(foreign_key="officer.id", index=True)
    starts: datetime = at_column()
    ends: datetime | None = instant_column()
    position: int | None = position_column()


class Site(SQLModel, table=True):
    """A place visited; `x`, `y` place it on the schematic map (0 to 100), `latitude`, `longitude` on a real one."""

    id: UUID = Field(primary_key=True, foreign_key="resource.id")
    operation_id: UUID = Field(foreign_key="operation.id", index=True)
    code: str = Field(max_length=6)
    name: str = Field(max_length=120)
    address: str = Field(default="", max_length=160)
    place: int = 0
    x: int = 50
    y: int = 50
    latitude: float | None = None
    longitude: float | None = None
    check_in_minutes: int = 30
    position: int | None = position_column()


class VisitWindow(SQLModel, table=True):
    """When an agency means to be at a site; overlapping windows are told to both sides. One that it withdrew stays."""

    __tablename__ = "visit_window"

    id: UUID = id_column()
    reference: str = reference_column()
    site_id: UUID = Field(foreign_key="site.id", index=True)
    agency_id: UUID = Field(foreign_key="agency.id")
    starts: datetime = at_column()
    ends: datetime = at_column()
    settled_at: datetime | None = instant_column()
    withdrawn_at: datetime | None = instant_column()
    position: int | None = position_column()
    settled_position: int | None = position_column()
    withdrawn_position: int | None = position_column()


class Decision(SQLModel, table=True):
    """An entry of the decision log, with reason and options considered; never edited.

    `officer_id` took it; `entered_by` wrote it down, where that was somebody else.
    """

    id: UUID = Field(primary_key=True, foreign_key="resource.id")
    operation_id: UUID = Field(foreign_key="operation.id", index=True)
    officer_id: UUID = Field(foreign_key="officer.id")
    entered_by: UUID | None = Field(default=None, foreign_key="officer.id")
    at: datetime = at_column()
    written_at: datetime = at_column()
    decided: str
    reason: str = ""
    options: str = ""
    position: int | None = position_column()


class DecisionConfirmation(SQLModel, table=True):
    """The loggist, or who took a decision that the loggist wrote down, says that the entry is right."""

    __tablename__ = "decision_confirmation"

    id: UUID = id_column()
    decision_id: UUID = Field(foreign_key="decision.id", unique=True)
    officer_id: UUID = Field(foreign_key="officer.id")
    at: datetime = at_column()
    position: int | None = position_column()


class Outcome(SQLModel, table=True):
    """A person safeguarded, a referral, an arrest: counted for each reader from what they may see."""

    id: UUID = Field(primary_key=True, foreign_key="resource.id")
    operation_id: UUID = Field(foreign_key="operation.id", index=True)
    site_id: UUID | None = Field(default=None, foreign_key="site.id")
    kind: str = Field(max_length=20)
    officer_id: UUID | None = Field(default=None, foreign_key="officer.id")
    at: datetime = at_column()
    position: int | None = position_column()
