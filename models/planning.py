"""What is settled before an operation and said after it: who was invited, the briefing, the debrief."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from models.base import at_column, id_column, instant_column, position_column, reference_column


class InvitationState(StrEnum):
    """What became of an invitation."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"


class DetachmentInvitation(SQLModel, table=True):
    """An agency is asked to send a detachment; its lead answers.

    `title` and `words` are all that it is told of the operation before it accepts: written down as they were said.
    """

    __tablename__ = "detachment_invitation"

    id: UUID = id_column()
    reference: str = reference_column()
    operation_id: UUID = Field(foreign_key="operation.id", index=True)
    agency_id: UUID = Field(foreign_key="agency.id", index=True)
    level: int
    title: str = Field(max_length=120)
    words: str = ""
    call_sign: str = Field(default="", max_length=40)
    starts: datetime = at_column()
    ends: datetime = at_column()
    invited_by: UUID = Field(foreign_key="officer.id")
    at: datetime = at_column()
    state: str = Field(default=InvitationState.WAITING, max_length=20)
    answered_by: UUID | None = Field(default=None, foreign_key="officer.id")
    answered_at: datetime | None = instant_column()
    answer: str = ""
    position: int | None = position_column()
    answered_position: int | None = position_column()


class Briefing(SQLModel, table=True):
    """One version of an operation's briefing, by its headings; a draft until it is published, then never edited."""

    __table_args__ = (UniqueConstraint("operation_id", "number"),)

    id: UUID = id_column()
    operation_id: UUID = Field(foreign_key="operation.id", index=True)
    number: int
    information: str = ""
    intention: str = ""
    method: str = ""
    administration: str = ""
    risk: str = ""
    communications: str = ""
    humanity: str = ""
    officer_id: UUID = Field(foreign_key="officer.id")
    at: datetime = at_column()
    published_at: datetime | None = instant_column()
    position: int | None = position_column()

    @classmethod
    def saying(cls, words: Mapping[str, str], **columns: object) -> "Briefing":
        """Make a version that says this under its headings."""
        return cls(**{**words, **columns})  # type: ignore[arg-type]  # headings are columns


class BriefingAcknowledgement(SQLModel, table=True):
    """An officer says that they have read one published version."""

    __tablename__ = "briefing_acknowledgement"
    __table_args__ = (UniqueConstraint("briefing_id", "officer_id"),)

    id: UUID = id_column()
    briefing_id: UUID = Field(foreign_key="briefing.id")
    officer_id: UUID = Field(foreign_key="officer.id")
    at: datetime = at_column()
    position: int | None = position_column()


class DebriefNote(SQLModel, table=True):
    """What an officer says at the debrief, under one heading; never edited."""

    __tablename__ = "debrief_note"

    id: UUID = id_column()
    reference: str = reference_column()
    operation_id: UUID = Field(foreign_key="operation.id", index=True)
    heading: str = Field(max_length=40)
    went_well: bool
    text: str
    officer_id: UUID = Field(foreign_key="officer.id")
    agency_id: UUID = Field(foreign_key="agency.id")
    at: datetime = at_column()
    position: int | None = position_column()
