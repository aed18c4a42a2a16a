"""People met on an operation: a label that names nobody, and who looks after them. No more of them is kept here."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from models.base import at_column, id_column, position_column


class Step(StrEnum):
    """What happened to a person met: with an agency, offered to another, accepted or not, or gone by themselves."""

    MET = "met"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    TAKEN_BACK = "taken back"
    LEFT = "left"


class Encounter(SQLModel, table=True):
    """A person was met. The label is drawn by the program, so that no name can stand in it and nothing is counted."""

    id: UUID = Field(primary_key=True, foreign_key="resource.id")
    operation_id: UUID = Field(foreign_key="operation.id", index=True)
    site_id: UUID | None = Field(default=None, foreign_key="site.id")
    label: str = Field(max_length=40)
    position: int | None = position_column()


class EncounterStep(SQLModel, table=True):
    """A step in looking after a person met; the newest row is the current one, none is ever changed.

    `agency_id`: with whom they are since then; of an offer, to whom they are offered.
    """

    __tablename__ = "encounter_step"
    __table_args__ = (UniqueConstraint("encounter_id", "revision"),)

    id: UUID = id_column()
    encounter_id: UUID = Field(foreign_key="encounter.id", index=True)
    revision: int
    step: str = Field(max_length=20)
    agency_id: UUID = Field(foreign_key="agency.id")
    officer_id: UUID = Field(foreign_key="officer.id")
    at: datetime = at_column()
    arrived_at: datetime = at_column()
    position: int | None = position_column()
